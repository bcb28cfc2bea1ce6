#include "geofence/detect/jumps.hpp"

#include <algorithm>

namespace liuhen::geofence {
namespace {

constexpr int settled_fixes = 10;       // of a track that a jump may be held against
constexpr double returned_share = 0.5;  // nearer than this share of the jump to its start: a return
constexpr double over_s = 600;          // a jump is over, and another place forgotten
constexpr int elsewhere_fixes = 4;

}  // namespace

void Jumps::jump(const Fix& from, const Fix& to, Metres beyond_reach) {
    if (settled_ >= settled_fixes) jump_ = Jump{from, to, beyond_reach.value};
    settled_ = 0;
}

void Jumps::doubt(const Fix& fix, const Fix& last, const RuleSet& rules) {
    const double apart = flat_distance(fix.where, last.where).value;
    if (apart < rules.two_places.value) return;
    const auto agrees = [&](const Elsewhere& other) {
        const double step = flat_distance(other.last.where, fix.where).value;
        const double passed = seconds_between(other.last.at, fix.at);
        return passed < over_s &&
               step <= rules.impossible.value * passed + rules.outlier_allowance.value;
    };
    if (!elsewhere_ || !agrees(*elsewhere_)) {
        elsewhere_ = Elsewhere{fix, fix, 1, apart};
        return;
    }
    elsewhere_->last = fix;
    elsewhere_->metres = apart;
    ++elsewhere_->fixes;
}

Episodes Jumps::see(const Moment& moment, const Trip& trip, Findings& found, Troubles& troubles) {
    const Fix& fix = moment.fix;
    const RuleSet& rules = *trip.rules;
    Episodes ended;
    const auto release = [&](Cause cause) {
        Episodes over = troubles.release(cause, fix.at);
        ended.insert(ended.end(), over.begin(), over.end());
    };
    ++settled_;
    if (jump_) {
        const double since = seconds_between(jump_->to.at, fix.at);
        const double back = flat_distance(jump_->from.where, fix.where).value;
        const bool returned = back < returned_share * jump_->metres;
        if (returned || since > over_s) {
            jump_.reset();
            release(Cause::jumped);
        } else if (since >= seconds(rules.jump_stands)) {
            found.push_back({Sign::jumped, fix.at, jump_->metres});
            if (jump_->metres >= rules.jump.value) {
                troubles.hold(Cause::jumped, jump_->from.at, fix,
                              {{.name = "jumped_m",
                                .value = jump_->metres,
                                .limit = rules.jump.value,
                                .share = 1}});
            }
        }
    }
    if (!elsewhere_) return ended;
    const double lasted = seconds_between(elsewhere_->first.at, elsewhere_->last.at);
    if (seconds_between(elsewhere_->last.at, fix.at) > over_s) {
        elsewhere_.reset();
        release(Cause::two_places);
    } else if (elsewhere_->fixes >= elsewhere_fixes && lasted >= seconds(rules.two_places_last)) {
        found.push_back({Sign::jumped, fix.at, elsewhere_->metres});
        troubles.hold(Cause::two_places, elsewhere_->first.at, fix,
                      {{.name = "apart_m",
                        .value = elsewhere_->metres,
                        .limit = rules.two_places.value,
                        .share = 1},
                       {.name = "fixes_elsewhere",
                        .value = static_cast<double>(elsewhere_->fixes),
                        .limit = elsewhere_fixes,
                        .share = 0}});
    }
    return ended;
}

}  // namespace liuhen::geofence
