// 0x8300 to 0x8304, 0x0301 to 0x0303, 0x8400, 0x8401.
#include "tests/unit/telematics/jtt808_bodies.hpp"

using namespace liuhen;
using namespace liuhen::telematics;
using namespace liuhen::telematics::jtt808;
using namespace liuhen::test;

TEST_CASE("a text to the driver has a kind in 2019 only") {
    const auto old = read_back<TextToDriver>("0c c7ebcda3b3b5");
    CHECK(old.flags == 0x0c);
    CHECK(old.text.utf8 == "请停车");
    const auto m = read_back<TextToDriver>("0e 01 c7ebcda3b3b5", Edition::v2019);
    CHECK(m.layout == Layout::v2019);
    CHECK(m.kind == 1);
    CHECK(m.text.utf8 == "请停车");
    CHECK(written(TextToDriver{
              .layout = layout_for(Edition::v2019), .flags = 4, .kind = 2, .text = "A"}) ==
          "040241");
}

TEST_CASE("a terminal answers a text with a text in GBK or UTF-16") {
    const auto m = read_back<TextAnswer>("00 d2d1c9e8d6c3");
    CHECK(m.encoding == 0);
    CHECK(m.text.utf8 == "已设置");
    CHECK(telematics::to_hex(read_back<WideTextAnswer>("5df28bbe7f6e").text) == "5df28bbe7f6e");
    CHECK(fault<TextAnswer>("") == Fault::truncated);
}

TEST_CASE("menus list their entries, with a second count in 2011") {
    const auto events = read_back<EventMenu>("02 02 01 02 4f4b 02 04 b6c2b3b5");
    REQUIRE(events.entries.size() == 2);
    CHECK(events.entries[1].text.utf8 == "堵车");
    const auto old = read_back<EventMenu>("02 05 01 01 02 4f4b");
    CHECK(old.layout == Layout::v2011);
    CHECK(old.total == 5);
    const auto services = read_back<ServiceMenu>("01 01 07 0004 ccecc6f8");
    CHECK(services.entries[0].service == 7);
    CHECK(services.entries[0].name.utf8 == "天气");
    CHECK(fault<ServiceMenu>("01 01 07 0005 ccecc6f8") == Fault::truncated);
}

TEST_CASE("clearing a menu needs no list") {
    CHECK(read_back<EventMenu>("00").entries.empty());
    CHECK(read_back<PhoneBook>("00").action == list_action::clear);
}

TEST_CASE("a question has answers up to the end of the body") {
    const auto m = read_back<Question>("09 04 b5bdc1cb 01 0002 cac7 02 0002 b7f1");
    CHECK(m.question.utf8 == "到了");
    REQUIRE(m.answers.size() == 2);
    CHECK(m.answers[1].answer == 2);
    CHECK(m.answers[1].text.utf8 == "否");
    CHECK(fault<Question>("09 04 b5bdc1cb 01 00") == Fault::truncated);
    const auto answer = read_back<Answer>("000902");
    CHECK(answer.serial == 9);
    CHECK(answer.answer == 2);
}

TEST_CASE("the driver chooses an event and subscribes to information") {
    CHECK(read_back<EventChosen>("07").event == 7);
    const auto m = read_back<Subscription>("0701");
    CHECK(m.service == 7);
    CHECK(m.on == 1);
    CHECK(read_back<ServiceText>("07 0002 c7e7").text.utf8 == "晴");
}

TEST_CASE("the terminal rings a number and keeps a phone book") {
    const auto call = read_back<CallBack>("01 3133393132333434333233");
    CHECK(call.listen == 1);
    CHECK(call.number.utf8 == "13912344323");
    const auto book = read_back<PhoneBook>("02 01 03 03 313130 04 d5c5c8fd");
    CHECK(book.entries[0].ways == 3);
    CHECK(book.entries[0].number.utf8 == "110");
    CHECK(book.entries[0].name.utf8 == "张三");
}
