// Armed, under way, arrived: found from the fences, so that no driver has to press anything.
#pragma once

#include "geofence/moment.hpp"

namespace liuhen::geofence {

/// The phases of one trip. Departure is the first of `departure_fixes` fixes in a row beyond the
/// origin's hysteresis; arrival the first fix of a dwell inside the destination. What a person
/// said counts when it is earlier.
struct Journey {
    std::optional<Instant> departed;
    std::optional<Instant> arrived;

    /// Takes what a person said, as far as it lies before `at`.
    void hear(Instant at, const Trip& trip);
    /// Takes a fix; `moment.under_way` is filled in by it.
    void see(Moment& moment, const Trip& trip);
    [[nodiscard]] bool is_under_way() const { return departed && !arrived; }

private:
    void see_origin(const Moment& moment, const Trip& trip);
    void see_destination(const Moment& moment, const Trip& trip);

    int outside_ = 0;
    Instant first_outside_;
    std::optional<Instant> entered_;
    double dwelt_s_ = 0;
};

}  // namespace liuhen::geofence
