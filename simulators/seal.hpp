// An electronic seal that speaks `##S,eSeal,…,E##`: reports its door, opens when it is told to.
#pragma once

#include "simulators/device.hpp"
#include "simulators/latch.hpp"

#include <cstdint>
#include <string>
#include <string_view>

namespace liuhen::simulators {

class Seal final : public Device {
public:
    explicit Seal(std::string number);

    /// A report: of a change of state, else `Normal`.
    void record(const Fix& fix, LockState state);
    [[nodiscard]] const Latch& latch() const { return latch_; }

    telematics::Bytes greet(Monotonic when) override;
    telematics::Bytes due(Instant now, Monotonic when) override;
    void hear(telematics::ByteView bytes) override;
    void lost() override;

private:
    void hear_text(std::string_view event, std::string_view index);
    [[nodiscard]] std::string text(std::string_view words) const;

    std::string number_;
    Latch latch_{Chance{0}};
    std::string heard_;    ///< a text that has not ended yet
    std::string pending_;  ///< to be sent before anything else
    std::uint16_t index_{};
};

}  // namespace liuhen::simulators
