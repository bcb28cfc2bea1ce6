// Text of forms: one spelling, no control characters, nothing hidden.
#include "server/json/fields.hpp"
#include "server/json/nfc.hpp"

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

namespace {

using namespace liuhen::server;
using nlohmann::json;

const std::string acute = "\u0301";  // a combining accent

/// The text as kept, or the code of its fault.
std::string kept(const std::string& text, TextSize size = {1, 20}) {
    Faults faults;
    const auto sound = sound_text(json(text), size, "/name", faults);
    if (sound) return *sound;
    REQUIRE(faults.size() == 1);
    CHECK(faults[0].pointer == "/name");
    return faults[0].code;
}

TEST_CASE("text is kept composed, counted so, and holds no control characters") {
    CHECK(kept("Cafe" + acute) == "Café");
    CHECK(kept("e" + acute, {1, 1}) == "é");
    CHECK(kept("e" + acute, {2, 9}) == "TOO_SHORT");
    CHECK(kept("\u212B") == "\u00C5");  // the unit ångström is the letter
    CHECK(kept("电镀废液 浙K·12345") == "电镀废液 浙K·12345");
    for (const char* control : {"\u0001", "\u001f", "\u007f", "\u0080", "\u0085", "\u009f"}) {
        INFO(static_cast<unsigned>(static_cast<unsigned char>(control[0])));
        CHECK(kept("a" + std::string{control} + "b") == "CONTROL_CHARACTER");
        CHECK(kept("a" + std::string{control}, {1, 500}) == "CONTROL_CHARACTER");
    }
    CHECK(kept("\u00a0b") == "\u00a0b");  // the first behind them
    CHECK(kept("a\nb") == "CONTROL_CHARACTER");
    CHECK(kept("a\nb", {1, 500}) == "a\nb");
}

TEST_CASE("a text of which nothing can be seen is empty") {
    for (const char* blank : {" ", "\u3000", "\u00a0\u2003 ", "\u202f", "\u2800"}) {
        INFO(blank);
        CHECK(kept(blank) == "TOO_SHORT");
        CHECK(kept(blank, {1, 500}) == "TOO_SHORT");
        CHECK(kept(blank, {0, 20}) == "");
    }
    CHECK(kept("     ", {5, 500}) == "TOO_SHORT");
    CHECK(kept("\n\n", {1, 500}) == "TOO_SHORT");
    CHECK(kept("\u200d\ufe0f", {1, 500}) == "TOO_SHORT");
    CHECK(kept(std::string(300, ' '), {0, 20}) == "");
    CHECK(kept("\t", {0, 20}) == "CONTROL_CHARACTER");
    CHECK(kept(" a\u3000") == " a\u3000");
}

TEST_CASE("characters that show nothing or turn the direction are refused") {
    const char* const nowhere[] = {
        "\u00ad", "\u034f",     "\u061c", "\u115f", "\u1160", "\u200b",     "\u200e",
        "\u200f", "\u2028",     "\u2029", "\u202a", "\u202e", "\u2060",     "\u2064",
        "\u2066", "\u2069",     "\u3164", "\ufeff", "\uffa0", "\ufffb",     "\u17b5",
        "\u206f", "\U000e0041", "\ufffe", "\uffff", "\ufdd0", "\U0001ffff", "\U0010ffff"};
    for (const char* hidden : nowhere) {
        INFO(json(hidden).dump(-1, ' ', true));
        CHECK(kept("a" + std::string{hidden} + "b") == "INVISIBLE_CHARACTER");
        CHECK(kept("a" + std::string{hidden}, {1, 500}) == "INVISIBLE_CHARACTER");
        CHECK(kept(hidden) == "INVISIBLE_CHARACTER");
        CHECK(kept(hidden, {0, 20}) == "INVISIBLE_CHARACTER");
    }
    // What Mongolian, Uyghur and Indic scripts and emoji are written with: in prose, not in names.
    for (const char* joiner : {"\u200c", "\u200d", "\u180b", "\u180e", "\ufe0f", "\U000e0100"}) {
        INFO(json(joiner).dump(-1, ' ', true));
        CHECK(kept("a" + std::string{joiner} + "b", {1, 128}) == "INVISIBLE_CHARACTER");
        CHECK(kept("a" + std::string{joiner} + "b", {1, 500}) == "a" + std::string{joiner} + "b");
        CHECK(kept("a" + std::string{joiner}, {1, 500, Wording::name}) == "INVISIBLE_CHARACTER");
    }
    CHECK(kept("阿布都拉·买买提　Ö") == "阿布都拉·买买提　Ö");
}

TEST_CASE("a hidden character is told by its number") {
    Faults faults;
    CHECK_FALSE(sound_text(json("Anna\u202e"), {1, 20}, "/name", faults));
    REQUIRE(faults.size() == 1);
    CHECK(faults[0].value == "U+202E");
}

TEST_CASE("composing again changes nothing") {
    for (const std::string& text :
         {"Cafe" + acute, std::string{"한글"}, std::string{"\u1112\u1161\u11ab"}, std::string{}}) {
        const auto once = composed(text);
        CHECK(composed(once) == once);
    }
    CHECK(composed("\u1112\u1161\u11ab") == "\ud55c");
}

}  // namespace
