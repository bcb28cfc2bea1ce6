// 0x0700 to 0x0702, 0x0705, 0x8700 to 0x8702.
#include "tests/unit/telematics/jtt808_bodies.hpp"

using namespace liuhen;
using namespace liuhen::telematics;
using namespace liuhen::telematics::jtt808;
using namespace liuhen::test;

namespace {
const std::string certificate = "5031323334000000000000000000000000000000";
const std::string holder = "04 d5c5c8fd" + certificate + "04 bda8c9e8 20281231";
}  // namespace

TEST_CASE("a waybill is a text behind its length") {
    const auto m = read_back<Waybill>("00000006 4c482d303137");
    CHECK(m.content.utf8 == "LH-017");
    CHECK(fault<Waybill>("00000007 4c482d303137") == Fault::truncated);
}

TEST_CASE("a card that is put in names its holder") {
    const auto m = read_back<DriverCard>("01 261121220005 00" + holder);
    CHECK(m.layout == Layout::v2013);
    CHECK(m.state == 1);
    REQUIRE(m.reading);
    REQUIRE(m.reading->holder);
    CHECK(m.reading->holder->name.utf8 == "张三");
    CHECK(m.reading->holder->certificate.utf8 == "P1234");
    CHECK(m.reading->holder->issuer.utf8 == "建设");
    CHECK(to_hex(m.reading->holder->valid_until) == "20281231");
}

TEST_CASE("a card of 2019 also has an identity number") {
    const auto m = read_back<DriverCard>(
        "01 261121220005 00" + holder + "3333313132313139383030313031303031580000", Edition::v2019);
    CHECK(m.layout == Layout::v2019);
    CHECK(m.identity.utf8 == "33112119800101001X");
}

TEST_CASE("a card taken out or not readable has no holder") {
    CHECK_FALSE(read_back<DriverCard>("02 261121220005").reading);
    const auto m = read_back<DriverCard>("01 261121220005 01");
    REQUIRE(m.reading);
    CHECK(m.reading->result == 1);
    CHECK_FALSE(m.reading->holder);
    CHECK(fault<DriverCard>("01 2611") == Fault::truncated);
}

TEST_CASE("the driver of 2011 has no state and no time") {
    const auto m = read_back<DriverCard>("04 d5c5c8fd" + certificate + certificate + certificate +
                                         "04 bda8c9e8");
    CHECK(m.layout == Layout::v2011);
    CHECK(m.driver.name.utf8 == "张三");
    CHECK(m.driver.identity.utf8 == "P1234");
}

TEST_CASE("recorder data answer a serial, in 2011 they number packets") {
    const auto m = read_back<RecorderData>("0009 02 557a020000 00 2d");
    CHECK(m.serial == 9);
    CHECK(m.command == 2);
    CHECK(to_hex(m.block) == "557a020000002d");
    const auto old = read_back<RecorderData>("02 0003 0001 557a020000 00 2d");
    CHECK(old.layout == Layout::v2011);
    CHECK(old.packets == 3);
    CHECK(old.packet == 1);
    CHECK(read_back<QueryRecorder>("02 aa7502000000d5").command == 2);
    CHECK(to_hex(read_back<SetRecorder>("c2 aabb").block) == "aabb");
    read_back<QueryDriver>("");
}

TEST_CASE("CAN frames follow their number and time") {
    const auto m = read_back<CanData>("0001 2200050120 40000123 0102030405060708");
    CHECK(to_hex(m.time) == "2200050120");
    CHECK(m.frames[0].can == 0x40000123);
    CHECK(to_hex(m.frames[0].data) == "0102030405060708");
    CHECK(fault<CanData>("0002 2200050120 40000123 0102030405060708") == Fault::truncated);
}
