// Locks that speak JT/T 808 make the same events as those that dial in themselves.
#include "telematics/jtt808/catalogue.hpp"
#include "telematics/jtt808/dialogue.hpp"
#include "telematics/jtt808/items.hpp"
#include "telematics/jtt808/location.hpp"
#include "telematics/jtt808/lock_items.hpp"
#include "telematics/jtt808/lock_report.hpp"
#include "telematics/text.hpp"

#include <catch2/catch.hpp>
#include <rapidcheck.h>

#include <algorithm>
#include <array>
#include <set>

using namespace liuhen;
using namespace liuhen::telematics;
using namespace liuhen::telematics::jtt808;

namespace {

const Instant noon = *parse_iso("2026-11-21T04:00:00Z");
const std::string own = "8000620011";

Fix standing() {
    Fix fix;
    fix.at = noon;
    fix.where = {28.1, 119.6};
    return fix;
}
Position position_with(std::uint32_t status, std::uint32_t alarm = 0,
                       std::vector<Item> items = {}) {
    Position p = report_of(standing());
    p.status = (p.status & 3U) | status;
    p.alarm = alarm;
    p.items = std::move(items);
    return p;
}
Item item_of(std::uint8_t id, std::string_view hex) { return {.id = id, .value = *from_hex(hex)}; }

std::vector<Sighting> seen_by(std::string_view profile, const Position& p) {
    const auto seen = sightings_of(p, *find_profile(profile),
                                   {.received = noon, .hash = 7, .undated_hash = 8, .lock = own});
    REQUIRE(seen);
    return *seen;
}
std::vector<LockEvent> events_by(std::string_view profile, const Position& p) {
    std::vector<LockEvent> events;
    for (const Sighting& one : seen_by(profile, p)) {
        if (const auto* const event = std::get_if<LockEvent>(&one.what)) events.push_back(*event);
    }
    return events;
}
std::vector<LockAction> actions_by(std::string_view profile, const Position& p) {
    std::vector<LockAction> actions;
    for (const LockEvent& event : events_by(profile, p)) actions.push_back(event.action);
    return actions;
}
using Actions = std::vector<LockAction>;

constexpr std::uint32_t rope_open = 1U << 20U, motor_unlocked = 1U << 21U;
constexpr std::uint32_t hhd_sealed = 1U << 14U, hhd_closed = 1U << 15U;

}  // namespace

TEST_CASE("a Jointech lock is sealed with rope and motor closed, and unsealed with its rope out") {
    CHECK(actions_by("lock-jointech", position_with(0)) == Actions{LockAction::sealed});
    CHECK(actions_by("lock-jointech", position_with(rope_open)) == Actions{LockAction::unsealed});
    CHECK(actions_by("lock-jointech", position_with(rope_open | motor_unlocked)) ==
          Actions{LockAction::unsealed});
}

TEST_CASE("a motor that is unlocked with its rope in says nothing") {
    CHECK(actions_by("lock-jointech", position_with(motor_unlocked)).empty());
    CHECK(actions_by("lock-hhd", position_with(hhd_closed)).empty());
}

TEST_CASE("an HHD lock is sealed with its rod closed, and cut when open while sealed") {
    CHECK(actions_by("lock-hhd", position_with(hhd_sealed | hhd_closed)) ==
          Actions{LockAction::sealed});
    CHECK(actions_by("lock-hhd", position_with(0)) == Actions{LockAction::unsealed});
    CHECK(actions_by("lock-hhd", position_with(hhd_sealed)) ==
          Actions{LockAction::unsealed, LockAction::cut});
}

TEST_CASE("alarm bits of a lock become its alarms") {
    const std::uint32_t closed = hhd_sealed | hhd_closed;
    CHECK(
        actions_by("lock-hhd", position_with(closed, 1U << 0U | 1U << 1U | 1U << 2U | 1U << 8U)) ==
        Actions{LockAction::sealed, LockAction::cut, LockAction::shell_opened,
                LockAction::battery_low, LockAction::motor_fault});
    CHECK(actions_by("lock-jointech", position_with(0, 1U << 16U | 1U << 7U)) ==
          Actions{LockAction::sealed, LockAction::shell_opened, LockAction::battery_low});
}

TEST_CASE("the doors and alarms of an ordinary terminal are no lock") {
    CHECK(actions_by("standard", position_with(hhd_sealed | rope_open, 0xFFFFFFFF)).empty());
    CHECK(actions_by("waste-trwy", position_with(1U << 25U)).empty());
}

TEST_CASE("Jointech events name action, means, card and never the password") {
    struct Row {
        std::string_view hex;
        LockAction action;
        LockMeans means;
        std::string_view actor;
    };
    constexpr std::array rows{
        Row{"0131323334353605", LockAction::unsealed, LockMeans::password, ""},
        Row{"01313233343536ff", LockAction::refused, LockMeans::password, ""},
        Row{"06313233343536", LockAction::refused, LockMeans::password, ""},
        Row{"220083a5bf", LockAction::unsealed, LockMeans::card, "0008627647"},
        Row{"220083a5bf05", LockAction::unsealed, LockMeans::card, "0008627647"},
        Row{"220083a5bfff", LockAction::refused, LockMeans::card, "0008627647"},
        Row{"230083a5bf", LockAction::refused, LockMeans::card, "0008627647"},
    };
    for (const Row& row : rows) {
        INFO(row.hex);
        const auto events =
            events_by("lock-jointech", position_with(motor_unlocked, 0, {item_of(0x0B, row.hex)}));
        REQUIRE(events.size() == 1);
        CHECK(events[0].action == row.action);
        CHECK(events[0].means == row.means);
        CHECK(events[0].actor == row.actor);
        CHECK(events[0].lock.text == own);
        CHECK(events[0].at == noon + std::chrono::hours{8});  // its clock is UTC
        CHECK(events[0].where == LatLon{28.1, 119.6});
    }
}

TEST_CASE("an event that is too short, unknown or without data makes no event") {
    for (const std::string_view hex : {"", "01", "013132333435", "2200", "0d", "7f0102"}) {
        INFO(hex);
        CHECK(actions_by("lock-jointech", position_with(motor_unlocked, 0, {item_of(0x0B, hex)}))
                  .empty());
    }
}

TEST_CASE("the fence a lock opened in is told") {
    const Dialect& dialect = *find_profile("lock-jointech")->dialect;
    const auto fence = [&](std::string_view hex) {
        return read_lock_event(item_of(0x0B, hex), Reading::lock_event, dialect)->fence;
    };
    CHECK(fence("0131323334353605") == std::uint8_t{5});
    CHECK(fence("01313233343536ff") == std::nullopt);
    CHECK(fence("0131323334353600") == std::nullopt);
}

TEST_CASE("HHD events name action, means and actor") {
    struct Row {
        std::string_view hex;
        LockAction action;
        LockMeans means;
        std::string_view lock;
        std::string_view actor;
    };
    constexpr std::string_view self = "8000620011", slave = "001234567890";
    constexpr std::array rows{
        Row{"000200", LockAction::sealed, LockMeans::automatic, self, ""},
        Row{"0003003930303031", LockAction::sealed, LockMeans::card, self, "90001"},
        Row{"0004003930303031", LockAction::unsealed, LockMeans::card, self, "90001"},
        Row{"000500", LockAction::sealed, LockMeans::bluetooth, self, ""},
        Row{"000600", LockAction::unsealed, LockMeans::bluetooth, self, ""},
        Row{"000700", LockAction::sealed, LockMeans::remote, self, ""},
        Row{"0008007969", LockAction::unsealed, LockMeans::remote, self, "yi"},
        Row{"000900", LockAction::sealed, LockMeans::remote, self, ""},
        Row{"000a00", LockAction::unsealed, LockMeans::remote, self, ""},
        Row{"000b00", LockAction::refused, LockMeans::card, self, ""},
        Row{"000c00", LockAction::refused, LockMeans::card, self, ""},
        Row{"000d00", LockAction::refused, LockMeans::card, self, ""},
        Row{"000e00", LockAction::refused, LockMeans::card, self, ""},
        Row{"000f00", LockAction::cut, LockMeans::unknown, self, ""},
        Row{"001000", LockAction::shell_opened, LockMeans::unknown, self, ""},
        Row{"001100", LockAction::cut, LockMeans::unknown, self, ""},
        Row{"001300", LockAction::refused, LockMeans::password, self, ""},
        Row{"001400", LockAction::left_open, LockMeans::unknown, self, ""},
        Row{"001700", LockAction::battery_low, LockMeans::unknown, self, ""},
        Row{"001800", LockAction::motor_fault, LockMeans::unknown, self, ""},
        Row{"001900", LockAction::motor_fault, LockMeans::unknown, self, ""},
        Row{"002200313233343536", LockAction::unsealed, LockMeans::password, self, ""},
        Row{"002300", LockAction::unsealed, LockMeans::bluetooth, self, ""},
        Row{"002600313233343536", LockAction::unsealed, LockMeans::one_time_password, self, ""},
        Row{"005700001234567890", LockAction::shell_opened, LockMeans::unknown, slave, ""},
        Row{"005800001234567890", LockAction::cut, LockMeans::unknown, slave, ""},
        Row{"005a00001234567890", LockAction::battery_low, LockMeans::unknown, slave, ""},
        Row{"00610000123456789039303031", LockAction::unsealed, LockMeans::card, slave, "9001"},
        Row{"00630000123456789039303031", LockAction::refused, LockMeans::card, slave, "9001"},
        Row{"00640000123456789039303031", LockAction::refused, LockMeans::card, slave, "9001"},
    };
    std::set<unsigned> tried;
    for (const Row& row : rows) {
        INFO(row.hex);
        const auto events =
            events_by("lock-hhd", position_with(hhd_closed, 0, {item_of(0x60, row.hex)}));
        REQUIRE(events.size() == 1);
        CHECK(events[0].action == row.action);
        CHECK(events[0].means == row.means);
        CHECK(events[0].lock.text == row.lock);
        CHECK(events[0].actor == row.actor);
        tried.insert(
            static_cast<unsigned>(std::stoul(std::string{row.hex.substr(0, 4)}, nullptr, 16)));
    }
    for (const EventRule& rule : find_profile("lock-hhd")->dialect->events) {
        INFO(rule.name);
        CHECK(rule.action.has_value() == tried.contains(rule.number));
    }
}

TEST_CASE("locks of a Huabao list speak under their own numbers") {
    const std::string list =
        "02"
        "20026043230000000000"
        "60"
        "0012"
        "20000012342795937861"
        "58"
        "0032";
    const auto events = events_by("lock-huabao", position_with(0, 0, {item_of(0xD5, list)}));
    REQUIRE(events.size() == 2);
    CHECK(events[0].lock.text == "2002604323");
    CHECK(events[0].action == LockAction::sealed);
    CHECK(events[1].lock.text == "2000001234");
    CHECK(events[1].action == LockAction::unsealed);
    CHECK(actions_by("lock-huabao", position_with(0, 0, {item_of(0xD5, list + "00")})).empty());
    CHECK(actions_by("lock-huabao", position_with(0, 0, {item_of(0xD5, "0201")})).empty());
}

TEST_CASE("slave locks of an HHD master speak under their own numbers") {
    const std::string list =
        "0000000000010e5c318110"
        "0000000000020e5c308010"
        "0000000000030e5c308110";
    const auto events = events_by("lock-hhd", position_with(hhd_closed, 0, {item_of(0x63, list)}));
    REQUIRE(events.size() == 2);  // the third is unsealed with its rod in: no opening
    CHECK(events[0].lock.text == "000000000001");
    CHECK(events[0].action == LockAction::sealed);
    CHECK(events[1].lock.text == "000000000002");
    CHECK(events[1].action == LockAction::unsealed);
}

TEST_CASE("all sightings of one position have identities of their own") {
    const std::string list =
        "0000000000010e5c318110"
        "0000000000020e5c318110";
    const auto seen =
        seen_by("lock-hhd", position_with(hhd_sealed | hhd_closed, 7U,
                                          {item_of(0x63, list), item_of(0x60, "0003003930303031"),
                                           item_of(0x60, "0003003930303032")}));
    std::set<std::uint64_t> hashes;
    for (const Sighting& one : seen) hashes.insert(one.hash);
    CHECK(seen.size() == 9);  // fix, state, three alarms, two slaves, two events
    CHECK(hashes.size() == seen.size());
    CHECK(seen.front().hash == 7);
}

TEST_CASE("the same statement twice in one position is one event") {
    const Item event = item_of(0x60, "001100");
    const auto once = seen_by("lock-hhd", position_with(hhd_closed, 0, {event}));
    const auto twice = seen_by("lock-hhd", position_with(hhd_closed, 1, {event, event}));
    CHECK(once.size() == 2);
    CHECK(twice.size() == 2);
    CHECK(once[1].hash == twice[1].hash);
}

TEST_CASE("bit 5 of an HHD lock is its receiver, not an encrypted place") {
    const auto seen = seen_by("lock-hhd", position_with(hhd_closed | 1U << 5U));
    CHECK(std::get<Fix>(seen[0].what).source == FixSource::satellite);
    CHECK(std::get<Fix>(seen[0].what).load == Load::unknown);
    const auto plain = seen_by("standard", position_with(1U << 5U));
    CHECK(std::get<Fix>(plain[0].what).source == FixSource::none);
}

TEST_CASE("a Jointech lock may have its fix in bit 18 or from a cell tower") {
    Position p = position_with(1U << 18U | rope_open);
    p.status &= ~2U;
    CHECK(std::get<Fix>(seen_by("lock-jointech", p)[0].what).source == FixSource::satellite);
    p.status |= 1U << 6U;
    const auto seen = seen_by("lock-jointech", p);
    CHECK(std::get<Fix>(seen[0].what).source == FixSource::cell_tower);
    CHECK_FALSE(std::get<LockEvent>(seen[1].what).where);
}

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
    REQUIRE(turn.seen.size() == 1);
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
    REQUIRE(blind.seen.size() == 1);
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

TEST_CASE("any item in any profile is read within its bytes and to the same events each time") {
    CHECK(rc::check("items of arbitrary bytes", [] {
        const auto id = *rc::gen::arbitrary<std::uint8_t>();
        const auto raw =
            *rc::gen::container<std::vector<std::uint8_t>>(rc::gen::arbitrary<std::uint8_t>());
        Item item{.id = id, .value = {}};
        for (std::size_t i = 0; i < std::min<std::size_t>(raw.size(), 255); ++i)
            item.value.push_back(std::byte{raw[i]});
        const auto status = *rc::gen::arbitrary<std::uint32_t>();
        for (const Profile& profile : known_profiles()) {
            const Position p = position_with(status, status, {item});
            const auto once = sightings_of(p, profile, {.received = noon, .lock = own});
            const auto again = sightings_of(p, profile, {.received = noon, .lock = own});
            RC_ASSERT(once.has_value());
            RC_ASSERT(*once == *again);
            (void)read_item(item, profile.dialect.get());
            RC_ASSERT(without_secrets(item, profile.dialect.get()).value.size() ==
                      item.value.size());
        }
    }));
}

TEST_CASE("a list of items that runs past the end keeps the position in every profile") {
    for (const Profile& profile : known_profiles()) {
        Writer w;
        write_position(position_with(hhd_sealed | hhd_closed), w, Edition::v2013);
        Bytes body = w.finish();
        const Bytes overrun = *from_hex("60200011");
        body.insert(body.end(), overrun.begin(), overrun.end());
        Reader r{body};
        const Position p = read_position(r, Edition::v2013);
        INFO(profile.name);
        CHECK(r.ok());
        CHECK(to_hex(p.tail) == "60200011");
        CHECK(sightings_of(p, profile, {.received = noon, .lock = own}).has_value());
    }
}
