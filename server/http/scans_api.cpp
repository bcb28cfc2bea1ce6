// Labels that were read at a manifest's containers, and what is wrong with them.
#include "manifest/children.hpp"
#include "manifest/guards.hpp"
#include "server/crypto.hpp"
#include "server/http/body.hpp"
#include "server/http/containers_api.hpp"
#include "server/http/problem.hpp"
#include "server/json/container_json.hpp"
#include "server/json/event_parts.hpp"
#include "server/json/fields.hpp"
#include "server/scan_watch.hpp"
#include "server/store/manifests.hpp"
#include "server/store/scans.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <array>

namespace liuhen::server::http {
namespace {

using namespace manifest::custody;
using manifest::Manifest;
using manifest::Role;
using nlohmann::json;
using store::StoredScan;

constexpr std::size_t most_scans = 500;             ///< of one request
constexpr std::size_t most_scans_of_party = 5'000;  ///< of one manifest's containers
constexpr std::array<std::string_view, 5> symbologies{"QR", "DM", "CODE128", "RFID_EPC", "OTHER"};

StoredScan read_scan(Fields& form, const Call& call) {
    StoredScan one;
    one.id = uuid_v7(call.now);
    one.scan.tag = form.text("tag", {1, max_tag_length, Wording::name}, Need::required);
    one.scan.purpose = events::coded(form, "purpose", scan_purpose_from_code, Need::required)
                           .value_or(ScanPurpose::check);
    one.scan.leg_no = static_cast<std::uint8_t>(form.integer("leg_no", 1, 99).value_or(0));
    one.scan.at = form.instant("at").value_or(call.now);
    one.scan.taken_back = form.flag("taken_back", false);
    one.symbology = form.one_of("symbology", symbologies);
    one.device = form.text("device", {1, 40});
    one.where = events::point(form, "point");
    if (one.scan.at > call.now + manifest::guards::clock_tolerance)
        form.add("TIME_IN_FUTURE", "at", to_iso(one.scan.at));
    one.role = code(call.caller.role);
    one.party = call.caller.party;
    one.person = call.caller.person;
    form.finish();
    return one;
}

std::vector<StoredScan> read_scans(Fields& form, const Call& call) {
    std::vector<StoredScan> scans;
    const json* list = form.array("scans", most_scans, Need::required);
    for (std::size_t i = 0; list != nullptr && i < list->size(); ++i) {
        Fields one{list->at(i), pointer_to(form.pointer("scans"), i), form.faults()};
        scans.push_back(read_scan(one, call));
    }
    if (list != nullptr && list->empty()) form.add("TOO_SHORT", "scans");
    form.finish();
    return scans;
}

struct RightRow {
    ScanPurpose purpose;
    manifest::EnumSet<Role> roles;
};
// Who stands where: producer and crew at the loading, crews at a handover, the receiver's gate.
// What a caller is he is on this manifest.
constexpr RightRow rights[] = {
    {ScanPurpose::load, {Role::producer, Role::carrier, Role::driver}},
    {ScanPurpose::handover, {Role::carrier, Role::driver}},
    {ScanPurpose::arrive, {Role::receiver}},
    {ScanPurpose::check,
     {Role::producer, Role::carrier, Role::driver, Role::receiver, Role::regulator, Role::police}},
};

bool is_named(const Manifest& manifest, Role role, const PartyId& party) {
    const auto carries = [&party](const manifest::Leg& leg) { return leg.carrier.id == party; };
    if (role == Role::producer) return party == manifest.producer.id;
    if (role == Role::receiver) return party == manifest.receiver.id;
    return std::ranges::any_of(manifest.legs, carries);
}

bool may_scan(const Manifest& manifest, const Call& call, ScanPurpose purpose) {
    const auto* const row = std::ranges::find(rights, purpose, &RightRow::purpose);
    const auto& caller = call.caller;
    const bool at_own_gate = caller.role == Role::producer && purpose == ScanPurpose::arrive &&
                             manifest::takes_back_own(manifest);
    const Role role = at_own_gate ? Role::receiver : caller.role;
    if (!row->roles.has(role)) return false;
    // An authority is of no organisation; it sees the manifest.
    return caller.party.empty() || is_named(manifest, role, caller.party);
}

Faults scan_role_faults(const Manifest& manifest, const Call& call,
                        const std::vector<StoredScan>& scans) {
    Faults faults;
    for (std::size_t i = 0; i < scans.size(); ++i) {
        const auto purpose = scans[i].scan.purpose;
        if (!may_scan(manifest, call, purpose))
            faults.push_back(
                fault("SCAN_ROLE", pointer_to("/scans", i) + "/purpose", code(purpose)));
    }
    return faults;
}

// What arrives has been loaded.
bool after_loading(const Manifest& manifest, const Scan& scan) {
    if (scan.purpose != ScanPurpose::arrive) return true;
    const auto& loaded = manifest.legs.front().loaded_at;
    return loaded && scan.at >= *loaded - manifest::guards::clock_tolerance;
}

// A reading from before the carrier took the job, of a handover that nobody has filed, or of
// another one than was going on at its time.
Faults stage_faults(const Manifest& manifest, std::vector<StoredScan>& scans) {
    Faults faults;
    const auto begun = manifest.legs.front().assigned_at;
    for (std::size_t i = 0; i < scans.size(); ++i) {
        auto& scan = scans[i].scan;
        const auto at = pointer_to("/scans", i);
        if (begun && scan.at < *begun - manifest::guards::clock_tolerance)
            faults.push_back(fault("TIME_ORDER", at + "/at", to_iso(scan.at)));
        const auto said = scan.leg_no;
        if (!after_loading(manifest, scan))
            faults.push_back(fault("TIME_ORDER", at + "/at", to_iso(scan.at)));
        scan.leg_no = stage_leg(manifest, scan.purpose, scan.at);
        if (scan.leg_no == 0)
            faults.push_back(fault("NO_NEXT_LEG", at + "/purpose", code(scan.purpose)));
        else if (said != 0 && said != scan.leg_no)
            faults.push_back(fault("OUT_OF_RANGE", at + "/leg_no", std::to_string(said)));
    }
    return faults;
}

/// What stands of a scan at once: whether it was there before, and whose it is.
json shown(const Manifest& manifest, const StoredScan& scan, bool fresh) {
    const auto named = std::ranges::find_if(
        manifest.containers, [&scan](const auto& one) { return bears(one, scan.scan.tag); });
    json one = to_json(scan);
    one["repeated"] = !fresh;
    if (named != manifest.containers.end()) one["container"] = named->code;
    return one;
}

void add_stages(const std::vector<StageJudgement>& stages, json& body) {
    body["stages"] = json::array();
    for (const auto& stage : stages) body["stages"].push_back(to_json(stage));
}

std::optional<Manifest> manifest_of(pqxx::work& db, const Call& call) {
    const ManifestId id{call.place("id")};
    return is_uuid(id.text) ? store::find_manifest(db, id) : std::nullopt;
}

}  // namespace

Reply list_scans(pqxx::work& db, const Call& call) {
    const auto manifest = manifest_of(db, call);
    if (!manifest) return refuse(404, "NOT_FOUND");
    json body{{"items", json::array()}};
    for (const auto& scan : store::scans_of(db, manifest->id))
        body["items"].push_back(shown(*manifest, scan, true));
    add_stages(judge_stages(db, *manifest), body);
    body["raised"] = json::array();
    for (const auto& one : store::raised_differences(db, manifest->id))
        body["raised"].push_back(to_json(one));
    return json_reply(body);
}

Reply add_scans(pqxx::work& db, const Call& call) {
    const auto body = read_body(call.request);
    if (!body) return body.error();
    Faults faults;
    Fields form{*body, "", faults};
    auto scans = read_scans(form, call);
    if (!faults.empty()) return unprocessable(std::move(faults));
    const auto manifest = manifest_of(db, call);
    if (!manifest) return refuse(404, "NOT_FOUND");
    faults = scan_role_faults(*manifest, call, scans);
    if (!faults.empty())
        return to_reply(
            {403, "SCAN_ROLE", "Another organisation scans there.", std::move(faults), {}, {}, {}});
    const auto* const leg = current_leg(*manifest);
    if (leg == nullptr || !leg->assigned_at)
        return refuse(409, "ILLEGAL_STATE", "No carrier has accepted the manifest yet.");
    faults = stage_faults(*manifest, scans);
    if (!faults.empty()) return unprocessable(std::move(faults));
    if (store::scans_by(db, manifest->id, call.caller.party) + scans.size() > most_scans_of_party)
        return unprocessable({fault("TOO_MANY", "/scans")});
    const store::Clerk by{call.caller.token_id, call.caller.person, call.now};
    const auto patterns = store::tag_patterns(db);
    json answer{{"items", json::array()}, {"warnings", json::array()}};
    for (std::size_t i = 0; i < scans.size(); ++i) {
        const bool fresh = store::add_scan(db, manifest->id, scans[i], by);
        answer["items"].push_back(shown(*manifest, scans[i], fresh));
        if (!answer["items"].back().contains("container") && !read_tag(patterns, scans[i].scan.tag))
            answer["warnings"].push_back(
                warning_json(fault("TAG_FORMAT_UNKNOWN", pointer_to("/scans", i) + "/tag")));
    }
    // Read again: with its scans in place no signature is under way, and one that was is known.
    const auto current = manifest_of(db, call);
    add_stages(raise_differences(db, current ? *current : *manifest, call.now), answer);
    return json_reply(answer, 201);
}

}  // namespace liuhen::server::http
