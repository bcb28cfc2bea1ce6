// Containers: entered, listed, shown, traced.
#include "server/http/containers_api.hpp"

#include "manifest/codes.hpp"
#include "manifest/guards.hpp"
#include "server/crypto.hpp"
#include "server/http/batch_field.hpp"
#include "server/http/body.hpp"
#include "server/http/problem.hpp"
#include "server/http/query.hpp"
#include "server/json/container_json.hpp"
#include "server/json/event_parts.hpp"
#include "server/json/fields.hpp"
#include "server/store/parties.hpp"

#include <nlohmann/json.hpp>

#include <set>

namespace liuhen::server::http {
namespace {

using namespace manifest::custody;
using nlohmann::json;
using store::StoredContainer;

/// A container as it is entered, with its first filling if that is said.
struct NewContainer {
    StoredContainer container;
    std::optional<Grams> net;
    Instant at;
    std::string batch;  ///< of the filling
};

constexpr Grams heaviest_container{50'000'000};  ///< empty; fifty tonnes

std::string read_waste_code(Fields& form) {
    const std::string said = form.text("waste_code", {8, 16}, Need::required);
    if (said.empty()) return {};
    if (const auto hazardous = manifest::normal_waste_code(said)) return *hazardous;
    if (!manifest::general_waste_class(said)) form.add("NOT_A_WASTE_CODE", "waste_code", said);
    return said;
}

NewContainer read_container(Fields& form, const Call& call) {
    NewContainer made;
    auto& c = made.container;
    c.id = {uuid_v7(call.now)};
    c.party = call.caller.party;
    c.code = form.text("code", {1, 64}, Need::required);
    c.tag = form.text("tag", {1, 120});
    c.waste_code = read_waste_code(form);
    c.waste_name = form.text("waste_name", {1, 100});
    if (const auto package = events::coded(form, "package", manifest::package_from_code))
        c.package = code(*package);
    c.tare = form.weight("tare");
    if (c.tare && *c.tare > heaviest_container)
        form.add("OUT_OF_RANGE", form.has("tare_kg") ? "tare_kg" : "tare_g",
                 std::to_string(c.tare->value));
    c.made_at = call.now;
    made.net = form.weight("net");
    made.at = form.instant("at").value_or(call.now);
    if (made.at > call.now + manifest::guards::clock_tolerance)
        form.add("TIME_IN_FUTURE", "at", to_iso(made.at));
    made.batch = read_batch(form, MovementKind::produced, made.at);
    form.finish();
    return made;
}

// A label that says another waste than the drum's is refused; one of no known form is not judged.
void judge_tag(pqxx::work& db, const Call& call, const StoredContainer& container, Faults& faults,
               json& warnings) {
    if (container.tag.empty()) return;
    const auto parts = read_tag(store::tag_patterns(db), container.tag);
    add_tag_warnings(db, call, parts, warnings);
    const bool other =
        parts && !parts->waste_code.empty() && parts->waste_code != container.waste_code;
    if (other) faults.push_back(fault("LABEL_MISMATCH", "/tag", container.tag));
}

json trace_json(const store::Trace& found, const std::vector<store::StoredMovement>& movements) {
    json body{{"containers", json::array()},
              {"regroupings", json::array()},
              {"movements", json::array()},
              {"holders", json::array()},
              {"cut", found.cut || movements.size() == store::most_movements}};
    for (const auto& node : found.nodes) {
        json one = to_json(node.container);
        if (node.back >= 0) one["back"] = node.back;
        if (node.forward >= 0) one["forward"] = node.forward;
        body["containers"].push_back(std::move(one));
    }
    for (const auto& edge : found.edges) body["regroupings"].push_back(to_json(edge));
    std::set<PartyId> holders;
    for (const auto& each : movements) {
        body["movements"].push_back(to_json(each));
        const auto& to = each.movement.to;
        if (to.empty() || !holders.insert(to).second) continue;
        body["holders"].push_back({{"party", to.text}, {"since", to_iso(each.movement.at)}});
    }
    return body;
}

}  // namespace

void add_tag_warnings(pqxx::work& db, const Call& call, const std::optional<TagParts>& parts,
                      json& warnings) {
    const auto warn = [&warnings](const char* code) {
        warnings.push_back(warning_json(fault(code, "/tag")));
    };
    if (!parts) return warn("TAG_FORMAT_UNKNOWN");
    if (parts->uscc.empty()) return;
    const auto own = store::credit_code_of(db, call.caller.party.text);
    if (!own.empty() && own != parts->uscc) warn("TAG_OTHER_FIRM");
}

json shown_container(pqxx::work& db, const StoredContainer& container, Instant now) {
    const auto movements = store::movements_of(db, {container.id});
    const bool cut = movements.size() == static_cast<std::size_t>(store::most_movements);
    // What stands is the sum of all, though not all are shown.
    const auto weights = cut ? store::weights_of(db, {container.id}) : std::nullopt;
    json one = with_standing(container, standing_of(weights ? *weights : plain(movements)),
                             movements, now);
    if (cut) one["cut"] = true;
    return one;
}

Reply add_container(pqxx::work& db, const Call& call) {
    const auto body = read_body(call.request);
    if (!body) return body.error();
    Faults faults;
    Fields form{*body, "", faults};
    const auto made = read_container(form, call);
    json warnings = json::array();
    if (faults.empty()) judge_tag(db, call, made.container, faults, warnings);
    if (auto other = batch_of_other_waste(db, call, made.container.waste_code, made.batch))
        faults.push_back(*std::move(other));
    if (!faults.empty()) return unprocessable(std::move(faults));
    const store::Clerk by{call.caller.token_id, call.caller.person, call.now};
    store::insert_container(db, made.container, by);
    if (made.net && *made.net > Grams{}) {
        store::MovementWords words;
        words.operation = uuid_v7(call.now);
        words.batch = made.batch;
        store::add_movements(db,
                             {{MovementKind::produced,
                               made.container.id,
                               {},
                               call.caller.party,
                               *made.net,
                               made.at,
                               {},
                               {}}},
                             words, by);
    }
    json answer = shown_container(db, made.container, call.now);
    answer["warnings"] = std::move(warnings);
    Reply reply = json_reply(answer, 201);
    reply.headers.emplace_back("Location", "/v1/containers/" + made.container.id.text);
    return reply;
}

Reply list_containers(pqxx::work& db, const Call& call) {
    Query query{call.request};
    store::ContainerQuery wanted;
    wanted.book = call.caller.party;
    wanted.code = query.text("code", 256);
    wanted.tag = query.text("tag", 512);
    wanted.after = query.uuid("after");
    const auto limit = static_cast<int>(query.integer("limit", 1, 200, 50));
    wanted.limit = limit + 1;
    if (Faults faults = query.finish(); !faults.empty()) return unprocessable(std::move(faults));
    auto found = store::list_containers(db, wanted);
    json body{{"items", json::array()}, {"next", nullptr}};
    if (found.size() > static_cast<std::size_t>(limit)) {
        found.pop_back();
        body["next"] = found.back().id.text;
    }
    for (const auto& one : found) body["items"].push_back(to_json(one));
    return json_reply(body);
}

Reply show_container(pqxx::work& db, const Call& call) {
    const ContainerId id{call.place("id")};
    const auto found = is_uuid(id.text) ? store::find_container(db, id) : std::nullopt;
    if (!found) return refuse(404, "NOT_FOUND");
    return json_reply(shown_container(db, *found, call.now));
}

Reply trace_container(pqxx::work& db, const Call& call) {
    const ContainerId id{call.place("id")};
    if (!is_uuid(id.text) || !store::find_container(db, id)) return refuse(404, "NOT_FOUND");
    const auto found = store::trace(db, id);
    std::vector<ContainerId> ids;
    ids.reserve(found.nodes.size());
    for (const auto& node : found.nodes) ids.push_back(node.container.id);
    return json_reply(trace_json(found, store::movements_of(db, ids)));
}

}  // namespace liuhen::server::http
