// Chance from a seed: the same seed plays the same story on every machine.
#pragma once

#include <cmath>
#include <cstdint>
#include <string_view>

namespace liuhen::simulators {

/// A stream of chances (SplitMix64). Standard distributions differ between libraries; these do not.
class Chance {
public:
    explicit Chance(std::uint64_t seed) : state_{seed} {}
    /// A stream of its own for each actor, so that one more truck changes no other truck's story.
    Chance(std::uint64_t seed, std::string_view actor) : state_{seed} {
        for (const char c : actor) {
            state_ = (state_ ^ static_cast<unsigned char>(c)) * 0x100000001b3ULL;
        }
        next();
    }

    std::uint64_t next() {
        std::uint64_t z = (state_ += 0x9e3779b97f4a7c15ULL);
        z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9ULL;
        z = (z ^ (z >> 27)) * 0x94d049bb133111ebULL;
        return z ^ (z >> 31);
    }
    /// 0 <= x < 1
    double uniform() { return static_cast<double>(next() >> 11) * 0x1.0p-53; }
    double between(double low, double high) { return low + (high - low) * uniform(); }
    /// 0 <= n < `count`; `count` is at least 1.
    std::uint64_t below(std::uint64_t count) { return next() % count; }
    /// Normal with mean 0 and deviation 1 (Box and Muller).
    double normal() {
        const double u = 1.0 - uniform();
        return std::sqrt(-2.0 * std::log(u)) * std::cos(6.283185307179586 * uniform());
    }
    enum class Draw : std::uint8_t { no, yes };
    /// `yes` with the given probability.
    Draw draw(double probability) { return uniform() < probability ? Draw::yes : Draw::no; }

private:
    std::uint64_t state_;
};

}  // namespace liuhen::simulators
