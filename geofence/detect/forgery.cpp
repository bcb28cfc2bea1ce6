#include "geofence/detect/forgery.hpp"

#include <algorithm>
#include <cmath>

namespace liuhen::geofence {
namespace {

constexpr double moving = 3;              // m/s
constexpr int repeated_fixes = 12;        // in a row
constexpr std::size_t points_apart = 30;  // between a point and its repetition

std::uint32_t hash_of(LatLon where) {
    constexpr double grid = 1e6;
    const auto lat = static_cast<std::uint64_t>(std::llround((where.lat + 90) * grid));
    const auto lon = static_cast<std::uint64_t>(std::llround((where.lon + 180) * grid));
    std::uint64_t mixed = (lat << 32U ^ lon) * 0x9E3779B97F4A7C15ULL;
    mixed ^= mixed >> 29U;
    return static_cast<std::uint32_t>(mixed * 0xBF58476D1CE4E5B9ULL >> 32U);
}

}  // namespace

bool Footprints::has(LatLon where, std::size_t apart) const {
    const std::uint32_t hash = hash_of(where);
    for (const auto& one : full_) {
        if (std::ranges::binary_search(*one, hash)) return true;
    }
    const std::size_t old = rest_.size() - std::min(rest_.size(), apart);
    const auto end = rest_.begin() + static_cast<std::ptrdiff_t>(old);
    return std::find(rest_.begin(), end, hash) != end;
}

void Footprints::add(LatLon where) {
    rest_.push_back(hash_of(where));
    if (rest_.size() < 2 * piece) return;
    const auto half = rest_.begin() + static_cast<std::ptrdiff_t>(piece);
    std::ranges::sort(rest_.begin(), half);
    full_.push_back(std::make_shared<const std::vector<std::uint32_t>>(rest_.begin(), half));
    rest_.erase(rest_.begin(), half);
    if (full_.size() > most_pieces) full_.erase(full_.begin());
}

void Forgery::judge_smoothness(const Moment& moment, Metres spread, const RuleSet& rules) {
    const Fix& fix = moment.fix;
    const double off = moment.route->off.value;
    const bool same_count = fix.satellites && fix.satellites == satellites_;
    const double least = std::min(least_off_, off), most = std::max(most_off_, off);
    satellites_ = fix.satellites;
    const bool goes_on = smooth_since_ && same_count && most - least <= spread.value &&
                         moment.step_s <= seconds(rules.smooth_step);
    if (!goes_on) {
        smooth_since_ = fix.satellites ? std::optional{fix.at} : std::nullopt;
        smooth_fixes_ = 1;
        smooth_m_ = 0;
        least_off_ = most_off_ = off;
        return;
    }
    least_off_ = least;
    most_off_ = most;
    ++smooth_fixes_;
    if (last_) smooth_m_ += flat_distance(*last_, fix.where).value;
}

Episodes Forgery::see(const Moment& moment, Metres grid_error, const Trip& trip, Findings& found,
                      Troubles& troubles) {
    const Fix& fix = moment.fix;
    const RuleSet& rules = *trip.rules;
    if (fix.speed.value < moving || !moment.route) return {};
    if (last_ == fix.where) return {};
    const Metres spread = rules.smooth_spread + grid_error;
    judge_smoothness(moment, spread, rules);
    Episodes ended;
    const double smooth = smooth_since_ ? seconds_between(*smooth_since_, fix.at) : 0;
    const bool is_smooth = smooth >= seconds(rules.smooth) && smooth_fixes_ >= rules.smooth_fixes &&
                           smooth_m_ >= rules.smooth_length.value;
    if (is_smooth) {
        found.push_back({Sign::too_smooth, fix.at, smooth});
        troubles.hold(
            Cause::too_smooth, *smooth_since_, fix,
            {{.name = "smooth_s", .value = smooth, .limit = seconds(rules.smooth), .share = 1},
             {.name = "spread_m",
              .value = most_off_ - least_off_,
              .limit = spread.value,
              .share = 0},
             {.name = "smooth_m",
              .value = smooth_m_,
              .limit = rules.smooth_length.value,
              .share = 0}});
    } else {
        ended = troubles.release(Cause::too_smooth, fix.at);
    }
    if (footprints_.has(fix.where, points_apart)) {
        if (repeats_++ == 0) repeats_since_ = fix.at;
    } else {
        repeats_ = 0;
        Episodes over = troubles.release(Cause::repeated, fix.at);
        ended.insert(ended.end(), over.begin(), over.end());
    }
    footprints_.add(fix.where);
    last_ = fix.where;
    if (repeats_ < repeated_fixes) return ended;
    const double repeated = seconds_between(*repeats_since_, fix.at);
    found.push_back({Sign::too_smooth, fix.at, repeated});
    troubles.hold(Cause::repeated, *repeats_since_, fix,
                  {{.name = "repeated_fixes",
                    .value = static_cast<double>(repeats_),
                    .limit = repeated_fixes,
                    .share = 1}});
    return ended;
}

}  // namespace liuhen::geofence
