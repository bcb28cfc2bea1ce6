// What holds the rope or rod of a lock, who may release it, and the sentences in which the platform
// asks for that; the same in a lock on a line of its own and in one that is a JT/T 808 terminal.
#pragma once

#include "simulators/chance.hpp"
#include "simulators/motion.hpp"
#include "simulators/outbox.hpp"

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace liuhen::simulators {

/// That it releases opens nothing yet: somebody has to pull.
enum class Motor : std::uint8_t { holds, releases };

/// By what it was released last.
enum class Opener : std::uint8_t { card, static_password, one_time_password, platform };

class Latch {
public:
    static constexpr std::string_view static_password = "888888";

    explicit Latch(Chance chance);

    enum class Change : std::uint8_t { none, moved };
    /// The rope or rod at a moment. Put in, it is held; pulled while it is held, a card released
    /// it.
    Change follow(LockState state);
    /// The motor runs. `word` is what the release is told with: a password, or a user's name.
    void release(Opener by, std::string word = {});
    enum class Held : std::uint8_t { yes, rope_is_out };
    /// Holds it again before it was pulled, in the name of `word`.
    Held hold(std::string word);
    /// Somebody types a one-time password on its keys. It counts while the platform allows such,
    /// and releases the rope when it is the present one.
    void type(std::string_view password);

    /// The answer to a sentence of the platform such as `(P43,888888`, without its closing bracket:
    /// `P43,1,0`. Empty when it wants none.
    std::string hear(std::string_view sentence);
    /// What it has to say by itself: its one-time password each minute, until that is returned.
    std::string due(Monotonic when);

    [[nodiscard]] LockState state() const { return state_; }
    [[nodiscard]] Motor motor() const { return motor_; }
    [[nodiscard]] Opener opener() const { return opener_; }
    [[nodiscard]] const std::string& word() const { return word_; }
    /// Its one-time password of six digits; another one each time it was shut.
    [[nodiscard]] const std::string& one_time_password() const { return one_time_password_; }
    /// Sentences that the platform sent, in their order.
    [[nodiscard]] const std::vector<std::string>& told() const { return told_; }

private:
    void draw_password();
    std::string hear_password(std::string_view given);
    std::string hear_one_time(std::string_view arguments);

    Chance chance_;
    LockState state_ = LockState::shut;
    Motor motor_ = Motor::holds;
    Opener opener_ = Opener::card;
    std::string word_;
    std::string one_time_password_;
    enum class Telling : std::uint8_t { known, wanted } telling_ = Telling::wanted;
    Monotonic told_password_{};
    enum class Keys : std::uint8_t { refused, allowed } keys_ = Keys::refused;
    int wrong_passwords_ = 0;
    std::vector<std::string> told_;
};

}  // namespace liuhen::simulators
