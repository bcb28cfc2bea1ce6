#include "base/hash.hpp"
#include "telematics/jtt808/catalogue.hpp"
#include "telematics/jtt808/dialogue.hpp"
#include "telematics/jtt808/location.hpp"
#include "telematics/text.hpp"

#include <catch2/catch.hpp>

using namespace liuhen;
using namespace liuhen::telematics;
using namespace liuhen::telematics::jtt808;

namespace {

const Instant noon = *parse_iso("2026-11-21T04:00:00Z");
const std::string number = "13912344323";

Enrolment only(Profile profile) {
    return [profile](std::string_view asked) -> std::optional<Enrolled> {
        if (asked != number && asked != "13900000002") return std::nullopt;
        return Enrolled{TerminalId{std::string{asked}}, "浙K12345", "liuhen01", profile};
    };
}

// A terminal and the platform's end of its conversation.
struct Call {
    Dialogue dialogue;
    Edition edition = Edition::v2013;
    std::string phone = number;
    std::uint16_t serial = 0;

    explicit Call(Profile profile = {}) : dialogue(only(std::move(profile))) {}

    Bytes wire(const Message& message) {
        Header head = *header_for(phone, edition);
        head.serial = serial;
        serial =
            static_cast<std::uint16_t>(serial + frames_needed(encode(message, edition).size()));
        return seal_message(head, message);
    }
    Turn say(const Message& message) { return dialogue.hear(wire(message), noon); }
    Call& authenticated() {
        REQUIRE(say(Authenticate{.code = "liuhen01", .imei = {}, .software = {}}).refused.empty());
        REQUIRE(dialogue.speaker());
        return *this;
    }
};

// Everything in a reply, read back.
struct Answer {
    Header head;
    Message message;
};
std::vector<Answer> answers(const Turn& turn) {
    FrameScanner scanner;
    scanner.feed(turn.reply);
    std::vector<Answer> all;
    while (const auto piece = scanner.next()) {
        REQUIRE(*piece);
        const Frame& frame = **piece;
        all.push_back({frame.head, *decode(frame.head.id, frame.head.edition, frame.body())});
    }
    return all;
}
Message only_answer(const Turn& turn) {
    const auto all = answers(turn);
    REQUIRE(all.size() == 1);
    return all.front().message;
}
PlatformReply ack(std::uint16_t serial, std::uint16_t message, Outcome outcome = Outcome::done) {
    return {.serial = serial, .message = message, .outcome = outcome};
}
std::vector<Fault> faults(const Turn& turn) {
    std::vector<Fault> kinds;
    for (const Refused& refused : turn.refused) kinds.push_back(refused.fault);
    return kinds;
}
using Faults = std::vector<Fault>;

Position position(std::string_view time = "261121115958") {
    Position p;
    p.status = status_bit::ignition | status_bit::fix;
    p.latitude = 28'100'000;
    p.longitude = 119'600'000;
    p.speed = 456;
    p.direction = 90;
    std::ranges::copy(*from_hex(time), p.time.begin());
    return p;
}
Bytes body_of(const Position& p) { return encode(p, Edition::v2013); }
Batch batch_of(std::vector<Bytes> bodies, std::uint8_t kind = Batch::blind_area) {
    return {.kind = kind,
            .announced = static_cast<std::uint16_t>(bodies.size()),
            .bodies = std::move(bodies),
            .tail = {}};
}
Register registration(std::string plate, std::uint8_t colour = 2) {
    return {.layout = RegisterLayout::v2013,
            .province = 33,
            .city = 1100,
            .maker = "70111",
            .model = "M-01",
            .terminal = "0000001",
            .plate_colour = colour,
            .plate = std::move(plate)};
}

}  // namespace

TEST_CASE("a registration is answered with the enrolled code") {
    Call call;
    const Turn turn = call.say(registration("浙K12345"));
    CHECK(std::get<RegisterReply>(only_answer(turn)) ==
          RegisterReply{.serial = 0, .result = Registration::done, .code = "liuhen01"});
    CHECK(turn.refused.empty());
    CHECK_FALSE(call.dialogue.speaker());
}

TEST_CASE("a registration with another plate finds no such vehicle") {
    Call call;
    const Turn turn = call.say(registration("浙K99999"));
    CHECK(std::get<RegisterReply>(only_answer(turn)).result == Registration::no_such_vehicle);
    CHECK(faults(turn) == Faults{Fault::bad_value});
}

TEST_CASE("dashes, dots and case do not make another plate") {
    CHECK(std::get<RegisterReply>(only_answer(Call{}.say(registration("浙k·123-45")))).result ==
          Registration::done);
}

TEST_CASE("a vehicle without a plate registers by its chassis number") {
    CHECK(std::get<RegisterReply>(only_answer(Call{}.say(registration("LZZ5CLVB8NA123456", 0))))
              .result == Registration::done);
}

TEST_CASE("an unknown terminal is told so and counted") {
    Call call;
    call.phone = "13999999999";
    const Turn turn = call.say(registration("浙K12345"));
    CHECK(std::get<RegisterReply>(only_answer(turn)).result == Registration::no_such_terminal);
    CHECK(faults(turn) == Faults{Fault::unknown_terminal});
    CHECK(turn.frames.empty());
}

TEST_CASE("the right code makes the terminal the speaker") {
    Call call;
    const Turn turn = call.say(Authenticate{.code = "liuhen01", .imei = {}, .software = {}});
    CHECK(std::get<PlatformReply>(only_answer(turn)) == ack(0, 0x0102));
    CHECK(call.dialogue.speaker() == TerminalId{number});
    CHECK(call.dialogue.profile()->name == "standard");
    CHECK(turn.frames.size() == 1);
}

TEST_CASE("a wrong code is refused and the session closed") {
    for (const auto* code : {"liuhen02", "", "liuhen0", "liuhen01liuhen01"}) {
        Call call;
        const Turn turn = call.say(Authenticate{.code = code, .imei = {}, .software = {}});
        CHECK(std::get<PlatformReply>(only_answer(turn)) == ack(0, 0x0102, Outcome::failed));
        CHECK(faults(turn) == Faults{Fault::wrong_code});
        CHECK(turn.hang_up);
        CHECK_FALSE(call.dialogue.speaker());
    }
}

TEST_CASE("a terminal of the 2019 edition is answered in its edition") {
    Call call;
    call.edition = Edition::v2019;
    const Turn turn =
        call.say(Authenticate{.code = "liuhen01", .imei = "123456789012345", .software = "3.7"});
    const auto all = answers(turn);
    REQUIRE(all.size() == 1);
    CHECK(all.front().head.edition == Edition::v2019);
    CHECK(all.front().head.version == 1);
    CHECK(phone_digits(all.front().head) == "00000000013912344323");
    CHECK(std::get<PlatformReply>(all.front().message) == ack(0, 0x0102));
}

TEST_CASE("before authentication nothing counts and the answer is failure") {
    Call call;
    const Turn turn = call.say(position());
    CHECK(turn.seen.empty());
    CHECK(turn.frames.empty());
    CHECK(std::get<PlatformReply>(only_answer(turn)) == ack(0, 0x0200, Outcome::failed));
    CHECK(faults(turn) == Faults{Fault::not_authenticated});
}

TEST_CASE("a profile may let a terminal speak at once") {
    Call call{Profile{.speaks_before_authentication = true}};
    const Turn turn = call.say(position());
    CHECK(turn.seen.size() == 1);
    CHECK(call.dialogue.speaker() == TerminalId{number});
    CHECK(std::get<PlatformReply>(only_answer(turn)) == ack(0, 0x0200));
}

TEST_CASE("a stranger is patiently refused ten times, then the line is closed") {
    Call call;
    for (int i = 1; i < 10; ++i) CHECK_FALSE(call.say(Heartbeat{}).hang_up);
    CHECK(call.say(Heartbeat{}).hang_up);
    CHECK(call.say(Authenticate{.code = "liuhen01", .imei = {}, .software = {}}).reply.empty());
}

TEST_CASE("a heartbeat is acknowledged with its serial") {
    Call call;
    call.authenticated();
    CHECK(std::get<PlatformReply>(only_answer(call.say(Heartbeat{}))) == ack(1, 0x0002));
}

TEST_CASE("answers count their own serials") {
    Call call;
    call.authenticated();
    CHECK(answers(call.say(Heartbeat{})).front().head.serial == 1);
    CHECK(answers(call.say(Heartbeat{})).front().head.serial == 2);
}

TEST_CASE("a position becomes a sighting with the hash of its body") {
    Call call;
    call.authenticated();
    const Turn turn = call.say(position());
    REQUIRE(turn.seen.size() == 1);
    const Sighting& seen = turn.seen.front();
    CHECK(seen.hash == hash64(body_of(position())));
    CHECK(seen.message == 0x0200);
    CHECK_FALSE(seen.backlog);
    CHECK(to_iso(time_of(seen.what)) == "2026-11-21T03:59:58Z");
    CHECK(turn.frames.size() == 1);
    CHECK(std::get<PlatformReply>(only_answer(turn)) == ack(1, 0x0200));
}

TEST_CASE("a stored position has the identity it had when it was sent alone") {
    Call call;
    call.authenticated();
    const Turn alone = call.say(position());
    const Turn stored =
        call.say(batch_of({body_of(position("261121115948")), body_of(position())}));
    REQUIRE(stored.seen.size() == 2);
    CHECK(stored.seen[1].hash == alone.seen[0].hash);
    CHECK(stored.seen[1].what == alone.seen[0].what);
    CHECK(stored.seen[1].backlog);
    CHECK(stored.seen[1].message == 0x0704);
    CHECK(std::get<PlatformReply>(only_answer(stored)) == ack(2, 0x0704));
}

TEST_CASE("a batch of the normal kind is no backlog") {
    Call call;
    call.authenticated();
    CHECK_FALSE(call.say(batch_of({body_of(position())}, 0)).seen.at(0).backlog);
}

TEST_CASE("a bad entry of a batch is refused alone") {
    Call call;
    call.authenticated();
    const Turn turn =
        call.say(batch_of({Bytes(27), body_of(position()), body_of(position("269999999999"))}));
    CHECK(turn.seen.size() == 1);
    CHECK(faults(turn) == Faults{Fault::truncated, Fault::bad_value});
    CHECK(std::get<PlatformReply>(only_answer(turn)) == ack(1, 0x0704));
}

TEST_CASE("a batch that ends early gives what is there and is noted") {
    Call call;
    call.authenticated();
    Batch batch = batch_of({body_of(position())});
    batch.announced = 2;
    const Turn turn = call.say(batch);
    CHECK(turn.seen.size() == 1);
    CHECK(faults(turn) == Faults{Fault::truncated});
}

TEST_CASE("a batch too long for one frame is acknowledged part by part once it is whole") {
    Call call;
    call.authenticated();
    std::vector<Bytes> bodies;
    for (int i = 0; i < 60; ++i) bodies.push_back(body_of(position()));
    const Bytes wire = call.wire(batch_of(bodies));
    const Turn before = call.dialogue.hear(ByteView{wire}.first(wire.size() - 1), noon);
    CHECK(before.reply.empty());
    CHECK(before.seen.empty());
    CHECK(before.frames.size() == 1);
    const Turn turn = call.dialogue.hear(ByteView{wire}.last(1), noon);
    CHECK(turn.seen.size() == 60);
    const auto all = answers(turn);
    REQUIRE(all.size() == 2);
    CHECK(std::get<PlatformReply>(all[0].message) == ack(1, 0x0704));
    CHECK(std::get<PlatformReply>(all[1].message) == ack(2, 0x0704));
    CHECK(answers(call.dialogue.hear(wire, noon)).size() == 2);
}

TEST_CASE("parts before authentication are not collected") {
    Call call;
    const Turn turn = call.say(batch_of(std::vector<Bytes>(60, body_of(position()))));
    CHECK(faults(turn) == Faults{Fault::not_authenticated, Fault::not_authenticated});
}

TEST_CASE("a position without time is dated by its receipt and known by its frame") {
    Call call;
    call.authenticated();
    const Turn one = call.say(position("000000000000"));
    const Turn other = call.say(position("000000000000"));
    REQUIRE(one.seen.size() == 1);
    CHECK(one.seen[0].undated);
    CHECK(time_of(one.seen[0].what) == noon);
    CHECK(one.seen[0].hash == hash64(one.frames[0]));
    CHECK(one.seen[0].hash != other.seen.at(0).hash);
}

TEST_CASE("entries without time in one batch are told apart") {
    Call call;
    call.authenticated();
    const Bytes body = body_of(position("000000000000"));
    const Turn turn = call.say(batch_of({body, body}));
    REQUIRE(turn.seen.size() == 2);
    CHECK(turn.seen[0].hash != turn.seen[1].hash);
}

TEST_CASE("an impossible position is a bad message") {
    Call call;
    call.authenticated();
    Position nowhere = position();
    nowhere.latitude = 91'000'000;
    const Turn turn = call.say(nowhere);
    CHECK(turn.seen.empty());
    CHECK(turn.frames.size() == 1);
    CHECK(faults(turn) == Faults{Fault::bad_value});
    CHECK(std::get<PlatformReply>(only_answer(turn)) == ack(1, 0x0200, Outcome::bad_message));
}

TEST_CASE("a body that ends inside a field is a bad message") {
    Call call;
    call.authenticated();
    Header head = *header_for(number, Edition::v2013);
    head.id = 0x0200;
    head.serial = 1;
    const Turn turn = call.dialogue.hear(seal(head, Bytes(27)), noon);
    CHECK(faults(turn) == Faults{Fault::truncated});
    CHECK(std::get<PlatformReply>(only_answer(turn)) == ack(1, 0x0200, Outcome::bad_message));
}

TEST_CASE("an unknown message is archived and answered as unsupported") {
    Call call;
    call.authenticated();
    const Turn turn = call.say(Unknown{.id = 0x0F00, .body = Bytes(3)});
    CHECK(turn.frames.size() == 1);
    CHECK(faults(turn) == Faults{Fault::unknown_message});
    CHECK(std::get<PlatformReply>(only_answer(turn)) == ack(1, 0x0F00, Outcome::unsupported));
}

TEST_CASE("replies and platform messages are never answered") {
    Call call;
    CHECK(call.say(TerminalReply{}).reply.empty());
    CHECK(call.say(PlatformReply{}).reply.empty());
    call.authenticated();
    CHECK(call.say(TerminalReply{}).refused.empty());
    CHECK(call.say(TerminalReply{}).reply.empty());
    CHECK(call.say(PlatformReply{}).reply.empty());
    CHECK(call.say(Unknown{.id = 0x8103, .body = {}}).reply.empty());
}

TEST_CASE("another number in an authenticated session is refused") {
    Call call;
    call.authenticated();
    call.phone = "13900000002";
    const Turn turn = call.say(position());
    CHECK(turn.seen.empty());
    CHECK(turn.frames.empty());
    CHECK(faults(turn) == Faults{Fault::not_authenticated});
    CHECK(call.dialogue.speaker() == TerminalId{number});
}

TEST_CASE("leading zeros make no other number") {
    Call call;
    call.authenticated();
    call.edition = Edition::v2019;
    CHECK(call.say(position()).seen.size() == 1);
}

TEST_CASE("a wrong checksum is counted and gets no answer") {
    Call call;
    call.authenticated();
    Bytes wire = call.wire(position());
    wire[20] ^= std::byte{0x10};
    const Turn turn = call.dialogue.hear(wire, noon);
    CHECK(faults(turn) == Faults{Fault::bad_checksum});
    CHECK(turn.reply.empty());
    CHECK(turn.seen.empty());
}

TEST_CASE("a profile may accept wrong checksums") {
    Call call{Profile{.speaks_before_authentication = true, .accept_bad_checksum = true}};
    Bytes wire = call.wire(position());
    wire[wire.size() - 2] ^= std::byte{0x11};
    const Turn turn = call.dialogue.hear(wire, noon);
    CHECK(turn.seen.size() == 1);
    CHECK(turn.refused.empty());
}

TEST_CASE("an encrypted body is archived and not read") {
    Call call;
    call.authenticated();
    Header head = *header_for(number, Edition::v2013);
    head.id = 0x0200;
    head.attributes = 1U << 10U;
    const Turn turn = call.dialogue.hear(seal(head, body_of(position())), noon);
    CHECK(turn.seen.empty());
    CHECK(turn.frames.size() == 1);
    CHECK(faults(turn) == Faults{Fault::unknown_message});
}

TEST_CASE("an authenticated terminal that sends nothing but faults is hung up on") {
    Call call;
    call.authenticated();
    Bytes garbage;
    for (int i = 0; i < 20'000; ++i) garbage.insert(garbage.end(), {delimiter, std::byte{1}});
    const Turn turn = call.dialogue.hear(garbage, noon);
    CHECK(turn.hang_up);
    CHECK(turn.refused.size() == Dialogue::most_refused_in_chunk);
}

TEST_CASE("the same bytes give the same turns however they are cut") {
    Call call;
    Bytes stream = call.wire(Authenticate{.code = "liuhen01", .imei = {}, .software = {}});
    for (const Message& message :
         {Message{position()}, Message{Heartbeat{}}, Message{batch_of({body_of(position())})}}) {
        const Bytes wire = call.wire(message);
        stream.insert(stream.end(), wire.begin(), wire.end());
    }
    const Turn whole = Call{}.dialogue.hear(stream, noon);
    for (std::size_t cut = 1; cut < stream.size(); ++cut) {
        Call pieces;
        Turn turn = pieces.dialogue.hear(ByteView{stream}.first(cut), noon);
        turn.add(pieces.dialogue.hear(ByteView{stream}.subspan(cut), noon));
        REQUIRE(turn.seen == whole.seen);
        REQUIRE(turn.reply == whole.reply);
        REQUIRE(turn.frames == whole.frames);
    }
    CHECK(whole.seen.size() == 2);
}
