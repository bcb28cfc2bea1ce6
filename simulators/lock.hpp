// A rope padlock (JT701D) on a truck: reports its state, tells of openings, opens when it is told
// to, keeps what was not acknowledged.
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

    /// The state at a moment, and where; a change of state is told by an event of its own: opened
    /// by what the platform ordered since, else by a card.
    void record(const Fix& fix, LockState state);
    [[nodiscard]] LockState state() const { return state_; }
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
    std::uint8_t opened_by_ = 1;  ///< event number of P45 for the next opening: 1 card
    int wrong_passwords_ = 0;
    std::vector<std::string> told_;
    std::uint8_t serial_{};  ///< of reports and events alike, as the lock numbers them
};

}  // namespace liuhen::simulators
