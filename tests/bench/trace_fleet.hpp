// A fleet of a province, made up: trucks that stand at works and drive between them, each by a way
// of its own, a position every ten seconds.
#pragma once

#include "base/time.hpp"
#include "telematics/archive/piece.hpp"

#include <cmath>
#include <numbers>
#include <random>
#include <vector>

namespace liuhen::bench {

inline constexpr int fleet_trucks = 1'000;
inline constexpr int fleet_sites = 60;
inline constexpr std::int64_t fleet_step_ms = 10'000;
inline constexpr std::int64_t day_ms = 86'400'000;

struct Place {
    double lat{}, lon{};
};

/// Works, in two degrees each way.
inline std::vector<Place> fleet_places() {
    std::mt19937 random{20260320};
    std::uniform_real_distribution<double> one{0, 2};
    std::vector<Place> places;
    for (int i = 0; i < fleet_sites; ++i) places.push_back({28 + one(random), 119 + one(random)});
    return places;
}

/// One truck's day.
class TruckDay {
public:
    TruckDay(int truck, std::int64_t day, const std::vector<Place>& places)
        : random_(static_cast<unsigned>(truck * 100'003 + day)), places_(places) {
        from_ = to_ = places_[pick()];
    }

    /// The next position, `at_ms` after 1970.
    telematics::archive::Row next(std::int64_t at_ms) {
        if (left_ == 0) set_out();
        --left_;
        const double done = 1 - static_cast<double>(left_) / steps_;
        noise_north_ = 0.9 * noise_north_ + error_(random_);
        noise_east_ = 0.9 * noise_east_ + error_(random_);
        const double bend = bend_ * std::sin(std::numbers::pi * done);
        const double north = to_.lat - from_.lat, east = to_.lon - from_.lon;
        const Place now{from_.lat + north * done + east * bend + noise_north_ / 111e3,
                        from_.lon + east * done - north * bend + noise_east_ / 97e3};
        const double metres =
            std::hypot((now.lat - last_.lat) * 111e3, (now.lon - last_.lon) * 97e3);
        if (drives_ && metres > 5)
            heading_ = std::atan2((now.lon - last_.lon) * 97e3, (now.lat - last_.lat) * 111e3);
        height_ += 0.3 * error_(random_);
        last_ = now;
        return row(at_ms, now, drives_ ? std::min(90.0, metres * 0.36) : 0);
    }

private:
    std::size_t pick() { return static_cast<std::size_t>(random_() % fleet_sites); }

    // Stands and drives by turns, 40 to 70 km/h.
    void set_out() {
        drives_ = !drives_;
        from_ = to_;
        if (drives_) {
            to_ = places_[pick()];
            const double metres =
                std::hypot((to_.lat - from_.lat) * 111e3, (to_.lon - from_.lon) * 97e3);
            steps_ = 1 + static_cast<int>(metres / static_cast<double>(110 + random_() % 85));
            bend_ = static_cast<double>(random_() % 200) / 1e3 - 0.1;
        } else {
            steps_ = 120 + static_cast<int>(random_() % 180);
        }
        left_ = steps_;
    }

    telematics::archive::Row row(std::int64_t at_ms, Place now, double kmh) {
        using telematics::archive::Column;
        telematics::archive::Row row;
        row[Column::at] = at_ms;
        row[Column::received_at] = at_ms + static_cast<std::int64_t>(late_(random_));
        row[Column::kind] = 1;
        row[Column::message] = 0x0200;
        row[Column::flags] = row[Column::alarm] = row[Column::source] = 0;
        row[Column::status] = 3;
        row[Column::lat] = std::llround(now.lat * 1e6) * 10;
        row[Column::lon] = std::llround(now.lon * 1e6) * 10;
        row[Column::speed] = (std::llround(kmh * 10) * 25 + 4) / 9;
        row[Column::heading] = (std::llround(heading_ * 180 / std::numbers::pi) + 360) % 360;
        row[Column::altitude] = std::llround(height_);
        row.raw.emplace();
        row.hash = telematics::archive::derived_hash(row).value();
        return row;
    }

    std::mt19937 random_;
    const std::vector<Place>& places_;
    std::normal_distribution<double> error_{0, 0.8};
    std::lognormal_distribution<double> late_{6.2, 0.4};
    Place from_, to_, last_;
    bool drives_ = true;
    int left_ = 0, steps_ = 1;
    double bend_ = 0, noise_north_ = 0, noise_east_ = 0, heading_ = 0, height_ = 40;
};

}  // namespace liuhen::bench
