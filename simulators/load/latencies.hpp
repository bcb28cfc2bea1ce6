// Latencies of millions of answers in little memory.
#pragma once

#include <algorithm>
#include <array>
#include <bit>
#include <chrono>
#include <cstddef>
#include <cstdint>

namespace liuhen::simulators {

/// Counts latencies in 64 steps to each doubling of microseconds, so that what is read back is at
/// most 1.6 % too large. From 1 µs to 19 hours; what lies outside counts as the nearest.
class Latencies {
public:
    void add(std::chrono::nanoseconds latency) {
        const auto us = std::max<std::int64_t>(latency.count() / 1'000, 1);
        ++steps_.at(step_of(static_cast<std::uint64_t>(us)));
        ++count_;
        longest_ = std::max(longest_, latency);
    }

    [[nodiscard]] std::uint64_t count() const { return count_; }
    [[nodiscard]] double longest_ms() const { return ms(longest_); }

    /// The latency that `share` (0..1) of all did not exceed, in milliseconds; 0 without any.
    [[nodiscard]] double quantile_ms(double share) const {
        if (count_ == 0) return 0;
        const auto rank = static_cast<std::uint64_t>(share * static_cast<double>(count_ - 1));
        std::uint64_t passed = 0;
        for (std::size_t step = 0; step < steps_.size(); ++step) {
            passed += steps_[step];
            if (passed > rank) return std::min(top_of(step) / 1e3, longest_ms());
        }
        return longest_ms();
    }

private:
    static constexpr unsigned step_bits = 6;
    static constexpr std::size_t steps_a_doubling = std::size_t{1} << step_bits;

    static double ms(std::chrono::nanoseconds latency) {
        return static_cast<double>(latency.count()) / 1e6;
    }
    // The first `steps_a_doubling` steps are single microseconds; then each doubling has as many.
    static std::size_t step_of(std::uint64_t us) {
        const auto width = static_cast<unsigned>(std::bit_width(us));
        if (width <= step_bits) return static_cast<std::size_t>(us);
        const unsigned shift = width - step_bits - 1;
        const std::size_t within = static_cast<std::size_t>(us >> shift) - steps_a_doubling;
        return std::min((shift + 1) * steps_a_doubling + within, most_steps - 1);
    }
    static double top_of(std::size_t step) {
        if (step < steps_a_doubling) return static_cast<double>(step);
        const std::size_t shift = step / steps_a_doubling - 1;
        const std::size_t within = step % steps_a_doubling + steps_a_doubling;
        return static_cast<double>(((within + 1) << shift) - 1);
    }

    static constexpr std::size_t most_steps = 31 * steps_a_doubling;
    std::array<std::uint64_t, most_steps> steps_{};
    std::uint64_t count_ = 0;
    std::chrono::nanoseconds longest_{0};
};

}  // namespace liuhen::simulators
