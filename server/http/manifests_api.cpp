// Manifests: made, shown, and moved by events.
#include "server/crypto.hpp"
#include "server/desk.hpp"
#include "server/http/api.hpp"
#include "server/http/body.hpp"
#include "server/http/if_match.hpp"
#include "server/http/manifest_acts.hpp"
#include "server/http/problem.hpp"
#include "server/http/query.hpp"
#include "server/http/secrets.hpp"
#include "server/json/manifest_json.hpp"
#include "server/json/person_form.hpp"
#include "server/store/manifests.hpp"
#include "server/store/person_numbers.hpp"
#include "server/store/reports.hpp"

#include <nlohmann/json.hpp>
#include <pqxx/pqxx>

#include <algorithm>

namespace liuhen::server::http {
namespace {

using manifest::Event;
using nlohmann::json;

json warning(const manifest::Warning& w) {
    return {{"code", w.code},
            {"pointer", w.pointer},
            {"message", w.message_en},
            {"message_zh", w.message_zh}};
}

// A delegate does what was delegated; who only reads, nothing.
bool may_do(const Caller& caller, Event event) {
    if (caller.rank == Rank::reader) return false;
    return caller.delegate.empty() ||
           std::find(caller.acts.begin(), caller.acts.end(), code(event)) != caller.acts.end();
}

// An authority that was told of an incident in its area sees the manifest, and acts on it only
// where one of its parties is registered.
bool is_of_area(const manifest::Manifest& m, const std::string& area) {
    const auto touched = divisions_of(m);
    return area.empty() || std::ranges::any_of(touched, [&area](const std::string& division) {
               return division.starts_with(area);
           });
}

// The manifest and what its caller may do next.
json told(const manifest::Manifest& m, const Caller& caller) {
    json body = to_json(m);
    body["allowed_events"] = json::array();
    for (const Event event : manifest::allowed_events(m, caller.role, caller.party)) {
        if (may_do(caller, event) && is_of_area(m, caller.division))
            body["allowed_events"].push_back(code(event));
    }
    return body;
}

// As it is now: answers of the national system make no version.
void tell_sync(pqxx::work& db, json& manifests) {
    std::vector<std::string> ids;
    for (const json& one : manifests) {
        if (one["overlays"]["sync"] != code(manifest::Sync::not_needed)) ids.push_back(one["id"]);
    }
    if (ids.empty()) return;
    const auto found = store::national_sync(db, ids);
    for (json& one : manifests) {
        const auto sync = found.find(one["id"].get<std::string>());
        if (sync != found.end()) one["overlays"]["sync"] = code(sync->second);
    }
}

// That, and what was said beside success.
Reply shown(const manifest::Manifest& m, const std::vector<manifest::Warning>& warnings,
            const Caller& caller, unsigned status) {
    json body = told(m, caller);
    body["warnings"] = json::array();
    for (const auto& one : warnings) body["warnings"].push_back(warning(one));
    Reply reply = json_reply(body, status);
    reply.headers.emplace_back("ETag", '"' + std::to_string(m.version) + '"');
    return reply;
}

// What an event came to, with the manifest that it made beside it.
Reply shown(const Acted& acted, const Caller& caller, unsigned status) {
    Reply reply = shown(acted.manifest, acted.warnings, caller, status);
    if (!acted.child) return reply;
    json body = json::parse(reply.body);
    body["child"] = told(*acted.child, caller);
    reply.body = body.dump();
    return reply;
}

// True when the event is done for its caller and another party's part is still to come.
bool waits_for_another(Event event, const manifest::Manifest& next) {
    switch (event) {
        case Event::confirm_backfill:
            return next.state == manifest::State::backfill_pending;
        case Event::approve_revision:
            return next.revision.has_value();
        case Event::unload:
            return next.state == manifest::State::loaded;
        default:
            return false;
    }
}

manifest::Actor actor(const Caller& caller) {
    return {caller.role, caller.party, caller.account, caller.division};
}

Reply denied(const Denial& denial) {
    if (const auto* refusals = std::get_if<manifest::Refusals>(&denial)) return refuse(*refusals);
    return refuse(404, "NOT_FOUND");
}

// Events that come as POST .../{event}; `create` has its own address, telemetry has none.
std::optional<Event> callable_event(const std::string& name) {
    const auto event = manifest::event_from_code(name);
    if (!event || *event == Event::create || *event == Event::track_or_lock_event)
        return std::nullopt;
    return event;
}

// Events after which others may sit on the truck than before.
constexpr manifest::EnumSet<Event> names_crew{Event::carrier_accept, Event::unassign,
                                              Event::swap_vehicle,   Event::handover_in,
                                              Event::breakdown_swap, Event::submit_backfill};

// Events of a manifest that no truck has been named for: nothing watches it yet.
constexpr manifest::EnumSet<Event> before_any_truck{Event::create, Event::edit, Event::submit,
                                                    Event::discard};

// Events that write the whole content anew name the version they were made from: two clerks who
// amend at once would else undo one another. The others are guarded by state and signature
// (docs/decisions/034-if-match.md).
constexpr manifest::EnumSet<Event> writes_over{Event::edit, Event::amend};

Reply perform(pqxx::work& db, const Call& call, Event event, const ManifestId& id) {
    auto body = read_body(call.request);
    if (!body) return body.error();
    return perform(db, call, {event, id, *std::move(body), call.caller, {}});
}

}  // namespace

Reply perform(pqxx::work& db, const Call& call, Performance what) {
    const Event event = what.event;
    const IfMatch if_match = read_if_match(call.request);
    if (if_match.said == IfMatch::Said::malformed)
        return refuse(400, "IF_MATCH_MALFORMED", "If-Match must be one entity tag that was read.");
    if (writes_over.has(event) && if_match.said == IfMatch::Said::nothing)
        return refuse(428, "IF_MATCH_MISSING", "A change must name the version it changes.");
    auto form = read_event(event, what.form);
    if (!form) return unprocessable(std::move(form.error()));
    manifest::Request request{event, actor(what.signer), form->at.value_or(call.now),
                              if_match.version, std::move(form->body)};
    const Signer signer{call.caller.token_id, what.signer.person, call.request.peer,
                        what.signer.delegate.text};
    const auto numbers = take_person_numbers(what.form);
    if (!numbers.empty() && !has_secret_key(call)) return no_secret_key();
    if (!what.by_code.is_null()) what.form["by_code"] = std::move(what.by_code);
    const std::string stated = what.form.dump();
    const bool fresh = event == Event::create;
    const auto acted = fresh ? create(db, what.id, request, signer, stated, call.now)
                             : act(db, what.id, std::move(request), signer, stated, call.now);
    if (!acted) return denied(acted.error());
    if (names_crew.has(event)) {
        const Vault vault = call.vault ? *call.vault : Vault{};
        store::keep_person_numbers(db, vault, acted->manifest, numbers, call.now);
    }
    const bool waiting = waits_for_another(event, acted->manifest);
    Reply reply = shown(*acted, call.caller, fresh ? 201U : waiting ? 202U : 200U);
    if (fresh) reply.headers.emplace_back("Location", "/v1/manifests/" + what.id.text);
    if (!before_any_truck.has(event))
        reply.follow_ups.push_back({FollowUp::What::manifest_changed, what.id.text});
    if (acted->child) {
        reply.follow_ups.push_back({FollowUp::What::manifest_changed, acted->child->id.text});
    }
    return reply;
}

Reply create_manifest(pqxx::work& db, const Call& call) {
    return perform(db, call, Event::create, {uuid_v7(call.now)});
}

Reply act_on_manifest(pqxx::work& db, const Call& call) {
    const auto event = callable_event(call.place("event"));
    if (!event) return refuse(404, "UNKNOWN_EVENT", "There is no such event.");
    if (!is_uuid(call.place("id"))) return refuse(404, "NOT_FOUND");
    return perform(db, call, *event, {call.place("id")});
}

std::optional<CommitGroup> group_of_filing(const Call& call) {
    if (!call.places.contains("event")) return CommitGroup::drafts;
    if (call.place("event") == code(Event::submit)) return CommitGroup::filings;
    return std::nullopt;
}

Reply show_manifest(pqxx::work& db, const Call& call) {
    if (!is_uuid(call.place("id"))) return refuse(404, "NOT_FOUND");
    const auto found = store::find_manifest(db, {call.place("id")});
    if (!found) return refuse(404, "NOT_FOUND");
    Reply reply = shown(*found, driver_warnings(db, *found), call.caller, 200);
    if (found->overlays.sync == manifest::Sync::not_needed) return reply;
    json page = json::array({json::parse(reply.body)});
    tell_sync(db, page);
    reply.body = page[0].dump();
    return reply;
}

Reply list_manifests(pqxx::work& db, const Call& call) {
    Query query{call.request};
    store::ManifestQuery wanted;
    wanted.state = query.text("state", 32);
    if (!wanted.state.empty() && !manifest::state_from_code(wanted.state))
        query.add("UNKNOWN_VALUE", "state", wanted.state);
    wanted.after = query.uuid("after");
    const auto limit = static_cast<int>(query.integer("limit", 1, 200, 50));
    wanted.limit = limit + 1;
    if (Faults faults = query.finish(); !faults.empty()) return unprocessable(std::move(faults));
    auto found = store::list_manifests(db, wanted);
    json body{{"items", json::array()}, {"next", nullptr}};
    if (found.size() > static_cast<std::size_t>(limit)) {
        found.pop_back();
        body["next"] = found.back().id.text;
    }
    for (const auto& one : found) body["items"].push_back(told(one, call.caller));
    tell_sync(db, body["items"]);
    return json_reply(body);
}

}  // namespace liuhen::server::http
