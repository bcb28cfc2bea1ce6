#include "server/http/print_api.hpp"

#include "server/crypto.hpp"
#include "server/http/admission.hpp"
#include "server/http/origin.hpp"
#include "server/http/problem.hpp"
#include "server/http/query.hpp"
#include "server/http/roadside_links.hpp"
#include "server/http/secrets.hpp"
#include "server/print_shop.hpp"
#include "server/store/history_read.hpp"
#include "server/store/manifests.hpp"

#include <nlohmann/json.hpp>
#include <pqxx/pqxx>

#include <memory>
#include <optional>
#include <stdexcept>

#include "print/manifest_form.hpp"

namespace liuhen::server::http {
namespace {

using nlohmann::json;

// What a print is made from: the manifest, the record of this very version, and the code that opens
// it at the roadside, if it has one.
struct Original {
    manifest::Manifest manifest;
    VersionRecord record;
    std::optional<PrintedCode> code;
};

// Null: there is none, or it is not the caller's to see.
std::shared_ptr<const Original> find_original(pqxx::work& db, const std::string& id,
                                              const Call& call) {
    auto found = store::find_manifest(db, {id});
    if (!found) return nullptr;
    const auto records = store::records_of(db, id, found->version - 1, 1);
    const json record = records.empty() ? json::object() : json::parse(records.front().text);
    const auto at = parse_iso(record.value("recorded_at", ""));
    if (!at) throw std::runtime_error{"a manifest's version has no record"};
    std::optional<PrintedCode> code;
    if (has_secret_key(call) && has_roadside_code(*found, call.now))
        code = roadside_code(db, *call.vault, *found, call.now,
                             {call.caller.token_id, call.caller.person});
    return std::make_shared<const Original>(Original{
        *std::move(found), {*at, history::hex(records.front().digests.sha256)}, std::move(code)});
}

print::Imprint imprint_of(const std::string& origin, const Original& one) {
    const std::string url =
        one.code ? roadside_url(origin, one.code->text) : version_url(origin, one.manifest);
    print::Imprint imprint{url + checked_by(one.manifest, one.record), one.record.recorded_at, {}};
    if (one.code) imprint.opens_until = one.code->expires_at;
    return imprint;
}

Reply shown(std::string file, const manifest::Manifest& m, const Request& request) {
    const std::string tag = '"' + sha256_hex(file) + '"';
    const std::string& name = m.no.empty() ? m.id.text : m.no;
    Reply reply;
    reply.content_type = "application/pdf";
    reply.headers = {{"ETag", tag},
                     {"Cache-Control", "private, no-cache"},
                     {"Content-Disposition", "inline; filename=\"" + name + ".pdf\""}};
    if (request.header("if-none-match").find(tag) != std::string::npos)
        reply.status = 304;
    else
        reply.body = std::move(file);
    return reply;
}

}  // namespace

awaitable<Reply> print_manifest(Front& front, Call call) {
    Query query{call.request};
    if (Faults faults = query.finish(); !faults.empty()) co_return unprocessable(std::move(faults));
    const std::string id = call.place("id");
    if (!is_uuid(id)) co_return refuse(404, "NOT_FOUND");
    auto look = [id, call](pqxx::work& db) { return find_original(db, id, call); };
    auto looking = front.database.transact_as(identity_of(call.caller), std::move(look));
    const auto original = co_await std::move(looking);
    if (!original) co_return refuse(404, "NOT_FOUND");
    const auto imprint = imprint_of(origin_of(front, call.request), *original);
    if (imprint.url.size() > print::longest_manifest_qr)
        co_return refuse(400, "HOST_TOO_LONG", "No QR code holds an address with such a host.");
    auto make = [original, imprint](const print::Typeface& typeface) {
        return print::manifest_pdf(typeface, original->manifest, imprint).value();
    };
    const auto executor = co_await asio::this_coro::executor;
    try {
        auto making = PrintShop::of(executor).print(who_prints(call.caller), make);
        std::string file = co_await std::move(making);
        co_return shown(std::move(file), original->manifest, call.request);
    } catch (const PrintsBusy&) {
        co_return unavailable("BUSY", "Too many prints are being made.");
    }
}

}  // namespace liuhen::server::http
