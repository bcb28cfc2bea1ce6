// Locks of earlier makes that do not take orders: the JT600, which tells positions and waits for
// nothing, and the JT705A, whose 0x5501 and 0x5502 have a serial of one byte.
#pragma once

#include "simulators/device.hpp"
#include "simulators/latch.hpp"

#include <cstdint>
#include <string>

namespace liuhen::simulators {

/// Frames that begin with `$` and have no protocol byte. It keeps nothing.
class Jt600 final : public Device {
public:
    /// `number` has ten digits.
    explicit Jt600(std::string number);

    void record(const Fix& fix);

    telematics::Bytes greet(Monotonic when) override;
    telematics::Bytes due(Instant now, Monotonic when) override;
    void hear(telematics::ByteView bytes) override;
    void lost() override;

private:
    std::string number_;
    telematics::Bytes pending_;
    std::uint8_t serial_{};
};

/// Frames of JT/T 808 but for their serial. What 0x4401 did not answer is sent again as 0x5502; the
/// answer names no serial, so one report at a time is on its way.
class Jt705 final : public Device {
public:
    /// `number` has at most twelve digits.
    explicit Jt705(std::string number);

    /// A report; an opening is told by the card that made it.
    void record(const Fix& fix, LockState state);

    telematics::Bytes greet(Monotonic when) override;
    telematics::Bytes due(Instant now, Monotonic when) override;
    void hear(telematics::ByteView bytes) override;
    void lost() override;

private:
    std::string number_;
    Latch latch_{Chance{0}};
    telematics::Bytes heard_;  ///< a frame that has not ended yet
    std::uint8_t serial_{};
};

}  // namespace liuhen::simulators
