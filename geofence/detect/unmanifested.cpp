#include "geofence/detect/unmanifested.hpp"

#include <algorithm>
#include <array>

namespace liuhen::geofence {
namespace {

constexpr std::size_t most_locks = 4;  // sealings kept as evidence
constexpr std::array ending_kinds{SiteKind::producer, SiteKind::receiver, SiteKind::storage,
                                  SiteKind::yard};

bool is_covered(Instant at, const Trip& trip) {
    return std::ranges::any_of(trip.covered,
                               [at](const Interval& time) { return time.contains(at); });
}

/// The site of one of the kinds that contains the moment.
template <class Kinds>
const Site* site_of(const Moment& moment, const Kinds& kinds) {
    for (const Presence& presence : moment.nearby) {
        if (presence.distance > Metres{0}) continue;
        if (std::ranges::find(kinds, presence.site->kind) != std::end(kinds)) return presence.site;
    }
    return nullptr;
}

}  // namespace

Episodes Unmanifested::see(const Moment& moment, const Trip& trip) {
    if (open_) return follow(moment, trip);
    visit(moment, trip);
    if (producer_ != nullptr) leave(moment, trip);
    return {};
}

void Unmanifested::hear(const LockEvent& event) {
    if (open_ || producer_ == nullptr || event.action != LockAction::sealed) return;
    if (sealed_.size() < most_locks) sealed_.push_back(event);
}

void Unmanifested::visit(const Moment& moment, const Trip&) {
    const Site* here = site_of(moment, std::array{SiteKind::producer});
    if (here == nullptr || here == producer_) return;
    *this = Unmanifested{};
    producer_ = here;
    stayed_s_ = -moment.step_s;  // the step that led in is no stay
}

void Unmanifested::leave(const Moment& moment, const Trip& trip) {
    const RuleSet& rules = *trip.rules;
    const Metres distance = producer_->shape.signed_distance(moment.fix.where);
    if (distance <= producer_->hysteresis) {
        stayed_s_ += std::min(moment.step_s, seconds(rules.stop_step_cap));
        stayed_s_ = std::max(stayed_s_, 0.0);
        outside_ = 0;
        track_ = Track{};
        return;
    }
    if (outside_++ == 0) first_outside_ = moment.fix;
    track_.add(moment.fix);
    if (outside_ < rules.departure_fixes) return;
    const Instant left = first_outside_.at;
    if (is_covered(left, trip) || !looks_loaded(moment.fix, rules)) {
        *this = Unmanifested{};
        return;
    }
    load_ = moment.fix.load;
    open_ = OpenEpisode{
        .kind = Kind::trip_without_manifest, .grade = 0, .since = left, .shown = nullptr};
    open_->show(moment.fix.at, 2, evidence(moment.fix.at, trip));
}

bool Unmanifested::looks_loaded(const Fix& fix, const RuleSet& rules) const {
    return stayed_s_ >= seconds(rules.loading_stay) || fix.load == Load::half ||
           fix.load == Load::full || !sealed_.empty();
}

Episodes Unmanifested::follow(const Moment& moment, const Trip& trip) {
    const Instant at = moment.fix.at;
    const bool back = site_of(moment, ending_kinds) != nullptr;
    arrived_ = back ? arrived_ + 1 : 0;
    if (arrived_ < 2 && !is_covered(at, trip)) {
        track_.add(moment.fix);
        if (open_->is_due(at, 2)) open_->show(at, 2, evidence(at, trip));
        return {};
    }
    Episodes ended{open_->closed(at, evidence(at, trip))};
    *this = Unmanifested{};
    visit(moment, trip);
    return ended;
}

Evidence Unmanifested::evidence(Instant at, const Trip& trip) const {
    const RuleSet& rules = *trip.rules;
    const bool by_stay = stayed_s_ >= seconds(rules.loading_stay);
    const bool by_load = load_ == Load::half || load_ == Load::full;
    const double reasons = (by_stay ? 1 : 0) + (by_load ? 1 : 0) + (sealed_.empty() ? 0 : 1);
    Evidence evidence;
    evidence.path = track_.path();
    evidence.fixes_total = track_.total();
    evidence.locks = sealed_;
    evidence.terms = {{.name = "stayed_s",
                       .value = stayed_s_,
                       .limit = seconds(rules.loading_stay),
                       .share = by_stay ? 1 / reasons : 0},
                      {.name = "gone_s",
                       .value = seconds_between(first_outside_.at, at),
                       .limit = 0,
                       .share = 0}};
    if (by_load) {
        evidence.terms.push_back(
            {.name = "device_says_loaded", .value = 1, .limit = 1, .share = 1 / reasons});
    }
    if (!sealed_.empty()) {
        evidence.terms.push_back(
            {.name = "lock_sealed_inside", .value = 1, .limit = 1, .share = 1 / reasons});
    }
    evidence.where = first_outside_.where;
    evidence.place = producer_->name;
    evidence.would_clear = "A load signed for this vehicle before it left the producer.";
    return evidence;
}

}  // namespace liuhen::geofence
