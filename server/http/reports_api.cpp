// What the national system was told and has answered, and what a person does about a refusal.
#include "server/http/reports_api.hpp"

#include "manifest/reporting.hpp"
#include "server/http/body.hpp"
#include "server/http/problem.hpp"
#include "server/http/query.hpp"
#include "server/json/fields.hpp"
#include "server/store/reports.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <charconv>
#include <limits>

namespace liuhen::server::http {
namespace {

using nlohmann::json;

constexpr std::string_view statuses[] = {"PENDING", "SENT", "ACKED", "FAILED", "SET_ASIDE"};
constexpr TextSize reason_size{5, 500, Wording::prose};

void put(json& out, const char* name, const std::string& text) {
    if (!text.empty()) out[name] = text;
}

json shown(const store::ReportRow& row) {
    json out{{"id", row.id},
             {"key", manifest::report_key(row.number, row.version, row.event)},
             {"manifest", row.manifest},
             {"no", row.number},
             {"version", row.version},
             {"as_of_version", row.as_of},
             {"event", row.event},
             {"status", row.status},
             {"attempts", row.attempts},
             {"created_at", row.created_at}};
    put(out, "sent_at", row.sent_at);
    put(out, "answered_at", row.answered_at);
    if (row.status == "PENDING" || row.status == "SENT") out["due_at"] = row.due_at;
    if (row.duplicate) out["duplicate"] = true;
    put(out, "reference", row.reference);
    put(out, "code", row.code);
    put(out, "message", row.message);
    return out;
}

std::optional<std::int64_t> number(const std::string& text) {
    std::int64_t value{};
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    const bool whole = error == std::errc{} && end == text.data() + text.size();
    return whole ? std::optional{value} : std::nullopt;
}

Reply rule(pqxx::work& db, const Call& call, bool resend) {
    auto body = read_body(call.request);
    if (!body) return body.error();
    Faults faults;
    Fields fields{*body, "", faults};
    std::string reason;
    if (!resend) reason = fields.text("reason", reason_size, Need::required);
    fields.finish();
    if (!faults.empty()) return unprocessable(std::move(faults));
    const auto id = number(call.place("id"));
    if (!id) return refuse(404, "NOT_FOUND");
    const store::Ruling ruling{*id, resend, std::move(reason), call.caller.token_id,
                               call.caller.person};
    switch (store::rule_on_report(db, ruling, call.now)) {
        case store::Ruled::no_such_report:
            return refuse(404, "NOT_FOUND");
        case store::Ruled::not_refused:
            return refuse(409, "NOT_REFUSED", "Only a report that was refused waits for a person.");
        case store::Ruled::done:
            break;
    }
    const auto rows = store::list_reports(db, {{}, {}, *id - 1, 1});
    return json_reply(shown(rows.at(0)));
}

}  // namespace

Reply list_national_reports(pqxx::work& db, const Call& call) {
    Query query{call.request};
    store::ReportQuery wanted;
    wanted.status = query.text("status", 16);
    if (!wanted.status.empty() && std::ranges::find(statuses, wanted.status) == std::end(statuses))
        query.add("UNKNOWN_VALUE", "status", wanted.status);
    wanted.manifest = query.uuid("manifest");
    wanted.after = query.integer("after", 0, std::numeric_limits<std::int64_t>::max(), 0);
    const auto limit = static_cast<int>(query.integer("limit", 1, 200, 50));
    wanted.limit = limit + 1;
    if (Faults faults = query.finish(); !faults.empty()) return unprocessable(std::move(faults));
    auto rows = store::list_reports(db, wanted);
    json body{{"items", json::array()}, {"next", nullptr}};
    if (rows.size() > static_cast<std::size_t>(limit)) {
        rows.pop_back();
        body["next"] = rows.back().id;
    }
    for (const auto& row : rows) body["items"].push_back(shown(row));
    return json_reply(body);
}

Reply resend_national_report(pqxx::work& db, const Call& call) { return rule(db, call, true); }
Reply set_aside_national_report(pqxx::work& db, const Call& call) { return rule(db, call, false); }

}  // namespace liuhen::server::http
