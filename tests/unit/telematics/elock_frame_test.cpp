#include "telematics/elock/frame.hpp"
#include "tests/unit/telematics/elock_samples.hpp"

#include <catch2/catch.hpp>

using namespace liuhen;
using namespace liuhen::telematics;
using namespace liuhen::telematics::elock;
using namespace liuhen::telematics::elock::test;

namespace {

// What a scanner tells of `stream` when it arrives in slices of `slice` bytes: T and B for pieces,
// the fault's name for the others.
std::vector<std::string> told(const Bytes& stream, std::size_t slice) {
    FrameScanner scanner;
    std::vector<std::string> log;
    for (std::size_t from = 0; from < stream.size(); from += slice) {
        scanner.feed(ByteView{stream}.subspan(from, std::min(slice, stream.size() - from)));
        while (auto next = scanner.next()) {
            if (!*next) {
                log.emplace_back(code(next->error().fault));
                log.back() += ":" + std::to_string(next->error().bytes.size());
            } else {
                log.emplace_back((*next)->form == Piece::Form::binary ? "B" : "T");
                log.back() += ":" + std::to_string((*next)->bytes.size());
            }
        }
    }
    return log;
}
std::vector<std::string> told(std::string_view stream) { return told(text(stream), stream.size()); }

Bytes joined(std::initializer_list<Bytes> parts) {
    Writer out;
    for (const Bytes& part : parts) out.put(part);
    return out.finish();
}

using Log = std::vector<std::string>;

}  // namespace

TEST_CASE("binary frames and texts share a stream in any slices") {
    const Bytes stream = joined({sealed_frame(), text("\r\n(0080001234,@JT)\r\n"), sealed_frame(),
                                 text(card_text), sealed_frame()});
    const Log expected{"B:62", "T:16", "B:62", "T:88", "B:62"};
    for (std::size_t slice = 1; slice <= stream.size(); ++slice)
        CHECK(told(stream, slice) == expected);
}

TEST_CASE("bytes that belong to no piece are told once and the next piece is found") {
    const Bytes stream = joined({text("GET / $x ("), sealed_frame()});
    CHECK(told(stream, stream.size()) == Log{"not_a_frame:10", "B:62"});
    CHECK(told(stream, 1) == Log{"not_a_frame:10", "B:62"});
}

TEST_CASE("a frame whose length is too short for its protocol is none, the one behind it is") {
    for (const unsigned protocol : {0x17U, 0x19U, 0x20U}) {
        for (const unsigned length : {0x23U, 0x33U}) {
            Bytes lying = sealed_frame();
            lying[6] = std::byte(protocol);
            lying[9] = std::byte(length);
            const Bytes stream = joined({lying, sealed_frame()});
            CHECK(told(stream, stream.size()) == Log{"not_a_frame:62", "B:62"});
            CHECK(told(stream, 1) == Log{"not_a_frame:62", "B:62"});
        }
    }
    Bytes older = sealed_frame();
    older[6] = std::byte{0x16};
    older[9] = std::byte{35};
    older.resize(binary_head_bytes + min_report_bytes);
    CHECK(told(older, older.size()) == Log{"B:45"});
}

TEST_CASE("a frame whose number is not decimal does not swallow the one behind it") {
    Bytes broken = sealed_frame();
    broken[3] = std::byte{0xFA};
    const Bytes stream = joined({broken, sealed_frame()});
    CHECK(told(stream, 7) == Log{"not_a_frame:62", "B:62"});
}

TEST_CASE("a length word outside its limits is no frame") {
    Bytes too_short = sealed_frame();
    too_short[9] = std::byte{34};
    Bytes old_form = sealed_frame();
    old_form[7] = std::byte{0};
    old_form[8] = std::byte{28};  // no multiple of a record
    CHECK(told(joined({too_short, text(card_text)}), 300) == Log{"not_a_frame:62", "T:88"});
    CHECK(told(joined({old_form, text(card_text)}), 300) == Log{"not_a_frame:62", "T:88"});
}

TEST_CASE("a text that breaks off ends where the next one begins") {
    CHECK(told("(0080001234,P45,2111(0080001234,@JT)") == Log{"not_a_frame:20", "T:16"});
    const Bytes stream = joined({text("(0080001234,P45,2111"), sealed_frame()});
    CHECK(told(stream, 3) == Log{"not_a_frame:20", "B:62"});
}

TEST_CASE("a text without an end is dropped at its limit") {
    const std::string endless = "(0080001234," + std::string(max_text_bytes, 'x');
    CHECK(told(endless + "(0080001234,@JT)") == Log{"oversized:512", "not_a_frame:12", "T:16"});
}

TEST_CASE("a text needs a number of 8 to 16 digits and a comma") {
    CHECK(told("(1234567,@JT)(12345678,@JT)") == Log{"not_a_frame:13", "T:14"});
    CHECK(told("(12345678901234567,@JT)(1234567890123456,@JT)") == Log{"not_a_frame:23", "T:22"});
    CHECK(told("(0080001234)(0080001234,@JT)") == Log{"not_a_frame:12", "T:16"});
}

TEST_CASE("noise without end is told in bounded parts") {
    const Bytes noise(1000, std::byte{0x7E});
    const Log expected{"not_a_frame:256", "not_a_frame:256", "not_a_frame:256"};
    CHECK(told(noise, 1) == expected);
    CHECK(told(noise, 1000) == expected);
}

TEST_CASE("a WLNET payload may hold any byte, and its escapes are undone in one pass") {
    const Bytes payload = from_hex("28 29 2C 3D 3D11 00 FF 24").value();
    const Bytes escaped = escape(payload);
    CHECK(to_hex(escaped) == "3d153d143d113d003d001100ff24");
    CHECK(unescape(escaped).value() == payload);
    const Bytes stream = joined({text("(0080001234,1,110,WLNET,5,2,"), escaped, text(")")});
    CHECK(told(stream, 5) == Log{"T:43"});
}

TEST_CASE("an unknown or cut-off escape is refused") {
    CHECK(unescape(from_hex("3D12").value()).error() == Fault::bad_escape);
    CHECK(unescape(from_hex("003D").value()).error() == Fault::bad_escape);
    CHECK(unescape({}).value().empty());
}
