// Chance with a seed: the same numbers with every compiler and library.
#pragma once

#include <cmath>
#include <cstdint>
#include <numbers>
#include <span>
#include <vector>

namespace liuhen::score {

/// A stream of random numbers (splitmix64). The distributions are written out here because those of
/// the standard library differ between its implementations.
class Random {
public:
    explicit Random(std::uint64_t seed) : state_(seed * 0x9E3779B97F4A7C15U + 0x1234567U) {}

    std::uint64_t bits() {
        std::uint64_t z = (state_ += 0x9E3779B97F4A7C15U);
        z = (z ^ (z >> 30U)) * 0xBF58476D1CE4E5B9U;
        z = (z ^ (z >> 27U)) * 0x94D049BB133111EBU;
        return z ^ (z >> 31U);
    }
    /// 0 <= u < 1
    double unit() { return static_cast<double>(bits() >> 11U) * 0x1.0p-53; }
    double between(double low, double high) { return low + (high - low) * unit(); }
    /// low..high, both included
    int whole(int low, int high) {
        return low + static_cast<int>(unit() * (static_cast<double>(high - low) + 1));
    }
    bool chance(double share) { return unit() < share; }
    double normal(double sigma = 1) {
        const double radius = std::sqrt(-2 * std::log(1 - unit()));
        return sigma * radius * std::cos(2 * std::numbers::pi * unit());
    }
    double exponential(double mean) { return -mean * std::log(1 - unit()); }
    /// Log-normal by its median and its quantile of `share` 0.9 (z = 1.2816) or 0.95 (1.6449).
    double log_normal(double median, double quantile, double z) {
        return median * std::exp(normal(std::log(quantile / median) / z));
    }
    template <class T>
    const T& pick(const std::vector<T>& from) {
        return from[static_cast<std::size_t>(unit() * static_cast<double>(from.size()))];
    }
    template <class T>
    void shuffle(std::vector<T>& all) {
        for (std::size_t i = all.size(); i > 1; --i) {
            std::swap(all[i - 1], all[static_cast<std::size_t>(unit() * static_cast<double>(i))]);
        }
    }

private:
    std::uint64_t state_;
};

/// One seed from several numbers.
inline std::uint64_t mixed(std::uint64_t a, std::uint64_t b, std::uint64_t c = 0) {
    return Random(Random(Random(a).bits() ^ b).bits() ^ c).bits();
}

}  // namespace liuhen::score
