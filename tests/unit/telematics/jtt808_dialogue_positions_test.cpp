#include "jtt808_call.hpp"

using namespace liuhen;
using namespace liuhen::test;

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

TEST_CASE("a batch of nothing but bad entries is acknowledged: it would come for ever") {
    Call call;
    call.authenticated();
    for (const std::vector<Bytes>& entries :
         {std::vector<Bytes>{Bytes(27)},
          {body_of(position("269999999999"))},
          {body_of(position("269999999999")), Bytes(27)}}) {
        const Turn turn = call.say(batch_of(entries));
        CHECK(turn.seen.empty());
        CHECK(turn.refused.size() == entries.size());
        CHECK(turn.frames.size() == 1);
        CHECK(std::get<PlatformReply>(only_answer(turn)).outcome == Outcome::done);
    }
}

TEST_CASE("a batch that ends early gives what is there and is not acknowledged") {
    Call call;
    call.authenticated();
    Batch batch = batch_of({body_of(position())});
    batch.announced = 2;
    const Turn turn = call.say(batch);
    CHECK(turn.seen.size() == 1);
    CHECK(faults(turn) == Faults{Fault::truncated});
    CHECK(std::get<PlatformReply>(only_answer(turn)) == ack(1, 0x0704, Outcome::failed));
}

TEST_CASE("a profile may say that a model announces more entries than it sends") {
    Call call{Profile{.announces_too_many = true}};
    call.authenticated();
    Batch batch = batch_of({body_of(position())});
    batch.announced = 2;
    const Turn turn = call.say(batch);
    CHECK(turn.seen.size() == 1);
    CHECK(faults(turn) == Faults{Fault::truncated});
    CHECK(std::get<PlatformReply>(only_answer(turn)) == ack(1, 0x0704));
}

TEST_CASE("bytes behind the announced entries of a batch are counted") {
    Call call;
    call.authenticated();
    Batch batch = batch_of({body_of(position())});
    batch.tail = Bytes(3);
    const Turn turn = call.say(batch);
    CHECK(turn.seen.size() == 1);
    CHECK(faults(turn) == Faults{Fault::trailing_bytes});
    CHECK(std::get<PlatformReply>(only_answer(turn)) == ack(1, 0x0704));
}

TEST_CASE("an item longer than what is left is counted, and what stands before it is believed") {
    Call call;
    call.authenticated();
    Position cut = position();
    cut.items = {{.id = 0x31, .value = {std::byte{9}}}};
    cut.tail = {std::byte{0x01}, std::byte{4}, std::byte{0}};
    const Turn alone = call.say(cut);
    REQUIRE(alone.seen.size() == 1);
    CHECK(std::get<Fix>(alone.seen[0].what).satellites == 9);
    CHECK(faults(alone) == Faults{Fault::truncated});
    CHECK(std::get<PlatformReply>(only_answer(alone)) == ack(1, 0x0200));
    const Turn stored = call.say(batch_of({body_of(cut), body_of(position())}));
    CHECK(stored.seen.size() == 2);
    CHECK(faults(stored) == Faults{Fault::truncated});
    CHECK(std::get<PlatformReply>(only_answer(stored)) == ack(2, 0x0704));
}

TEST_CASE("each part of a long batch is acknowledged, the last one with the whole") {
    Call call;
    call.authenticated();
    std::vector<Bytes> bodies;
    for (int i = 0; i < 60; ++i) bodies.push_back(body_of(position()));
    const Bytes wire = call.wire(batch_of(bodies));
    const Turn before = call.dialogue.hear(ByteView{wire}.first(wire.size() - 1), noon);
    CHECK(std::get<PlatformReply>(only_answer(before)) == ack(1, 0x0704));
    CHECK(before.seen.empty());
    CHECK(before.frames.size() == 1);
    const Turn turn = call.dialogue.hear(ByteView{wire}.last(1), noon);
    CHECK(turn.seen.size() == 60);
    CHECK(std::get<PlatformReply>(only_answer(turn)) == ack(2, 0x0704));
    CHECK(answers(call.dialogue.hear(wire, noon)).size() == 2);
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

TEST_CASE("0x0210 holds positions behind a length of one byte, or a sign of life") {
    const auto entry = [](std::string_view time) {
        Writer w;
        const Bytes body = body_of(position(time));
        return w.u8(static_cast<std::uint8_t>(body.size())).put(body).finish();
    };
    const Bytes first = entry("261121110000"), second = entry("261121113000");
    Call call;
    call.authenticated();
    const auto say = [&](const Bytes& body) {
        return call.say(Unknown{.id = 0x0210, .body = body});
    };
    const Turn two = say(Writer{}.put(first).put(second).finish());
    REQUIRE(two.seen.size() == 2);
    CHECK(two.refused.empty());
    CHECK(two.seen[0].message == 0x0210);
    CHECK(two.seen[0].hash == hash64(body_of(position("261121110000"))));
    CHECK(std::get<PlatformReply>(only_answer(two)) == ack(1, 0x0210));
    const Turn cut = say(Writer{}.put(first).put(ByteView{second}.first(9)).finish());
    CHECK(cut.seen.size() == 1);
    CHECK(faults(cut) == Faults{Fault::truncated});
    CHECK(std::get<PlatformReply>(only_answer(cut)) == ack(2, 0x0210, Outcome::failed));
    const Turn alive = say(*from_hex("4f261121220005"));
    CHECK(alive.seen.empty());
    CHECK(alive.refused.empty());
    CHECK(std::get<PlatformReply>(only_answer(alive)) == ack(3, 0x0210));
}
