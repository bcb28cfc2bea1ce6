// A rope padlock (JT701D) on a truck: reports its state, tells of openings, releases its rope when
// it is told to or given its one-time password, keeps what was not acknowledged.
#pragma once

#include "simulators/device.hpp"

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace liuhen::simulators {

class Lock final : public Device {
public:
    /// `number` has ten digits.
    Lock(std::string number, Network network, Duration report_every, Chance chance);

    static constexpr std::string_view static_password = "888888";

    /// What holds the rope. That it is released opens nothing yet: somebody has to pull.
    enum class Motor : std::uint8_t { holds, releases };

    /// The state at a moment, and where; a change of state is told by an event of its own. A rope
    /// that is pulled while the motor holds it was released by a card at the lock.
    void record(const Fix& fix, LockState state);
    [[nodiscard]] LockState state() const { return state_; }
    [[nodiscard]] Motor motor() const { return motor_; }
    /// Somebody types a one-time password on its keys. It counts while the platform allows such,
    /// and releases the rope when it is the present one.
    void type(std::string_view password);
    /// Its one-time password of six digits; another one each time it was shut.
    [[nodiscard]] const std::string& one_time_password() const { return one_time_password_; }
    /// Sentences that the platform sent beside acknowledgements, in their order.
    [[nodiscard]] const std::vector<std::string>& told() const { return told_; }

    telematics::Bytes greet(Monotonic when) override;
    telematics::Bytes due(Instant now, Monotonic when) override;
    void hear(telematics::ByteView bytes) override;
    void lost() override;

private:
    void add_report(const Fix& fix);
    void add_event(const Fix& fix);
    void hear_sentence(std::string_view sentence);
    void hear_password(std::string_view given);
    void hear_one_time(std::string_view arguments);
    void release(std::uint8_t by);
    void say(std::string_view command);
    void draw_password();
    void add(Entry::Kind kind, const Fix& fix, telematics::Bytes body);

    std::string number_;
    Network network_;
    Duration report_every_;
    Chance chance_;
    std::string heard_;  ///< an answer that has not ended yet
    LockState state_ = LockState::open;
    Instant reported_{};
    std::string pending_;  ///< to be sent before anything else
    std::string one_time_password_;
    enum class Telling : std::uint8_t { known, wanted } telling_ = Telling::wanted;
    Monotonic told_password_{};
    Motor motor_ = Motor::releases;
    std::uint8_t opened_by_ = 1;  ///< event number of P45 for the next opening: 1 card
    enum class Keys : std::uint8_t { refused, allowed } keys_ = Keys::refused;
    int wrong_passwords_ = 0;
    std::vector<std::string> told_;
    std::uint8_t serial_{};  ///< of reports and events alike, as the lock numbers them
};

}  // namespace liuhen::simulators
