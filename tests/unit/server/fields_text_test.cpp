// Text of forms: one spelling, no control characters.
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

TEST_CASE("composing again changes nothing") {
    for (const std::string& text :
         {"Cafe" + acute, std::string{"한글"}, std::string{"\u1112\u1161\u11ab"}, std::string{}}) {
        const auto once = composed(text);
        CHECK(composed(once) == once);
    }
    CHECK(composed("\u1112\u1161\u11ab") == "\ud55c");
}

}  // namespace
