// The fast reading of frames and positions says what the plain one says (tests/support), for
// whole frames, for broken ones, and for everything that was published.
#include "telematics/jtt808/scanner.hpp"
#include "telematics/octets.hpp"
#include "telematics/text.hpp"
#include "tests/support/plain_jtt808.hpp"
#include "tests/support/shared.hpp"

#include <catch2/catch.hpp>
#include <rapidcheck.h>

#include <fstream>

using namespace liuhen;
using namespace liuhen::telematics;
using namespace liuhen::telematics::jtt808;
namespace plain = liuhen::test::plain;

namespace {

const Arrival arrival{.received = *parse_iso("2026-11-21T04:00:05Z"), .hash = 7, .undated_hash = 8};

// One piece between two delimiters, by the scanner.
Result<Frame, Fault> scanned(ByteView wire) {
    Bytes stream{delimiter};
    stream.insert(stream.end(), wire.begin(), wire.end());
    stream.push_back(delimiter);
    FrameScanner scanner;
    scanner.feed(stream);
    const auto piece = scanner.take();
    if (!piece) return fail(Fault::not_a_frame);
    if (const auto* const bad = std::get_if<BadView>(&*piece)) return fail(bad->fault);
    return owned(std::get<FrameView>(*piece));
}

bool same_frames(ByteView wire) {
    const auto expected = plain::frame(wire);
    const auto read = scanned(wire);
    if (!expected || !read)
        return expected.has_value() == read.has_value() && expected.error() == read.error();
    return expected->head == read->head && expected->bytes == read->bytes &&
           std::ranges::equal(expected->body(), read->body());
}

bool same_sightings(ByteView body, const Profile& profile) {
    const auto expected = plain::sighting(body, profile, arrival);
    const auto view = view_position(body);
    const auto read = view ? sighting_of(*view, profile, arrival) : fail(view.error());
    if (!expected || !read)
        return expected.has_value() == read.has_value() && expected.error() == read.error();
    return *expected == *read;
}

// Bytes among which those that mean something are frequent.
rc::Gen<Bytes> some_bytes() {
    const auto byte = [](int n) { return static_cast<std::byte>(n); };
    return rc::gen::container<Bytes>(rc::gen::weightedOneOf<std::byte>(
        {{1, rc::gen::element(byte(0x7D), byte(0x7E), byte(0), byte(1), byte(2), byte(0x31))},
         {2, rc::gen::map(rc::gen::inRange(0, 256), byte)}}));
}

// A body that can be a position: real magnitudes, any status, items of all kinds.
Bytes some_position() {
    Writer w;
    w.u32(*rc::gen::arbitrary<std::uint32_t>()).u32(*rc::gen::arbitrary<std::uint32_t>());
    for (int i = 0; i < 2; ++i) {
        const auto raw = *rc::gen::element<std::uint32_t>(0, 28'100'000, 90'000'000, 90'000'001,
                                                          119'600'000, 180'000'000, 180'000'001,
                                                          0xFE533B20, 0x80000000, 0xFFFFFFFF);
        w.u32(raw);
    }
    w.u16(*rc::gen::arbitrary<std::uint16_t>()).u16(*rc::gen::arbitrary<std::uint16_t>());
    w.u16(*rc::gen::arbitrary<std::uint16_t>());
    const auto time = *rc::gen::element<std::string>("261121120005", "000000000000", "261301120005",
                                                     "280229235959", "270229000000", "2611211200a5",
                                                     "260000000000", "261121240000");
    w.put(*from_hex(time));
    for (int i = *rc::gen::inRange(0, 7); i > 0; --i) {
        const auto id = *rc::gen::element<std::uint8_t>(0x01, 0x31, 0x02, 0x30, 0xE0);
        const auto length = *rc::gen::element<std::uint8_t>(0, 1, 2, 4, 5);
        w.u8(id).u8(length).put(Bytes(length, std::byte{0x11}));
    }
    return w.put(*some_bytes()).finish();
}

Header some_header() {
    const auto edition = *rc::gen::element(Edition::v2013, Edition::v2019);
    Header head = *header_for(std::to_string(*rc::gen::inRange(0, 2'000'000'000)), edition);
    head.id = *rc::gen::arbitrary<std::uint16_t>();
    head.serial = *rc::gen::arbitrary<std::uint16_t>();
    if (*rc::gen::inRange(0, 4) == 0) head.part = Part{.total = 3, .index = 2};
    return head;
}

}  // namespace

TEST_CASE("frames are read as the plain reading reads them") {
    const bool holds = rc::check("fast is plain for sealed frames", [] {
        const Bytes wire = seal(some_header(), *some_bytes());
        RC_ASSERT(same_frames(ByteView{wire}.subspan(1, wire.size() - 2)));
    });
    CHECK(holds);
}

TEST_CASE("broken frames are refused as the plain reading refuses them") {
    const bool holds = rc::check("fast is plain for corrupted frames", [] {
        Bytes wire = seal(some_header(), *some_bytes());
        for (int n = *rc::gen::inRange(1, 4); n > 0; --n) {
            const auto at =
                static_cast<std::size_t>(*rc::gen::inRange(1, static_cast<int>(wire.size()) - 1));
            wire[at] = static_cast<std::byte>(*rc::gen::inRange(0, 256));
            // A delimiter would make two pieces of it, and a text begins with a bracket.
            if (wire[at] == delimiter) wire[at] = std::byte{0x7D};
        }
        if (wire[1] == std::byte{'('}) wire[1] = std::byte{0};
        RC_ASSERT(same_frames(ByteView{wire}.subspan(1, wire.size() - 2)));
    });
    CHECK(holds);
}

TEST_CASE("positions are seen as the plain reading sees them") {
    const bool holds = rc::check("fast is plain for positions", [] {
        Profile profile;
        profile.datum = *rc::gen::element(Datum::wgs84, Datum::gcj02);
        profile.time_zone = std::chrono::minutes{*rc::gen::element(0, 480, -300)};
        const Bytes body = some_position();
        RC_ASSERT(same_sightings(body, profile));
        const auto size = static_cast<std::size_t>(*rc::gen::inRange(0, 40));
        RC_ASSERT(same_sightings(ByteView{body}.first(std::min(size, body.size())), profile));
    });
    CHECK(holds);
}

TEST_CASE("the XOR of many bytes is that of one after the other") {
    const bool holds = rc::check("xor_of is the plain sum", [] {
        const Bytes bytes = *some_bytes();
        std::byte sum{0};
        for (const std::byte b : bytes) sum ^= b;
        RC_ASSERT(xor_of(bytes) == sum);
    });
    CHECK(holds);
}

TEST_CASE("published frames are read as the plain reading reads them") {
    const auto path = test::shared_file("vectors/jt808_open.jsonl");
    if (!path) return test::skip("the published vectors are not here");
    std::ifstream file{*path};
    constexpr std::string_view key = "\"hex\": \"";
    int frames = 0;
    for (std::string line; std::getline(file, line);) {
        const auto from = line.find(key) + key.size();
        const auto bytes = from_hex(line.substr(from, line.find('"', from) - from));
        if (!bytes || bytes->size() < 2 || bytes->front() != delimiter) continue;
        const ByteView wire = ByteView{*bytes}.subspan(1, bytes->size() - 2);
        if (std::ranges::find(wire, delimiter) != wire.end() || wire.empty()) continue;
        CAPTURE(line.substr(from, 80));
        CHECK(same_frames(wire));
        const auto frame = plain::frame(wire);
        if (frame && frame->head.id == Position::id) CHECK(same_sightings(frame->body(), {}));
        ++frames;
    }
    CHECK(frames > 400);
}
