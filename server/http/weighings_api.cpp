// One truck weighed for several manifests, and the due times of manifests.
#include "manifest/weights.hpp"
#include "server/crypto.hpp"
#include "server/desk.hpp"
#include "server/http/api.hpp"
#include "server/http/body.hpp"
#include "server/http/problem.hpp"
#include "server/http/query.hpp"
#include "server/json/event_parts.hpp"
#include "server/json/fields.hpp"
#include "server/json/manifest_json.hpp"
#include "server/store/due_times.hpp"
#include "server/store/manifests.hpp"

#include <nlohmann/json.hpp>
#include <pqxx/pqxx>

#include <algorithm>
#include <map>

namespace liuhen::server::http {
namespace {

using manifest::Manifest;
using nlohmann::json;

constexpr std::size_t most_manifests = 20;  ///< of one truck

/// What was read of the truck on the scale.
struct Reading {
    std::optional<Instant> at;
    manifest::WeighIn weighing;
    std::vector<std::string> ids;  ///< in the caller's order
};

// Each fault is named by its own place, whatever stands wrong before it.
std::vector<std::string> read_manifests(Fields& form) {
    std::vector<std::string> ids;
    const json* const named = form.array("manifests", most_manifests, Need::required);
    for (std::size_t i = 0; named != nullptr && i < named->size(); ++i) {
        const auto at = pointer_to(form.pointer("manifests"), i);
        auto id = sound_text(named->at(i), {36, 36}, at, form.faults());
        if (!id) continue;
        std::ranges::transform(*id, id->begin(), [](char c) {
            return c >= 'A' && c <= 'F' ? static_cast<char>(c + 32) : c;
        });
        if (!is_uuid(*id)) form.faults().push_back(fault("NOT_A_UUID", at, *id));
        if (std::ranges::find(ids, *id) != ids.end())
            form.faults().push_back(fault("DUPLICATE", at, *id));
        ids.push_back(*std::move(id));
    }
    return ids;
}

Reading read_weighing(Fields& form) {
    Reading reading;
    reading.at = form.instant("at");
    reading.weighing.gross_g = form.weight("gross", Need::required);
    reading.weighing.tare_g = form.weight("tare", Need::required);
    reading.weighing.net_g = form.weight("net");
    reading.weighing.scale = form.text("scale", {1, 40});
    events::read_weighing_proof(form, reading.weighing);
    reading.ids = read_manifests(form);
    if (reading.ids.empty() && form.faults().empty()) form.add("TOO_SHORT", "manifests");
    form.finish();
    return reading;
}

/// Locked in the order of their ids, so that two weighings never wait for each other.
std::map<std::string, Manifest> lock_all(pqxx::work& db, std::vector<std::string> ids) {
    std::ranges::sort(ids);
    std::map<std::string, Manifest> found;
    for (const auto& id : ids) {
        if (auto one = store::lock_manifest(db, {id})) found.emplace(id, *std::move(one));
    }
    return found;
}

/// Manifests that are not there, not loaded by weight, or not on the same truck as the first.
Faults fellowship_faults(const Reading& reading, const std::map<std::string, Manifest>& found) {
    Faults faults;
    const manifest::Leg* truck = nullptr;
    for (std::size_t i = 0; i < reading.ids.size(); ++i) {
        const auto at = pointer_to("/manifests", i);
        const auto one = found.find(reading.ids[i]);
        if (one == found.end()) {
            faults.push_back(fault("UNKNOWN_REFERENCE", at, reading.ids[i]));
            continue;
        }
        const auto sent = total(one->second, &manifest::WasteLine::sent_g);
        const manifest::Leg* leg = current_leg(one->second);
        if (!sent || sent->value <= 0 || leg == nullptr) {
            faults.push_back(fault("NOT_LOADED", at, reading.ids[i]));
            continue;
        }
        if (truck == nullptr) truck = leg;
        if (leg->vehicle != truck->vehicle)
            faults.push_back(fault("ANOTHER_VEHICLE", at, leg->plate));
    }
    return faults;
}

/// The net, shared by sent weight; nothing while the readings make no sense, which the first
/// manifest's own refusal then says.
std::vector<Grams> shares_of(const Reading& reading, const std::map<std::string, Manifest>& found) {
    const Grams net = *reading.weighing.gross_g - *reading.weighing.tare_g;
    if (net.value <= 0) return {};
    std::vector<Grams> sent;
    for (const auto& id : reading.ids)
        sent.push_back(*total(found.at(id), &manifest::WasteLine::sent_g));
    return manifest::share_out(net, sent);
}

json warnings_of(const std::vector<manifest::Warning>& warnings) {
    json all = json::array();
    for (const auto& one : warnings) {
        all.push_back({{"code", one.code},
                       {"pointer", one.pointer},
                       {"message", one.message_en},
                       {"message_zh", one.message_zh}});
    }
    return all;
}

Reply denied(const Denial& denial) {
    if (const auto* refusals = std::get_if<manifest::Refusals>(&denial)) return refuse(*refusals);
    return refuse(404, "NOT_FOUND");
}

}  // namespace

Reply add_weighing(pqxx::work& db, const Call& call) {
    const auto body = read_body(call.request);
    if (!body) return body.error();
    Faults faults;
    Fields form{*body, "", faults};
    const auto reading = read_weighing(form);
    if (!faults.empty()) return unprocessable(std::move(faults));
    const auto found = lock_all(db, reading.ids);
    faults = fellowship_faults(reading, found);
    if (!faults.empty()) return unprocessable(std::move(faults));
    const auto shares = shares_of(reading, found);
    const Signer signer{call.caller.token_id, call.caller.person, call.request.peer,
                        call.caller.delegate.text};
    json answer{{"items", json::array()}};
    std::vector<FollowUp> follow_ups;
    for (std::size_t i = 0; i < reading.ids.size(); ++i) {
        auto weighing = reading.weighing;
        if (!shares.empty()) weighing.share_g = shares[i];
        manifest::Request request{
            manifest::Event::weigh_in,
            {call.caller.role, call.caller.party, call.caller.account, call.caller.division},
            reading.at.value_or(call.now),
            std::nullopt,
            std::move(weighing)};
        const auto acted =
            act(db, {reading.ids[i]}, std::move(request), signer, body->dump(), call.now);
        if (!acted) return denied(acted.error());
        answer["items"].push_back(
            {{"manifest", to_json(acted->manifest)}, {"warnings", warnings_of(acted->warnings)}});
        follow_ups.push_back({FollowUp::What::manifest_changed, reading.ids[i]});
    }
    Reply reply = json_reply(answer, 201);
    reply.follow_ups = std::move(follow_ups);
    return reply;
}

Reply list_due_times(pqxx::work& db, const Call& call) {
    Query query{call.request};
    store::DueQuery wanted;
    wanted.manifest = query.uuid("manifest");
    wanted.passed_only = query.integer("passed", 0, 1, 0) == 1;
    wanted.ended_too = query.integer("ended", 0, 1, 0) == 1;
    wanted.after = query.text("after", 120);
    const auto limit = static_cast<int>(query.integer("limit", 1, 200, 50));
    wanted.limit = limit + 1;
    if (Faults faults = query.finish(); !faults.empty()) return unprocessable(std::move(faults));
    auto found = store::list_due_times(db, wanted);
    json body{{"items", json::array()}, {"next", nullptr}};
    if (found.size() > static_cast<std::size_t>(limit)) {
        found.pop_back();
        body["next"] = found.back().at("cursor");
    }
    for (json& one : found) {
        one.erase("cursor");
        body["items"].push_back(std::move(one));
    }
    return json_reply(body);
}

}  // namespace liuhen::server::http
