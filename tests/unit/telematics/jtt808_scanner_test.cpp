#include "telematics/jtt808/scanner.hpp"
#include "telematics/text.hpp"

#include <catch2/catch.hpp>

#include <chrono>

using namespace liuhen;
using namespace liuhen::telematics;
using namespace liuhen::telematics::jtt808;

namespace {

const std::string heartbeat = to_hex([] {
    Header head = *header_for("13912344323", Edition::v2013);
    head.id = 0x0002;
    return seal(head, {});
}());
const std::string bad_heartbeat = "7e000200000139123443230001007e";

// What the scanner says about a stream, fed in slices of `size`: message ids and fault codes.
std::vector<std::string> heard(const Bytes& stream, std::size_t size) {
    FrameScanner scanner;
    std::vector<std::string> words;
    for (std::size_t at = 0; at < stream.size(); at += size) {
        scanner.feed(ByteView{stream}.subspan(at, std::min(size, stream.size() - at)));
        while (auto piece = scanner.next()) {
            words.push_back(*piece ? std::to_string((*piece)->head.id)
                                   : std::string{code(piece->error().fault)});
        }
    }
    return words;
}
std::vector<std::string> heard(const std::string& hex) { return heard(*from_hex(hex), 1 << 20); }
using Words = std::vector<std::string>;

}  // namespace

TEST_CASE("frames are found whatever the slices of the stream") {
    const Bytes stream = *from_hex("2424" + heartbeat + "7e7e" + bad_heartbeat + heartbeat + "00");
    const Words whole = heard(stream, stream.size());
    CHECK(whole == Words{"not_a_frame", "2", "bad_checksum", "2"});
    for (std::size_t size = 1; size < stream.size(); ++size) CHECK(heard(stream, size) == whole);
}

TEST_CASE("two frames may share the delimiter between them") {
    CHECK(heard(heartbeat + heartbeat.substr(2)) == Words{"2", "2"});
}

TEST_CASE("bytes between two frames are reported and the next frame is read") {
    CHECK(heard(heartbeat + "28293132" + heartbeat) == Words{"2", "not_a_frame", "2"});
}

TEST_CASE("a frame that was cut is refused and the next one is read") {
    const std::string cut = heartbeat.substr(0, heartbeat.size() - 6);
    CHECK(heard(cut + heartbeat + heartbeat) == Words{"not_a_frame", "2", "2"});
    CHECK(heard("7e" + cut + heartbeat) == Words{"not_a_frame", "2"});
}

TEST_CASE("an escape that is none is refused with the bytes as sent") {
    FrameScanner scanner;
    scanner.feed(*from_hex("7e00020000013912347d03230001007e"));
    const auto piece = scanner.next();
    REQUIRE(piece);
    REQUIRE_FALSE(*piece);
    CHECK(piece->error().fault == Fault::bad_escape);
    CHECK(to_hex(piece->error().bytes) == "00020000013912347d0323000100");
}

TEST_CASE("a piece longer than any frame is refused once and its rest skipped") {
    const std::string flood(4 * max_wire_bytes * 2, '5');
    CHECK(heard("7e" + flood + heartbeat) == Words{"oversized", "2"});
    CHECK(heard(*from_hex("7e" + flood + heartbeat), 100) == Words{"oversized", "2"});
}

TEST_CASE("the longest frame of all is read even when every byte is escaped") {
    Header head = *header_for("13912344323", Edition::v2019);
    head.id = 0x0900;
    head.part = Part{.total = 1, .index = 1};
    const Bytes wire = seal(head, Bytes(max_body_bytes, delimiter));
    CHECK(heard(wire, wire.size()) == Words{std::to_string(0x0900)});
    CHECK(heard(wire, 1) == Words{std::to_string(0x0900)});
}

TEST_CASE("what a scanner holds back is bounded by the longest frame") {
    FrameScanner scanner;
    const Bytes chunk(777, std::byte{0x11});
    for (int i = 0; i < 1000; ++i) {
        scanner.feed(chunk);
        while (scanner.next()) {
        }
        REQUIRE(scanner.pending() <= max_wire_bytes);
    }
}

TEST_CASE("a megabyte of delimiters says nothing and costs next to nothing") {
    const auto start = std::chrono::steady_clock::now();
    CHECK(heard(Bytes(1 << 20, delimiter), 4096).empty());
    CHECK(std::chrono::steady_clock::now() - start < std::chrono::seconds{2});
}
