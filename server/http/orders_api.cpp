// Orders to devices: given, shown with their trail, and cancelled.
#include "server/crypto.hpp"
#include "server/http/api.hpp"
#include "server/http/body.hpp"
#include "server/http/manifest_route.hpp"
#include "server/http/order_policy.hpp"
#include "server/http/problem.hpp"
#include "server/http/query.hpp"
#include "server/json/command_json.hpp"
#include "server/store/orders.hpp"
#include "server/store/orders_read.hpp"
#include "telematics/jtt808/catalogue.hpp"

#include <nlohmann/json.hpp>
#include <pqxx/pqxx>

#include <algorithm>
#include <array>

namespace liuhen::server::http {
namespace {

using manifest::Role;
using nlohmann::json;

constexpr std::int64_t longest_open_s = 30LL * 24 * 3600;
constexpr std::size_t max_reason = 500;
constexpr std::array<std::string_view, 10> states{
    "open",    "queued",      "said",      "acknowledged", "done",
    "refused", "unsupported", "timed_out", "cancelled",    "expired"};

store::Asker asker(const Caller& caller) {
    return {caller.token_id, caller.person, std::string{code(caller.role)}, caller.party.text};
}

// A terminal that the caller may order about: a carrier's must be on its own vehicle now.
store::Reach reach(pqxx::work& db, const Call& call, const std::string& terminal) {
    if (!is_uuid(terminal)) return store::Reach::beyond;
    return store::reach_of(db, terminal, call.caller.party.text, to_iso(call.now));
}

// The order with its trail and what is known of the answer.
Reply shown(pqxx::work& db, json order, unsigned status) {
    const std::string id = order.at("id");
    if (order.contains("answered_by")) {
        const auto message = static_cast<std::uint16_t>(
            std::stoul(order["answered_by"].get<std::string>(), nullptr, 16));
        const auto* const row = telematics::jtt808::find_row(message);
        order["answer"] = store::held_in_answer(db, id);
        order["answer"]["message"] = order["answered_by"];
        if (row != nullptr) order["answer"]["name"] = row->name;
        order.erase("answered_by");
    }
    order["trail"] = store::trail_of(db, id);
    return json_reply(order, status);
}

// What is asked beside the command itself.
struct Asked {
    std::string kind;
    std::string reason;
    std::optional<std::int64_t> open_for_s;
};
Asked take_frame(json& body, Faults& faults) {
    Fields form{body, "", faults};
    Asked asked{form.text("kind", {1, 32}, Need::required), form.text("reason", {0, max_reason}),
                form.integer("open_for_s", 1, longest_open_s)};
    for (const char* name : {"kind", "reason", "open_for_s"}) body.erase(name);
    return asked;
}

Reply not_for(Role role, const std::string& kind) {
    return refuse(403, "ROLE",
                  "The role " + std::string{code(role)} + " may not order \"" + kind + "\".");
}

Reply governed(Fault why) {
    return to_reply({403,
                     "GOVERNED",
                     "Nothing is opened by an order; ask for an unlock instead.",
                     {std::move(why)},
                     {},
                     {},
                     {}});
}

// What shuts a lock or a door at the end of a window.
bool closes_window(const json& order) {
    const auto& kind = order.at("kind");
    return order.at("asked_by").at("role") == "system" && (kind == "lock" || kind == "doors");
}

}  // namespace

Reply give_order(pqxx::work& db, const Call& call) {
    auto body = read_body(call.request);
    if (!body) return body.error();
    const std::string& terminal = call.place("id");
    if (reach(db, call, terminal) == store::Reach::beyond) return refuse(404, "NOT_FOUND");
    Faults faults;
    if (!body->is_object()) return unprocessable({fault("WRONG_TYPE", "")});
    const Asked asked = take_frame(*body, faults);
    const CommandKind* const kind = find_command_kind(asked.kind);
    if (kind == nullptr && !asked.kind.empty())
        faults.push_back(fault("UNKNOWN_VALUE", "/kind", asked.kind));
    if (kind == nullptr) return unprocessable(std::move(faults));
    if (!may_order(kind->name).has(call.caller.role)) return not_for(call.caller.role, asked.kind);
    if (asked.kind == manifest_route_kind) {
        auto route = manifest_route_command(db, call, terminal, *body);
        if (!route) return unprocessable(std::move(route.error()));
        *body = *std::move(route);
    }
    Fields form{*body, "", faults};
    const auto command = read_command(*kind, form);
    form.finish();
    if (!faults.empty()) return unprocessable(std::move(faults));
    if (auto opening = ungoverned_opening(command)) return governed(*std::move(opening));
    const json without = without_secrets(kind->name, *body);
    const auto open_for =
        asked.open_for_s ? std::chrono::seconds{*asked.open_for_s} : kind->open_for;
    const auto placed = store::insert_order(
        db, {.terminal = terminal,
             .kind = asked.kind,
             .command = without.dump(),
             .sealed = without == *body ? std::string{} : body->dump(),
             .by = asker(call.caller),
             .reason = asked.reason,
             .now = call.now,
             .expires_at = call.now + open_for,
             .manifest = asked.kind == manifest_route_kind ? body->value("manifest", "") : ""});
    if (!placed) return refuse(404, "NOT_FOUND");
    Reply reply = shown(db, *store::find_row(db, store::orders, placed->id), 202);
    reply.headers.emplace_back("Location", "/v1/orders/" + placed->id);
    reply.follow_ups.push_back({FollowUp::What::order_given, placed->terminal.text});
    return reply;
}

Reply show_order(pqxx::work& db, const Call& call) {
    const std::string& id = call.place("id");
    auto order = is_uuid(id) ? store::find_row(db, store::orders, id) : std::nullopt;
    return order ? shown(db, *std::move(order), 200) : refuse(404, "NOT_FOUND");
}

Reply list_terminal_orders(pqxx::work& db, const Call& call) {
    Query query{call.request};
    store::OrdersWanted wanted;
    wanted.terminal = call.place("id");
    wanted.state = query.text("state", 20);
    if (!wanted.state.empty() && std::ranges::find(states, wanted.state) == states.end())
        query.add("UNKNOWN_VALUE", "state", wanted.state);
    wanted.after = query.uuid("after");
    wanted.limit = static_cast<int>(query.integer("limit", 1, 200, 50));
    if (Faults faults = query.finish(); !faults.empty()) return unprocessable(std::move(faults));
    if (reach(db, call, wanted.terminal) == store::Reach::beyond) return refuse(404, "NOT_FOUND");
    auto page = store::list_orders(db, wanted);
    json body{{"items", std::move(page.items)}, {"next", nullptr}};
    if (!page.next.empty()) body["next"] = page.next;
    return json_reply(body);
}

// The operator cancels any order, others those of their own role and party; nobody those by which
// the server shuts what was granted.
Reply cancel_order(pqxx::work& db, const Call& call) {
    const auto body = read_body(call.request);
    if (!body) return body.error();
    Faults faults;
    Fields form{*body, "", faults};
    form.finish();
    if (!faults.empty()) return unprocessable(std::move(faults));
    const std::string& id = call.place("id");
    const auto order = is_uuid(id) ? store::find_row(db, store::orders, id) : std::nullopt;
    if (!order) return refuse(404, "NOT_FOUND");
    const auto& by = order->at("asked_by");
    const bool own =
        by.at("role") == code(call.caller.role) && by.value("party", "") == call.caller.party.text;
    if (!own && call.caller.role != Role::operator_)
        return refuse(403, "NOT_YOURS", "Others gave this order.");
    if (closes_window(*order))
        return refuse(403, "GOVERNED", "What ends a granted opening is not called back.");
    const auto terminal = store::cancel_order(db, id, asker(call.caller), call.now);
    if (!terminal) return refuse(409, "ALREADY_OVER", "The order has ended already.");
    Reply reply = shown(db, *store::find_row(db, store::orders, id), 200);
    reply.follow_ups.push_back({FollowUp::What::order_given, terminal->text});
    return reply;
}

}  // namespace liuhen::server::http
