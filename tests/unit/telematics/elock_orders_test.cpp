#include "telematics/elock/dialogue.hpp"
#include "telematics/elock/orders.hpp"
#include "tests/unit/telematics/elock_samples.hpp"

#include <catch2/catch.hpp>

using namespace liuhen;
using namespace liuhen::telematics;
using namespace liuhen::telematics::elock;
using namespace liuhen::telematics::elock::test;
using namespace std::chrono_literals;
using Verb = LockCommand::Verb;

namespace {

const Instant received = at("2026-11-21T14:00:09Z");

// A lock on the line that has said who it is, by a text that wants no answer.
struct Line {
    Dialogue dialogue{[](std::string_view) {
        Enrolled enrolled;
        enrolled.terminal = TerminalId{"80001234"};
        enrolled.profile.time_zone = 0min;
        return enrolled;
    }};
    Line() { hear("(0080001234,@JT)"); }

    Turn hear(std::string_view said) { return dialogue.hear(bytes_of(said), received); }
    std::string tell(Command command, Uptime now = 0s) {
        const auto bytes = dialogue.tell({"order-1", std::move(command)}, now);
        return bytes ? words(*bytes) : std::string{code(bytes.error())};
    }
    OrderAnswer answer(std::string_view said) {
        const Turn turn = hear(said);
        return turn.answers.empty() ? OrderAnswer{} : turn.answers[0];
    }
};
OrderAnswer answered(OrderState state, std::string detail = "") {
    return {.order = "order-1", .state = state, .message = 0, .detail = std::move(detail)};
}
LockCommand unseal(std::string secret, bool one_time = false) {
    return {.verb = Verb::unseal, .secret = std::move(secret), .secret_is_one_time = one_time};
}

}  // namespace

TEST_CASE("a lock is opened with its static password or with the one it told last") {
    CHECK(Line{}.tell(unseal("482913")) == "(P43,482913)");
    CHECK(Line{}.tell(unseal("113271", true)) == "(P52,3,113271)");
}

TEST_CASE("one-time passwords are asked for, allowed and refused") {
    CHECK(Line{}.tell(LockCommand{.verb = Verb::query_password}) == "(P52,0)");
    CHECK(Line{}.tell(LockCommand{.verb = Verb::allow_passwords}) == "(P52,1,1,1,0)");
    CHECK(Line{}.tell(LockCommand{.verb = Verb::allow_passwords, .inside_fence_only = true}) ==
          "(P52,1,1,1,1)");
    CHECK(Line{}.tell(LockCommand{.verb = Verb::refuse_passwords}) == "(P52,1,0,0,0)");
}

TEST_CASE("what a rope lock cannot do, or another lock should do, is not said to it") {
    CHECK(Line{}.tell(LockCommand{.verb = Verb::seal}) == "not_supported");
    CHECK(Line{}.tell(LockCommand{.verb = Verb::query_password, .lock = "80009999"}) ==
          "not_supported");
    CHECK(Line{}.tell(LockCommand{.verb = Verb::query_password, .lock = "80001234"}) == "(P52,0)");
    CHECK(Line{}.tell(jtt808::LocateNow{}) == "not_supported");
}

TEST_CASE("a password that is no number is never put into a sentence") {
    CHECK(Line{}.tell(unseal("")) == "not_supported");
    CHECK(Line{}.tell(unseal("1)(P15")) == "not_supported");
    CHECK(Line{}.tell(unseal("1234567890123")) == "not_supported");
}

TEST_CASE("settings are said as they stand, and nothing that opens is a setting") {
    CHECK(Line{}.tell(LockSetting{"(P38,1,60)"}) == "(P38,1,60)");
    CHECK(Line{}.tell(LockSetting{"(P15)"}) == "(P15)");
    CHECK(Line{}.tell(LockSetting{"(P41,1,1,1,0008627839)"}) == "(P41,1,1,1,0008627839)");
    for (const char* refused : {"(P43,482913)", "(P44,1)", "(P52,0)", "(P41,1,3)", "(P381,1)",
                                "P38,1,60", "(P38,1)(P43)", "(P38,\n)", "()", "", "(P69,0,7)"}) {
        INFO(refused);
        CHECK(Line{}.tell(LockSetting{refused}) == "not_supported");
    }
    CHECK(Line{}.tell(LockSetting{"(P40," + std::string(max_text_bytes, '1') + ")"}) == "too_long");
}

TEST_CASE("nothing is said to a lock that has not named itself") {
    Dialogue dialogue{[](std::string_view) { return Enrolled{}; }};
    CHECK(dialogue.tell({"a", unseal("482913")}, 0s).error() == Untold::not_ready);
}

TEST_CASE("two orders under one name are not open at a time, two under different names are") {
    Line line;
    CHECK(line.tell(unseal("482913")) == "(P43,482913)");
    CHECK(line.tell(unseal("482913")) == "busy");
    CHECK(line.dialogue.must_wait({"b", unseal("482913")}));
    CHECK_FALSE(line.dialogue.must_wait({"b", LockCommand{.verb = Verb::query_password}}));
    CHECK(line.tell(LockCommand{.verb = Verb::query_password}) == "(P52,0)");
    CHECK(line.tell(unseal("113271", true)) == "busy");
    line.hear("(0080001234,P43,1,0)");
    CHECK(line.tell(unseal("482913")) == "(P43,482913)");
}

TEST_CASE("the motor's result answers an opening, with the errors in a row and no secret") {
    Line line;
    line.tell(unseal("482913"));
    CHECK(line.answer("(0080001234,P43,1,0)") == answered(OrderState::done));
    line.tell(unseal("482914"));
    CHECK(line.answer("(0080001234,P43,0,2)") ==
          answered(OrderState::refused, "wrong passwords in a row: 2"));
    line.tell(unseal("113271", true));
    CHECK(line.answer("(0080001234,P52,3,0,1)") ==
          answered(OrderState::refused, "wrong passwords in a row: 1"));
    CHECK(line.hear("(0080001234,P43,1,0)").answers.empty());
}

TEST_CASE("P52 has several forms, and only the one that was asked for is the answer") {
    Line line;
    line.tell(LockCommand{.verb = Verb::allow_passwords});
    CHECK(line.hear("(0080001234,P52,2,113271)").answers.empty());
    CHECK(line.hear("(0080001234,P52,3,1,0)").answers.empty());
    CHECK(line.answer("(0080001234,P52,1,1,0)") == answered(OrderState::done));
}

TEST_CASE("a setting is done with the words of its answer") {
    Line line;
    line.tell(LockSetting{"(P38,1,60)"});
    CHECK(line.answer("(0080001234,P38,1,60)") == answered(OrderState::done, "1,60"));
    line.tell(LockSetting{"(P22,211126140009)"});
    CHECK(words(line.hear("(0080001234,P22,2)").reply) == "(P22,211126140009)");
    CHECK(line.answer("(0080001234,P22,1)") == answered(OrderState::done, "1"));
}

TEST_CASE("a one-time password that is told or asked for comes out of the turn, dated, once") {
    Line line;
    const Turn told = line.hear("(0080001234,P52,2,113271)");
    REQUIRE(told.passwords.size() == 1);
    CHECK(told.passwords[0].lock == LockId{"0080001234"});
    CHECK(told.passwords[0].password == "113271");
    CHECK(told.passwords[0].told_at == received);
    line.tell(LockCommand{.verb = Verb::query_password});
    const Turn asked = line.hear("(0080001234,P52,0,000000,386531)");
    REQUIRE(asked.passwords.size() == 1);
    CHECK(asked.passwords[0].password == "386531");
    CHECK(asked.answers == std::vector{answered(OrderState::done)});
    line.tell(LockCommand{.verb = Verb::query_password});
    const Turn none = line.hear("(0080001234,P52,0,,)");
    CHECK(none.passwords.empty());
    CHECK(none.answers == std::vector{answered(OrderState::done, "no one-time password in use")});
    CHECK(line.hear("(0080001234,P52,3,1,0)").passwords.empty());
}

TEST_CASE("an opening is said once and given up in a minute; a question is said again") {
    Line line;
    line.tell(unseal("482913"), 0s);
    CHECK(line.dialogue.due() == Uptime{60s});
    line.tell(LockCommand{.verb = Verb::query_password}, 0s);
    CHECK(line.dialogue.due() == Uptime{10s});
    CHECK(words(line.dialogue.tick(10s).reply) == "(P52,0)");
    const Turn later = line.dialogue.tick(60s);
    CHECK(words(later.reply) == "(P52,0)");
    CHECK(later.answers == std::vector{answered(OrderState::timed_out)});
    CHECK(line.hear("(0080001234,P43,1,0)").answers.empty());
}
