#include "base/datum.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>

namespace liuhen {
namespace {

using std::numbers::pi;

// The published form of the shift: a sum of sines over the distance from 105 E 35 N, in metres,
// turned into degrees on the Krasovsky ellipsoid.
constexpr double semi_major_axis = 6378245.0;
constexpr double eccentricity_squared = 0.00669342162296594323;

struct Sine {
    double metres;
    double frequency;
};
double waves(double x, Sine one, Sine other) {
    return (one.metres * std::sin(one.frequency * x) +
            other.metres * std::sin(other.frequency * x)) *
           2 / 3;
}

double ripple(double x) { return waves(x, {20, 6 * pi}, {20, 2 * pi}); }

double metres_north(double x, double y) {
    return -100 + 2 * x + 3 * y + 0.2 * y * y + 0.1 * x * y + 0.2 * std::sqrt(std::abs(x)) +
           ripple(x) + waves(y, {20, pi}, {40, pi / 3}) + waves(y, {160, pi / 12}, {320, pi / 30});
}

double metres_east(double x, double y) {
    return 300 + x + 2 * y + 0.1 * x * x + 0.1 * x * y + 0.1 * std::sqrt(std::abs(x)) + ripple(x) +
           waves(x, {20, pi}, {40, pi / 3}) + waves(x, {150, pi / 12}, {300, pi / 30});
}

LatLon shift_at(LatLon where) {
    const double x = where.lon - 105;
    const double y = where.lat - 35;
    const double latitude = where.lat * pi / 180;
    const double w = 1 - eccentricity_squared * std::sin(latitude) * std::sin(latitude);
    const double meridian = semi_major_axis * (1 - eccentricity_squared) / (w * std::sqrt(w));
    const double parallel = semi_major_axis / std::sqrt(w) * std::cos(latitude);
    return {metres_north(x, y) / meridian * 180 / pi, metres_east(x, y) / parallel * 180 / pi};
}

}  // namespace

bool is_shifted_area(LatLon where) {
    return where.lat >= 0.8293 && where.lat <= 55.8271 && where.lon >= 72.004 &&
           where.lon <= 137.8347;
}

LatLon gcj02_from_wgs84(LatLon where) {
    if (!is_shifted_area(where)) return where;
    const LatLon shift = shift_at(where);
    return {where.lat + shift.lat, where.lon + shift.lon};
}

LatLon wgs84_from_gcj02(LatLon where) {
    if (!is_shifted_area(where)) return where;
    // The shift changes by less than 1 % of the step, so each round gains two digits.
    constexpr int most_rounds = 20;
    constexpr double close_enough = 1e-9;
    LatLon guess = where;
    for (int round = 0; round < most_rounds; ++round) {
        const LatLon shift = shift_at(guess);
        const LatLon better{where.lat - shift.lat, where.lon - shift.lon};
        const double step =
            std::max(std::abs(better.lat - guess.lat), std::abs(better.lon - guess.lon));
        guess = better;
        if (step < close_enough) break;
    }
    return guess;
}

}  // namespace liuhen
