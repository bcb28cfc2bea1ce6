// 0x0800 to 0x0805, 0x8800 to 0x8805, and what is only passed on.
#include "tests/unit/telematics/jtt808_bodies.hpp"

using namespace liuhen;
using namespace liuhen::telematics;
using namespace liuhen::telematics::jtt808;
using namespace liuhen::test;

namespace {
const std::string place = "00000000 00000003 01acc5a0 0720f380 00d2 01c8 005a 261121220005";
}

TEST_CASE("a media event says what was made and why") {
    const auto m = read_back<MediaEvent>("00000011 00 00 04 01");
    CHECK(m.head.media == 17);
    CHECK(m.head.event == 4);
    CHECK(m.head.channel == 1);
}

TEST_CASE("a medium has a place, in 2011 packet numbers instead") {
    const auto m = read_back<Media>("00000011 00 00 04 01" + place + "ffd8ffd9");
    CHECK(m.head.event == 4);
    CHECK(m.position.longitude == 119'600'000);
    CHECK(to_hex(m.data) == "ffd8ffd9");
    const auto old = read_back<Media>("00000011 00000003 00000001 ffd8");
    CHECK(old.layout == Layout::v2011);
    CHECK(old.packets == 3);
    CHECK(to_hex(old.data) == "ffd8");
    CHECK(fault<Media>("0000001100") == Fault::truncated);
}

TEST_CASE("a media list has its entries up to the end, without ids in 2011") {
    const auto m = read_back<MediaList>("0009 0001 00000011 00 01 04" + place);
    CHECK(m.total == 1);
    CHECK(m.media[0].media == 17);
    CHECK(m.media[0].event == 4);
    const auto old = read_back<MediaList>("0009 0001 00 01 04" + place);
    CHECK(old.layout == Layout::v2011);
    CHECK(old.media[0].channel == 1);
    CHECK(fault<MediaList>("0009 0001 00000011 00 01 04 00000000") == Fault::truncated);
}

TEST_CASE("a shot is answered with the ids of the pictures") {
    CHECK(read_back<ShotReply>("0009 00 0002 00000011 00000012").media ==
          std::vector<std::uint32_t>{17, 18});
    CHECK(read_back<ShotReply>("0009 02").result == 2);
    CHECK(fault<ShotReply>("0009 00 0002 00000011") == Fault::truncated);
}

TEST_CASE("a media reply asks for packets only when some are missing") {
    CHECK_FALSE(read_back<MediaReply>("00000011").missing);
    const auto m = read_back<MediaReply>("00000011 02 0003 0005");
    REQUIRE(m.missing);
    CHECK(m.missing->packets == std::vector<std::uint16_t>{3, 5});
    const auto old = read_back<MediaReply>("0009 00000011");
    CHECK(old.layout == Layout::v2011);
    CHECK(old.serial == 9);
    CHECK(old.media == 17);
}

TEST_CASE("commands to shoot, record and send are read in the standard's order") {
    const auto shoot = read_back<Shoot>("01 0002 0005 00 02 05 80 40 41 82");
    CHECK(shoot.command == 2);
    CHECK(shoot.seconds == 5);
    CHECK(shoot.resolution == 2);
    CHECK(shoot.chroma == 0x82);
    const auto query = read_back<QueryMedia>("00 01 04 261121000000 261121235959");
    CHECK(query.which.event == 4);
    CHECK(to_hex(query.which.end) == "261121235959");
    CHECK(read_back<SendMedia>("00 01 04 261121000000 261121235959 01").remove == 1);
    CHECK(read_back<RecordSound>("01 001e 00 01").seconds == 30);
    CHECK(read_back<SendOneMedia>("00000011 01").media == 17);
    CHECK(fault<Shoot>("01 0002") == Fault::truncated);
}

TEST_CASE("a reply to a shot keeps its empty count when bytes follow") {
    const Bytes body = *from_hex("0000 09 0000 02000000110807");
    const auto read = decode(ShotReply::id, Edition::v2013, body);
    REQUIRE(read);
    CHECK(encode(*read, Edition::v2013) == body);
}

TEST_CASE("what is only passed on keeps its bytes") {
    const auto up = read_back<PassedUp>("f0 aabb");
    CHECK(up.kind == 0xf0);
    CHECK(to_hex(up.content) == "aabb");
    CHECK(read_back<PassedDown>("41 00").kind == 0x41);
    CHECK(to_hex(read_back<Compressed>("00000002 1f8b").gzip) == "1f8b");
    CHECK(fault<Compressed>("00000003 1f8b") == Fault::truncated);
}

TEST_CASE("a key is an exponent and 128 bytes") {
    const std::string n(256, '7');
    CHECK(read_back<TerminalKey>("00010001" + n).e == 65537);
    CHECK(to_hex(read_back<PlatformKey>("00010001" + n).n) == n);
    CHECK(fault<TerminalKey>("00010001 77") == Fault::truncated);
}
