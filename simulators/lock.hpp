// A rope padlock (JT701D, JT701) on a truck: reports its state, tells of openings, releases its
// rope when it is told to or given its one-time password, keeps what was not acknowledged.
#pragma once

#include "simulators/device.hpp"
#include "simulators/latch.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace liuhen::simulators {

/// The JT701 has protocol 17: what acknowledges its reports and events names no serial, so one at
/// a time is on its way.
enum class Generation : std::uint8_t { jt701d, jt701 };

class Lock final : public Device {
public:
    /// `number` has ten digits.
    Lock(std::string number, Network network, Duration report_every, Chance chance,
         Generation generation = Generation::jt701d);

    /// The state at a moment, and where; a change of state is told by an event of its own.
    void record(const Fix& fix, LockState state);
    /// What holds its rope. Acknowledgements are not among the sentences that it was told.
    [[nodiscard]] Latch& latch() { return latch_; }
    [[nodiscard]] const Latch& latch() const { return latch_; }

    telematics::Bytes greet(Monotonic when) override;
    telematics::Bytes due(Instant now, Monotonic when) override;
    void hear(telematics::ByteView bytes) override;
    void lost() override;

private:
    void add_report(const Fix& fix);
    void add_event(const Fix& fix);
    void say(std::string_view command);
    [[nodiscard]] std::optional<std::uint16_t> acknowledged_by(std::string_view answer) const;
    void add(Entry::Kind kind, const Fix& fix, telematics::Bytes body);

    std::string number_;
    Network network_;
    Duration report_every_;
    Chance chance_;
    Generation generation_;
    std::optional<Entry> flying_;  ///< of a JT701: what its next acknowledgement is for
    std::string heard_;            ///< an answer that has not ended yet
    Instant reported_{};
    std::string pending_;  ///< to be sent before anything else
    Latch latch_;
    std::uint8_t serial_{};  ///< of reports and events alike, as the lock numbers them
};

}  // namespace liuhen::simulators
