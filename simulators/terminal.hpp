// A truck's JT/T 808 terminal: registers, authenticates, reports, keeps what was not acknowledged.
#pragma once

#include "simulators/device.hpp"
#include "telematics/jtt808/messages.hpp"
#include "telematics/jtt808/scanner.hpp"

#include <cstdint>
#include <optional>
#include <string>

namespace liuhen::simulators {

inline constexpr std::size_t max_terminal_flights = 32;  ///< messages without an answer yet
inline constexpr std::size_t max_batch = 20;             ///< positions in one 0x0704

/// A position as the terminal would send it at `fix.at`: 1e-6 degree, 0.1 km/h, whole degrees.
telematics::jtt808::Position position_of(const Fix& fix);

class Terminal final : public Device {
public:
    /// `edition` is "2011", "2013" or "2019". `auth_code` is empty for a terminal that has to
    /// register first.
    Terminal(std::string number, std::string_view edition, std::string plate, Network network,
             Duration report_every, Chance chance);

    /// Takes a fix; out of radio reach it is kept for a 0x0704.
    void record(const Fix& fix);

    telematics::Bytes greet(Monotonic when) override;
    telematics::Bytes due(Instant now, Monotonic when) override;
    void hear(telematics::ByteView bytes) override;
    void lost() override;

    enum class Standing : std::uint8_t { offline, registering, authenticating, talking, refused };
    [[nodiscard]] Standing standing() const { return standing_; }

private:
    telematics::Bytes message(const telematics::jtt808::Message& message);
    telematics::Bytes next_positions(Instant now, Monotonic when);
    void hear_message(const telematics::jtt808::Message& message);
    void hear_reply(const telematics::jtt808::PlatformReply& reply);

    telematics::jtt808::Header head_;
    std::string plate_;
    telematics::jtt808::RegisterLayout layout_;
    Network network_;
    Duration report_every_;
    Chance chance_;
    telematics::jtt808::FrameScanner scanner_;
    std::string auth_code_;
    telematics::Bytes pending_;  ///< to be sent before anything else
    std::uint16_t serial_{};
    Standing standing_ = Standing::offline;
    Monotonic spoke_{};
};

}  // namespace liuhen::simulators
