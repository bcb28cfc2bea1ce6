// A device that has sent more in a day than is kept of one: nothing further is kept of it, and so
// nothing is confirmed, but it stays on line and under orders.
#include "jtt808_call.hpp"

#include "telematics/octets.hpp"
#include "tests/unit/telematics/elock_samples.hpp"

#include <memory>

using namespace liuhen;
using namespace liuhen::test;
using namespace std::chrono_literals;

namespace {

// So many bytes in all, whatever the day.
struct Purse {
    std::shared_ptr<std::size_t> left;
    explicit Purse(std::size_t bytes) : left(std::make_shared<std::size_t>(bytes)) {}
    [[nodiscard]] Allowance allowance() const {
        return [left = left](const TerminalId&, std::size_t bytes, Instant) {
            if (bytes > *left) return false;
            *left -= bytes;
            return true;
        };
    }
};

Dialogue with(const Purse& purse) {
    return Dialogue{only({}), {}, 0, Carrier::stream, {}, purse.allowance()};
}

std::size_t bytes_of_frames(const Turn& turn) {
    std::size_t all = 0;
    for (const Bytes& frame : turn.frames) all += frame.size();
    return all;
}

bool keeps_nothing(const Turn& turn) {
    return turn.frames.empty() && turn.seen.empty() && turn.media.empty() &&
           turn.documents.empty() && turn.passwords.empty();
}

}  // namespace

TEST_CASE("what a terminal has kept is taken from its budget to the byte") {
    const Purse purse{1'000};
    Call call{with(purse)};
    std::size_t kept =
        bytes_of_frames(call.say(Authenticate{.code = "liuhen01", .imei = {}, .software = {}}));
    kept += bytes_of_frames(call.say(position()));
    kept += bytes_of_frames(call.say(Heartbeat{}));
    CHECK(kept == 3 * 13 + 8 + 28);
    CHECK(*purse.left == 1'000 - kept);
}

TEST_CASE("beyond its budget a terminal is told that it failed, and nothing of it is kept") {
    const Purse purse{60};  // the code, and no position behind it
    Call call{with(purse)};
    call.authenticated();
    for (const Message& message : {Message{position()}, Message{batch_of({body_of(position())})},
                                   Message{PassedUp{.kind = 0x41, .content = Bytes(90)}}}) {
        *purse.left = 10;
        const std::uint16_t serial = call.serial;
        const Turn turn = call.say(message);
        CHECK(keeps_nothing(turn));
        CHECK(faults(turn) == Faults{Fault::over_budget});
        CHECK(std::get<PlatformReply>(only_answer(turn)) ==
              ack(serial, id_of(message), Outcome::failed));
        CHECK_FALSE(turn.hang_up);
    }
    *purse.left = 100;  // another day
    CHECK(call.say(position()).seen.size() == 1);
}

TEST_CASE("a part beyond the budget is asked for again by its terminal, not taken") {
    const Purse purse{1'100};
    Call call{with(purse)};
    call.authenticated();
    Media photo;
    photo.head.media = 7;
    photo.position = position();
    photo.data = Bytes(1'500, std::byte{0xD8});
    const Turn turn = call.say(photo);
    CHECK(turn.frames.size() == 1);
    CHECK(turn.media.empty());
    CHECK(faults(turn) == Faults{Fault::over_budget});
    const auto said = answers(turn);
    REQUIRE(said.size() == 2);
    CHECK(std::get<PlatformReply>(said[1].message).outcome == Outcome::failed);
}

TEST_CASE("beyond its budget a terminal stays on line, however much it sends, and takes orders") {
    const Purse purse{60};
    Call call{with(purse)};
    call.authenticated();
    *purse.left = 0;
    Bytes flood;
    for (int i = 0; i < 250; ++i) {
        const Bytes one = call.wire(position());
        flood.insert(flood.end(), one.begin(), one.end());
    }
    const Turn turn = call.dialogue.hear(flood, noon);
    CHECK(turn.refused.size() == 250);
    CHECK(keeps_nothing(turn));
    CHECK_FALSE(turn.hang_up);

    const auto told = call.tell("o", TextToDriver{.flags = 1, .text = {"OK"}});
    REQUIRE(told);
    const Frame order = frames_in(*told).front();
    const Turn answer = call.say(TerminalReply{
        .serial = order.head.serial, .message = order.head.id, .outcome = Outcome::done});
    CHECK(keeps_nothing(answer));
    REQUIRE(answer.answers.size() == 1);
    CHECK(answer.answers.front().state == OrderState::done);
    const Turn beat = call.say(Heartbeat{});
    CHECK(keeps_nothing(beat));
    CHECK(std::get<PlatformReply>(only_answer(beat)).outcome == Outcome::done);
    const Turn again = call.say(Authenticate{.code = "liuhen01", .imei = {}, .software = {}});
    CHECK(keeps_nothing(again));
    CHECK(std::get<PlatformReply>(only_answer(again)).outcome == Outcome::done);
}

TEST_CASE("a terminal without budget authenticates all the same, and a wrong code is one") {
    const Purse purse{0};
    Call call{with(purse)};
    const Turn turn = call.say(Authenticate{.code = "liuhen01", .imei = {}, .software = {}});
    CHECK(turn.frames.empty());
    CHECK(call.dialogue.has_proved_itself());
    Call other{with(purse)};
    const Turn wrong = other.say(Authenticate{.code = "liuhen02", .imei = {}, .software = {}});
    CHECK(faults(wrong) == Faults{Fault::wrong_code});
    CHECK(wrong.hang_up);
}

TEST_CASE("of a heartbeat no more than 64 bytes of body are archived, as a frame that is sound") {
    Call call;
    call.authenticated();
    const Turn usual = call.say(Heartbeat{.extra = Bytes(64, std::byte{5})});
    CHECK(usual.refused.empty());
    CHECK(usual.frames.front().size() == 13 + 64);
    for (const Edition edition : {Edition::v2013, Edition::v2019}) {
        Call long_one;
        long_one.edition = edition;
        long_one.authenticated();
        const Turn turn = long_one.say(Heartbeat{.extra = Bytes(1'000, std::byte{5})});
        CHECK(faults(turn) == Faults{Fault::trailing_bytes});
        CHECK(std::get<PlatformReply>(only_answer(turn)).outcome == Outcome::done);
        const auto kept = parse_frame(turn.frames.front());
        REQUIRE(kept);
        CHECK(kept->head.id == Heartbeat::id);
        CHECK(kept->head.edition == edition);
        CHECK(kept->body_size == 64);
    }
}

TEST_CASE("beyond its budget a lock is not acknowledged, and its answers to orders count") {
    using elock::test::sealed_frame;
    const Purse purse{sealed_frame().size()};
    elock::Dialogue dialogue{[](std::string_view) {
                                 Enrolled enrolled;
                                 enrolled.terminal = TerminalId{"80001234"};
                                 return enrolled;
                             },
                             {},
                             purse.allowance()};
    CHECK_FALSE(dialogue.hear(sealed_frame(), noon).reply.empty());
    const Turn turn = dialogue.hear(sealed_frame(), noon);
    CHECK(keeps_nothing(turn));
    CHECK(turn.reply.empty());
    CHECK(faults(turn) == Faults{Fault::over_budget});
    CHECK_FALSE(turn.hang_up);

    REQUIRE(dialogue.tell({"o", LockSetting{"(P38,1,60)"}}, 0s));
    const Turn answer = dialogue.hear(bytes_of("(0080001234,P38,1,60)"), noon);
    CHECK(keeps_nothing(answer));
    CHECK(answer.answers.size() == 1);
}
