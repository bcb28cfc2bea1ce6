#include "telematics/elock/events.hpp"
#include "telematics/elock/report.hpp"
#include "tests/unit/telematics/elock_samples.hpp"

#include <catch2/catch.hpp>

using namespace liuhen;
using namespace liuhen::telematics;
using namespace liuhen::telematics::elock;
using namespace liuhen::telematics::elock::test;
using namespace std::chrono_literals;

namespace {
Bytes changed(std::size_t offset, std::uint8_t value) {
    Bytes frame = sealed_frame();
    frame[offset] = std::byte{value};
    return frame;
}
LockReport only(const Bytes& frame) {
    const auto reports = read_reports(binary_piece(frame), 0min);
    REQUIRE(reports);
    REQUIRE(reports->size() == 1);
    return reports->front();
}
}  // namespace

TEST_CASE("a JT701D report is read as the manual says") {
    const LockReport report = only(sealed_frame());
    CHECK(report.lock == "0080001234");
    CHECK(report.protocol == jt701d_protocol);
    CHECK(report.device_type == 1);
    CHECK(report.data_type == live_report);
    CHECK(to_iso(report.at.value()) == "2026-11-21T14:00:05Z");
    CHECK(report.where.lat == Approx(28.1).epsilon(1e-9));
    CHECK(report.where.lon == Approx(119.6).epsilon(1e-9));
    CHECK(report.source == FixSource::satellite);
    CHECK(to_kmh(report.speed) == Approx(33.336));  // 18 knots
    CHECK(report.heading == Heading{304});
    CHECK(report.odometer == Metres{45000});
    CHECK(report.satellites == 6);
    CHECK(report.status == 0x20E0);
    CHECK(report.battery == 40);
    CHECK(report.serial == 86);
    CHECK(report.body.size() == 51);
}

TEST_CASE("a frame that is read and written again is the same frame") {
    CHECK(to_hex(write_report(only(sealed_frame()), 0min)) == to_hex(sealed_frame()));
}

TEST_CASE("south and west are negative") {
    const LockReport report = only(changed(24, 0x09));
    CHECK(report.where.lat == Approx(-28.1).epsilon(1e-9));
    CHECK(report.where.lon == Approx(-119.6).epsilon(1e-9));
}

TEST_CASE("a position without a fix, or of a cell tower, says so") {
    CHECK(only(changed(24, 0x0E)).source == FixSource::none);
    Bytes tower = changed(24, 0x0E);
    tower[37] = std::byte{0xE1};
    CHECK(only(tower).source == FixSource::cell_tower);
}

TEST_CASE("times stand in the zone of the profile, and all zeros are no time") {
    const auto east = read_reports(binary_piece(sealed_frame()), china_standard_time);
    CHECK(to_iso(east->front().at.value()) == "2026-11-21T06:00:05Z");
    Bytes timeless = sealed_frame();
    std::fill_n(timeless.begin() + 10, 6, std::byte{0});
    CHECK_FALSE(only(timeless).at);
}

TEST_CASE("a time or a fixed position that does not exist is refused") {
    const auto fault = [](const Bytes& frame) {
        return read_reports(binary_piece(frame), 0min).error();
    };
    CHECK(fault(changed(11, 0x13)) == Fault::bad_value);  // month 13
    CHECK(fault(changed(11, 0x1A)) == Fault::bad_value);  // no decimal digit
    CHECK(fault(changed(16, 0x91)) == Fault::bad_value);  // 91 degrees north
    CHECK(fault(changed(17, 0x60)) == Fault::bad_value);  // 60 minutes
    CHECK(fault(changed(20, 0x19)) == Fault::bad_value);  // 199 degrees east
    CHECK(fault(changed(24, 0xAF)) == Fault::bad_value);  // ninth digit of the longitude
}

TEST_CASE("coordinates that are no digits are passed over while there is no fix") {
    Bytes frame = changed(24, 0xFE);
    frame[16] = std::byte{0xFF};
    const LockReport report = only(frame);
    CHECK(report.source == FixSource::none);
    CHECK(report.where == LatLon{});
}

TEST_CASE("a protocol 16 report ends after the signal strength") {
    LockReport report = only(sealed_frame());
    report.protocol = jt701_old_protocol;
    const Bytes frame = write_report(report, 0min);
    REQUIRE(frame.size() == 45);
    const LockReport again = only(frame);
    CHECK(again.status == 0x20E0);
    CHECK(again.serial == 86);
    CHECK(again.battery == 40);
}

TEST_CASE("an old frame holds several positions and no lock state") {
    const std::string record = "211126140005 28060000 119360000F 12 98 06190003fd2b91044d1f ";
    const std::string later = "211126140105 28060000 119360000F 12 98 06190003fd2b91044d1f ";
    const auto frame = from_hex("24 0080001234 11 0036" + record + later + "a0").value();
    const auto reports = read_reports(binary_piece(frame), 0min);
    REQUIRE(reports);
    REQUIRE(reports->size() == 2);
    CHECK((*reports)[1].at.value() - (*reports)[0].at.value() == 60s);
    CHECK((*reports)[0].protocol == 0);
    CHECK_FALSE((*reports)[0].status);
    CHECK((*reports)[1].serial == 0xA0);
    CHECK(acknowledgement(binary_piece(frame)).empty());
}

TEST_CASE("the ten bytes behind an old position are read by the type of the device") {
    const auto old = [](const std::string& type, const std::string& tail) {
        const auto frame = from_hex("24 0080001234" + type +
                                    "001b 211126140005 28060000 119360000F "
                                    "12 98" +
                                    tail + "a0")
                               .value();
        return read_reports(binary_piece(frame), 0min).value().at(0);
    };
    // 6 satellites, voltage, flags, 1021 m, cell, area, signal
    const LockReport with_cell = old("11", "06190003fd2b91044d1f");
    CHECK(with_cell.satellites == std::uint8_t{6});
    CHECK(with_cell.altitude_m == std::int16_t{1021});
    CHECK(sightings_of(with_cell, Instant{})[0].altitude_m == 1021);
    // fuel, four bytes of status, 45 km, fuel
    CHECK(old("21", "000001003f0000002d00").odometer == Metres{45000});
    // three fuels of 12 bits, 20 bits of distance, status
    CHECK(old("31", "0010020030002d000001").odometer == Metres{45000});
    CHECK_FALSE(old("41", "06190003fd2b91044d1f").satellites);
}

TEST_CASE("each firmware is acknowledged in its own words") {
    CHECK(acknowledgement(binary_piece(sealed_frame())) == "(P69,0,86)");
    CHECK(acknowledgement(binary_piece(changed(6, 0x17))) == "(P35)");
    Bytes content = changed(6, 0x17);
    content[37] = std::byte{0xC0};  // no answer wanted
    CHECK(acknowledgement(binary_piece(content)).empty());
    content[6] = std::byte{0x19};  // JT701D is answered all the same
    CHECK(acknowledgement(binary_piece(content)) == "(P69,0,86)");
}
