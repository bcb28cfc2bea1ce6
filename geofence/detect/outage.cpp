#include "geofence/detect/outage.hpp"

#include <algorithm>

namespace liuhen::geofence {
namespace {

constexpr double portal_m = 400;         // fixes fail this far before a tunnel, and come back after
constexpr double slowest_in_tunnel = 3;  // m/s
constexpr double portal_s = 120;         // granted beside the way through
constexpr int blind_reports = 3;

double lasted(const std::optional<Instant>& since, Instant at) {
    return since ? seconds_between(*since, at) : 0;
}

}  // namespace

bool passes_tunnel(const Corridor& corridor, Metres from, std::optional<Metres> to,
                   double seconds) {
    double under_ground = 0;
    for (const Tunnel& tunnel : corridor.tunnels()) {
        const double reach = to ? std::max(from.value, to->value) : from.value;
        const double back = to ? std::min(from.value, to->value) : from.value;
        if (tunnel.from.value > reach + portal_m || tunnel.to.value < back - portal_m) continue;
        under_ground += (tunnel.to - tunnel.from).value;
    }
    return under_ground > 0 &&
           seconds <= (under_ground + 2 * portal_m) / slowest_in_tunnel + portal_s;
}

void Outage::Lasting::see(bool set, Instant at) {
    constexpr int clear_reports = 2;
    if (!set) {
        was_clear = true;
        if (++clear >= clear_reports) since.reset();
        return;
    }
    clear = 0;
    if (was_clear && !since) since = at;
}

bool Outage::may_be_in_tunnel(Instant at, const Trip& trip) const {
    return last_ && along_ && trip.corridor &&
           passes_tunnel(*trip.corridor, *along_, std::nullopt, seconds_between(last_->at, at));
}

Episodes Outage::judge_bits(const Fix& fix, const Trip& trip, Findings& found, Troubles& troubles) {
    struct Row {
        Lasting& lasting;
        bool set;
        Cause cause;
    };
    const Signals& says = fix.signals;
    const bool antenna = says.has(Signal::antenna_missing) || says.has(Signal::antenna_short);
    const RuleSet& rules = *trip.rules;
    Episodes ended;
    for (const Row& row : {Row{power_, says.has(Signal::power_cut), Cause::power_cut},
                           Row{antenna_, antenna, Cause::antenna},
                           Row{receiver_, says.has(Signal::gnss_fault), Cause::receiver}}) {
        row.lasting.see(row.set, fix.at);
        if (!row.lasting.since) {
            Episodes over = troubles.release(row.cause, fix.at);
            ended.insert(ended.end(), over.begin(), over.end());
            continue;
        }
        const double held = lasted(row.lasting.since, fix.at);
        if (held < seconds(rules.fault_lasts)) continue;
        troubles.hold(
            row.cause, *row.lasting.since, fix,
            {{.name = "fault_s", .value = held, .limit = seconds(rules.fault_lasts), .share = 1}});
    }
    if (power_.since) found.push_back({Sign::power_cut, fix.at, lasted(power_.since, fix.at)});
    interference_.see(says.has(Signal::jammed), fix.at);
    if (interference_.since)
        found.push_back({Sign::jammed, fix.at, lasted(interference_.since, fix.at)});
    return ended;
}

Episodes Outage::see(const Moment& moment, const Trip& trip, Findings& found, Troubles& troubles) {
    const RuleSet& rules = *trip.rules;
    const Fix& fix = moment.fix;
    Episodes ended = troubles.release(Cause::jammed, fix.at);
    const double gap = last_ ? seconds_between(last_->at, fix.at) : 0;
    const bool rested = rested_ && moment.stops_allowed;
    const bool in_tunnel = along_ && moment.route && trip.corridor &&
                           passes_tunnel(*trip.corridor, *along_, moment.route->along, gap);
    if (last_ && !rested && !in_tunnel) {
        const bool jammed = without_satellites_ >= blind_reports && gap >= seconds(rules.jammed);
        if (jammed) {
            found.push_back({Sign::jammed, fix.at, gap});
        } else if (gap >= seconds(rules.silent_sign)) {
            found.push_back({Sign::silent, fix.at, gap});
        }
    }
    Episodes over = judge_bits(fix, trip, found, troubles);
    ended.insert(ended.end(), over.begin(), over.end());
    last_ = fix;
    along_ = moment.route ? std::optional{moment.route->along} : std::nullopt;
    rested_ = moment.stops_allowed;
    blind_ = without_satellites_ = 0;
    return ended;
}

Episodes Outage::hear(const Fix& blind, bool under_way, const Trip& trip, Findings& found,
                      Troubles& troubles) {
    if (!under_way) return {};
    Episodes ended = judge_bits(blind, trip, found, troubles);
    ++blind_;
    const bool dark = blind.satellites.value_or(1) == 0 || blind.signals.has(Signal::jammed);
    if (dark) ++without_satellites_;
    if (!last_ || rested_ || may_be_in_tunnel(blind.at, trip)) return ended;
    const RuleSet& rules = *trip.rules;
    const double gone = seconds_between(last_->at, blind.at);
    if (without_satellites_ < blind_reports || gone < seconds(rules.jammed)) return ended;
    found.push_back({Sign::jammed, blind.at, gone});
    Fix shown = blind;
    shown.where = last_->where;  // where it was last seen
    troubles.hold(Cause::jammed, last_->at, shown,
                  {{.name = "jammed_s", .value = gone, .limit = seconds(rules.jammed), .share = 1},
                   {.name = "reports_without_position",
                    .value = static_cast<double>(blind_),
                    .limit = 0,
                    .share = 0}});
    return ended;
}

}  // namespace liuhen::geofence
