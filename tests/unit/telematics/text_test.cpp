#include "telematics/text.hpp"

#include <catch2/catch.hpp>

using namespace liuhen;
using namespace liuhen::telematics;

TEST_CASE("hex is read with spaces and either case") {
    const auto bytes = from_hex(" 7E 0a\tFf\r\n");
    REQUIRE(bytes);
    CHECK(to_hex(*bytes) == "7e0aff");
}

TEST_CASE("hex with an odd digit or a foreign character is refused") {
    CHECK_FALSE(from_hex("7e0"));
    CHECK_FALSE(from_hex("7x"));
    CHECK(from_hex("")->empty());
}

TEST_CASE("a packed byte is two decimal digits or nothing") {
    CHECK(bcd_number(std::byte{0x59}) == 59);
    CHECK_FALSE(bcd_number(std::byte{0x5a}));
    CHECK_FALSE(bcd_number(std::byte{0xa5}));
}

TEST_CASE("a number is packed with zeros in front") {
    CHECK(to_hex(*bcd_bytes("13912344323", 6)) == "013912344323");
    CHECK(to_hex(*bcd_bytes("4eb6fb4afd9e", 6)) == "4eb6fb4afd9e");
    CHECK_FALSE(bcd_bytes("1234567890123", 6));
    CHECK_FALSE(bcd_bytes("12-4", 6));
}

TEST_CASE("a packed time is a moment of the clock's zone") {
    const auto packed = from_hex("261121220005");
    CHECK(to_iso(*bcd_time(*packed, china_standard_time)) == "2026-11-21T14:00:05Z");
    CHECK(to_iso(*bcd_time(*packed, std::chrono::minutes{0})) == "2026-11-21T22:00:05Z");
}

TEST_CASE("a packed time that no calendar knows is refused") {
    for (const auto* hex :
         {"261321220005", "260230000000", "261121240000", "26112122006a", "2611"}) {
        CHECK_FALSE(bcd_time(*from_hex(hex), china_standard_time));
    }
}

TEST_CASE("a moment is packed in the clock's zone") {
    const Instant at = *parse_iso("2026-12-31T16:00:05Z");
    CHECK(to_hex(to_bcd_time(at, china_standard_time)) == "270101000005");
    CHECK(bcd_time(to_bcd_time(at, china_standard_time), china_standard_time) == at);
}

TEST_CASE("every date and every time of day, real or not, is read as the calendar says") {
    const auto packed = [](int number) {
        return static_cast<std::byte>(number / 10 * 16 + number % 10);
    };
    for (int first = 0; first < 100; ++first) {
        for (int second = 0; second < 100; ++second) {
            for (int third = 0; third < 100; ++third) {
                const std::array date{packed(first),   packed(second),  packed(third),
                                      std::byte{0x23}, std::byte{0x59}, std::byte{0x58}};
                const std::array clock{std::byte{0x28}, std::byte{0x02}, std::byte{0x29},
                                       packed(first),   packed(second),  packed(third)};
                const bool same =
                    bcd_time(date, china_standard_time) ==
                        from_civil(2000 + first, second, third, 23, 59, 58, china_standard_time) &&
                    bcd_time(clock, -china_standard_time) ==
                        from_civil(2028, 2, 29, first, second, third, -china_standard_time);
                if (!same) FAIL(first << ' ' << second << ' ' << third);
            }
        }
    }
}

TEST_CASE("a plate in GBK becomes UTF-8 and goes back") {
    const auto gbk = from_hex("d5e34b3132333435");
    CHECK(utf8_from_gbk(*gbk) == "浙K12345");
    CHECK(gbk_from_utf8("浙K12345") == *gbk);
}

TEST_CASE("zero bytes around a text are padding") {
    CHECK(utf8_from_gbk(*from_hex("0000d5e34b00")) == "浙K");
    CHECK(utf8_from_gbk(*from_hex("0000")).empty());
}

TEST_CASE("a text that is plainly UTF-8 is taken as UTF-8") {
    CHECK(utf8_from_gbk(bytes_of("京A12345")) == "京A12345");
}

TEST_CASE("GBK that happens to be valid UTF-8 is still GBK") {
    CHECK(utf8_from_gbk(*from_hex("c2b341")) == "鲁A");
}

TEST_CASE("bytes that are no text are replaced one by one") {
    CHECK(utf8_from_gbk(*from_hex("41ff42")) ==
          "A\uFFFD"
          "B");
    CHECK(gbk_from_utf8("A\xFF") == *from_hex("413f"));
}
