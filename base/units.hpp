// Measures as types: no bare double for a length, a speed, a heading or a weight.
#pragma once

#include <compare>
#include <cstdint>

namespace liuhen {

/// A number with its unit in the type. Add, subtract and scale; nothing mixes units.
template <class Unit>
struct Quantity {
    double value{};
    friend constexpr auto operator<=>(Quantity, Quantity) = default;
    friend constexpr Quantity operator+(Quantity a, Quantity b) { return {a.value + b.value}; }
    friend constexpr Quantity operator-(Quantity a, Quantity b) { return {a.value - b.value}; }
    friend constexpr Quantity operator*(Quantity a, double k) { return {a.value * k}; }
    friend constexpr double operator/(Quantity a, Quantity b) { return a.value / b.value; }
    constexpr Quantity& operator+=(Quantity other) { return *this = *this + other; }
};

using Metres = Quantity<struct MetresUnit>;
using Speed = Quantity<struct MetresPerSecondUnit>;  ///< metres per second
using Heading = Quantity<struct DegreesUnit>;        ///< degrees clockwise from north, 0 <= h < 360

constexpr Speed from_kmh(double kmh) { return {kmh / 3.6}; }
constexpr double to_kmh(Speed speed) { return speed.value * 3.6; }
constexpr Speed from_knots(double knots) { return {knots * 1852.0 / 3600.0}; }

/// Weight as an integer number of grams, the unit of every stored weight.
struct Grams {
    std::int64_t value{};
    friend constexpr auto operator<=>(Grams, Grams) = default;
    friend constexpr Grams operator+(Grams a, Grams b) { return {a.value + b.value}; }
    friend constexpr Grams operator-(Grams a, Grams b) { return {a.value - b.value}; }
};

}  // namespace liuhen
