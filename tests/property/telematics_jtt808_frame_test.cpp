#include "telematics/jtt808/catalogue.hpp"
#include "telematics/jtt808/dialogue.hpp"
#include "telematics/jtt808/location.hpp"
#include "telematics/text.hpp"

#include <catch2/catch.hpp>
#include <rapidcheck.h>

#include <algorithm>

using namespace liuhen;
using namespace liuhen::telematics;
using namespace liuhen::telematics::jtt808;

namespace {

const Instant noon = *parse_iso("2026-11-21T04:00:00Z");

// Bytes among which the two special ones are frequent.
rc::Gen<Bytes> some_bytes() {
    const auto one = rc::gen::weightedOneOf<std::byte>(
        {{1, rc::gen::element(std::byte{0x7D}, std::byte{0x7E}, std::byte{0x01}, std::byte{0x02})},
         {2, rc::gen::map(rc::gen::inRange(0, 256),
                          [](int n) { return static_cast<std::byte>(n); })}});
    return rc::gen::container<Bytes>(one);
}

Header some_header() {
    const auto edition = *rc::gen::element(Edition::v2013, Edition::v2019);
    Header head = *header_for(std::to_string(*rc::gen::inRange(0, 2'000'000'000)), edition);
    head.id = *rc::gen::arbitrary<std::uint16_t>();
    head.serial = *rc::gen::arbitrary<std::uint16_t>();
    return head;
}

std::vector<Frame> frames_in(ByteView stream) {
    FrameScanner scanner;
    std::vector<Frame> frames;
    while (!stream.empty()) {
        const auto most = static_cast<int>(std::min<std::size_t>(stream.size(), 64));
        const auto size = static_cast<std::size_t>(*rc::gen::inRange(1, most + 1));
        scanner.feed(stream.first(size));
        stream = stream.subspan(size);
        while (auto piece = scanner.next()) {
            RC_ASSERT(piece->has_value());
            frames.push_back(std::move(**piece));
        }
    }
    return frames;
}

}  // namespace

TEST_CASE("every sealed frame is found again in any slicing") {
    const bool holds = rc::check("scan(seal(head, body)) is head and body", [] {
        const Header head = some_header();
        const Bytes body = *some_bytes();
        const auto frames = frames_in(seal(head, body));
        RC_ASSERT(frames.size() == frames_needed(body.size()));
        RC_ASSERT(frames[0].head.id == head.id);
        RC_ASSERT(frames[0].head.serial == head.serial);
        RC_ASSERT(terminal_number(frames[0].head) == terminal_number(head));
        RC_ASSERT(to_hex(frames[0].body()) == to_hex(body));
    });
    CHECK(holds);
}

TEST_CASE("a long message is put together again from its shuffled frames") {
    const bool holds = rc::check("reassembly of shuffled parts is the body", [] {
        const Header head = some_header();
        const auto size = static_cast<std::size_t>(*rc::gen::inRange(1100, 9000));
        Bytes body(size);
        for (std::size_t i = 0; i < size; ++i) body[i] = static_cast<std::byte>(i * i >> 3U);
        auto frames = frames_in(seal(head, body));
        std::vector<std::size_t> order(frames.size());
        for (std::size_t i = 0; i < order.size(); ++i) {
            order[i] = i;
            std::swap(
                order[i],
                order[static_cast<std::size_t>(*rc::gen::inRange(0, static_cast<int>(i) + 1))]);
        }
        Reassembly parts;
        std::optional<Whole> whole;
        for (const std::size_t i : order) {
            RC_ASSERT(!whole);
            whole = *parts.add(frames[i], noon);
        }
        RC_ASSERT(whole.has_value());
        RC_ASSERT(to_hex(whole->message.body()) == to_hex(body));
    });
    CHECK(holds);
}

TEST_CASE("messages that contradict each other are never mixed") {
    const bool holds = rc::check("a whole is of one message, and the second one arrives", [] {
        const Header head = some_header();
        const auto total = static_cast<std::size_t>(*rc::gen::inRange(2, 6));
        const auto frames_of = [&](std::byte filling) {
            return frames_in(seal(head, Bytes(total * max_body_bytes, filling)));
        };
        const auto one = frames_of(std::byte{1}), other = frames_of(std::byte{2});
        const auto cut = static_cast<std::size_t>(*rc::gen::inRange(1, static_cast<int>(total)));
        Reassembly parts;
        std::vector<Whole> made;
        const auto hear = [&](const Frame& part) {
            const auto added = parts.add(part, noon);
            if (added && *added && !(*added)->message.bytes.empty()) made.push_back(**added);
        };
        const bool first_is_whole = *rc::gen::arbitrary<bool>();
        for (std::size_t i = 0; i < (first_is_whole ? total : cut); ++i) hear(one[i]);
        for (std::size_t i = 0; i < total; ++i) hear(other[i]);
        for (std::size_t i = cut; i < total; ++i) hear(one[i]);  // late
        parts.tick(Uptime{0});
        parts.tick(Reassembly::first_wait);
        for (std::size_t i = total; i > 0; --i) hear(other[i - 1]);
        RC_ASSERT(made.size() == (first_is_whole ? 2U : 1U));
        for (const Whole& whole : made) {
            const ByteView body = whole.message.body();
            RC_ASSERT(std::ranges::count(body, body.front()) ==
                      static_cast<std::ptrdiff_t>(body.size()));
        }
        RC_ASSERT(made.back().message.body().front() == std::byte{2});
    });
    CHECK(holds);
}

TEST_CASE("every position body is written as it was read") {
    const bool holds = rc::check("encode(decode(x)) is x for 0x0200", [] {
        Bytes body = *some_bytes();
        body.resize(body.size() + basic_position_bytes);
        const auto message = decode(Position::id, Edition::v2013, body);
        RC_ASSERT(message.has_value());
        RC_ASSERT(encode(*message, Edition::v2013) == body);
    });
    CHECK(holds);
}

TEST_CASE("every batch body is written as it was read") {
    const bool holds = rc::check("encode(decode(x)) is x for 0x0704", [] {
        const Bytes junk = *some_bytes();
        Writer w;
        w.u16(*rc::gen::arbitrary<std::uint16_t>()).u8(1);
        for (int i = *rc::gen::inRange(0, 5); i > 0; --i) {
            const Bytes entry = *some_bytes();
            w.u16(static_cast<std::uint16_t>(entry.size())).put(entry);
        }
        const Bytes body = w.put(junk).finish();
        const auto message = decode(Batch::id, Edition::v2019, body);
        RC_ASSERT(message.has_value());
        RC_ASSERT(encode(*message, Edition::v2019) == body);
    });
    CHECK(holds);
}

TEST_CASE("every registration and authentication is read as it was written") {
    const auto text = [](std::size_t most) {
        std::string letters = *rc::gen::container<std::string>(rc::gen::inRange('0', '9'));
        return letters.substr(0, most);
    };
    const bool holds = rc::check("decode(encode(m)) is m", [&] {
        const Register m{.layout = RegisterLayout::v2013,
                         .province = *rc::gen::arbitrary<std::uint16_t>(),
                         .city = *rc::gen::arbitrary<std::uint16_t>(),
                         .maker = text(5),
                         .model = text(20),
                         .terminal = text(7),
                         .plate_colour = static_cast<std::uint8_t>(*rc::gen::inRange(1, 10)),
                         .plate = "浙K" + text(8)};
        RC_ASSERT(std::get<Register>(*decode(m.id, Edition::v2013, encode(m, Edition::v2013))) ==
                  m);
        const Authenticate a{.code = text(40), .imei = text(15), .software = text(20)};
        RC_ASSERT(
            std::get<Authenticate>(*decode(a.id, Edition::v2019, encode(a, Edition::v2019))) == a);
    });
    CHECK(holds);
}

TEST_CASE("no bytes break a conversation and none are seen before they were authenticated") {
    const bool holds = rc::check("a stranger's bytes give no sightings", [] {
        Dialogue dialogue{[](std::string_view number) {
            return Enrolled{TerminalId{std::string{number}}, "", "code", {}};
        }};
        Bytes stream = *some_bytes();
        const Bytes frame = seal(some_header(), *some_bytes());
        stream.insert(stream.end(), frame.begin(), frame.end());
        const Turn turn = dialogue.hear(stream, noon);
        RC_ASSERT(turn.seen.empty());
    });
    CHECK(holds);
}
