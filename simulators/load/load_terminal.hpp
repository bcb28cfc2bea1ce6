// One terminal of a load: as few instructions as it takes to speak real JT/T 808.
#pragma once

#include "base/observation.hpp"
#include "telematics/jtt808/frame.hpp"

#include <chrono>
#include <cstdint>
#include <deque>
#include <string>
#include <vector>

namespace liuhen::simulators {

using LoadClock = std::chrono::steady_clock;

/// What a load tells with each message, and along which road.
struct LoadShape {
    std::string auth_code;  ///< one for all terminals
    LatLon from, until;     ///< to and fro between these two
    Instant first_at;       ///< device time of each terminal's first position
    Duration step{1'000};   ///< device time between two positions of a terminal
    std::size_t batch = 1;  ///< positions a message: 1 is 0x0200, more 0x0704 (at most 50)
};

/// One answer of the platform to what was sent.
struct LoadAnswer {
    LoadClock::time_point due;  ///< when its message was to be sent
    std::size_t positions{};    ///< in it; 0: it was the authentication
    bool accepted{};
};

/// A terminal without a socket.
class LoadTerminal {
public:
    LoadTerminal(std::string_view number, const LoadShape& shape, std::uint32_t start);

    telematics::Bytes authenticate(LoadClock::time_point due);
    /// The next positions; they count as sent at `due`.
    telematics::Bytes report(LoadClock::time_point due);
    /// Takes bytes from the platform, cut anywhere.
    std::vector<LoadAnswer> hear(telematics::ByteView bytes);
    /// The line broke; what was not answered is told again by `tell_again`, once authenticated.
    void lose_line();
    telematics::Bytes tell_again();

    [[nodiscard]] std::size_t unanswered() const { return waiting_.size(); }
    [[nodiscard]] const std::string& number() const { return number_; }
    /// Device time of its n-th position, counted from 0.
    [[nodiscard]] Instant time_of(std::uint32_t n) const {
        return shape_->first_at + shape_->step * n;
    }
    /// For each position that left at least once: whether it was acknowledged.
    [[nodiscard]] const std::vector<bool>& acknowledged() const { return acknowledged_; }

private:
    struct Waiting {
        std::uint16_t serial;
        std::uint32_t first;  ///< of its positions
        LoadAnswer answer;
    };
    [[nodiscard]] Fix fix_at(std::uint32_t n) const;
    telematics::Bytes positions(std::uint32_t first, LoadAnswer answer);
    telematics::Bytes message(std::uint16_t id, telematics::ByteView body, Waiting waiting);
    std::optional<LoadAnswer> answered();

    std::string number_;
    const LoadShape* shape_;
    telematics::jtt808::Header head_;
    std::uint32_t start_;  ///< on the road, in steps
    std::uint16_t serial_ = 0;
    telematics::Bytes frame_;  ///< unescaped so far
    bool escaped_ = false;
    std::deque<Waiting> waiting_;  ///< in the order in which they were sent
    std::vector<bool> acknowledged_;
};

}  // namespace liuhen::simulators
