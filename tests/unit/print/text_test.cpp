// Text from outside, as it may be printed.
#include "print/text.hpp"

#include <catch2/catch.hpp>

namespace {

using namespace liuhen::print;

TEST_CASE("text that can be read is printed as it is") {
    for (const std::string text :
         {"废油漆桶", "A & B <b>bold</b> \"x\"", "𠮷野家", "émile", "😀", "שלום"})
        CHECK(printable(text) == text);
    CHECK(printable("").empty());
}

TEST_CASE("what breaks a line is a space in a printed text") {
    CHECK(printable("a\nb\r\nc\td") == "a b  c d");
    CHECK(printable("a\u2028b\u2029c\u00a0d\u3000e") == "a b c d e");
}

TEST_CASE("characters that hide, or turn the direction of writing, are shown as such") {
    CHECK(printable(std::string("a\0b", 3)) == "a\uFFFDb");
    CHECK(printable("a\u0085b\u001bc\u007f") == "a\uFFFDb\uFFFDc\uFFFD");
    for (const std::string hidden : {"\u202e", "\u2066", "\u200f", "\u200b", "\u200d", "\ufeff"})
        CHECK(printable("甲" + hidden + "乙") == "甲\uFFFD乙");
}

TEST_CASE("what Unicode keeps from being a character is shown as such") {
    for (const std::string none :
         {"\ufffe", "\uffff", "\ufdd0", "\ufdef", "\U0001fffe", "\U0010ffff"})
        CHECK(printable("甲" + none + "乙") == "甲\uFFFD乙");
    CHECK(printable("\ufdcf\ufdf0") == "\ufdcf\ufdf0");
}

TEST_CASE("bytes that are no UTF-8 are marks in a printed text, one each") {
    CHECK(printable("a\xff"
                    "b\xc0\xaf") == "a\uFFFDb\uFFFD\uFFFD");
    CHECK(printable("\xe5\xba") == "\uFFFD\uFFFD");            // cut in a character
    CHECK(printable("\xed\xa0\x80") == "\uFFFD\uFFFD\uFFFD");  // half a surrogate pair
}

TEST_CASE("marks pile up to two upon one character") {
    std::string piled = "a";
    for (int i = 0; i < 500; ++i) piled += "\u0301";
    CHECK(printable(piled + "b") == "a\u0301\u0301b");
}

TEST_CASE("a text of ten thousand characters is cut where no form has room for more") {
    std::string endless;
    for (int i = 0; i < 10'000; ++i) endless += "废";
    const std::string shown = printable(endless);
    CHECK(shown.size() == 3 * longest_text + 3);
    CHECK(shown.ends_with("废…"));
}

}  // namespace
