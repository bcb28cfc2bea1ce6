#include "server/registration_guesses.hpp"

#include <catch2/catch.hpp>

using namespace liuhen;
using namespace liuhen::server;
using namespace std::chrono_literals;

namespace {

constexpr Monotonic start{};
const std::string terminal = "13900000001";

}  // namespace

TEST_CASE("five wrong registrations of a number a minute are judged, whatever their addresses") {
    RegistrationGuesses guesses;
    for (int i = 0; i < 5; ++i) {
        const std::string peer = i % 2 == 0 ? "192.0.2.1" : "192.0.2.2";
        CHECK(guesses.may_try(terminal, peer, start));
        guesses.note(terminal, peer, start + i * 1s);
    }
    for (const char* const peer : {"192.0.2.1", "192.0.2.2"})
        CHECK_FALSE(guesses.may_try(terminal, peer, start + 59s));
    CHECK(guesses.may_try("13900000002", "192.0.2.1", start + 59s));
    CHECK(guesses.may_try(terminal, "192.0.2.1", start + 60s));
}

TEST_CASE("who was not wrong has one try while others are, and the terminal is not shut out") {
    RegistrationGuesses guesses;
    for (int i = 0; i < 100; ++i) guesses.note(terminal, "192.0.2.1", start);
    CHECK(guesses.may_try(terminal, "198.51.100.7", start));
    guesses.note(terminal, "198.51.100.7", start);
    CHECK_FALSE(guesses.may_try(terminal, "198.51.100.7", start));
    CHECK(guesses.may_try(terminal, "198.51.100.8", start));
    CHECK(guesses.may_try(terminal, "2001:db8::1", start));
    guesses.note(terminal, "2001:db8::1", start);
    CHECK_FALSE(guesses.may_try(terminal, "2001:db8::2", start));  // the same /64
}

TEST_CASE("any number of addresses brings back no try to one that was wrong") {
    RegistrationGuesses guesses;
    const auto address = [](int i) {
        return "10.0." + std::to_string(i / 250) + "." + std::to_string(i % 250);
    };
    for (int i = 0; i < 600; ++i) guesses.note(terminal, address(i), start);
    CHECK_FALSE(guesses.may_try(terminal, address(0), start));
    CHECK_FALSE(guesses.may_try(terminal, address(700), start + 59s));
    CHECK(guesses.may_try(terminal, address(0), start + 60s));
}

TEST_CASE("trying on makes the wait no longer, and what is over takes no memory") {
    RegistrationGuesses guesses;
    for (int i = 0; i < 60; ++i) guesses.note(terminal, "192.0.2.1", start + i * 1s);
    CHECK(guesses.may_try(terminal, "192.0.2.1", start + 60s));
    guesses.drop_old(start + 30s);
    CHECK(guesses.size() == 1);
    guesses.drop_old(start + 65s);
    CHECK(guesses.size() == 0);
    guesses.note(terminal, "192.0.2.1", start + 70s);
    guesses.forget(terminal);
    CHECK(guesses.size() == 0);
}
