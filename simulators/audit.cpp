#include "simulators/audit.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>
#include <stdexcept>

namespace liuhen::simulators {
namespace {

constexpr Duration margin = std::chrono::minutes{1};

void audit_track(Stage& stage, const Truck& truck, const std::vector<Instant>& track) {
    std::map<Instant, std::size_t> stored;
    for (const Instant at : track) ++stored[at];
    std::size_t missing = 0;
    std::size_t repeated = 0;
    Instant example{};
    for (const Instant at : truck.terminal().tally().acked) {
        const auto found = stored.find(at);
        const std::size_t times = found == stored.end() ? 0 : found->second;
        if (times == 1) continue;
        ++(times == 0 ? missing : repeated);
        example = at;
    }
    if (missing + repeated == 0) return;
    stage.complain(
        fmt::format("{}: {} acknowledged points are not stored, {} more than once "
                    "(such as {})",
                    truck.plan().plate, missing, repeated, to_iso(example)));
}

std::set<std::string> standing_kinds(const AlertLog& log, const std::string& plate, Instant since) {
    std::set<std::string> kinds;
    for (const auto& [alert, seen] : log.alerts()) {
        if (seen.plate == plate && seen.type != "withdrawn" && seen.detected_at >= since) {
            kinds.insert(seen.kind);
        }
    }
    return kinds;
}

bool contains(const std::vector<std::string>& kinds, const std::string& kind) {
    return std::ranges::find(kinds, kind) != kinds.end();
}

}  // namespace

std::vector<Instant> times_in_track(const json& track) {
    std::vector<Instant> times;
    for (const json& feature : track.at("features")) {
        for (const json& text : feature.at("properties").at("coordTimes")) {
            const auto at = parse_iso(text.get<std::string>());
            if (!at) throw std::runtime_error{"a track holds " + text.dump() + " as a time"};
            times.push_back(*at);
        }
    }
    return times;
}

awaitable<std::vector<Instant>> read_track(Api police, std::string target) {
    std::vector<Instant> times;
    while (!target.empty()) {
        const json page = co_await police.get(std::move(target));
        const auto more = times_in_track(page);
        times.insert(times.end(), more.begin(), more.end());
        target = page.at("next").is_string() ? page["next"].get<std::string>() : "";
    }
    co_return times;
}

awaitable<void> audit_tracks(Stage& stage, const std::vector<std::unique_ptr<Truck>>& trucks,
                             Instant from, Instant until) {
    for (const auto& truck : trucks) {
        if (truck->terminal().tally().acked.empty()) continue;
        const std::string target = fmt::format("/v1/vehicles/{}/track?limit=20000&from={}&to={}",
                                               stage.fleet.trucks.at(truck->plan().key).vehicle,
                                               to_iso(from - margin), to_iso(until + margin));
        const auto times = co_await read_track(*stage.fleet.police, target);
        audit_track(stage, *truck, times);
    }
}

void audit_alerts(Stage& stage, const std::vector<std::unique_ptr<Truck>>& trucks,
                  const AlertLog& log, Instant since) {
    for (const std::string& fault : log.faults()) stage.complain(fault);
    for (const auto& truck : trucks) {
        const TruckPlan& plan = truck->plan();
        const auto kinds = standing_kinds(log, plan.plate, since);
        for (const std::string& kind : kinds) {
            if (contains(plan.expects, kind) || contains(plan.allows, kind)) continue;
            stage.complain(fmt::format("{} ({}) raised {}, which nothing it did explains",
                                       plan.plate, plan.key, kind));
        }
        if (truck->laps_done() == 0) continue;
        for (const std::string& kind : plan.expects) {
            if (kinds.contains(kind)) continue;
            stage.complain(fmt::format("{} ({}) raised no {}", plan.plate, plan.key, kind));
        }
    }
}

}  // namespace liuhen::simulators
