#include "manifest/custody/tag.hpp"

#include <catch2/catch.hpp>

#include <string>

namespace {

using namespace liuhen;
using namespace liuhen::manifest::custody;

const std::string uscc = "91331100MA2E0AAA0L";

std::vector<TagPattern> forms(std::initializer_list<std::string_view> texts) {
    std::vector<TagPattern> all;
    for (const auto text : texts) all.push_back(parse_pattern(text).value());
    return all;
}

TEST_CASE("a code of the usual form is taken apart, segment by segment") {
    const auto usual = forms({usual_pattern});
    const auto parts = read_tag(usual, uscc + "33605417" + "20260228" + "00000042");
    REQUIRE(parts);
    CHECK(parts->uscc == uscc);
    CHECK(parts->waste_code == "336-054-17");
    CHECK(parts->packed_on ==
          std::chrono::sys_days{std::chrono::year{2026} / std::chrono::February / 28});
    CHECK(parts->serial == "00000042");
}

TEST_CASE("a code with one segment that cannot be is of no form") {
    const auto usual = forms({usual_pattern});
    for (const std::string& wrong : {
             "91331100MA2E0AAA0M3360541720260228" + std::string{"00000042"},  // check character
             uscc + "33605499" + "20260228" + "00000042",                     // no such category
             uscc + "33605417" + "20260230" + "00000042",                     // no such day
             uscc + "33605417" + "20260228" + "0000004x",                     // no digit
             uscc + "33605417" + "20260228" + "000000420",                    // too long
             uscc + "33605417" + "20260228" + "0000004",                      // too short
             std::string{},
         }) {
        INFO(wrong);
        CHECK_FALSE(read_tag(usual, wrong));
    }
}

TEST_CASE("the first form that fits reads the code") {
    const auto both = forms({"code8+serial4", "serial12"});
    CHECK(read_tag(both, "336054170001")->waste_code == "336-054-17");
    CHECK(read_tag(both, "000000000001")->serial == "000000000001");
    CHECK_FALSE(read_tag(both, "00000000000A"));
    CHECK(read_tag(forms({"text3+serial3"}), "DRM007")->serial == "007");
}

TEST_CASE("a form is refused for what no code could have") {
    for (const char* wrong : {"", "uscc17", "code9", "serial0", "serial13", "text41", "colour3",
                              "uscc", "18", "uscc18+", "+uscc18", "uscc18++code8", "serial1x",
                              "USCC18", "serial100", "date8 +serial3"}) {
        INFO(wrong);
        CHECK_FALSE(parse_pattern(wrong));
    }
    std::string twelve = "serial1";
    for (int i = 1; i < 12; ++i) twelve += "+serial1";
    CHECK(parse_pattern(twelve));
    CHECK_FALSE(parse_pattern(twelve + "+serial1"));
}

}  // namespace
