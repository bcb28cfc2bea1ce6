#include "server/http/papers.hpp"

#include "server/crypto.hpp"
#include "server/http/api.hpp"
#include "server/http/body.hpp"
#include "server/http/problem.hpp"
#include "server/http/query.hpp"

#include <nlohmann/json.hpp>

#include <array>

namespace liuhen::server::http {
namespace {

using nlohmann::json;

/// The column that tells where a paper stands.
struct StateColumn {
    const store::Register& of;
    const char* column;
};
const StateColumn state_columns[] = {{store::plans, "status"},
                                     {store::licences, "''::text"},
                                     {store::approvals, "state"},
                                     {store::parties, "''::text"}};

}  // namespace

Reply list_papers(pqxx::work& db, const Call& call, const store::Register& from,
                  std::span<const char* const> filters) {
    Query query{call.request};
    std::vector<store::Narrowing> narrowed;
    for (const char* const name : filters) narrowed.push_back({name, query.text(name, 64)});
    const std::string after = query.uuid("after");
    const auto limit = static_cast<int>(query.integer("limit", 1, 200, 50));
    if (Faults faults = query.finish(); !faults.empty()) return unprocessable(std::move(faults));
    auto page = store::list_papers(db, from, narrowed, after, limit);
    json body{{"items", std::move(page.items)}, {"next", nullptr}};
    if (!page.next.empty()) body["next"] = page.next;
    return json_reply(body);
}

Reply paper_reply(json paper, unsigned status) {
    const std::string version = std::to_string(paper.at("version").get<int>());
    Reply reply = json_reply(paper, status);
    reply.headers.emplace_back("ETag", '"' + version + '"');
    return reply;
}

std::optional<LockedPaper> lock_paper(pqxx::work& db, const store::Register& in,
                                      const std::string& id) {
    if (!is_uuid(id)) return std::nullopt;
    for (const StateColumn& one : state_columns) {
        if (one.of.table != in.table) continue;
        const auto rows =
            db.exec_params("SELECT version, " + std::string{one.column} + " FROM " +
                               std::string{in.table} + " WHERE id = $1::uuid FOR UPDATE",
                           id);
        if (rows.empty()) return std::nullopt;
        return LockedPaper{rows[0][0].as<std::uint32_t>(), rows[0][1].c_str()};
    }
    return std::nullopt;
}

void note(pqxx::work& db, const Call& call, const store::Register& in, const std::string& id,
          std::string_view event) {
    const auto paper = store::find_row(db, in, id);
    if (!paper) throw std::logic_error{"a paper just changed is not seen: " + id};
    store::note_event(db, {.paper = id,
                           .version = paper->at("version").get<int>(),
                           .event = std::string{event},
                           .role = std::string{code(call.caller.role)},
                           .party = call.caller.party.text,
                           .token = call.caller.token_id,
                           .person = call.caller.person,
                           .at = call.now,
                           .request = read_body(call.request).value_or(json::object()).dump(),
                           .document = paper->dump()});
}

void check_receivers(pqxx::work& db, const std::vector<store::Limit>& rows, Faults& faults) {
    for (std::size_t i = 0; i < rows.size(); ++i) {
        const auto& receiver = rows[i].receiver;
        if (!receiver.empty() && !store::party_has_role(db, receiver, "receiver"))
            faults.push_back(
                fault("UNKNOWN_REFERENCE", pointer_to("/rows", i) + "/receiver", receiver));
    }
}

Reply history_of(pqxx::work& db, const Call& call, const store::Register& in) {
    const std::string& id = call.place("id");
    if (!is_uuid(id) || !store::find_row(db, in, id)) return refuse(404, "NOT_FOUND");
    return json_reply({{"items", store::paper_history(db, id)}});
}

Reply plan_history(pqxx::work& db, const Call& call) { return history_of(db, call, store::plans); }
Reply licence_history(pqxx::work& db, const Call& call) {
    return history_of(db, call, store::licences);
}
Reply approval_history(pqxx::work& db, const Call& call) {
    return history_of(db, call, store::approvals);
}

Reply list_supervision_tasks(pqxx::work& db, const Call& call) {
    return list_papers(db, call, store::supervision_tasks,
                       std::array{"approval", "office", "province", "open"});
}

Reply manifest_quotas(pqxx::work& db, const Call& call) {
    const std::string& id = call.place("id");
    const bool seen =
        is_uuid(id) && !db.exec_params("SELECT 1 FROM manifests WHERE id = $1::uuid", id).empty();
    if (!seen) return refuse(404, "NOT_FOUND");
    return json_reply({{"items", store::quota_entries(db, store::Ledger::manifest, id)}});
}

Reply quota_ledger(pqxx::work& db, const Call& call) {
    const std::string& id = call.place("quota");
    const bool number =
        !id.empty() && id.size() <= 18 && id.find_first_not_of("0123456789") == std::string::npos;
    const bool seen =
        number && !db.exec_params("SELECT 1 FROM quotas WHERE id = $1::bigint", id).empty();
    if (!seen) return refuse(404, "NOT_FOUND");
    return json_reply({{"items", store::quota_entries(db, store::Ledger::quota, id)}});
}

}  // namespace liuhen::server::http
