// What a position says of the terminal and of its truck, by the standard and by a model's rows.
#include "telematics/jtt808/catalogue.hpp"
#include "telematics/jtt808/location.hpp"
#include "telematics/jtt808/signals.hpp"
#include "telematics/text.hpp"

#include <catch2/catch.hpp>

using namespace liuhen;
using namespace liuhen::telematics;
using namespace liuhen::telematics::jtt808;

namespace {

const Instant noon = *parse_iso("2026-11-21T04:00:00Z");

/// 28.1 N 119.6 E at noon in China, given both words and items.
Fix fix_of(std::string_view alarm, std::string_view status, std::string_view items = "",
           const Profile& profile = {}) {
    const std::string hex = std::string{alarm} + std::string{status} +
                            "01acc5a00720f380fff401c8005a261121120000" + std::string{items};
    const auto position = std::get<Position>(*decode(0x0200, Edition::v2013, *from_hex(hex)));
    const Sighting seen =
        *sighting_of(position, profile, {.received = noon, .hash = 7, .undated_hash = 8});
    return std::get<Fix>(seen.what);
}
Signals of(std::initializer_list<Signal> all) {
    Signals signals;
    for (const Signal one : all) signals.set(one);
    return signals;
}
const Signals ignition_off = of({Signal::ignition_told});
const Signals ignition_on = of({Signal::ignition_told, Signal::ignition_on});

Profile row(std::string_view rows) {
    const auto read = read_profiles("profile box\n" + std::string{rows});
    INFO(rows);
    REQUIRE(read);
    return read->front();
}

}  // namespace

TEST_CASE("alarm bits 4 to 8 and the ignition reach the fix, other bits do not") {
    CHECK(fix_of("00000000", "00000003").signals == ignition_on);
    CHECK(fix_of("00000000", "00000002").signals == ignition_off);
    CHECK(fix_of("00000010", "00000002").signals ==
          of({Signal::ignition_told, Signal::gnss_fault}));
    CHECK(fix_of("00000020", "00000002").signals ==
          of({Signal::ignition_told, Signal::antenna_missing}));
    CHECK(fix_of("00000040", "00000002").signals ==
          of({Signal::ignition_told, Signal::antenna_short}));
    CHECK(fix_of("00000080", "00000002").signals == of({Signal::ignition_told, Signal::power_low}));
    CHECK(fix_of("00000100", "00000002").signals == of({Signal::ignition_told, Signal::power_cut}));
    CHECK(fix_of("fffffe0f", "fffffffe").signals == ignition_off);
}

TEST_CASE("a bit that a model uses otherwise is not the standard's") {
    const Profile lock = *find_profile("lock-hhd");  // alarm 7 and 8 are its motor
    CHECK(fix_of("00000180", "00000003", "", lock).signals == Signals{});
    CHECK(fix_of("00000020", "00000003", "", lock).signals == of({Signal::antenna_missing}));
    CHECK(fix_of("00000000", "00000003", "", *find_profile("lock-jointech")).signals == Signals{});
}

TEST_CASE("a waste truck's own bits say that its body is lifted or its cover open") {
    const Profile truck = *find_profile("waste-trwy");
    CHECK(fix_of("00000000", "40000003", "", truck).signals ==
          of({Signal::ignition_told, Signal::ignition_on, Signal::lifted}));
    for (const auto* cover : {"00400003", "00800003", "20000003"}) {
        CHECK(fix_of("00000000", cover, "", truck).signals ==
              of({Signal::ignition_told, Signal::ignition_on, Signal::cover_open}));
    }
    CHECK(fix_of("00000000", "40000003").signals == ignition_on);
}

TEST_CASE("dump reports, dump alarms and the container's status become signals") {
    const Profile truck = *find_profile("waste-eeye");
    const auto said = [&](std::string_view items) {
        return fix_of("00000000", "00000003", items, truck).signals;
    };
    const auto on_and = [](Signal one) {
        Signals signals = ignition_on;
        signals.set(one);
        return signals;
    };
    CHECK(said("e30d01261121115500261121115900") == on_and(Signal::dump_reported));
    CHECK(said("e40400000001") == on_and(Signal::cover_open));
    CHECK(said("e40400000002") == on_and(Signal::lifted));
    CHECK(said("e40400000000") == ignition_on);
    CHECK(said("f007e1040000020000") == on_and(Signal::cover_open));
    CHECK(said("f007e1040000040000") == on_and(Signal::lifted));
    CHECK(said("f007e10900000400") == ignition_on);  // a length that runs past the end
}

TEST_CASE("the weight of the first load sensor is the fix's, in its own unit") {
    const Profile truck = *find_profile("sensors-zoomwell");
    // docs/wire-items.md: unit 1 (1 kg), weight 2710 = 10,000 kg.
    const auto items = "f31b01701800010102000000030000271003e80abc00000bcd00000def";
    CHECK(fix_of("00000000", "00000003", items, truck).mass == Grams{10'000'000});
    CHECK_FALSE(fix_of("00000000", "00000003", items).mass);
    CHECK_FALSE(fix_of("00000000", "00000003", "f30501210200fa", truck).mass);
    const auto tenths = "f31b01701800010002000000030000271003e80abc00000bcd00000def";
    CHECK(fix_of("00000000", "00000003", tenths, truck).mass == Grams{1'000'000});
    const auto no_unit = "f31b01701800010902000000030000271003e80abc00000bcd00000def";
    CHECK_FALSE(fix_of("00000000", "00000003", no_unit, truck).mass);
}

TEST_CASE("a model's rows say where its weight and its signals stand") {
    const Profile truck =
        row("  ignition none\n"
            "  signal EA 2 9 jammed\n"
            "  mass EB 5 1 3 10\n");
    const Fix fix = fix_of("00000000", "00000003", "ea020200eb05ff0003e8ff", truck);
    CHECK(fix.signals == of({Signal::jammed}));
    CHECK(fix.mass == Grams{10'000});
    CHECK(fix_of("00000000", "00000003", "ea020100eb04000003e8", truck) ==
          fix_of("00000000", "00000003", "", truck));
}

TEST_CASE("rows of signals and weights that cannot be are refused with the reason") {
    for (const auto* wrong :
         {"signal EA 2 16 jammed", "signal EA 5 1 jammed", "signal EA 2 1 rope_open",
          "signal EA 2 1", "ignition perhaps", "mass EB 4 1 4 10", "mass EB 4 0 0 10",
          "mass EB 4 0 4 0", "mass EB 4 0 5 10", "mass EB 4 0 4 10\n mass EB 5 0 4 10"}) {
        INFO(wrong);
        const auto read = read_profiles("profile box\n " + std::string{wrong});
        REQUIRE_FALSE(read);
        CHECK_FALSE(read.error().why.empty());
    }
}

TEST_CASE("the recorder's speed is read from item 03, all ones is none") {
    CHECK(to_kmh(*fix_of("00000000", "00000003", "030201c8").recorder_speed) == Approx(45.6));
    CHECK_FALSE(fix_of("00000000", "00000003", "0302ffff").recorder_speed);
    CHECK_FALSE(fix_of("00000000", "00000003", "030401c801c8").recorder_speed);
    CHECK_FALSE(
        fix_of("00000000", "00000003", "030201c8", *find_profile("lock-hhd")).recorder_speed);
}

TEST_CASE("a terminal that reports a fix says its signals") {
    Fix fix = fix_of("00000110", "00000003", "030201c8");
    const auto sent = report_of(fix);
    const Sighting heard =
        *sighting_of(sent, Profile{}, {.received = noon, .hash = 7, .undated_hash = 8});
    CHECK(std::get<Fix>(heard.what) == fix);
    fix.signals.set(Signal::ignition_on, false);
    CHECK((report_of(fix).status & status_bit::ignition) == 0);
}
