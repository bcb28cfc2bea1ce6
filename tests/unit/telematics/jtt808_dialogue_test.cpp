#include "jtt808_call.hpp"

using namespace liuhen;
using namespace liuhen::test;

namespace {

// The frame as a terminal would send it that computes its checksum wrongly.
Bytes with_wrong_sum(const Bytes& wire) {
    Bytes frame = *unescape(ByteView{wire}.subspan(1, wire.size() - 2));
    frame.back() ^= std::byte{0x11};
    return wrapped(frame, Wrapping::standard);
}

}  // namespace

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

TEST_CASE("a wrong checksum that a profile accepts is read, marked and counted") {
    Call call{Profile{.speaks_before_authentication = true, .accept_bad_checksum = true}};
    const Turn sound = call.say(position());
    REQUIRE(sound.seen.size() == 1);
    CHECK_FALSE(sound.seen[0].unsound);
    const Turn turn = call.dialogue.hear(with_wrong_sum(call.wire(position())), noon);
    REQUIRE(turn.seen.size() == 1);
    CHECK(turn.seen[0].unsound);
    CHECK(turn.seen[0].what == sound.seen[0].what);
    CHECK(std::get<PlatformReply>(only_answer(turn)) == ack(1, 0x0200));
    REQUIRE(faults(turn) == Faults{Fault::bad_checksum});
    CHECK(turn.refused[0].number.empty());  // the speaker's
    CHECK(turn.refused[0].bytes == turn.frames[0]);
}

TEST_CASE("any number of accepted checksums leaves the connection open") {
    Call call{Profile{.name = "own",
                      .speaks_before_authentication = true,
                      .accept_bad_checksum = true,
                      .patience = 1}};
    Bytes wire;
    for (std::size_t i = 0; i < 2 * Dialogue::most_refused_in_chunk; ++i) {
        const Bytes next = with_wrong_sum(call.wire(Heartbeat{}));
        wire.insert(wire.end(), next.begin(), next.end());
    }
    const Turn turn = call.dialogue.hear(wire, noon);
    CHECK_FALSE(turn.hang_up);
    CHECK(turn.refused.size() == 2 * Dialogue::most_refused_in_chunk);
}

TEST_CASE("the patience of a profile is with refused pieces in a row") {
    Call call{Profile{.name = "own", .patience = 3}};
    call.authenticated();
    const auto bad = [&] {
        return call.dialogue.hear(with_wrong_sum(call.wire(Heartbeat{})), noon);
    };
    CHECK_FALSE(bad().hang_up);
    CHECK_FALSE(bad().hang_up);
    CHECK_FALSE(call.say(Unknown{.id = 0x0F00, .body = {}}).hang_up);  // whole, if not understood
    CHECK_FALSE(bad().hang_up);
    CHECK_FALSE(bad().hang_up);
    CHECK(bad().hang_up);
    CHECK(call.say(Heartbeat{}).reply.empty());
}

TEST_CASE("a part of a message of 65,535 parts is answered as failed and not kept") {
    for (const Part part : {Part{65'535, 1}, Part{65'535, 65'535}}) {
        Call call;
        call.authenticated();
        Header head = *header_for(number, Edition::v2013);
        head.id = 0x0704;
        head.serial = 9;
        head.part = part;
        const Turn turn = call.dialogue.hear(seal(head, Bytes(100)), noon);
        CHECK(faults(turn) == Faults{Fault::bad_part});
        CHECK(std::get<PlatformReply>(only_answer(turn)) == ack(9, 0x0704, Outcome::failed));
        CHECK_FALSE(call.dialogue.due());  // nothing is kept that could be asked for or given up
        CHECK_FALSE(turn.hang_up);
    }
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

TEST_CASE("junk in datagrams ends no session of a terminal that has proved itself") {
    Call call{Dialogue{only({}), {}, 0, Carrier::datagrams}};
    call.authenticated();
    Bytes junk;
    for (int i = 0; i < 5'000; ++i) junk.insert(junk.end(), {delimiter, std::byte{1}});
    for (int datagram = 0; datagram < 3; ++datagram) {
        const Turn turn = call.dialogue.hear(junk, noon);
        CHECK_FALSE(turn.hang_up);
        CHECK(turn.refused.size() == Dialogue::most_refused_in_chunk);
        CHECK(call.say(position()).seen.size() == 1);
    }
    Call stranger{Dialogue{only({}), {}, 0, Carrier::datagrams}};
    CHECK(stranger.dialogue.hear(junk, noon).hang_up);
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

TEST_CASE("who asks for the time is told it in UTC") {
    Call call;
    call.edition = Edition::v2019;
    call.authenticated();
    const auto time = std::get<ServerTime>(only_answer(call.say(TimeQuery{})));
    CHECK(to_hex(time.utc) == "261121040000");
}

TEST_CASE("the older way to ask for the time is answered in the device's zone") {
    Call call;
    call.authenticated();
    const auto time = std::get<Unknown>(only_answer(call.say(Unknown{.id = 0x0109, .body = {}})));
    CHECK(time.id == 0x8109);
    CHECK(to_hex(time.body) == "07ea0b150c000000");
}

TEST_CASE("a profile may have unknown messages acknowledged as done") {
    Call call{Profile{.repeats_unless_done = true}};
    call.authenticated();
    const Turn turn = call.say(Unknown{.id = 0x0F01, .body = Bytes(3)});
    CHECK(std::get<PlatformReply>(only_answer(turn)) == ack(1, 0x0F01));
    CHECK(turn.frames.size() == 1);
    CHECK(faults(turn) == Faults{Fault::unknown_message});
}

TEST_CASE("papers and answers are kept as documents and acknowledged") {
    Call call;
    call.authenticated();
    const std::vector<Message> kept{ParametersReply{},
                                    TerminalAttributes{},
                                    UpgradeResult{},
                                    EventChosen{},
                                    Answer{},
                                    Subscription{},
                                    VehicleControlReply{.position = position()},
                                    AreasReply{},
                                    RecorderData{},
                                    Waybill{.content = "LH-017"},
                                    DriverCard{.state = 2},
                                    CanData{},
                                    MediaEvent{},
                                    MediaList{},
                                    ShotReply{},
                                    PassedUp{.content = Bytes(2)},
                                    Compressed{},
                                    TerminalKey{}};
    for (const Message& message : kept) {
        const std::uint16_t serial = call.serial;
        const Turn turn = call.say(message);
        REQUIRE(turn.documents.size() == 1);
        const Document& document = turn.documents.front();
        CHECK(document.message == id_of(message));
        CHECK(document.serial == serial);
        CHECK_FALSE(document.edition_2019);
        CHECK(document.body == encode(message, Edition::v2013));
        CHECK(std::get<PlatformReply>(only_answer(turn)) == ack(serial, id_of(message)));
        CHECK(turn.refused.empty());
    }
}

TEST_CASE("a driver's card is dated by the terminal, a waybill by its receipt") {
    Call call;
    call.authenticated();
    DriverCard card{.state = 2};
    std::ranges::copy(*from_hex("261121115958"), card.time.begin());
    const Document dated = call.say(card).documents.at(0);
    CHECK(to_iso(dated.at) == "2026-11-21T03:59:58Z");
    CHECK_FALSE(dated.undated);
    const Document undated = call.say(Waybill{.content = "x"}).documents.at(0);
    CHECK(undated.at == noon);
    CHECK(undated.undated);
}

TEST_CASE("a long document is put together and known by its first serial") {
    Call call;
    call.authenticated();
    const Bytes wire = call.wire(PassedUp{.kind = 0x41, .content = Bytes(2000)});
    const Turn turn = call.dialogue.hear(wire, noon);
    REQUIRE(turn.documents.size() == 1);
    CHECK(turn.documents[0].body.size() == 2001);
    CHECK(turn.documents[0].serial == 1);
}
