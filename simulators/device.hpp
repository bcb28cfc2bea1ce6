// What a terminal and a lock have in common for the line that carries their bytes.
#pragma once

#include "base/observation.hpp"
#include "base/time.hpp"
#include "simulators/chance.hpp"
#include "simulators/motion.hpp"
#include "simulators/outbox.hpp"
#include "simulators/scenario.hpp"
#include "telematics/bytes.hpp"

#include <cstddef>
#include <map>
#include <set>
#include <string>

namespace liuhen::simulators {

/// How long a device waits for an answer before it sends again; monotonic time.
inline constexpr std::chrono::seconds answer_patience{4};

/// What one device sent and was told; the audit compares it with what the server has.
struct Tally {
    std::set<Instant> sent;      ///< device times of positions that left at least once
    std::set<Instant> acked;     ///< device times of positions the server acknowledged
    std::size_t events_acked{};  ///< lock reports and events
    std::size_t refusals{};      ///< answers that turned something down
    std::size_t frames{};        ///< also repeated ones
};

/// A device without a socket. All calls come from one thread.
class Device {
public:
    Device() = default;
    Device(const Device&) = delete;
    Device& operator=(const Device&) = delete;
    virtual ~Device() = default;

    /// The connection stands: the first bytes to send.
    virtual telematics::Bytes greet(Monotonic when) = 0;
    /// What is to be sent now; empty when there is nothing.
    virtual telematics::Bytes due(Instant now, Monotonic when) = 0;
    /// Bytes from the server.
    virtual void hear(telematics::ByteView bytes) = 0;
    /// The connection broke.
    virtual void lost() = 0;

    [[nodiscard]] Radio radio() const { return radio_; }
    void set_radio(Radio radio) { radio_ = radio; }
    [[nodiscard]] bool settled() const { return outbox_.empty(); }
    [[nodiscard]] const Tally& tally() const { return tally_; }

protected:
    Outbox outbox_;
    Tally tally_;
    Radio radio_ = Radio::reached;
};

/// The same bytes, as the network lets them through: nothing, once or twice.
telematics::Bytes through(const Network& network, Chance& chance, telematics::Bytes bytes);
/// When an entry of device time `at` leaves, with the delay and disorder of the network.
Instant leaving_time(const Network& network, Chance& chance, Instant at, Duration report_every);

}  // namespace liuhen::simulators
