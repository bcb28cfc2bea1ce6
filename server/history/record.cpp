#include "server/history/record.hpp"

#include <nlohmann/json.hpp>

#include <string_view>

namespace liuhen::server::history {
namespace {

using nlohmann::json;

// Members come in the order of their names; texts that say nothing are left out.
struct Writer {
    std::string out = "{";

    void raw(std::string_view name, std::string_view value) {
        if (out.size() > 1) out += ',';
        out += '"';
        out += name;
        out += "\":";
        out += value;
    }
    void text(std::string_view name, const std::string& value) {
        if (!value.empty()) raw(name, json(value).dump());
    }
};

}  // namespace

std::string record_text(const Happening& one) {
    Writer writer;
    writer.out.reserve(one.document.size() + one.request.size() + 512);
    writer.text("at", to_iso(one.at));
    writer.text("chained_at", one.chained_at);
    writer.text("delegate", one.delegate);
    writer.raw("document", one.document);
    writer.text("event", one.event);
    writer.text("format", record_format);
    writer.text("manifest", one.manifest);
    writer.text("origin", one.origin);
    writer.text("party", one.party);
    writer.text("person", one.person);
    writer.text("recorded_at", to_iso(one.recorded_at));
    writer.raw("request", json::parse(one.request).dump());
    writer.text("role", one.role);
    writer.text("token", one.token);
    writer.text("transition", one.transition);
    writer.raw("version", std::to_string(one.version));
    return std::move(writer.out) + "}";
}

}  // namespace liuhen::server::history
