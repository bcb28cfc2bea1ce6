// 0x8105, 0x8107, 0x8108, 0x0107, 0x0108, 0x0004, 0x8004, and text fields in general.
#include "tests/unit/telematics/jtt808_bodies.hpp"

using namespace liuhen;
using namespace liuhen::telematics;
using namespace liuhen::telematics::jtt808;
using namespace liuhen::test;

namespace {
const std::string versions = "10111213141516171819 04 56312e30 04 46322e31 03 20";
}

TEST_CASE("a control has a command and arguments") {
    const auto m = read_back<TerminalControl>("02 303b3b3b736572766572");
    CHECK(m.command == 2);
    CHECK(m.arguments.utf8 == "0;;;server");
    CHECK(read_back<TerminalControl>("04").arguments.utf8.empty());
    CHECK(fault<TerminalControl>("") == Fault::truncated);
}

TEST_CASE("the attributes of 2013 have a model of 20 and an id of 7 bytes") {
    const auto m = read_back<TerminalAttributes>(
        "0044 4c48303030 4d2d3100000000000000000000000000 00000000 30303030303031" + versions);
    CHECK(m.layout == AttributesLayout::v2013);
    CHECK(m.kind == 0x44);
    CHECK(m.maker.utf8 == "LH000");
    CHECK(m.model.utf8 == "M-1");
    CHECK(m.terminal.utf8 == "0000001");
    CHECK(to_hex(m.iccid) == "10111213141516171819");
    CHECK(m.hardware.utf8 == "V1.0");
    CHECK(m.comms == 0x20);
}

TEST_CASE("the attributes of 2019 are read with a maker of 5 or 11 bytes") {
    const std::string wide = std::string(54, '0') + "4d2d31" + "303031" + std::string(54, '0');
    const auto standard =
        read_back<TerminalAttributes>("0044 4c48303030" + wide + versions, Edition::v2019);
    CHECK(standard.layout == AttributesLayout::v2019);
    CHECK(standard.model.utf8 == "M-1");
    const auto odd = read_back<TerminalAttributes>("0044 4c48303030 000000000000" + wide + versions,
                                                   Edition::v2019);
    CHECK(odd.layout == AttributesLayout::v2019_long_maker);
    CHECK(odd.maker.utf8 == "LH000");
    CHECK(odd.terminal.utf8 == "001");
}

TEST_CASE("an upgrade is sent with its length and answered with a result") {
    const auto m = read_back<Upgrade>("00 4c48303030 03 312e31 00000002 aabb");
    CHECK(m.version.utf8 == "1.1");
    CHECK(to_hex(m.package) == "aabb");
    CHECK(fault<Upgrade>("00 4c48303030 03 312e31 00000003 aabb") == Fault::truncated);
    CHECK(read_back<UpgradeResult>("3401").result == 1);
}

TEST_CASE("the time is asked for in an empty body and told in UTC") {
    read_back<TimeQuery>("", Edition::v2019);
    CHECK(to_hex(read_back<ServerTime>("261121140005", Edition::v2019).utc) == "261121140005");
    CHECK(fault<ServerTime>("2611211400", Edition::v2019) == Fault::truncated);
}

TEST_CASE("padding, final zeros and broken characters of a text come back as they were sent") {
    CHECK(read_back<CallBack>("00 313130 00").number.utf8 == "110");
    CHECK(read_back<CallBack>("00 313130 0000").number.utf8 == "110");
    CHECK(read_back<CallBack>("00 313130").number.as_sent.empty());
    read_back<TextToDriver>("04 d5");
    CHECK(read_back<TextToDriver>("04 e8bda6e588b0").text.utf8 == "车到");
}

TEST_CASE("a text that is too long is cut between two characters") {
    EventMenu m{.layout = Layout::v2013, .action = list_action::add, .total = 0, .entries = {}};
    std::string text = "a";
    for (int i = 0; i < 200; ++i) text += "车";
    m.entries.push_back({.event = 1, .text = text});
    const auto back = read<EventMenu>(written(m));
    CHECK(back.entries[0].text.utf8 == "a" + text.substr(1, 3 * 127));
}
