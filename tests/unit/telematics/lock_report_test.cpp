// 0x5501 and 0x5502, and that no password of a lock is kept.
#include "telematics/jtt808/lock_report.hpp"

#include "telematics/jtt808/catalogue.hpp"
#include "telematics/jtt808/dialogue.hpp"
#include "telematics/jtt808/items.hpp"
#include "tests/unit/telematics/lock_samples.hpp"

#include <catch2/catch.hpp>

using namespace liuhen;
using namespace liuhen::telematics;
using namespace liuhen::telematics::jtt808;
using namespace liuhen::telematics::jtt808::test;

namespace {

// 0x5501 of our own: lock 740000001185, 2026-11-21T14:00:05Z, 28.1 N 119.6 E, 18 kn, 304 degrees.
const std::string report_body =
    "211126140005"
    "28060000"
    "11936000"
    "0f"
    "12"
    "98"
    "1e"
    "04"
    "0000002d"
    "37"
    "0ac30c0c"
    "2866"
    "03"
    "0800"
    "0000";
Bytes lock_wire(std::uint16_t id, const std::string& body, std::uint16_t bits = 0x8000) {
    const Bytes value = *from_hex(body);
    Writer w;
    w.u16(id).u16(static_cast<std::uint16_t>(bits | value.size()));
    w.put(*from_hex("740000001185")).u8(7).put(value);
    std::byte sum{0};
    for (const std::byte b : w.view()) sum ^= b;
    w.u8(std::to_integer<std::uint8_t>(sum));
    Bytes wire{delimiter};
    wire.insert(wire.end(), w.view().begin(), w.view().end());
    wire.push_back(delimiter);
    return wire;
}
Dialogue lock_line() {
    return Dialogue{[](std::string_view number) -> std::optional<Enrolled> {
        if (number != "740000001185") return std::nullopt;
        Enrolled enrolled{TerminalId{"740000001185"}, "", "code", {}};
        enrolled.profile.name = "lock-jointech";
        enrolled.profile.time_zone = std::chrono::minutes{0};
        return enrolled;
    }};
}

}  // namespace

TEST_CASE("a report with a one-byte serial is a fix and is acknowledged with 4401") {
    Dialogue line = lock_line();
    const Turn turn = line.hear(lock_wire(lock_report_live, report_body), noon);
    REQUIRE(turn.seen.size() == 2);
    CHECK(std::get<LockEvent>(turn.seen[1].what).action == LockAction::reported);
    CHECK(turn.refused.empty());
    CHECK(turn.frames.size() == 1);
    const Fix fix = std::get<Fix>(turn.seen[0].what);
    CHECK(to_iso(fix.at) == "2026-11-21T14:00:05Z");
    CHECK(fix.where.lat == Approx(28.1));
    CHECK(fix.where.lon == Approx(119.6));
    CHECK(fix.source == FixSource::satellite);
    CHECK(fix.satellites == std::uint8_t{4});
    CHECK(fix.odometer->value == 45000);
    CHECK(turn.seen[0].message == 0x5501);
    CHECK(to_hex(turn.reply) == "7e4401000374000000118501550100f37e");
}

TEST_CASE("a lock that waits for no answer gets none, and blind-area data is backlog") {
    Dialogue line = lock_line();
    const Turn live = line.hear(lock_wire(lock_report_live, report_body, 0), noon);
    const Turn blind = line.hear(lock_wire(lock_report_blind, report_body, 0), noon);
    CHECK(live.reply.empty());
    REQUIRE(blind.seen.size() == 2);
    CHECK(blind.seen[0].backlog);
    CHECK(blind.seen[0].hash == live.seen[0].hash);
}

TEST_CASE("an event in such a report is one of the lock itself; its status is no state") {
    Dialogue line = lock_line();
    const Turn turn =
        line.hear(lock_wire(lock_report_live, report_body + "0b05220083a5bf" + "0201"), noon);
    REQUIRE(turn.seen.size() == 2);
    const LockEvent event = std::get<LockEvent>(turn.seen[1].what);
    CHECK(event.action == LockAction::unsealed);
    CHECK(event.actor == "0008627647");
    CHECK(event.lock.text == "740000001185");
    CHECK(to_hex(turn.seen[0].raw) == "0b05220083a5bf0201");
}

TEST_CASE("a report that cannot be read is refused and still acknowledged") {
    Dialogue line = lock_line();
    const Turn turn = line.hear(lock_wire(lock_report_live, "99" + report_body.substr(2)), noon);
    REQUIRE(turn.refused.size() == 1);
    CHECK(turn.refused[0].fault == Fault::bad_value);
    CHECK_FALSE(turn.reply.empty());
}

TEST_CASE("a stranger's lock report and one with a wrong checksum get no answer") {
    Dialogue nobody{[](std::string_view) { return std::optional<Enrolled>{}; }};
    const Turn stranger = nobody.hear(lock_wire(lock_report_live, report_body), noon);
    CHECK(stranger.reply.empty());
    REQUIRE(stranger.refused.size() == 1);
    CHECK(stranger.refused[0].fault == Fault::unknown_terminal);
    Bytes wire = lock_wire(lock_report_live, report_body);
    wire[wire.size() - 2] ^= std::byte{1};
    const Turn bad = lock_line().hear(wire, noon);
    CHECK(bad.reply.empty());
    REQUIRE(bad.refused.size() == 1);
    CHECK(bad.refused[0].fault == Fault::bad_checksum);
}

TEST_CASE("a password enters neither the archive nor the sightings, and the frame stays readable") {
    Dialogue line = lock_line();
    const Turn live = line.hear(lock_wire(lock_report_live, report_body + "0b0801"
                                                                          "313233343536"
                                                                          "05"),
                                noon);
    REQUIRE(live.frames.size() == 1);
    CHECK(to_hex(live.frames[0]).find("313233343536") == std::string::npos);
    CHECK(parse_lock_frame(live.frames[0]).has_value());
    REQUIRE(live.seen.size() == 2);
    CHECK(to_hex(live.seen[0].raw) == "0b08012a2a2a2a2a2a05");

    Dialogue hhd{[](std::string_view) -> std::optional<Enrolled> {
        Enrolled enrolled{TerminalId{own}, "", "code", {}};
        enrolled.profile.name = "lock-hhd";
        return enrolled;
    }};
    const Position secret = position_with(0, 0, {item_of(0x67, "3132333435363738")});
    Writer one;
    write_position(secret, one, Edition::v2013);
    const Batch batch{.kind = 1, .announced = 1, .bodies = {one.finish()}, .tail = {}};
    Header head = *header_for(own, Edition::v2013);
    for (const Message& message : {Message{secret}, Message{batch}}) {
        const Turn turn = hhd.hear(seal_message(head, message), noon);
        REQUIRE(turn.frames.size() == 1);
        CHECK(to_hex(turn.frames[0]).find("3132333435363738") == std::string::npos);
        CHECK(parse_frame(turn.frames[0]).has_value());
        REQUIRE(turn.seen.size() == 2);
        CHECK(to_hex(turn.seen[0].raw) == "67082a2a2a2a2a2a2a2a");
    }
}
