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

    [[nodiscard]] std::size_t unanswered() const { return waiting_.size(); }

private:
    struct Waiting {
        std::uint16_t serial;
        LoadAnswer answer;
    };
    [[nodiscard]] Fix next_fix();
    telematics::Bytes message(std::uint16_t id, telematics::ByteView body, LoadAnswer answer);
    std::optional<LoadAnswer> answered();

    const LoadShape* shape_;
    telematics::jtt808::Header head_;
    std::uint32_t told_;  ///< positions, so its place on the road
    std::uint32_t sent_ = 0;
    std::uint16_t serial_ = 0;
    telematics::Bytes frame_;  ///< unescaped so far
    bool escaped_ = false;
    std::deque<Waiting> waiting_;  ///< in the order in which they were sent
};

}  // namespace liuhen::simulators
