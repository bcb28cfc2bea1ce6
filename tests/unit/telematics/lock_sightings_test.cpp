// Locks that speak JT/T 808 make the same events as those that dial in themselves.
#include "telematics/jtt808/items.hpp"
#include "telematics/jtt808/lock_items.hpp"
#include "tests/unit/telematics/lock_samples.hpp"

#include <catch2/catch.hpp>
#include <rapidcheck.h>

#include <algorithm>
#include <array>
#include <set>

using namespace liuhen;
using namespace liuhen::telematics;
using namespace liuhen::telematics::jtt808;
using namespace liuhen::telematics::jtt808::test;

TEST_CASE("a Jointech lock is sealed with rope and motor closed, and unsealed with its rope out") {
    CHECK(actions_by("lock-jointech", position_with(0)) == Actions{LockAction::sealed});
    CHECK(actions_by("lock-jointech", position_with(rope_open)) == Actions{LockAction::unsealed});
    CHECK(actions_by("lock-jointech", position_with(rope_open | motor_unlocked)) ==
          Actions{LockAction::unsealed});
}

TEST_CASE("a motor that is unlocked with its rope in is no opening: the lock is there, no more") {
    for (const auto& [profile, status] :
         {std::pair{"lock-jointech", motor_unlocked}, std::pair{"lock-hhd", hhd_closed}}) {
        CHECK(actions_by(profile, position_with(status)).empty());
        const auto seen = seen_by(profile, position_with(status));
        REQUIRE(seen.size() == 2);
        const auto report = std::get<LockEvent>(seen[1].what);
        CHECK(report.action == LockAction::reported);
        CHECK(report.lock.text == own);
        CHECK_FALSE(report.cuts);
    }
    CHECK(seen_by("standard", position_with(hhd_closed)).size() == 1);
    CHECK(seen_by("lock-huabao", position_with(0)).size() == 1);
}

TEST_CASE("a counter of cuts is told by every report that has it, and is no cut by itself") {
    const auto seen = seen_by("lock-jointech", position_with(0, 0, {item_of(0xDA, "000301")}));
    REQUIRE(seen.size() == 3);
    CHECK(std::get<LockEvent>(seen[1].what).action == LockAction::sealed);
    const auto report = std::get<LockEvent>(seen[2].what);
    CHECK(report.action == LockAction::reported);
    CHECK(report.cuts == std::uint16_t{3});
    CHECK(seen_by("lock-jointech", position_with(0, 0, {item_of(0xDA, "0003")})).size() == 2);
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

TEST_CASE("a load sensor tells the load of a truck whose model says so, of two the fullest") {
    const auto load_by = [](const char* profile, const std::string& states) {
        Writer list;
        list.u8(static_cast<std::uint8_t>(states.size()));
        std::uint8_t id = 0x70;
        for (const char state : states) {
            list.u8(id++).u8(24).u16(0).u8(1).u8(static_cast<std::uint8_t>(state - '0'));
            list.put(Bytes(20));
        }
        const Position p = position_with(3U << 8U, 0, {Item{.id = 0xF3, .value = list.finish()}});
        return std::get<Fix>(seen_by(profile, p)[0].what).load;
    };
    CHECK(load_by("sensors-zoomwell", "1") == Load::empty);
    CHECK(load_by("sensors-zoomwell", "2") == Load::full);
    CHECK(load_by("sensors-zoomwell", "7") == Load::full);
    CHECK(load_by("sensors-zoomwell", "4") == Load::half);
    CHECK(load_by("sensors-zoomwell", "16") == Load::half);
    CHECK(load_by("sensors-zoomwell", "9") == Load::unknown);
    CHECK(load_by("sensors-zoomwell", "") == Load::unknown);
    CHECK(load_by("standard", "1") == Load::full);  // status bits 8 and 9
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
        Row{"000e0139303031", LockAction::refused, LockMeans::card, self, "9001"},
        Row{"000e00", LockAction::refused, LockMeans::card, self, ""},
        Row{"000f00", LockAction::cut, LockMeans::unknown, self, ""},
        Row{"001000", LockAction::shell_opened, LockMeans::unknown, self, ""},
        Row{"001100", LockAction::cut, LockMeans::unknown, self, ""},
        Row{"001200", LockAction::battery_low, LockMeans::unknown, self, ""},
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
