#include "telematics/jtt808/frame.hpp"
#include "telematics/text.hpp"

#include <catch2/catch.hpp>

using namespace liuhen;
using namespace liuhen::telematics;
using namespace liuhen::telematics::jtt808;

namespace {

// The bytes between the delimiters of a frame of ours, with the right checksum behind them.
Bytes with_checksum(std::string_view hex) {
    Bytes bytes = *from_hex(hex);
    std::byte sum{0};
    for (const std::byte b : bytes) sum ^= b;
    bytes.push_back(sum);
    return bytes;
}

}  // namespace

TEST_CASE("a 2013 header is read to its last field") {
    const auto frame = parse_frame(with_checksum("0200 0003 013912344323 007b aabbcc"));
    REQUIRE(frame);
    CHECK(frame->head.id == 0x0200);
    CHECK(frame->head.edition == Edition::v2013);
    CHECK(phone_digits(frame->head) == "013912344323");
    CHECK(terminal_number(frame->head) == "13912344323");
    CHECK(frame->head.serial == 123);
    CHECK_FALSE(frame->head.part);
    CHECK(to_hex(frame->body()) == "aabbcc");
}

TEST_CASE("a 2019 header with part numbers is read to its last field") {
    const auto frame =
        parse_frame(with_checksum("0704 6002 01 00000000013912344323 ffff 0003 0002 aabb"));
    REQUIRE(frame);
    CHECK(frame->head.edition == Edition::v2019);
    CHECK(frame->head.version == 1);
    CHECK(phone_digits(frame->head) == "00000000013912344323");
    CHECK(frame->head.serial == 0xFFFF);
    CHECK(frame->head.part == Part{.total = 3, .index = 2});
    CHECK(to_hex(frame->body()) == "aabb");
}

TEST_CASE("an old header with a stray version flag is still the old header") {
    const auto frame = parse_frame(with_checksum("0200 4002 013912344323 0001 aabb"));
    REQUIRE(frame);
    CHECK(frame->head.edition == Edition::v2013);
    CHECK(to_hex(frame->body()) == "aabb");
}

TEST_CASE("a 2019 header that forgot the version flag is still the 2019 header") {
    const auto frame = parse_frame(with_checksum("0200 0002 01 00000000013912344323 0001 aabb"));
    REQUIRE(frame);
    CHECK(frame->head.edition == Edition::v2019);
    CHECK(to_hex(frame->body()) == "aabb");
}

TEST_CASE("a length that fits neither header is a bad length") {
    CHECK(parse_frame(with_checksum("0200 0003 013912344323 0001 aabb")).error() ==
          Fault::bad_length);
}

TEST_CASE("a wrong checksum is refused unless the caller ignores it") {
    Bytes bytes = with_checksum("0002 0000 013912344323 0001");
    bytes.back() ^= std::byte{0x10};
    CHECK(parse_frame(bytes).error() == Fault::bad_checksum);
    CHECK(parse_frame(bytes, Checksum::ignored));
}

TEST_CASE("fewer bytes than any header are no frame") {
    CHECK(parse_frame(with_checksum("0002 0000 0139123443")).error() == Fault::not_a_frame);
    CHECK(parse_frame({}).error() == Fault::not_a_frame);
}

TEST_CASE("more bytes than any frame are oversized") {
    CHECK(parse_frame(Bytes(max_frame_bytes + 1)).error() == Fault::oversized);
}

TEST_CASE("a number that is no BCD is kept digit by digit") {
    const auto frame = parse_frame(with_checksum("0002 0000 4eb6fb4afd9e 0001"));
    REQUIRE(frame);
    CHECK(terminal_number(frame->head) == "4eb6fb4afd9e");
}

TEST_CASE("a number of zeros is one zero") {
    CHECK(terminal_number(*header_for("", Edition::v2013)) == "0");
}

TEST_CASE("escapes are removed and nothing else follows a 7D") {
    CHECK(to_hex(*unescape(*from_hex("307d02087d01557d0202"))) == "307e087d557e02");
    CHECK_FALSE(unescape(*from_hex("307d03")));
}

TEST_CASE("a checksum of 7D that was not escaped is taken as it is") {
    CHECK(to_hex(*unescape(*from_hex("307d"))) == "307d");
}

TEST_CASE("sealing escapes both special bytes") {
    Header head = *header_for("13912344323", Edition::v2013);
    head.id = 0x0002;
    head.serial = 0x7D7E;
    CHECK(to_hex(seal(head, {})) == "7e000200000139123443237d017d027f7e");
}

TEST_CASE("what was sealed is read back with its header") {
    for (const Edition edition : {Edition::v2013, Edition::v2019}) {
        Header head = *header_for("13912344323", edition);
        head.id = 0x0200;
        head.serial = 7;
        const Bytes body = *from_hex("7e7d00ff7d02");
        const Bytes wire = seal(head, body);
        const auto frame = parse_frame(*unescape(ByteView{wire}.subspan(1, wire.size() - 2)));
        REQUIRE(frame);
        CHECK(frame->head.edition == edition);
        CHECK(terminal_number(frame->head) == "13912344323");
        CHECK(frame->head.serial == 7);
        CHECK(to_hex(frame->body()) == to_hex(body));
    }
}

TEST_CASE("a body longer than a frame is sealed in parts with consecutive serials") {
    Header head = *header_for("13912344323", Edition::v2019);
    head.id = 0x0704;
    head.serial = 0xFFFF;
    const Bytes body(max_body_bytes + 1, std::byte{0x55});
    const Bytes wire = seal(head, body);
    CHECK(frames_needed(body.size()) == 2);
    const std::size_t first = 2 + 21 + max_body_bytes + 1;
    REQUIRE(wire.size() == first + 2 + 21 + 1 + 1);
    const auto one = parse_frame(*unescape(ByteView{wire}.subspan(1, first - 2)));
    const auto two = parse_frame(*unescape(ByteView{wire}.subspan(first + 1, 23)));
    REQUIRE(one);
    REQUIRE(two);
    CHECK(one->head.part == Part{.total = 2, .index = 1});
    CHECK(two->head.part == Part{.total = 2, .index = 2});
    CHECK(one->head.serial == 0xFFFF);
    CHECK(two->head.serial == 0);
    CHECK(one->body().size() == max_body_bytes);
    CHECK(two->body().size() == 1);
}
