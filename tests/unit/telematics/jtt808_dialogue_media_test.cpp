#include "jtt808_call.hpp"

#include <algorithm>

using namespace liuhen;
using namespace liuhen::test;
using namespace std::chrono_literals;

namespace {

Media photo(std::size_t bytes, std::uint32_t id = 17) {
    return {.head = {.media = id, .kind = 0, .format = 0, .event = 4, .channel = 1},
            .position = position(),
            .data = Bytes(bytes, std::byte{0x55})};
}
Media packet(std::uint32_t packets, std::uint32_t index, std::string_view data) {
    const ByteView bytes = telematics::bytes_of(data);
    return {.layout = Layout::v2011,
            .head = {.media = 17},
            .packets = packets,
            .packet = index,
            .data = {bytes.begin(), bytes.end()}};
}
std::vector<Bytes> parts_of(Call& call, const Message& message) {
    const Bytes wire = call.wire(message);
    std::vector<Bytes> parts;
    for (auto at = wire.begin(); at != wire.end();) {
        const auto end = std::find(at + 1, wire.end(), delimiter) + 1;
        parts.emplace_back(at, end);
        at = end;
    }
    return parts;
}
template <class T>
T only(const Turn& turn) {
    return std::get<T>(only_answer(turn));
}

}  // namespace

TEST_CASE("a photo in one frame is taken with its own reply") {
    Call call;
    call.authenticated();
    const Turn turn = call.say(photo(100));
    REQUIRE(turn.media.size() == 1);
    const Medium& medium = turn.media.front();
    CHECK(medium.media == 17);
    CHECK(medium.event == 4);
    CHECK(medium.channel == 1);
    CHECK(medium.data == Bytes(100, std::byte{0x55}));
    CHECK(to_iso(medium.at) == "2026-11-21T03:59:58Z");
    CHECK_FALSE(medium.undated);
    REQUIRE(medium.where);
    CHECK(medium.where->lat == Approx(28.1));
    CHECK(turn.seen.empty());
    CHECK(only<MediaReply>(turn) == MediaReply{.media = 17});
}

TEST_CASE("a photo without time or place has that of its receipt and none") {
    Call call;
    call.authenticated();
    Media dark = photo(10);
    dark.position = {};
    const Turn turn = call.say(dark);
    REQUIRE(turn.media.size() == 1);
    CHECK(turn.media[0].at == noon);
    CHECK(turn.media[0].undated);
    CHECK_FALSE(turn.media[0].where);
}

TEST_CASE("a photo in parts is whole in the turn of its last part, in every order of them") {
    std::array<std::size_t, 4> order{0, 1, 2, 3};
    do {
        Call call;
        call.authenticated();
        const auto parts = parts_of(call, photo(3500));
        REQUIRE(parts.size() == 4);
        for (std::size_t n = 0; n < 3; ++n) {
            const Turn turn = call.dialogue.hear(parts[order[n]], noon);
            CHECK(turn.media.empty());
            const auto serial = static_cast<std::uint16_t>(1 + order[n]);
            if (order[n] == 3)
                CHECK(turn.reply.empty());  // the last is acknowledged with the message
            else
                CHECK(only<PlatformReply>(turn) == ack(serial, 0x0801));
        }
        const Turn turn = call.dialogue.hear(parts[order[3]], noon);
        REQUIRE(turn.media.size() == 1);
        CHECK(turn.media[0].data == Bytes(3500, std::byte{0x55}));
        const auto replies = answers(turn);
        REQUIRE(replies.size() == (order[3] == 3 ? 2 : 3));
        CHECK(std::get<PlatformReply>(replies[0].message).serial == 1 + order[3]);
        CHECK(std::get<PlatformReply>(replies[replies.size() - 2].message).serial == 4);
        CHECK(std::get<MediaReply>(replies.back().message) == MediaReply{.media = 17});
    } while (std::ranges::next_permutation(order).found);
}

TEST_CASE("a part of a photo that is stored is answered again, and the photo is not") {
    Call call;
    call.authenticated();
    const auto parts = parts_of(call, photo(1500));
    for (const Bytes& part : parts) call.dialogue.hear(part, noon);
    const Turn turn = call.dialogue.hear(parts.back(), noon);
    CHECK(turn.media.empty());
    const auto replies = answers(turn);
    REQUIRE(replies.size() == 2);
    CHECK(std::get<MediaReply>(replies[1].message).media == 17);
}

TEST_CASE("parts of a photo that do not come are asked for with its number, three times") {
    Call call;
    call.authenticated();
    const auto parts = parts_of(call, photo(4500));
    for (const std::size_t n : {0U, 2U}) call.dialogue.hear(parts[n], noon);
    REQUIRE(call.dialogue.due() == Uptime{0s});
    CHECK(call.dialogue.tick(100s).reply.empty());
    REQUIRE(call.dialogue.due() == Uptime{105s});
    const MediaReply wanted{.media = 17, .missing = MissingPackets{{2, 4, 5}}};
    CHECK(only<MediaReply>(call.dialogue.tick(105s)) == wanted);
    REQUIRE(call.dialogue.due() == Uptime{115s});
    CHECK(only<MediaReply>(call.dialogue.tick(115s)) == wanted);
    CHECK(only<MediaReply>(call.dialogue.tick(130s)) == wanted);
    REQUIRE(call.dialogue.due() == Uptime{160s});
    const Turn late = call.dialogue.tick(160s);
    CHECK(late.reply.empty());
    CHECK(faults(late) == Faults{Fault::bad_part});
    CHECK_FALSE(call.dialogue.due());
}

TEST_CASE("parts of another message, or of a photo without its first, are asked for by serial") {
    for (const Edition edition : {Edition::v2013, Edition::v2019}) {
        Call call;
        call.edition = edition;
        call.authenticated();
        const auto parts = parts_of(call, photo(3500));
        call.dialogue.hear(parts[2], noon);
        call.dialogue.tick(0s);
        CHECK(only<PlatformMissingParts>(call.dialogue.tick(5s)) ==
              PlatformMissingParts{.first_serial = 1, .indexes = {1, 2, 4}});
    }
}

TEST_CASE("a part that comes puts the next request off") {
    Call call;
    call.authenticated();
    const auto parts = parts_of(call, photo(3500));
    call.dialogue.hear(parts[0], noon);
    call.dialogue.tick(0s);
    call.dialogue.hear(parts[1], noon);
    CHECK(call.dialogue.tick(5s).reply.empty());
    CHECK_FALSE(call.dialogue.tick(10s).reply.empty());
}

TEST_CASE("packets of 2011 make one medium of the kind that was announced") {
    Call call;
    call.authenticated();
    call.say(MediaEvent{.head = {.media = 17, .kind = 1, .format = 3, .event = 2, .channel = 4}});
    CHECK(only<PlatformReply>(call.say(packet(2, 2, "two"))) == ack(2, 0x0801));
    const Turn turn = call.say(packet(2, 1, "one"));
    REQUIRE(turn.media.size() == 1);
    CHECK(turn.media[0].kind == 1);
    CHECK(turn.media[0].format == 3);
    CHECK(turn.media[0].channel == 4);
    CHECK(to_hex(turn.media[0].data) == to_hex(telematics::bytes_of("onetwo")));
    CHECK(only<MediaReply>(turn) == MediaReply{.layout = Layout::v2011, .serial = 3, .media = 17});
}

TEST_CASE("packets of 2011 that do not come are asked for") {
    Call call;
    call.authenticated();
    call.say(packet(3, 2, "two"));
    call.dialogue.tick(0s);
    CHECK(
        only<MediaReply>(call.dialogue.tick(5s)) ==
        MediaReply{
            .layout = Layout::v2011, .serial = 1, .media = 17, .missing = MissingPackets{{1, 3}}});
}

TEST_CASE("media of no known kind or format, or without content, are refused") {
    Media kind = photo(10);
    kind.head.kind = 3;
    Media format = photo(10);
    format.head.format = 5;
    for (const Media& bad : {kind, format, photo(0)}) {
        Call call;
        call.authenticated();
        const Turn turn = call.say(bad);
        CHECK(turn.media.empty());
        CHECK(faults(turn) == Faults{Fault::bad_value});
        CHECK(only<PlatformReply>(turn) == ack(1, 0x0801, Outcome::bad_message));
    }
}

TEST_CASE("a medium beyond the limit is refused and the conversation goes on") {
    Call call;
    call.authenticated();
    bool refused = false;
    for (const Bytes& part : parts_of(call, photo(Reassembly::max_bytes))) {
        const Turn turn = call.dialogue.hear(part, noon);
        CHECK(turn.media.empty());
        refused = refused || faults(turn) == Faults{Fault::bad_part};
    }
    CHECK(refused);
    CHECK(call.say(position()).seen.size() == 1);
}

TEST_CASE("a photo that was ordered ends its order") {
    Call call;
    call.authenticated();
    const Bytes order = *call.tell("o", Shoot{.channel = 1, .command = 1});
    call.say(TerminalReply{.serial = frames_in(order).at(0).head.serial, .message = 0x8801});
    CHECK(call.say(photo(10)).answers.empty());  // taken because a door was opened
    Media ordered = photo(10, 18);
    ordered.head.event = 0;
    CHECK(call.say(ordered).answers.at(0) ==
          OrderAnswer{"o", OrderState::done, 0x0801, "medium 18"});
}
