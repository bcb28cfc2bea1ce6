// The inbox: what the others' events mean for the caller's organisation or area.
#include "server/http/api.hpp"
#include "server/http/body.hpp"
#include "server/http/problem.hpp"
#include "server/http/query.hpp"
#include "server/store/inbox.hpp"

#include <nlohmann/json.hpp>
#include <pqxx/pqxx>

#include <charconv>
#include <limits>

namespace liuhen::server::http {
namespace {

using nlohmann::json;

json written(const store::InboxRow& row) {
    json one{{"id", row.id}, {"event", row.event}, {"at", row.at}};
    if (!row.webhook.empty()) {
        one["webhook"] = row.webhook;
    } else if (row.manifest.empty()) {
        one["book"] = row.book.text;
    } else {
        one["manifest"] = row.manifest.text;
        one["version"] = row.version;
    }
    if (!row.no.empty()) one["no"] = row.no;
    if (!row.read_at.empty()) one["read_at"] = row.read_at;
    return one;
}

std::optional<std::int64_t> number(const std::string& text) {
    std::int64_t value{};
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    const bool whole = error == std::errc{} && end == text.data() + text.size();
    return whole ? std::optional{value} : std::nullopt;
}

}  // namespace

Reply list_inbox(pqxx::work& db, const Call& call) {
    Query query{call.request};
    store::InboxQuery wanted;
    wanted.after = query.integer("after", 0, std::numeric_limits<std::int64_t>::max(), 0);
    wanted.unread = query.integer("unread", 0, 1, 0) == 1;
    const auto limit = static_cast<int>(query.integer("limit", 1, 200, 50));
    wanted.limit = limit;
    if (Faults faults = query.finish(); !faults.empty()) return unprocessable(std::move(faults));
    const auto rows = store::read_inbox(db, wanted);
    json body{{"items", json::array()}, {"next", nullptr}};
    for (const auto& row : rows) body["items"].push_back(written(row));
    if (rows.size() == static_cast<std::size_t>(limit)) body["next"] = rows.back().id;
    return json_reply(body);
}

Reply read_message(pqxx::work& db, const Call& call) {
    const auto id = number(call.place("id"));
    const bool marked = id && store::mark_read(db, *id, call.caller.token_id, call.now);
    if (!marked) return refuse(404, "NOT_FOUND");
    Reply reply;
    reply.status = 204;
    return reply;
}

}  // namespace liuhen::server::http
