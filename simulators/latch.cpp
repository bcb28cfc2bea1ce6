#include "simulators/latch.hpp"

#include <chrono>
#include <utility>

namespace liuhen::simulators {
namespace {

constexpr std::chrono::minutes tells_password_every{1};

}  // namespace

Latch::Latch(Chance chance) : chance_{chance} { draw_password(); }

void Latch::draw_password() {
    one_time_password_ = std::to_string(100'000 + chance_.below(900'000));
    telling_ = Telling::wanted;
    told_password_ = {};
}

Latch::Change Latch::follow(LockState state) {
    if (std::exchange(state_, state) == state) return Change::none;
    if (state == LockState::shut) {
        motor_ = Motor::holds;
        draw_password();
    } else if (motor_ == Motor::holds) {
        release(Opener::card);
    }
    return Change::moved;
}

void Latch::release(Opener by, std::string word) {
    motor_ = Motor::releases;
    opener_ = by;
    word_ = std::move(word);
}

Latch::Held Latch::hold(std::string word) {
    if (state_ == LockState::open) return Held::rope_is_out;
    motor_ = Motor::holds;
    word_ = std::move(word);
    return Held::yes;
}

void Latch::type(std::string_view password) {
    if (keys_ == Keys::allowed && password == one_time_password_)
        release(Opener::one_time_password, one_time_password_);
}

std::string Latch::hear(std::string_view sentence) {
    constexpr std::string_view open_by_password = "(P43,", one_time = "(P52,";
    told_.emplace_back(sentence);
    if (sentence.starts_with(open_by_password))
        return hear_password(sentence.substr(open_by_password.size()));
    if (sentence.starts_with(one_time)) return hear_one_time(sentence.substr(one_time.size()));
    const auto comma = sentence.find(',');
    if (comma == std::string_view::npos) return {};
    return std::string{sentence.substr(1, comma - 1)} + ",1";
}

std::string Latch::due(Monotonic when) {
    if (telling_ == Telling::known || when - told_password_ < tells_password_every) return {};
    told_password_ = when;
    return "P52,2," + one_time_password_;
}

std::string Latch::hear_password(std::string_view given) {
    const bool right = given == static_password;
    wrong_passwords_ = right ? 0 : wrong_passwords_ + 1;
    if (right) release(Opener::static_password, std::string{static_password});
    return std::string{"P43,"} + (right ? "1," : "0,") + std::to_string(wrong_passwords_);
}

std::string Latch::hear_one_time(std::string_view arguments) {
    if (arguments == "0") return "P52,0,000000," + one_time_password_;
    if (arguments.starts_with("2,")) telling_ = Telling::known;
    if (arguments.starts_with("3,")) {
        const bool right = arguments.substr(2) == one_time_password_;
        if (right) release(Opener::one_time_password, one_time_password_);
        return std::string{"P52,3,"} + (right ? "1,0" : "0,1");
    }
    if (arguments.starts_with("1,")) {
        keys_ = arguments.starts_with("1,1") ? Keys::allowed : Keys::refused;
        return "P52,1," + std::string{arguments.substr(2, 1)} + ",0";
    }
    return {};
}

}  // namespace liuhen::simulators
