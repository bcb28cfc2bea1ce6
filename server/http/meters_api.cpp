#include "server/http/meters_api.hpp"

#include "manifest/papers.hpp"
#include "manifest/weights.hpp"
#include "server/crypto.hpp"
#include "server/days.hpp"
#include "server/http/body.hpp"
#include "server/http/problem.hpp"
#include "server/http/rates.hpp"
#include "server/json/fields.hpp"
#include "server/store/manifests.hpp"
#include "server/store/meter_entries.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>

namespace liuhen::server::http {
namespace {

using manifest::Manifest;
using nlohmann::json;
using store::MeterEntry;
using store::PipeEnd;

constexpr int corrections_a_day = 20;
constexpr int entries_a_day = 200;  // a line's day is one: ten days of twenty lines
constexpr std::chrono::hours one_day{24};

MeterEntry read_entry(Fields& form) {
    MeterEntry entry;
    entry.line_no = static_cast<std::uint8_t>(form.integer("line_no", 1, 20).value_or(1));
    entry.weight = form.weight("amount", Need::required).value_or(Grams{});
    entry.meter = form.text("meter", {1, 40}, Need::required);
    entry.reason = form.text("reason", {5, 500});
    const std::string day = form.text("day", {10, 10}, Need::required);
    const auto parsed = parse_day(day);
    if (!day.empty() && !parsed) form.add("NOT_A_DATE", "day", day);
    entry.day = parsed.value_or(std::chrono::sys_days{});
    form.finish();
    return entry;
}

// The first of both days is that of the pipe's acceptance, the last is today.
void check_day(const Manifest& manifest, const MeterEntry& entry, Instant now, Faults& faults) {
    const manifest::Leg* leg = current_leg(manifest);
    const bool early =
        leg != nullptr && leg->assigned_at && entry.day < manifest::civil_day(*leg->assigned_at);
    if (early || entry.day > manifest::civil_day(now))
        faults.push_back(fault("OUT_OF_RANGE", "/day", to_text(entry.day)));
    if (std::ranges::find(manifest.lines, entry.line_no, &manifest::WasteLine::line_no) ==
        manifest.lines.end())
        faults.push_back(fault("UNKNOWN_REFERENCE", "/line_no", std::to_string(entry.line_no)));
}

// The producer's end is open until its load is signed, the receiver's until it is weighed in.
bool is_open(const Manifest& manifest, PipeEnd end) {
    using manifest::State;
    constexpr manifest::EnumSet<State> flowing{State::carrier_assigned, State::loaded,
                                               State::in_transit, State::arrived};
    if (!flowing.has(manifest.state)) return false;
    return end == PipeEnd::out ? !manifest.weigh_out : !manifest.weigh_in;
}

/// One day of one line at both ends.
struct Pair {
    const MeterEntry* out = nullptr;
    const MeterEntry* in = nullptr;
};
std::map<std::pair<std::chrono::sys_days, std::uint8_t>, Pair> paired(
    const std::vector<MeterEntry>& entries) {
    std::map<std::pair<std::chrono::sys_days, std::uint8_t>, Pair> pairs;
    for (const auto& one : entries) {
        auto& pair = pairs[{one.day, one.line_no}];
        (one.end == PipeEnd::out ? pair.out : pair.in) = &one;
    }
    return pairs;
}

std::optional<manifest::Deviation> deviation_of(const Pair& pair) {
    if (pair.out == nullptr || pair.in == nullptr) return std::nullopt;
    if (pair.out->weight.value <= 0) {  // of nothing there is no per cent
        const auto arrived = pair.in->weight;
        return manifest::Deviation{arrived, 0, arrived > manifest::truck_scale_floor, false};
    }
    return manifest::deviation({pair.out->weight, {}}, {pair.in->weight, {}},
                               manifest::truck_scale_floor);
}

// An entry that makes the ends differ goes to the inboxes of others.
std::optional<Reply> too_many(pqxx::work& db, const Call& call, PipeEnd end,
                              store::EntryKind kind) {
    const bool correcting = kind == store::EntryKind::correction;
    const auto made =
        store::entries_since(db, ManifestId{call.place("id")}, end, kind, call.now - one_day);
    if (made.count < (correcting ? corrections_a_day : entries_a_day)) return std::nullopt;
    const auto wait = std::chrono::ceil<std::chrono::seconds>(made.oldest + one_day - call.now);
    if (correcting)
        return slow_down("TOO_MANY_CORRECTIONS",
                         "Twenty days of this pipe were corrected at your end within 24 hours.",
                         wait);
    return slow_down("TOO_MANY_ENTRIES",
                     "Two hundred days of this pipe were entered at your end within 24 hours.",
                     wait);
}

json shown(const MeterEntry& entry) {
    json one{{"amount_g", entry.weight.value},
             {"meter", entry.meter},
             {"person", entry.person},
             {"revision", entry.revision},
             {"recorded_at", to_iso(entry.recorded_at)}};
    if (!entry.reason.empty()) one["reason"] = entry.reason;
    return one;
}

json shown(std::chrono::sys_days day, std::uint8_t line_no, const Pair& pair) {
    json one{{"day", to_text(day)}, {"line_no", line_no}};
    if (pair.out != nullptr) one["out"] = shown(*pair.out);
    if (pair.in != nullptr) one["in"] = shown(*pair.in);
    if (const auto found = deviation_of(pair)) {
        one["difference_g"] = found->delta.value;
        one["differs"] = found->worth_a_warning || found->significant;
    }
    return one;
}

json warning_of(const MeterEntry& entry) {
    return {{"code", "METERS_DIFFER"},
            {"pointer", "/amount_g"},
            {"message", "the ends of the pipe differ by more than 3 % on " + to_text(entry.day)},
            {"message_zh", "当日管道两端计量相差超过3%"}};
}

}  // namespace

Reply add_meter_entry(pqxx::work& db, const Call& call) {
    const auto body = read_body(call.request);
    if (!body) return body.error();
    Faults faults;
    Fields form{*body, "", faults};
    MeterEntry entry = read_entry(form);
    if (!faults.empty()) return unprocessable(std::move(faults));
    const ManifestId id{call.place("id")};
    const auto about = is_uuid(id.text) ? store::lock_manifest(db, id) : std::nullopt;
    if (!about) return refuse(404, "NOT_FOUND");
    const bool producing = call.caller.role == manifest::Role::producer;
    entry.end = producing ? PipeEnd::out : PipeEnd::in;
    if (about->kind != manifest::Kind::pipe)
        return refuse(409, "NOT_BY_PIPE", "Daily entries are for waste in a pipe.");
    if (!is_open(*about, entry.end))
        return refuse(409, "ILLEGAL_STATE", "This end of the pipe is not open for entries.");
    check_day(*about, entry, call.now, faults);
    if (!faults.empty()) return unprocessable(std::move(faults));
    entry.revision = store::revisions_of(db, id, entry) + 1;
    if ((entry.revision > 1) == entry.reason.empty())
        return refuse(409, entry.revision > 1 ? "DUPLICATE" : "NOTHING_TO_CORRECT",
                      entry.revision > 1 ? "The day has been entered; a correction has a reason."
                                         : "The day has not been entered yet.");
    const auto kind = entry.revision > 1 ? store::EntryKind::correction : store::EntryKind::first;
    if (auto reply = too_many(db, call, entry.end, kind)) return *std::move(reply);
    entry.token_id = call.caller.token_id;
    entry.person = call.caller.person;
    entry.recorded_at = call.now;
    store::add_meter_entry(db, id, entry);
    const auto entries = store::meter_entries(db, id);
    const auto pair = paired(entries).at({entry.day, entry.line_no});
    json answer = shown(entry.day, entry.line_no, pair);
    answer["warnings"] = json::array();
    if (answer.value("differs", false)) {
        answer["warnings"].push_back(warning_of(entry));
        store::tell_of_difference(db, id, call.now);
    }
    return json_reply(answer, 201);
}

Reply list_meter_entries(pqxx::work& db, const Call& call) {
    const ManifestId id{call.place("id")};
    if (!is_uuid(id.text) || !store::find_manifest(db, id)) return refuse(404, "NOT_FOUND");
    const auto entries = store::meter_entries(db, id);
    json body{{"items", json::array()}, {"out_g", 0}, {"in_g", 0}, {"next", nullptr}};
    for (const auto& [key, pair] : paired(entries))
        body["items"].push_back(shown(key.first, key.second, pair));
    for (const auto& one : entries) {
        auto& sum = body[one.end == PipeEnd::out ? "out_g" : "in_g"];
        sum = sum.get<std::int64_t>() + one.weight.value;
    }
    return json_reply(body);
}

}  // namespace liuhen::server::http
