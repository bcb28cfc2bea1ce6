#include "geofence/episode.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

namespace liuhen::geofence {
namespace {

constexpr double first_renewal_s = 60;  // seconds before what is shown is renewed at all
constexpr double renewal_growth = 1.5;

double rounded(double value, double steps_per_unit) {
    return std::round(value * steps_per_unit) / steps_per_unit + 0.0;  // no negative zero
}
LatLon rounded(LatLon p) { return {.lat = rounded(p.lat, 1e6), .lon = rounded(p.lon, 1e6)}; }

Fix rounded(Fix fix) {
    fix.where = rounded(fix.where);
    fix.speed = from_kmh(rounded(to_kmh(fix.speed), 10));
    fix.heading = {rounded(fix.heading.value, 10)};
    if (fix.recorder_speed) fix.recorder_speed = from_kmh(rounded(to_kmh(*fix.recorder_speed), 10));
    if (fix.odometer) fix.odometer = Metres{rounded(fix.odometer->value, 10)};
    return fix;
}

}  // namespace

std::shared_ptr<const Evidence> as_published(Evidence evidence) {
    for (Fix& fix : evidence.path) fix = rounded(fix);
    for (LockEvent& event : evidence.locks) {
        if (event.where) event.where = rounded(*event.where);
    }
    for (Term& term : evidence.terms) {
        term.value = rounded(term.value, 10);
        term.limit = rounded(term.limit, 10);
        term.share = rounded(term.share, 100);
    }
    if (evidence.where) evidence.where = rounded(*evidence.where);
    return std::make_shared<const Evidence>(std::move(evidence));
}

std::string subject_of(Kind kind, const Evidence& evidence) {
    switch (kind) {
        case Kind::lock_opened_en_route:
        case Kind::lock_tamper:
        case Kind::lock_lost:
            return evidence.locks.empty() ? "" : evidence.locks.front().lock.text;
        case Kind::zone_entry:
        case Kind::trip_without_manifest:
        case Kind::wrong_destination:
        case Kind::device_fault:
        case Kind::position_forged:
            return evidence.place;
        case Kind::route_deviation:
        case Kind::unplanned_stop:
        case Kind::suspected_dumping:
        case Kind::terminal_silent:
        case Kind::trip_overdue:
        case Kind::clone_plate:
        case Kind::count_:
            break;
    }
    return {};
}

void Track::add(const Fix& fix) {
    if (total_ % stride_ == 0) {
        kept_.push_back(fix);
        newest_.reset();
    } else {
        newest_ = fix;
    }
    ++total_;
    if (kept_.size() < max_evidence_fixes) return;
    for (std::size_t i = 0; 2 * i < kept_.size(); ++i) kept_[i] = kept_[2 * i];
    newest_ = fix;
    kept_.resize((kept_.size() + 1) / 2);
    stride_ *= 2;
}

std::vector<Fix> Track::path() const {
    std::vector<Fix> path = kept_;
    if (newest_) path.push_back(*newest_);
    return path;
}

bool OpenEpisode::is_due(Instant at, std::uint8_t grade_now) const {
    if (grade_now != grade) return true;
    const double age = seconds_between(since, at);
    return age >= std::max(first_renewal_s, shown_at_s * renewal_growth);
}

void OpenEpisode::show(Instant at, std::uint8_t grade_now, Evidence evidence) {
    grade = grade_now;
    shown_at_s = seconds_between(since, at);
    shown = as_published(std::move(evidence));
}

Episode OpenEpisode::lasting() const {
    return {.kind = kind, .grade = grade, .since = since, .until = std::nullopt, .evidence = shown};
}

Episode OpenEpisode::closed(Instant until, Evidence evidence) const {
    return {.kind = kind,
            .grade = grade,
            .since = since,
            .until = std::max(since, until),
            .evidence = as_published(std::move(evidence))};
}

}  // namespace liuhen::geofence
