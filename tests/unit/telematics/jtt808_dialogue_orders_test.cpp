#include "jtt808_call.hpp"

#include <algorithm>

using namespace liuhen;
using namespace liuhen::test;
using namespace std::chrono_literals;

namespace {

// The frame in which an order went out.
Frame only_frame(const Result<Bytes, Untold>& said) {
    REQUIRE(said);
    const auto frames = frames_in(*said);
    REQUIRE(frames.size() == 1);
    return frames.front();
}
TerminalReply taken(const Frame& order, Outcome outcome = Outcome::done) {
    return {.serial = order.head.serial, .message = order.head.id, .outcome = outcome};
}
OrderAnswer only_order_answer(const Turn& turn) {
    REQUIRE(turn.answers.size() == 1);
    return turn.answers.front();
}
Untold refusal(Call& call, const Message& message) {
    const auto said = call.tell("o", message);
    REQUIRE_FALSE(said);
    return said.error();
}
Position with_doors(Doors doors) {
    Position p = position();
    if (doors == Doors::locked) p.status |= status_bit::doors_locked;
    return p;
}

}  // namespace

TEST_CASE("a terminal that has not named itself cannot be told anything") {
    Call call;
    CHECK(refusal(call, LocateNow{}) == Untold::not_ready);
}

TEST_CASE("an order goes out in the edition of the terminal, with its phone bytes") {
    Call call;
    call.edition = Edition::v2019;
    call.authenticated();
    const Frame frame = only_frame(call.tell("o", LinkCheck{}));
    CHECK(frame.head.id == 0x8204);
    CHECK(frame.head.edition == Edition::v2019);
    CHECK(phone_digits(frame.head) == "00000000013912344323");
    CHECK(frame.head.serial == 1);
}

TEST_CASE("a late answer to an order of an earlier line ends none of this one's") {
    Call before;
    before.authenticated();
    const Frame earlier = only_frame(before.tell("a", LocateNow{}));
    Call call;
    call.dialogue = Dialogue{only({}), {}, 10'007};
    call.authenticated();
    const Frame later = only_frame(call.tell("b", LocateNow{}));
    CHECK(later.head.serial == 10'008);
    CHECK(call.say(taken(earlier, Outcome::failed)).answers.empty());
    CHECK(only_order_answer(call.say(taken(later, Outcome::failed))).order == "b");
}

TEST_CASE("what was taken on an earlier line is answered on this one") {
    Call call;
    call.authenticated();
    call.dialogue.resume({.id = "a", .command = LocateNow{}}, 41, {});
    const PositionReply other{.serial = 40, .position = position()};
    CHECK(call.say(other).answers.empty());
    const PositionReply reply{.serial = 41, .position = position()};
    const OrderAnswer answer = only_order_answer(call.say(reply));
    CHECK(answer.order == "a");
    CHECK(answer.state == OrderState::done);
}

TEST_CASE("what was taken on an earlier line and is never answered is given up") {
    Call call;
    call.authenticated();
    call.dialogue.resume({.id = "a", .command = LocateNow{}}, 41, {});
    REQUIRE(call.dialogue.due());
    const Turn turn = call.dialogue.tick(*call.dialogue.due());
    CHECK(turn.reply.empty());
    CHECK(only_order_answer(turn).state == OrderState::timed_out);
}

TEST_CASE("an order follows a terminal that changes its header") {
    Call call;
    call.authenticated();
    CHECK(only_frame(call.tell("a", LocateNow{})).head.edition == Edition::v2013);
    call.edition = Edition::v2019;
    CHECK(call.say(Heartbeat{}).refused.empty());
    CHECK(only_frame(call.tell("b", LocateNow{})).head.edition == Edition::v2019);
}

TEST_CASE("an order without an answer of its own is over with the general reply") {
    struct Row {
        Outcome outcome;
        OrderState state;
    };
    for (const Row& row :
         {Row{Outcome::done, OrderState::done}, Row{Outcome::failed, OrderState::refused},
          Row{Outcome::bad_message, OrderState::refused},
          Row{Outcome::unsupported, OrderState::unsupported}}) {
        Call call;
        call.authenticated();
        const Frame frame = only_frame(call.tell("o", TextToDriver{.flags = 4, .text = "停车"}));
        const Turn turn = call.say(taken(frame, row.outcome));
        CHECK(only_order_answer(turn).state == row.state);
        CHECK(only_order_answer(turn).order == "o");
        CHECK(only_order_answer(turn).message == 0x0001);
        CHECK(turn.reply.empty());
        CHECK(call.say(taken(frame)).answers.empty());
        CHECK_FALSE(call.dialogue.due());
    }
}

TEST_CASE("an order with an answer of its own is taken first and over with that") {
    Call call;
    call.authenticated();
    const Frame frame = only_frame(call.tell("o", Shoot{.channel = 1, .command = 2}));
    CHECK(only_order_answer(call.say(taken(frame))) ==
          OrderAnswer{"o", OrderState::acknowledged, 0x0001, "", frame.head.serial});
    CHECK(call.say(taken(frame)).answers.empty());
    const Turn turn = call.say(ShotReply{.serial = frame.head.serial, .media = {17, 18}});
    CHECK(only_order_answer(turn) == OrderAnswer{"o", OrderState::done, 0x0805, "2 media"});
    CHECK(turn.documents.size() == 1);
    CHECK(std::get<PlatformReply>(only_answer(turn)).outcome == Outcome::done);
}

TEST_CASE("a shot on a channel that does not exist is unsupported") {
    Call call;
    call.authenticated();
    const Frame frame = only_frame(call.tell("o", Shoot{.channel = 9, .command = 1}));
    const Turn turn = call.say(ShotReply{.serial = frame.head.serial, .result = 2});
    CHECK(only_order_answer(turn) ==
          OrderAnswer{"o", OrderState::unsupported, 0x0805, "no such channel"});
}

TEST_CASE("an answer without general reply before it ends its order") {
    Call call;
    call.authenticated();
    const Frame frame = only_frame(call.tell("o", QueryAllParameters{}));
    const Turn turn = call.say(
        ParametersReply{.serial = frame.head.serial, .parameters = {{.id = 1, .value = Bytes(4)}}});
    CHECK(only_order_answer(turn) == OrderAnswer{"o", OrderState::done, 0x0104, "1 parameters"});
    CHECK(call.say(taken(frame)).answers.empty());
}

TEST_CASE("two orders of a kind are told apart by the serials of their answers") {
    Call call;
    call.authenticated();
    const Frame one = only_frame(call.tell("one", LocateNow{}));
    const Frame other = only_frame(call.tell("other", LocateNow{}));
    const Turn turn = call.say(PositionReply{.serial = other.head.serial, .position = position()});
    CHECK(only_order_answer(turn).order == "other");
    CHECK(turn.seen.size() == 1);
    const Turn next = call.say(PositionReply{.serial = one.head.serial, .position = position()});
    CHECK(only_order_answer(next).order == "one");
}

TEST_CASE("a position that was asked for is the same sighting as when it came by itself") {
    Call call;
    call.authenticated();
    const Turn alone = call.say(position());
    const Turn asked = call.say(PositionReply{.serial = 9, .position = position()});
    REQUIRE(asked.seen.size() == 1);
    CHECK(asked.seen[0].hash == alone.seen.at(0).hash);
    CHECK(asked.seen[0].message == 0x0201);
    CHECK(asked.documents.at(0).at == time_of(asked.seen[0].what));
    CHECK(asked.answers.empty());
}

TEST_CASE("an answer of 2011 without serial belongs to the oldest order of its kind") {
    Call call;
    call.authenticated();
    REQUIRE(call.tell("one", LocateNow{}));
    REQUIRE(call.tell("other", LocateNow{}));
    const PositionReply reply{.layout = Layout::v2011, .position = position()};
    CHECK(only_order_answer(call.say(reply)).order == "one");
    CHECK(only_order_answer(call.say(reply)).order == "other");
    CHECK(call.say(reply).answers.empty());
}

TEST_CASE("where no answer has a serial a second order of the kind has to wait") {
    Call call;
    call.authenticated();
    REQUIRE(call.tell("one", QueryAttributes{}));
    CHECK(refusal(call, QueryAttributes{}) == Untold::busy);
    CHECK(call.dialogue.must_wait({"two", Message{QueryAttributes{}}}));
    CHECK_FALSE(call.dialogue.must_wait({"two", Message{LocateNow{}}}));
    const Turn turn = call.say(TerminalAttributes{.model = "M-01", .firmware = "F2"});
    CHECK(only_order_answer(turn) == OrderAnswer{"one", OrderState::done, 0x0107, "M-01  F2"});
    CHECK_FALSE(call.dialogue.must_wait({"two", Message{QueryAttributes{}}}));
    CHECK(call.tell("two", QueryAttributes{}));
}

TEST_CASE("the doors of a terminal are judged by its status word") {
    for (const Edition edition : {Edition::v2013, Edition::v2019}) {
        for (const Doors wanted : {Doors::locked, Doors::open}) {
            for (const Doors found : {Doors::locked, Doors::open}) {
                Call call;
                call.edition = edition;
                call.authenticated();
                const Frame frame = only_frame(call.tell("o", door_command(edition, wanted)));
                CHECK(call.say(taken(frame)).answers.size() == 1);
                const Turn turn = call.say(VehicleControlReply{.serial = frame.head.serial,
                                                               .position = with_doors(found)});
                CHECK(only_order_answer(turn).state ==
                      (wanted == found ? OrderState::done : OrderState::refused));
                CHECK(turn.seen.size() == 1);
            }
        }
    }
}

TEST_CASE("a door order is turned into the opposite value of the other edition") {
    Call call;
    call.edition = Edition::v2019;
    call.authenticated();
    const auto lock = door_command(Edition::v2013, Doors::locked);
    const Frame frame = only_frame(call.tell("o", lock));
    CHECK(to_hex(frame.body()) == "0001000100");
}

TEST_CASE("orders that an edition does not have are not said to it") {
    Call old;
    old.authenticated();
    CHECK(refusal(old, LinkCheck{}) == Untold::not_supported);
    CHECK(refusal(old, QueryAreas{.kind = 1}) == Untold::not_supported);
    CHECK(old.tell("o", ServiceText{.service = 1, .text = "晴"}));

    Call young;
    young.edition = Edition::v2019;
    young.authenticated();
    CHECK(refusal(young, EventMenu{}) == Untold::not_supported);
    CHECK(refusal(young, Question{}) == Untold::not_supported);
    CHECK(refusal(young, ServiceText{}) == Untold::not_supported);
    CHECK(refusal(young, TerminalControl{.command = 3}) == Untold::not_supported);
    CHECK(young.tell("o", TerminalControl{.command = 4}));
}

TEST_CASE("a terminal that registers in the form of 2011 is spoken to in that edition") {
    Call call;
    Register registration_2011 = registration("浙K12345");
    registration_2011.layout = RegisterLayout::v2011;
    call.say(registration_2011);
    call.authenticated();
    CHECK(refusal(call, QueryAttributes{}) == Untold::not_supported);
    CHECK(refusal(call, QueryParameters{.ids = {1}}) == Untold::not_supported);
    const SetParameters set{.parameters = {{.id = 1, .value = Bytes(4)}}};
    CHECK(to_hex(only_frame(call.tell("p", set)).body()) == "0101000000010400000000");
    // 2011 has no 0x0805: the general reply is all that comes.
    const Frame shot = only_frame(call.tell("s", Shoot{.channel = 1, .command = 1}));
    CHECK(only_order_answer(call.say(taken(shot))).state == OrderState::done);
}

TEST_CASE("replies of the platform are no orders") {
    Call call;
    call.authenticated();
    for (const Message& message :
         {Message{PlatformReply{}}, Message{PlatformMissingParts{}}, Message{ServerTime{}},
          Message{RegisterReply{}}, Message{MediaReply{}}, Message{PlatformKey{}},
          Message{Heartbeat{}}, Message{Unknown{.id = 0x8103, .body = {}}}}) {
        CHECK(refusal(call, message) == Untold::not_supported);
    }
}

TEST_CASE("what a message cannot hold is too long") {
    Call call;
    call.authenticated();
    CHECK(refusal(call, TextToDriver{.text = std::string(1025, 'x')}) == Untold::too_long);
    CHECK(call.tell("t", TextToDriver{.text = std::string(1024, 'x')}));
    CHECK(refusal(call, SetParameters{.parameters = {{.id = 1, .value = Bytes(256)}}}) ==
          Untold::too_long);
    CHECK(refusal(call, DeleteCircles{.areas = std::vector<std::uint32_t>(256)}) ==
          Untold::too_long);
    CHECK(refusal(call, PassedDown{.kind = 0x41, .content = Bytes(Orders::most_bytes)}) ==
          Untold::too_long);
}

TEST_CASE("more open orders than the limit have to wait") {
    Call call;
    call.authenticated();
    for (std::size_t n = 0; n < Orders::most_open; ++n) {
        REQUIRE(call.tell(std::to_string(n), LocateNow{}));
    }
    CHECK(refusal(call, LocateNow{}) == Untold::busy);
}

TEST_CASE("an unanswered order is repeated with its serial and then given up") {
    Call call;
    call.authenticated();
    const Bytes said = *call.tell("o", LocateNow{}, 0s);
    REQUIRE(call.dialogue.due() == Uptime{10s});
    for (const auto at : {10s, 30s, 90s}) CHECK(call.dialogue.tick(at).reply == said);
    const Turn late = call.dialogue.tick(330s);
    CHECK(late.reply.empty());
    CHECK(only_order_answer(late) == OrderAnswer{"o", OrderState::timed_out, 0, ""});
    CHECK_FALSE(call.dialogue.due());
}

TEST_CASE("an order that the platform cancelled is not repeated, and its late answer is its own") {
    Call call;
    call.authenticated();
    const Frame answered = only_frame(call.tell("answered", LocateNow{}, 0s));
    const Frame silent = only_frame(call.tell("silent", LocateNow{}, 0s));
    call.dialogue.silence("answered");
    call.dialogue.silence("silent");
    const Turn turn =
        call.say(PositionReply{.serial = answered.head.serial, .position = position()});
    CHECK(only_order_answer(turn).order == "answered");
    const Turn late = call.dialogue.tick(10s);
    CHECK(late.reply.empty());
    CHECK(late.answers.empty());
    CHECK_FALSE(call.dialogue.due());
    CHECK(call.say(PositionReply{.serial = silent.head.serial, .position = position()})
              .answers.empty());
}

TEST_CASE("a driver has ten minutes to answer") {
    Call call;
    call.authenticated();
    const Frame frame = only_frame(call.tell("o", Question{.question = "到了?"}, 0s));
    CHECK(call.say(taken(frame)).answers.size() == 1);
    CHECK(call.dialogue.tick(599s).answers.empty());
    const Turn turn = call.say(jtt808::Answer{.serial = frame.head.serial, .answer = 2});
    CHECK(only_order_answer(turn) == OrderAnswer{"o", OrderState::done, 0x0302, "answer 2"});
}

TEST_CASE("a long order goes in parts whose serials count on, also over the wrap") {
    Call call;
    call.authenticated();
    for (int i = 1; i < 0xFFFF; ++i) call.say(Heartbeat{});  // 0 was the answer to the code
    const PassedDown order{.kind = 0x41, .content = Bytes(2500)};
    const auto frames = frames_in(*call.tell("o", order));
    REQUIRE(frames.size() == 3);
    CHECK(frames[0].head.serial == 0xFFFF);
    CHECK(frames[2].head.serial == 1);
    CHECK(frames[2].head.part == Part{3, 3});
    CHECK(call.say(taken(frames[0])).answers.empty());
    CHECK(call.say(taken(frames[1])).answers.empty());
    CHECK(only_order_answer(call.say(taken(frames[2]))).state == OrderState::done);
}

TEST_CASE("a long order may be acknowledged once, under its first serial") {
    Call call;
    call.authenticated();
    const auto frames = frames_in(*call.tell("o", PassedDown{.content = Bytes(2500)}, 0s));
    CHECK(call.say(taken(frames[0])).answers.empty());
    const Turn turn = call.dialogue.tick(10s);
    CHECK(only_order_answer(turn).state == OrderState::done);
    CHECK(turn.reply.empty());
}

TEST_CASE("parts that a terminal asks for are sent again, each once") {
    Call call;
    call.edition = Edition::v2019;
    call.authenticated();
    const auto frames = frames_in(*call.tell("o", PassedDown{.content = Bytes(2500)}));
    const Turn turn = call.say(
        TerminalMissingParts{.first_serial = frames[0].head.serial, .indexes = {3, 2, 3, 4, 0}});
    const auto again = frames_in(turn.reply);
    REQUIRE(again.size() == 2);
    CHECK(again[0].bytes == frames[2].bytes);
    CHECK(again[1].bytes == frames[1].bytes);
}

TEST_CASE("parts that are not here any more cannot be sent again") {
    Call call;
    call.edition = Edition::v2019;
    call.authenticated();
    const Turn turn = call.say(TerminalMissingParts{.first_serial = 77, .indexes = {1}});
    CHECK(std::get<PlatformReply>(only_answer(turn)) == ack(1, 0x0005, Outcome::failed));
}

TEST_CASE("a text order is over with 0x0001, or with a text that comes before it") {
    for (const Message& text : {Message{jtt808::TextAnswer{.encoding = 0, .text = "OK"}},
                                Message{jtt808::WideTextAnswer{.text = *from_hex("004f004b")}}}) {
        Call call;
        call.authenticated();
        const Frame frame = only_frame(call.tell("t", TextToDriver{.flags = 4, .text = "*CXZT"}));
        const Turn turn = call.say(text);
        CHECK(only_order_answer(turn) == OrderAnswer{"t", OrderState::done, id_of(text), ""});
        CHECK(turn.documents.size() == 1);
        CHECK(turn.refused.empty());
        CHECK(call.say(taken(frame)).answers.empty());
    }
    Call call;
    call.authenticated();
    const Frame frame = only_frame(call.tell("t", TextToDriver{.flags = 4, .text = "*CXZT"}));
    CHECK(only_order_answer(call.say(taken(frame))).state == OrderState::done);
    const Turn late = call.say(jtt808::TextAnswer{.encoding = 0, .text = "OK"});
    CHECK(late.answers.empty());
    CHECK(late.documents.size() == 1);
}
