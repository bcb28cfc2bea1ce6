#include "telematics/elock/events.hpp"
#include "tests/unit/telematics/elock_samples.hpp"

#include <catch2/catch.hpp>

#include <set>

using namespace liuhen;
using namespace liuhen::telematics;
using namespace liuhen::telematics::elock;
using namespace liuhen::telematics::elock::test;
using namespace std::chrono_literals;

namespace {

const Instant received = at("2026-11-21T14:00:09Z");

std::vector<Sighting> seen_in(const Bytes& frame) {
    const auto reports = read_reports(binary_piece(frame), 0min);
    REQUIRE(reports);
    return sightings_of(reports->front(), received);
}
std::vector<Sighting> with_status(std::uint16_t status) {
    Bytes frame = sealed_frame();
    frame[36] = std::byte(status >> 8U);
    frame[37] = std::byte(status & 0xFFU);
    return seen_in(frame);
}
std::vector<LockAction> actions(const std::vector<Sighting>& seen) {
    std::vector<LockAction> found;
    for (const LockEvent& event : events(seen)) found.push_back(event.action);
    return found;
}
std::vector<Sighting> seen_in_text(std::string_view words) {
    const auto sentence = read_sentence(text_piece(words));
    const auto place = read_text_fix(*sentence, 0min);
    const auto unlock = read_unlock(*sentence);
    REQUIRE(place);
    REQUIRE(*place);
    REQUIRE(unlock);
    return sightings_of(*sentence, **place, *unlock, received);
}
// A P45 with the fields from the event number to the count of wrong passwords.
LockEvent unlocked(const std::string& fields) {
    const auto found = events(seen_in_text(
        "(0080001234,P45,211126,140105,28.10000,N,119.60000,E,A,36,270," + fields + ",24,45)"));
    REQUIRE(found.size() == 1);
    return found.front();
}
using Actions = std::vector<LockAction>;

}  // namespace

TEST_CASE("a report is a fix and the state of the lock") {
    const auto seen = seen_in(sealed_frame());
    REQUIRE(fixes(seen).size() == 1);
    CHECK(fixes(seen)[0].where.lat == Approx(28.1));
    CHECK(fixes(seen)[0].odometer == Metres{45000});
    REQUIRE(events(seen).size() == 1);
    const LockEvent event = events(seen)[0];
    CHECK(event.action == LockAction::sealed);
    CHECK(event.lock == LockId{"0080001234"});
    CHECK(to_iso(event.at) == "2026-11-21T14:00:05Z");
    CHECK(event.where->lon == Approx(119.6));
    for (const Sighting& one : seen) {
        CHECK(one.message == 0x7011);
        CHECK(one.status == 0x20E0);
        CHECK_FALSE(one.undated);
        CHECK_FALSE(one.backlog);
        CHECK(one.raw.size() == 34);
    }
}

TEST_CASE("sealed needs rope and motor; the rope alone decides that it is open") {
    CHECK(actions(with_status(0x20C0)) == Actions{LockAction::sealed});
    CHECK(actions(with_status(0x2000)) == Actions{LockAction::unsealed});
    CHECK(actions(with_status(0x2080)) == Actions{LockAction::unsealed});  // motor locked, rope out
    CHECK(actions(with_status(0x2040)) == Actions{LockAction::reported});  // no opening
}

TEST_CASE("each alarm bit is one event") {
    CHECK(actions(with_status(0x20C8)) == Actions{LockAction::sealed, LockAction::cut});
    CHECK(actions(with_status(0x10C0)) == Actions{LockAction::sealed, LockAction::shell_opened});
    CHECK(actions(with_status(0x2100)) == Actions{LockAction::unsealed, LockAction::left_open});
    CHECK(actions(with_status(0x28C0)) == Actions{LockAction::sealed, LockAction::battery_low});
    CHECK(actions(with_status(0x6040)) == Actions{LockAction::motor_fault});
    const auto refused = events(with_status(0x2640));
    REQUIRE(refused.size() == 2);
    CHECK(refused[0].action == LockAction::refused);
    CHECK(refused[0].means == LockMeans::card);
    CHECK(refused[1].action == LockAction::refused);
    CHECK(refused[1].means == LockMeans::password);
}

TEST_CASE("the events of one record are told apart by their hashes") {
    std::set<std::uint64_t> hashes;
    const auto seen = with_status(0x7F88);
    CHECK(seen.size() == 9);
    for (const Sighting& one : seen) hashes.insert(one.hash);
    CHECK(hashes.size() == seen.size());
}

TEST_CASE("a record sent again is the same sighting under another serial or as blind-area data") {
    Bytes again = sealed_frame();
    again.back() = std::byte{3};
    again[7] = std::byte{0x13};
    again[37] &= ~std::byte{0x20};
    const auto first = seen_in(sealed_frame());
    const auto second = seen_in(again);
    REQUIRE(first.size() == second.size());
    for (std::size_t i = 0; i < first.size(); ++i) CHECK(first[i].hash == second[i].hash);
    CHECK(second[0].backlog);
    CHECK(second[0].message == 0x7013);
    Bytes other = sealed_frame();
    other[37] |= std::byte{0x10};  // vibration: another record
    CHECK(seen_in(other)[0].hash != first[0].hash);
}

TEST_CASE("a record without a time takes that of its receipt and says so") {
    Bytes timeless = sealed_frame();
    std::fill_n(timeless.begin() + 10, 6, std::byte{0});
    const auto seen = seen_in(timeless);
    CHECK(time_of(seen[0].what) == received);
    CHECK(seen[0].undated);
}

TEST_CASE("an event without a satellite fix has no place") {
    Bytes tower = sealed_frame();
    tower[37] = std::byte{0xE1};
    CHECK(fixes(seen_in(tower))[0].source == FixSource::cell_tower);
    CHECK_FALSE(events(seen_in(tower))[0].where);
}

TEST_CASE("P45 says who opened the lock, by what, and whether it let them") {
    const LockEvent card = unlocked("1,98,0008627839,0,0");
    CHECK(card.action == LockAction::unsealed);
    CHECK(card.means == LockMeans::card);
    CHECK(card.actor == "0008627839");
    CHECK(unlocked("1,1,0008627839,0,0").action == LockAction::unsealed);  // inside fence 1
    CHECK(unlocked("1,99,0008627839,0,0").action == LockAction::refused);  // outside its fence
    CHECK(unlocked("2,0,0000127898,0,0").action == LockAction::refused);
    CHECK(unlocked("4,1,0000000000,1,0").means == LockMeans::password);
    CHECK(unlocked("4,1,0000000000,1,0").action == LockAction::unsealed);
    CHECK(unlocked("4,0,0000000000,0,3").action == LockAction::refused);
    CHECK(unlocked("6,98,0000000000,1,0").means == LockMeans::one_time_password);
    CHECK(unlocked("6,98,0000000000,1,0").action == LockAction::unsealed);
    CHECK(unlocked("6,98,0000000000,0,1").action == LockAction::refused);
    CHECK(unlocked("7,98,0000000000,0,0").means == LockMeans::bluetooth);
    CHECK(unlocked("5,0,0000000000,0,0").action == LockAction::sealed);
    CHECK(unlocked("5,0,0000000000,0,0").actor.empty());
}

TEST_CASE("a vehicle card and unknown events move no lock but keep their fix") {
    for (const auto* fields : {"3,0,0008627839,0,0", "8,0,0000000000,0,0"}) {
        const auto seen =
            seen_in_text(std::string{"(0080001234,P45,211126,140105,28.1,N,119.6,E,A,36,270,"} +
                         fields + ",24,45)");
        CHECK(seen.size() == 1);
        CHECK(fixes(seen).size() == 1);
    }
}

TEST_CASE("a P45 sent again under another serial is the same sighting") {
    const std::string head = "(0080001234,P45,211126,140105,28.1,N,119.6,E,A,36,270,";
    const auto first = seen_in_text(head + "5,0,0000000000,0,0,24,45)");
    const auto again = seen_in_text(head + "5,0,0000000000,0,0,0,45)");
    const auto other = seen_in_text(head + "2,0,0000000000,0,0,24,45)");
    CHECK(first[1].hash == again[1].hash);
    CHECK(first[1].hash != other[1].hash);
    CHECK(first[0].message == 0x7045);
}

TEST_CASE("older and newer P45 are read alike: no distance, speed with a point, more fields") {
    const auto old = seen_in_text(
        "(0080001234,P45,260321,185342,28.181296,N,119.329788,E,V,0.00,0,5,0,0000000000,0,0,0)");
    CHECK(fixes(old)[0].source == FixSource::none);
    CHECK(actions(old) == Actions{LockAction::sealed});
    CHECK_FALSE(events(old)[0].where);
    const auto sentence = read_sentence(text_piece(
        "(0080001234,P45,260321,185342,28.1,S,119.3,W,A,4,0,5,0,0000000000,0,0,7,58,1,2,3)"));
    CHECK(read_unlock(*sentence)->serial == 7);
    const auto place = read_text_fix(*sentence, 0min);
    CHECK((*place)->fix.odometer == Metres{58000});
    CHECK((*place)->fix.where.lat == Approx(-28.1));
    CHECK((*place)->fix.where.lon == Approx(-119.3));
}
