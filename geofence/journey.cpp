#include "geofence/journey.hpp"

#include <algorithm>

namespace liuhen::geofence {

void Journey::hear(Instant at, const Trip& trip) {
    if (!departed && trip.departed_at && *trip.departed_at <= at) departed = *trip.departed_at;
    if (!arrived && trip.arrived_at && *trip.arrived_at <= at) arrived = *trip.arrived_at;
}

void Journey::see(Moment& moment, const Trip& trip) {
    if (trip.carrying.empty()) return;
    hear(moment.fix.at, trip);
    if (!departed) see_origin(moment, trip);
    if (departed && !arrived) see_destination(moment, trip);
    moment.under_way = is_under_way();
}

void Journey::see_origin(const Moment& moment, const Trip& trip) {
    const Site* origin = trip.places->find(trip.origin);
    if (origin == nullptr) {
        departed = moment.fix.at;
        return;
    }
    if (origin->shape.signed_distance(moment.fix.where) <= origin->hysteresis) {
        outside_ = 0;
        return;
    }
    if (outside_++ == 0) first_outside_ = moment.fix.at;
    if (outside_ >= trip.rules->departure_fixes) departed = first_outside_;
}

void Journey::see_destination(const Moment& moment, const Trip& trip) {
    const Site* destination = trip.places->find(trip.destination);
    if (destination == nullptr) return;
    const Metres distance = destination->shape.signed_distance(moment.fix.where);
    if (!entered_ && distance <= Metres{0}) {
        entered_ = moment.fix.at;
        dwelt_s_ = 0;
        return;
    }
    if (!entered_) return;
    if (distance > destination->hysteresis) {
        entered_.reset();
        return;
    }
    dwelt_s_ += std::min(moment.step_s, seconds(trip.rules->dwell_step_cap));
    if (dwelt_s_ >= seconds(trip.rules->arrival_dwell)) arrived = std::max(*departed, *entered_);
}

}  // namespace liuhen::geofence
