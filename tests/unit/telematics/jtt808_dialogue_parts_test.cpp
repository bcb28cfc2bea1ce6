// Messages in parts, as the conversation answers them: when one is refused, comes again, bears the
// marks of another, or breaks off.
#include "jtt808_call.hpp"

#include <algorithm>
#include <array>

using namespace liuhen;
using namespace liuhen::test;
using namespace std::chrono_literals;

namespace {

constexpr std::uint16_t first_serial = 100;

Bytes photo_body(std::uint32_t number, std::byte filling, std::uint8_t kind = 0) {
    const Media media{.head = {.media = number, .kind = kind, .event = 4, .channel = 1},
                      .position = position(),
                      .data = Bytes(960, filling)};
    return encode(media, Edition::v2013);
}
Bytes batch_body(std::uint16_t announced, std::initializer_list<std::string_view> times) {
    std::vector<Bytes> bodies;
    for (const auto time : times) bodies.push_back(body_of(position(time)));
    Batch batch = batch_of(std::move(bodies));
    batch.announced = announced;
    return encode(batch, Edition::v2013);
}
// Part `index` of `total` of a body, under serials that begin with `first_serial`.
Bytes part(std::uint16_t id, ByteView body, std::uint16_t total, std::uint16_t index) {
    Header head = *header_for(number, Edition::v2013);
    head.id = id;
    head.part = Part{.total = total, .index = index};
    head.serial = static_cast<std::uint16_t>(first_serial + index - 1);
    const std::size_t each = (body.size() + total - 1) / total;
    const std::size_t from = (index - std::size_t{1}) * each;
    return seal(head, body.subspan(from, std::min(each, body.size() - from)));
}
struct Line : Call {
    Line() { authenticated(); }
    Turn hear(std::uint16_t id, ByteView body, std::uint16_t index, std::uint16_t total = 2) {
        return dialogue.hear(part(id, body, total, index), noon);
    }
    Turn hear_both(std::uint16_t id, ByteView body) {
        hear(id, body, 1);
        return hear(id, body, 2);
    }
};
PlatformReply ack_of(std::uint16_t index, std::uint16_t id, Outcome outcome = Outcome::done) {
    return ack(static_cast<std::uint16_t>(first_serial + index - 1), id, outcome);
}
template <class T>
T only(const Turn& turn) {
    return std::get<T>(only_answer(turn));
}

}  // namespace

TEST_CASE("a batch in parts that lacks entries is refused as often as it comes") {
    Line line;
    const Bytes batch = batch_body(5, {"261121115958", "261121115957"});
    const Turn first = line.hear_both(Batch::id, batch);
    CHECK(first.seen.size() == 2);
    CHECK(only<PlatformReply>(first) == ack_of(2, Batch::id, Outcome::failed));
    for (const std::uint16_t index : std::array<std::uint16_t, 3>{2, 1, 2})
        CHECK(only<PlatformReply>(line.hear(Batch::id, batch, index)) ==
              ack_of(index, Batch::id, Outcome::failed));
}

TEST_CASE("a photo in parts that is refused is not confirmed when it comes again") {
    Line line;
    const Bytes forbidden = photo_body(77, std::byte{1}, 9);
    for (int times = 0; times < 2; ++times) {
        const Turn turn = line.hear_both(Media::id, forbidden);
        CHECK(turn.media.empty());
        CHECK(only<PlatformReply>(turn) == ack_of(2, Media::id, Outcome::bad_message));
    }
}

TEST_CASE("packets of 2011 whose medium is refused are refused again") {
    Line line;
    line.say(MediaEvent{.head = {.media = 17, .kind = 9}});
    const Media packet{.layout = Layout::v2011,
                       .head = {.media = 17},
                       .packets = 1,
                       .packet = 1,
                       .data = Bytes(9)};
    for (int times = 0; times < 2; ++times)
        CHECK(only<PlatformReply>(line.say(packet)).outcome == Outcome::bad_message);
}

TEST_CASE("a second photo under the serials of a stored one is stored as well") {
    Line line;
    const Bytes one = photo_body(101, std::byte{1}), other = photo_body(102, std::byte{2});
    CHECK(line.hear_both(Media::id, one).media.size() == 1);
    const Turn turn = line.hear_both(Media::id, other);
    REQUIRE(turn.media.size() == 1);
    CHECK(turn.media[0].media == 102);
    CHECK(turn.media[0].data == Bytes(960, std::byte{2}));
    CHECK(std::get<MediaReply>(answers(turn).at(1).message).media == 102);
    for (const std::uint32_t number : {101U, 102U}) {
        const Turn again = line.hear(Media::id, number == 101 ? one : other, 1);
        CHECK(again.media.empty());
        CHECK(std::get<MediaReply>(answers(again).at(1).message).media == number);
    }
}

TEST_CASE("a second batch under the serials of a stored one is stored as well") {
    Line line;
    const Bytes one = batch_body(2, {"261121115958", "261121115957"});
    const Bytes other = batch_body(2, {"261120115956", "261120115955"});
    CHECK(line.hear_both(Batch::id, one).seen.size() == 2);
    CHECK(line.hear_both(Batch::id, other).seen.size() == 2);
    CHECK(line.hear_both(Batch::id, one).seen.empty());
}

TEST_CASE("two photos under the same serials never become one") {
    Line line;
    const Bytes a = photo_body(201, std::byte{'A'}), b = photo_body(202, std::byte{'B'});
    line.hear(Media::id, a, 1);
    for (const std::uint16_t index : std::array<std::uint16_t, 2>{1, 2}) {
        const Turn turn = line.hear(Media::id, b, index);
        CHECK(turn.media.empty());
        CHECK(faults(turn) == Faults{Fault::bad_part});
        CHECK(turn.frames.size() == 1);
        CHECK(only<PlatformReply>(turn) == ack_of(index, Media::id, Outcome::failed));
    }
    line.dialogue.tick(0s);
    CHECK(only<MediaReply>(line.dialogue.tick(5s)) ==
          MediaReply{.media = 202, .missing = MissingPackets{{1, 2}}});
    const Turn turn = line.hear_both(Media::id, b);
    REQUIRE(turn.media.size() == 1);
    CHECK(turn.media[0].data == Bytes(960, std::byte{'B'}));
}

TEST_CASE("the last part is not acknowledged as long as the message is not whole") {
    Line line;
    const Bytes batch = batch_body(2, {"261121115958", "261121115957"});
    for (int times = 0; times < 2; ++times)  // the parts before it went over another line
        CHECK(line.hear(Batch::id, batch, 3, 3).reply.empty());
    CHECK(only<PlatformReply>(line.hear(Batch::id, batch, 2, 3)) == ack_of(2, Batch::id));
    const Turn turn = line.hear(Batch::id, batch, 1, 3);
    CHECK(turn.seen.size() == 2);
    const auto replies = answers(turn);
    REQUIRE(replies.size() == 2);
    CHECK(std::get<PlatformReply>(replies[0].message) == ack_of(1, Batch::id));
    CHECK(std::get<PlatformReply>(replies[1].message) == ack_of(3, Batch::id));
}

TEST_CASE("a batch that holds more entries than it announces is refused") {
    for (const std::uint16_t announced : std::array<std::uint16_t, 2>{0, 1}) {
        Line line;
        Bytes body = batch_body(2, {"261121115958", "261121115957"});
        body[1] = static_cast<std::byte>(announced);
        const auto batch = *decode(Batch::id, Edition::v2013, body);
        const Turn turn = line.say(batch);
        CHECK(turn.seen.size() == announced);
        CHECK(faults(turn) == Faults{Fault::trailing_bytes});
        CHECK(only<PlatformReply>(turn).outcome == Outcome::failed);
    }
}
