// What else than standard frames may come on the same socket: frames in the E7 wrapping, texts of
// locks, and junk before either.
#include "telematics/jtt808/manners.hpp"
#include "telematics/jtt808/scanner.hpp"
#include "telematics/text.hpp"

#include <catch2/catch.hpp>

using namespace liuhen;
using namespace liuhen::telematics;
using namespace liuhen::telematics::jtt808;

namespace {

using Words = std::vector<std::string>;

// Heartbeats of terminal 13912344323 in both wrappings, worked by hand; 7E is plain in the second.
const std::string standard = "7e000200000139123443230004787e";
const std::string e7 = "e700020000013912344323007e02e7";
// Serial E6E7, bytes 3D and 3E in the body, seven bytes of phone 4d201608011129.
const std::string e7_long = "e7090000034d201608011129e601e602003e023e0142e7";
const std::string text = to_hex(telematics::bytes_of("(740190311185,1,001,BASE,2,TIME)"));

struct Word {
    std::string operator()(const FrameView& frame) const {
        return std::to_string(frame.head.id) +
               (frame.head.wrapping == Wrapping::e7 ? " in e7" : "");
    }
    std::string operator()(const TextView& one) const { return to_hex(one.bytes); }
    std::string operator()(const BadView& bad) const {
        return std::string{code(bad.fault)} + " " + to_hex(bad.bytes);
    }
};

Words heard(const Bytes& stream, std::size_t size) {
    FrameScanner scanner;
    Words words;
    for (std::size_t at = 0; at < stream.size(); at += size) {
        scanner.feed(ByteView{stream}.subspan(at, std::min(size, stream.size() - at)));
        while (const auto piece = scanner.take()) words.push_back(std::visit(Word{}, *piece));
    }
    return words;
}

// The pieces of a stream, the same in slices of any size.
Words heard(const std::string& hex) {
    const Bytes stream = *from_hex(hex);
    const Words whole = heard(stream, stream.size());
    for (std::size_t size = 1; size < std::min<std::size_t>(stream.size(), 80); ++size)
        CHECK(heard(stream, size) == whole);
    return whole;
}

FrameView only_frame(FrameScanner& scanner, const std::string& hex) {
    scanner.feed(*from_hex(hex));
    const auto piece = scanner.take();
    REQUIRE(piece);
    REQUIRE(std::holds_alternative<FrameView>(*piece));
    return std::get<FrameView>(*piece);
}

}  // namespace

TEST_CASE("a frame between E7 is read with the escapes of that wrapping") {
    FrameScanner scanner;
    const FrameView frame = only_frame(scanner, e7_long);
    CHECK(frame.head.id == 0x0900);
    CHECK(frame.head.serial == 0xE6E7);
    CHECK(phone_digits(frame.head) == "4d201608011129");
    CHECK(terminal_number(frame.head) == "4d201608011129");
    CHECK(to_hex(frame.body) == "003d3e");
}

TEST_CASE("the E7 wrapping has phones of six bytes too") {
    FrameScanner scanner;
    const FrameView frame = only_frame(scanner, e7);
    CHECK(terminal_number(frame.head) == "13912344323");
    CHECK_FALSE(frame.head.long_phone);
    CHECK(frame.head.serial == 0x007E);
}

TEST_CASE("an answer goes out in the wrapping and with the phone of the frame") {
    FrameScanner scanner;
    for (const std::string& hex : {e7_long, e7}) {
        const FrameView frame = only_frame(scanner, hex);
        CHECK(to_hex(seal(frame.head, frame.body)) == hex);
        Header answer = answer_header(frame.head);
        answer.id = 0x8001;
        answer.serial = 0x3D3E;
        const Bytes wire = seal(answer, {});
        CHECK(wire.front() == e7_delimiter);
        CHECK(wire.back() == e7_delimiter);
        FrameScanner terminal;
        const FrameView back = only_frame(terminal, to_hex(wire));
        CHECK(back.head.serial == 0x3D3E);
        CHECK(phone_digits(back.head) == phone_digits(frame.head));
    }
}

TEST_CASE("a stream of E7 frames may be cut anywhere") {
    CHECK(heard(e7 + e7_long + e7_long.substr(2) + e7) ==
          Words{"2 in e7", "2304 in e7", "2304 in e7", "2 in e7"});
}

TEST_CASE("junk before the first delimiter is refused and the frame read") {
    CHECK(heard("2424" + standard) == Words{"not_a_frame 2424", "2"});
    CHECK(heard("2424" + e7) == Words{"not_a_frame 2424", "2 in e7"});
}

TEST_CASE("an E7 in the junk before standard frames does not hold them up") {
    CHECK(heard("24e724" + standard) == Words{"not_a_frame 24", "not_a_frame 24", "2"});
    CHECK(heard("e7" + standard + e7_long + standard) == Words{"2", "not_a_frame " + e7_long, "2"});
}

TEST_CASE("a 7E right behind a doubtful E7 opens the next piece in any slices") {
    CHECK(heard("e77e0102e7" + standard) == Words{"not_a_frame 0102e7", "2"});
    CHECK(heard("e77e0100010139123443230023" + e7_long).empty());
}

TEST_CASE("a 7E in the junk before E7 frames costs at most one frame's length of them") {
    std::string stream = "7e";
    for (std::size_t i = 0; i < 200; ++i) stream += e7_long;
    const Words words = heard(*from_hex(stream), 50);
    REQUIRE(words.size() > 100);
    CHECK(words.front().starts_with("oversized"));
    CHECK(words.back() == "2304 in e7");
}

TEST_CASE("once a wrapping has proved itself the other delimiter is a byte like others") {
    CHECK(heard(standard + e7_long + standard) == Words{"2", "not_a_frame " + e7_long, "2"});
    CHECK(heard(e7 + standard + e7) == Words{"2 in e7", "not_a_frame " + standard, "2 in e7"});
}

TEST_CASE("an E7 frame with a wrong checksum is refused whole and keeps its wrapping") {
    const std::string bad = "e700020000013912344323007e01e7";
    FrameScanner scanner;
    scanner.feed(*from_hex(bad));
    const auto piece = scanner.take();
    REQUIRE(piece);
    const auto& refused = std::get<BadView>(*piece);
    CHECK(refused.fault == Fault::bad_checksum);
    CHECK(refused.wrapping == Wrapping::e7);
    CHECK(to_hex(refused.bytes) == bad.substr(2, bad.size() - 4));
}

TEST_CASE("an E7 frame with an escape that is none is refused") {
    CHECK(heard("e7000200000139e60944230004e7" + e7) ==
          Words{"bad_escape 000200000139e60944230004", "2 in e7"});
}

TEST_CASE("texts of locks are handed out between frames") {
    CHECK(heard(text + standard + text + standard) == Words{text, "2", text, "2"});
    CHECK(heard(text + "0d0a" + standard + "0d0a" + text) == Words{text, "2", text});
    CHECK(heard(e7 + text + e7) == Words{"2 in e7", text, "2 in e7"});
}

TEST_CASE("a text is found behind bytes that belong to nothing") {
    CHECK(heard("2424" + text + standard) == Words{"not_a_frame 2424", text, "2"});
    CHECK(heard(standard + "2424" + text + standard) == Words{"2", "not_a_frame 2424", text, "2"});
}

TEST_CASE("a text is found behind a frame that was refused") {
    const std::string bad = "7e0002000001391234432300047b7e";
    CHECK(heard(bad + text + standard) ==
          Words{"bad_checksum " + bad.substr(2, bad.size() - 4), text, "2"});
}

TEST_CASE("what only begins like a text is no text") {
    const std::string broken = "28373430313930333131313835";  // the number and no comma
    CHECK(heard(broken + standard) == Words{"not_a_frame " + broken, "2"});
    CHECK(heard("28292829" + standard) == Words{"not_a_frame 28292829", "2"});
}

TEST_CASE("a text without an end is refused within its limit and the next frame read") {
    std::string endless = "(740190311185,";
    endless.resize(5000, '1');
    const Words words = heard(to_hex(telematics::bytes_of(endless)) + standard + standard);
    REQUIRE(words.size() == 3);
    CHECK(words[0].starts_with("oversized"));
    CHECK(words[1] == "2");
}

TEST_CASE("those who expect frames only are told that a text is none") {
    FrameScanner scanner;
    scanner.feed(*from_hex(text + standard));
    const auto first = scanner.next();
    REQUIRE(first);
    REQUIRE_FALSE(*first);
    CHECK(first->error().fault == Fault::not_a_frame);
    const auto second = scanner.next();
    REQUIRE(second);
    CHECK((*second)->head.id == 0x0002);
}
