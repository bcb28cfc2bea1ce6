// Who is worked through at present, and on whose threads: targets that answer at once never wait
// for those that do not, nor one owner for another's many.
#pragma once

#include "server/clock.hpp"

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string>

namespace liuhen::server {

/// Which threads wait for a target: those for targets that were quick when they were asked last, or
/// those for all others.
enum class Lane : std::uint8_t { quick, slow };

/// One that wants to be worked through.
struct LaneWish {
    std::string webhook;
    std::string owner;    ///< organisation or authority
    bool proven = false;  ///< its last try was taken, and nothing was changed since
};

/// Used on one thread.
class WebhookLanes {
public:
    /// Nullopt: it is at work, or its lane has no seat for it now.
    std::optional<Lane> enter(const LaneWish& wish, Monotonic now);
    void leave(const std::string& webhook);
    /// How long its target took to answer, or was waited for. Slow ones stay slow for a while, or
    /// one that is slow every other time would be among the quick ones each time.
    void note(const std::string& webhook, std::chrono::milliseconds took, Monotonic now);
    /// Forgets who was slow long ago.
    void forget(Monotonic now);
    [[nodiscard]] std::size_t at_work() const { return at_work_.size(); }
    [[nodiscard]] static bool is_slow(std::chrono::milliseconds took) {
        return took > quick_at_most;
    }

    static constexpr std::size_t quick_seats = 64, slow_seats = 16;
    static constexpr std::chrono::milliseconds quick_at_most{1'000};
    static constexpr std::chrono::minutes slow_for{10};

private:
    struct Seat {
        Lane lane{};
        std::string owner;
    };
    std::map<std::string, Seat> at_work_;          // by webhook
    std::map<std::string, Monotonic> slow_until_;  // by webhook
};

}  // namespace liuhen::server
