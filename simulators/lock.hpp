// A rope padlock (JT701D) on a truck: reports its state, tells of openings, keeps what was not
// acknowledged.
#pragma once

#include "simulators/device.hpp"

#include <cstdint>
#include <string>

namespace liuhen::simulators {

class Lock final : public Device {
public:
    /// `number` has ten digits.
    Lock(std::string number, Network network, Duration report_every, Chance chance);

    /// The state at a moment, and where; a change of state is told by an event of its own.
    void record(const Fix& fix, LockState state);
    [[nodiscard]] LockState state() const { return state_; }

    telematics::Bytes greet(Monotonic when) override;
    telematics::Bytes due(Instant now, Monotonic when) override;
    void hear(telematics::ByteView bytes) override;
    void lost() override;

private:
    void add_report(const Fix& fix);
    void add_event(const Fix& fix);
    void add(Entry::Kind kind, const Fix& fix, telematics::Bytes body);

    std::string number_;
    Network network_;
    Duration report_every_;
    Chance chance_;
    std::string heard_;  ///< an answer that has not ended yet
    LockState state_ = LockState::open;
    Instant reported_{};
    std::uint8_t serial_{};  ///< of reports and events alike, as the lock numbers them
};

}  // namespace liuhen::simulators
