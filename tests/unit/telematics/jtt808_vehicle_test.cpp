// 0x0201, 0x0500, 0x8201 to 0x8204, 0x8500.
#include "tests/unit/telematics/jtt808_bodies.hpp"

using namespace liuhen;
using namespace liuhen::telematics;
using namespace liuhen::telematics::jtt808;
using namespace liuhen::test;

namespace {
const std::string position =
    "00000000 00001003 01acc5a0 0720f380 00d2 01c8 005a 261121220005 30 01 16";
}

TEST_CASE("a position reply has the serial of the query, but not in 2011") {
    const auto m = read_back<PositionReply>("0009" + position);
    CHECK(m.serial == 9);
    CHECK(m.position.latitude == 28'100'000);
    CHECK(m.position.items.size() == 1);
    const auto old = read_back<PositionReply>(position);
    CHECK(old.layout == Layout::v2011);
    CHECK(old.position.latitude == 28'100'000);
    CHECK(fault<PositionReply>("0009 00000000") == Fault::truncated);
}

TEST_CASE("a vehicle control is answered with a position") {
    const auto m = read_back<VehicleControlReply>("0009" + position);
    CHECK(m.serial == 9);
    CHECK((m.position.status >> 12U & 1U) == 1);
}

TEST_CASE("tracking has a validity unless it ends") {
    const auto m = read_back<TrackForAWhile>("000a 00000e10");
    CHECK(m.interval_s == 10);
    CHECK(m.validity_s == 3600U);
    CHECK_FALSE(read_back<TrackForAWhile>("0000").validity_s);
    CHECK(fault<TrackForAWhile>("000a 0000") == Fault::truncated);
}

TEST_CASE("an alarm is confirmed by serial and kind") {
    const auto m = read_back<ConfirmAlarm>("0009 00000001");
    CHECK(m.serial == 9);
    CHECK(m.alarm == 1);
}

TEST_CASE("the editions say the opposite about doors") {
    CHECK(written(door_command(Edition::v2013, Doors::locked)) == "01");
    CHECK(written(door_command(Edition::v2013, Doors::open)) == "00");
    CHECK(written(door_command(Edition::v2019, Doors::locked), Edition::v2019) == "0001000100");
    CHECK(written(door_command(Edition::v2019, Doors::open), Edition::v2019) == "0001000101");
    for (const Edition edition : {Edition::v2013, Edition::v2019}) {
        for (const Doors wanted : {Doors::locked, Doors::open}) {
            const auto command = door_command(edition, wanted);
            CHECK(doors_in(read<VehicleControl>(written(command, edition), edition)) == wanted);
        }
    }
}

TEST_CASE("a control of a vendor says nothing about doors") {
    const auto m = read_back<VehicleControl>("0001 f001 01", Edition::v2019);
    CHECK_FALSE(doors_in(m));
    CHECK(m.controls[0].kind == 0xf001);
}

TEST_CASE("locating and checking the link are empty") {
    read_back<LocateNow>("");
    read_back<LinkCheck>("", Edition::v2019);
}
