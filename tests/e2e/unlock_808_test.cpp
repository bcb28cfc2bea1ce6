// Locks that are JT/T 808 terminals themselves, opened over HTTP: each is told in the words of its
// model, runs its motor, and the chain of custody tells of it.
#include "tests/support/yard.hpp"

using namespace liuhen;
using namespace liuhen::test;
using namespace std::chrono_literals;
using simulators::Latch;
using simulators::LockState;
using simulators::Motor;

namespace {

/// Sealed in the producer's yard, where U1 lets the producer open.
void stand_sealed(Yard& yard) {
    yard.stand(yard_of_producer(), LockState::open);
    yard.stand(yard_of_producer(), LockState::shut);
    REQUIRE(yard.latch().motor() == Motor::holds);
}

int times_told(Yard& yard, std::uint16_t message) {
    const auto& obeyed = yard.truck.terminal().obedience().obeyed();
    return obeyed.contains(message) ? obeyed.at(message) : 0;
}

/// Whether the window is over within `patience` of real time, both sides talking.
bool is_closed_within(Yard& yard, std::chrono::seconds patience) {
    const auto until = std::chrono::steady_clock::now() + patience;
    while (yard.link("window_closed").is_null() && std::chrono::steady_clock::now() < until)
        yard.listen(100ms);
    return !yard.link("window_closed").is_null();
}

/// The order of the last grant is in the chain from the grant to its end.
void check_chain_of_order(const Yard& yard, const std::string& end) {
    CHECK(yard.link("unlock_granted").at("rule") == "U1");
    CHECK(yard.link("unlock_granted").at("lock") == yard.plan.lock);
    CHECK(yard.link(end).at("order") == yard.granted.at("order"));
    CHECK(yard.link("unexplained_opening").is_null());
}

}  // namespace

TEST_CASE("a Jointech lock on 808 opens by a sentence between the frames") {
    Yard yard{1, "lock-jointech"};
    stand_sealed(yard);
    REQUIRE(yard.unlock(yard.producer()) == "U1");
    CHECK(yard.end_of_order() == "done");
    REQUIRE(yard.latch().motor() == Motor::releases);
    const auto openings =
        std::ranges::count(yard.latch().told(), "(P43," + std::string{Latch::static_password});
    CHECK(openings == 1);

    yard.stand(yard_of_producer(), LockState::open);
    CHECK(yard.link("lock_opened").at("means") == "password");
    yard.stand(yard_of_producer(), LockState::shut);
    CHECK(yard.latch().motor() == Motor::holds);
    REQUIRE(is_closed_within(yard, 15s));
    CHECK(yard.link("window_closed").at("why") == "sealed");
    check_chain_of_order(yard, "done");
}

TEST_CASE("a Jointech lock on 808 tells a one-time password that opens at its keys") {
    Yard yard{60, "lock-jointech"};
    stand_sealed(yard);
    yard.listen(300ms);
    const std::string password = yard.one_time_password(yard.driver());
    CHECK(password == yard.latch().one_time_password());
    CHECK(yard.end_of_order() == "done");
    CHECK(yard.latch().motor() == Motor::holds);
    yard.latch().type(password);
    REQUIRE(yard.latch().motor() == Motor::releases);
    yard.stand(yard_of_producer(), LockState::open);
    CHECK(yard.link("lock_opened").at("means") == "password");
    CHECK(yard.link("unexplained_opening").is_null());
}

TEST_CASE("an HHD lock opens by its setting, in the name of who asked") {
    Yard yard{1, "lock-hhd"};
    stand_sealed(yard);
    REQUIRE(yard.unlock(yard.driver()) == "U1");
    CHECK(yard.end_of_order() == "done");
    REQUIRE(yard.latch().motor() == Motor::releases);
    CHECK(times_told(yard, 0x0310) == 1);

    yard.stand(yard_of_producer(), LockState::open);
    const auto opened = yard.link("lock_opened");
    CHECK(opened.at("means") == "remote");
    CHECK(opened.at("actor") == yard.plan.driver);
    yard.stand(yard_of_producer(), LockState::shut);
    CHECK(yard.latch().motor() == Motor::holds);
    REQUIRE(is_closed_within(yard, 15s));
    CHECK(yard.link("window_closed").at("why") == "sealed");
    CHECK(times_told(yard, 0x0310) == 1);
    check_chain_of_order(yard, "done");
}

TEST_CASE("an HHD lock that nobody opened is told to seal when its window ends") {
    Yard yard{60, "lock-hhd"};
    stand_sealed(yard);
    yard.listen(500ms);  // its reports may be a little ahead of a clock that runs so fast
    REQUIRE(yard.unlock(yard.producer()) == "U1");
    CHECK(yard.end_of_order() == "done");
    yard.stand(yard_of_producer(), LockState::shut);  // the motor ran, the rod stayed in
    REQUIRE(is_closed_within(yard, 40s));
    CHECK(yard.link("window_closed").at("why") == "time");
    const auto until = std::chrono::steady_clock::now() + 5s;
    while (times_told(yard, 0x0310) < 2 && std::chrono::steady_clock::now() < until)
        yard.listen(100ms);
    CHECK(yard.latch().motor() == Motor::holds);
    yard.stand(yard_of_producer(), LockState::shut);
    CHECK(yard.link("lock_sealed").at("means") == "remote");
}

TEST_CASE("a lock that nobody knows how to tell is not opened from here, and nobody is told") {
    for (const std::string model : {"lock-huabao", "lock-text"}) {
        INFO(model);
        Yard yard{1, model};
        stand_sealed(yard);
        CHECK(yard.unlock(yard.producer()) == "UNLOCK_NOT_REMOTE");
        yard.listen(300ms);
        CHECK(yard.latch().motor() == Motor::holds);
        CHECK(yard.link("unlock_refused").at("reason") == "UNLOCK_NOT_REMOTE");
    }
}
