#include "geofence/detect/schedule.hpp"

#include <algorithm>

namespace liuhen::geofence {
namespace {

constexpr std::uint8_t overdue_grade = 3;
constexpr std::uint8_t wrong_grade = 1;
constexpr double near_destination_m = 1'000;  // waiting for its gate
constexpr double far_off_m = 1'000;           // from the destination: not waiting for it

double to_destination(LatLon where, const Trip& trip) {
    const Site* site = trip.places->find(trip.destination);
    return site == nullptr ? max_reach.value * 1e3 : site->shape.signed_distance(where).value;
}

}  // namespace

double Overdue::allowed_s(std::optional<Instant> departed, const Trip& trip) const {
    const RuleSet& rules = *trip.rules;
    const double unexplained = seconds(rules.overdue_unexplained);
    double most = seconds(rules.overdue_at_most);
    if (departed && *departed < *trip.due_at)
        most = std::min(most, seconds_between(*departed, *trip.due_at) / 2);
    return std::min(unexplained + explained_s_, std::max(most, unexplained));
}

void Overdue::see(const Moment& moment, std::optional<Instant> departed, const Trip& trip,
                  Findings& found) {
    if (!trip.due_at) return;
    const Fix& fix = moment.fix;
    const RuleSet& rules = *trip.rules;
    const bool waits =
        is_standing(moment.gait) && to_destination(fix.where, trip) <= near_destination_m;
    if (moment.queues || waits || moment.at_gate)
        explained_s_ += std::min(moment.step_s, seconds(rules.stop_step_cap));
    last_ = fix;
    const double late = seconds_between(*trip.due_at, fix.at);
    if (late <= 0) return;
    found.push_back({Sign::overdue, fix.at, late});
    allowed_s_ = allowed_s(departed, trip);
    if (!open_ && late > allowed_s_) {
        open_ = OpenEpisode{
            .kind = Kind::trip_overdue, .grade = 0, .since = *trip.due_at, .shown = nullptr};
    }
    if (open_ && open_->is_due(fix.at, overdue_grade))
        open_->show(fix.at, overdue_grade, evidence(late, allowed_s_, trip));
}

Episodes Overdue::end(Instant at, const Trip& trip) {
    Episodes ended;
    if (open_) {
        const double late = seconds_between(*trip.due_at, at);
        ended.push_back(open_->closed(at, evidence(late, allowed_s_, trip)));
    }
    open_.reset();
    return ended;
}

std::optional<Episode> Overdue::unseen(Instant now, std::optional<Instant> departed,
                                       const Trip& trip) const {
    if (open_ || !trip.due_at || !departed) return std::nullopt;
    const double allowed = allowed_s(departed, trip);
    const double late = seconds_between(*trip.due_at, now);
    if (late <= allowed) return std::nullopt;
    return Episode{.kind = Kind::trip_overdue,
                   .grade = overdue_grade,
                   .since = *trip.due_at,
                   .until = std::nullopt,
                   .evidence = as_published(evidence(allowed, allowed, trip))};
}

Evidence Overdue::evidence(double late_s, double allowed, const Trip& trip) const {
    Evidence evidence;
    if (last_) {
        evidence.path = {*last_};
        evidence.where = last_->where;
    }
    evidence.fixes_total = static_cast<std::uint32_t>(evidence.path.size());
    evidence.terms = {{.name = "late_s", .value = late_s, .limit = allowed, .share = 1},
                      {.name = "explained_s", .value = explained_s_, .limit = 0, .share = 0}};
    if (last_ && trip.places->find(trip.destination) != nullptr) {
        evidence.terms.push_back({.name = "to_destination_m",
                                  .value = to_destination(last_->where, trip),
                                  .limit = 0,
                                  .share = 0});
    }
    evidence.would_clear = "Arrival by the planned time, or a later plan.";
    return evidence;
}

const Site* WrongPlace::taker(const Moment& moment, const Trip& trip) const {
    for (const Presence& presence : moment.nearby) {
        const Site& site = *presence.site;
        const bool takes = site.kind == SiteKind::receiver || site.kind == SiteKind::storage ||
                           site.kind == SiteKind::yard;
        if (takes && presence.distance <= Metres{0} && site.id != trip.destination &&
            site.id != trip.origin)
            return &site;
    }
    return nullptr;
}

Episodes WrongPlace::see(const Moment& moment, const Signs& signs, const Trip& trip,
                         Findings& found) {
    const Fix& fix = moment.fix;
    const RuleSet& rules = *trip.rules;
    const Site* site = taker(moment, trip);
    const bool late =
        trip.due_at && seconds_between(*trip.due_at, fix.at) > seconds(rules.wrong_place_late);
    const bool strays = late && moment.is_off_corridor() && is_standing(moment.gait) &&
                        !moment.stops_allowed && to_destination(fix.where, trip) > far_off_m;
    const std::string id = site == nullptr ? "" : site->id.text;
    Episodes ended;
    if ((site == nullptr && !strays) || (since_ && id != site_id_)) ended = end(fix.at, trip);
    if (site == nullptr && !strays) return ended;
    if (!since_) {
        since_ = fix.at;
        first_ = fix;
        site_id_ = id;
        site_ = site == nullptr ? "" : site->name;
    } else {
        stayed_s_ += std::min(moment.step_s, seconds(rules.stop_step_cap));
    }
    last_ = fix;
    track_.add(fix);
    unloads_ = unloads_ || signs.unloads;
    const bool takes_waste = site != nullptr && site->kind != SiteKind::yard;
    if (takes_waste) found.push_back({Sign::wrong_place, fix.at, stayed_s_});
    // A yard that takes no waste is wrong with a sign of unloading only, or for a late truck.
    limit_s_ = seconds(unloads_ ? rules.wrong_place_unloading : rules.wrong_place_stay);
    const bool may_judge =
        unloads_ || strays || (takes_waste && !signs.can_tell) || (late && site != nullptr);
    if (!open_ && may_judge && stayed_s_ >= limit_s_) {
        open_ = OpenEpisode{
            .kind = Kind::wrong_destination, .grade = 0, .since = *since_, .shown = nullptr};
    }
    if (open_ && open_->is_due(fix.at, wrong_grade))
        open_->show(fix.at, wrong_grade, evidence(trip));
    return ended;
}

Episodes WrongPlace::end(Instant at, const Trip& trip) {
    Episodes ended;
    if (open_) ended.push_back(open_->closed(at, evidence(trip)));
    *this = WrongPlace{};
    return ended;
}

Evidence WrongPlace::evidence(const Trip& trip) const {
    Evidence evidence;
    evidence.path = track_.path();
    evidence.fixes_total = track_.total();
    evidence.where = first_->where;
    evidence.place = site_;
    evidence.terms = {
        {.name = "stayed_s", .value = stayed_s_, .limit = limit_s_, .share = unloads_ ? 0.5 : 1}};
    if (unloads_)
        evidence.terms.push_back({.name = "unloads", .value = 1, .limit = 1, .share = 0.5});
    if (trip.due_at) {
        evidence.terms.push_back({.name = "late_s",
                                  .value = seconds_between(*trip.due_at, last_->at),
                                  .limit = 0,
                                  .share = 0});
    }
    evidence.would_clear =
        "The place named as the destination, or a shorter stay with lock and "
        "load unchanged.";
    return evidence;
}

}  // namespace liuhen::geofence
