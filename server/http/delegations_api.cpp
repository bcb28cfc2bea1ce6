// Acting for another organisation, and organisations that have ceased.
#include "manifest/lifecycle.hpp"
#include "server/crypto.hpp"
#include "server/http/body.hpp"
#include "server/http/people_api.hpp"
#include "server/http/problem.hpp"
#include "server/http/query.hpp"
#include "server/json/fields.hpp"
#include "server/store/delegations.hpp"
#include "server/store/parties.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>

namespace liuhen::server::http {
namespace {

using nlohmann::json;

constexpr std::string_view roles[] = {"producer", "carrier", "receiver"};
constexpr std::size_t most_acts = 43;
constexpr std::chrono::hours longest{24 * 366 * 3};
constexpr std::chrono::hours warned_before{24 * 7};

// Acts are events that people bring about.
std::vector<std::string> read_acts(Fields& form) {
    const auto is_act = [](const std::string& text) {
        const auto event = manifest::event_from_code(text);
        return event && *event != manifest::Event::track_or_lock_event;
    };
    auto acts = form.codes("acts", most_acts, {1, 40}, is_act, Need::required);
    if (form.has("acts") && acts.empty() && form.faults().empty()) form.add("TOO_SHORT", "acts");
    std::ranges::sort(acts);
    acts.erase(std::unique(acts.begin(), acts.end()), acts.end());
    return acts;
}

store::NewDelegation read_delegation(pqxx::work& db, Fields& form, const Call& call) {
    store::NewDelegation wanted;
    wanted.id = uuid_v7(call.now);
    wanted.delegator = call.caller.party.text;
    wanted.delegate = form.uuid("delegate", Need::required);
    if (wanted.delegate == wanted.delegator) form.add("EXCLUSIVE", "delegate", wanted.delegate);
    wanted.role = form.one_of("role", roles);
    if (wanted.role.empty()) wanted.role = code(call.caller.role);
    if (!store::party_has_role(db, wanted.delegator, wanted.role))
        form.add("WRONG_ROLE", "role", wanted.role);
    wanted.acts = read_acts(form);
    wanted.from = form.instant("from").value_or(call.now);
    wanted.until = form.instant("until", Need::required).value_or(Instant{});
    if (form.has("until") && (wanted.until <= wanted.from || wanted.until <= call.now))
        form.add("TIME_ORDER", "until");
    if (wanted.until - wanted.from > longest) form.add("OUT_OF_RANGE", "until");
    wanted.document_no = form.text("document_no", {1, 60}, Need::required);
    wanted.now = call.now;
    wanted.by = call.caller.token_id;
    return wanted;
}

// What ends within a week is said so beside it.
json warned(json delegation, Instant now) {
    delegation["warnings"] = json::array();
    const auto until = parse_iso(delegation.at("until").get<std::string>());
    if (delegation.at("state") != "IN_FORCE" || !until || *until - now > warned_before)
        return delegation;
    delegation["warnings"].push_back({{"code", "DELEGATION_ENDS_SOON"},
                                      {"pointer", "/until"},
                                      {"message", "the delegation ends within seven days"},
                                      {"message_zh", "委托将在七日内到期"}});
    return delegation;
}

}  // namespace

Reply list_delegations(pqxx::work& db, const Call& call) {
    Query query{call.request};
    const std::string after = query.uuid("after");
    const auto limit = static_cast<int>(query.integer("limit", 1, 200, 50));
    if (Faults faults = query.finish(); !faults.empty()) return unprocessable(std::move(faults));
    auto found = store::list_delegations(db, after, limit + 1, call.now);
    json body{{"items", json::array()}, {"next", nullptr}};
    if (found.size() > static_cast<std::size_t>(limit)) {
        found.pop_back();
        body["next"] = found.back().at("id");
    }
    for (auto& one : found) body["items"].push_back(warned(std::move(one), call.now));
    return json_reply(body);
}

Reply add_delegation(pqxx::work& db, const Call& call) {
    const auto body = read_body(call.request);
    if (!body) return body.error();
    Faults faults;
    Fields form{*body, "", faults};
    const auto wanted = read_delegation(db, form, call);
    form.finish();
    if (!faults.empty()) return unprocessable(std::move(faults));
    store::insert_delegation(db, wanted);
    return json_reply(warned(store::find_delegation(db, wanted.id, call.now).value(), call.now),
                      201);
}

Reply revoke_delegation(pqxx::work& db, const Call& call) {
    const std::string& id = call.place("id");
    const auto outcome =
        is_uuid(id) ? store::revoke_delegation(db, id, call.now) : store::Withdrawn::unknown;
    if (outcome == store::Withdrawn::unknown) return refuse(404, "NOT_FOUND");
    Reply reply;
    reply.status = 204;
    return reply;
}

// Open manifests are finished; new filings are refused with PARTY_CLOSED.
Reply close_party(pqxx::work& db, const Call& call) {
    const std::string& id = call.place("id");
    if (!is_uuid(id)) return refuse(404, "NOT_FOUND");
    const auto body = read_body(call.request);
    if (!body) return body.error();
    Faults faults;
    Fields form{*body, "", faults};
    const std::string reason = form.text("reason", {5, 500}, Need::required);
    form.finish();
    if (!faults.empty()) return unprocessable(std::move(faults));
    const auto done = db.exec_params(
        "UPDATE parties SET closed_at = $2::timestamptz, closed_reason = $3"
        " WHERE id = $1::uuid AND closed_at IS NULL",
        id, to_iso(call.now), reason);
    const auto party = store::find_row(db, store::parties, id);
    if (!party) return refuse(404, "NOT_FOUND");
    if (done.affected_rows() == 0)
        return refuse(409, "ALREADY_CLOSED", "The organisation was closed before.");
    return json_reply(*party);
}

}  // namespace liuhen::server::http
