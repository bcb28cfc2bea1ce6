// Registration (0x0100): who is told a code, who is counted, and for how long it is held to.
#include "jtt808_call.hpp"

#include "telematics/jtt808/manners.hpp"

#include <array>

using namespace liuhen;
using namespace liuhen::test;

namespace {

Registration only_result(const Turn& turn) {
    return std::get<RegisterReply>(only_answer(turn)).result;
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
    CHECK(turn.refused[0].number == number);
    CHECK(turn.hang_up);
    CHECK_FALSE(Call{}.authenticated().say(registration("浙K99999")).hang_up);
}

TEST_CASE("every wrong registration is counted, and beyond the limit a right plate is none") {
    const auto proofs = [](const TerminalId& terminal) { return terminal.text == number; };
    const Registered before = registered_as(registration("浙K12345"));
    const auto fresh = [](std::string_view) {
        return Enrolled{TerminalId{number}, "浙K12345", "liuhen01", {}};
    };
    const auto known = [&](std::string_view) {
        return Enrolled{TerminalId{number}, "", "liuhen01", {}, before};
    };
    Register other_unit = registration("浙K12345");
    other_unit.terminal = "0000002";
    int wrong = 0;
    bool judged = true;
    const Tries tries{.judged = [&](const TerminalId&) { return judged; },
                      .wrong =
                          [&](const TerminalId& terminal) {
                              CHECK(terminal.text == number);
                              ++wrong;
                          }};
    const auto asks = [&](const Enrolment& enrolment, const Register& said,
                          const Proofs& proved = {}) {
        Call call{Dialogue{enrolment, {}, 0, Carrier::stream, proved, {}, {}, tries}};
        const Turn turn = call.say(said);
        const auto reply = std::get<RegisterReply>(only_answer(turn));
        CHECK(turn.hang_up == (reply.result != Registration::done));
        CHECK(reply.code.empty() == turn.hang_up);
        CHECK(turn.registered.empty() == (turn.hang_up || enrolment("")->registered.has_value()));
        return reply.result;
    };
    CHECK(asks(fresh, registration("浙K99999")) == Registration::no_such_vehicle);
    CHECK(asks(known, registration("浙K99999")) == Registration::terminal_registered);
    CHECK(asks(known, other_unit) == Registration::vehicle_registered);
    CHECK(asks(fresh, registration("浙K12345"), proofs) == Registration::terminal_registered);
    CHECK(wrong == 4);
    CHECK(asks(fresh, registration("浙K12345")) == Registration::done);
    CHECK(asks(known, registration("浙K12345")) == Registration::done);
    CHECK(wrong == 4);
    judged = false;
    CHECK(asks(fresh, registration("浙K12345")) == Registration::no_such_vehicle);
    CHECK(asks(fresh, registration("浙K99999")) == Registration::no_such_vehicle);
    CHECK(asks(known, registration("浙K12345")) == Registration::vehicle_registered);
    CHECK(asks(known, registration("浙K99999")) == Registration::terminal_registered);
    CHECK(wrong == 8);
    Call own{Dialogue{fresh, {}, 0, Carrier::stream, {}, {}, {}, tries}};
    CHECK(only_result(own.authenticated().say(registration("浙K99999"))) ==
          Registration::no_such_vehicle);
    CHECK(only_result(own.say(registration("浙K12345"))) == Registration::done);
    CHECK(wrong == 8);  // who has the code guesses nothing
}

TEST_CASE("dashes, dots and case do not make another plate") {
    CHECK(std::get<RegisterReply>(only_answer(Call{}.say(registration("浙k·123-45")))).result ==
          Registration::done);
}

TEST_CASE("a vehicle whose plate nobody knows registers by its chassis number") {
    Call call{[](std::string_view) { return Enrolled{TerminalId{number}, "", "liuhen01", {}}; }};
    CHECK(only_result(call.say(registration("LZZ5CLVB8NA123456", 0))) == Registration::done);
}

TEST_CASE("no plate, a plate of dots and a chassis number are not the plate that is known") {
    for (const char* const plate : {"", "··--", " .", "LSVAA49J132047371"}) {
        for (const std::uint8_t colour : std::array<std::uint8_t, 3>{0, 2, 255}) {
            const Turn turn = Call{}.say(registration(plate, colour));
            const auto reply = std::get<RegisterReply>(only_answer(turn));
            CHECK(reply.result == Registration::no_such_vehicle);
            CHECK(reply.code.empty());
            CHECK(turn.registered.empty());
            CHECK(faults(turn) == Faults{Fault::bad_value});
        }
    }
    CHECK(only_result(Call{}.say(registration("浙K12345", 0))) == Registration::done);
}

TEST_CASE("a line that has asked for one number's code asks for no other's") {
    const Authenticate wrong{.code = "guess", .imei = {}, .software = {}};
    for (const Message& next : {Message{registration("浙K12345")}, Message{wrong},
                                Message{Heartbeat{}}, Message{position()}}) {
        for (const char* const first : {"13999999999", "13912344323"}) {
            Call call;
            call.phone = first;
            call.say(registration("浙K12345"));
            call.phone = "13900000002";
            const Turn turn = call.say(next);
            CHECK(faults(turn) == Faults{Fault::not_authenticated});
            CHECK(turn.registered.empty());
            CHECK(turn.hang_up);
            CHECK_FALSE(call.dialogue.speaker());
        }
    }
}

TEST_CASE("whose number has been proved gives its code to no line that has not sent it") {
    const auto proofs = [](const TerminalId& terminal) { return terminal.text == number; };
    for (const bool early : {false, true}) {
        for (const Carrier carrier : {Carrier::stream, Carrier::datagrams}) {
            const Profile profile{.speaks_before_authentication = early};
            Call stranger{Dialogue{only(profile), {}, 0, carrier, proofs}};
            const Turn turn = stranger.say(registration("浙K12345"));
            CHECK(std::get<RegisterReply>(only_answer(turn)) ==
                  RegisterReply{
                      .serial = 0, .result = Registration::terminal_registered, .code = ""});
            CHECK(turn.registered.empty());
            CHECK(faults(turn) == Faults{Fault::other_registration});
            CHECK(turn.refused[0].number == number);
            Call device{Dialogue{only(profile), {}, 0, carrier, proofs}};
            const Turn first = device.authenticated().say(registration("浙K12345"));
            CHECK(only_result(first) == Registration::done);
            CHECK(first.registered.size() == 1);
        }
    }
}

TEST_CASE("a line guesses a unit id once, and one that guessed too often is told no code") {
    const Registered before = registered_as(registration("浙K12345"));
    const auto known = [&](std::string_view) {
        return Enrolled{TerminalId{number}, "浙K12345", "liuhen01", {}, before};
    };
    Register guess = registration("浙K12345");
    guess.terminal = "0000002";
    Call line{Enrolment{known}};
    CHECK(line.say(guess).hang_up);
    CHECK(line.say(registration("浙K12345")).reply.empty());
    Call device{Enrolment{known}};
    CHECK_FALSE(device.authenticated().say(guess).hang_up);
    bool may_try = false;
    const Tries tries{.judged = [&](const TerminalId& terminal) {
        CHECK(terminal.text == number);
        return may_try;
    }};
    for (const Carrier carrier : {Carrier::stream, Carrier::datagrams}) {
        may_try = false;
        Call late{Dialogue{known, {}, 0, carrier, {}, {}, {}, tries}};
        const Turn right = late.say(registration("浙K12345"));
        CHECK(std::get<RegisterReply>(only_answer(right)) ==
              RegisterReply{.serial = 0, .result = Registration::vehicle_registered, .code = ""});
        CHECK(faults(right) == Faults{Fault::other_registration});
        CHECK(right.hang_up);
        may_try = true;
        Call again{Dialogue{known, {}, 0, carrier, {}, {}, {}, tries}};
        CHECK(only_result(again.say(registration("浙K12345"))) == Registration::done);
    }
}

TEST_CASE("a first registration is told, and the same again gives the same code") {
    Call call;
    const Turn first = call.say(registration("浙K12345"));
    REQUIRE(first.registered.size() == 1);
    CHECK(first.registered[0].terminal == TerminalId{number});
    CHECK(first.registered[0].said == Registered{.terminal_id = "0000001",
                                                 .plate = "浙K12345",
                                                 .maker = "70111",
                                                 .model = "M-01",
                                                 .plate_colour = 2});
    const Turn again = call.say(registration("浙k·12345"));
    CHECK(again.registered.empty());
    CHECK(std::get<RegisterReply>(only_answer(again)).code == "liuhen01");
}

TEST_CASE("another registration than the first is refused, in this session and later ones") {
    const Registered before{.terminal_id = "0000001",
                            .plate = "浙K12345",
                            .maker = "70111",
                            .model = "M-01",
                            .plate_colour = 2};
    Register other_unit = registration("浙K12345");
    other_unit.terminal = "0000002";
    Register other_plate = registration("浙K99999");
    const auto known = [&](std::string_view) {
        return Enrolled{TerminalId{number}, "", "liuhen01", {}, before};
    };
    const auto fresh = [](std::string_view) {
        return Enrolled{TerminalId{number}, "", "liuhen01", {}};
    };
    for (const bool later : {true, false}) {
        const auto ask = [&](const Register& said) {
            Call call = later ? Call{known} : Call{fresh};
            call.say(registration("浙K12345"));
            return call.say(said);
        };
        const Turn unit = ask(other_unit);
        CHECK(std::get<RegisterReply>(only_answer(unit)).result ==
              Registration::vehicle_registered);
        CHECK(faults(unit) == Faults{Fault::other_registration});
        CHECK(unit.refused[0].number == number);
        CHECK(unit.hang_up);
        const Turn plate = ask(other_plate);
        const auto reply = std::get<RegisterReply>(only_answer(plate));
        CHECK(reply.result == Registration::terminal_registered);
        CHECK(reply.code.empty());
        CHECK(plate.registered.empty());
    }
}

TEST_CASE("the chassis number said first is held to, and no plate passes for one") {
    const std::string first = "LZZ5CLVB8NA123456", other = "LZZ5CLVB8NA654321";
    std::string bound;
    Call call{[&](std::string_view) {
        return Enrolled{TerminalId{number}, bound, "liuhen01", {}};
    }};
    CHECK(only_result(call.say(registration(first, 0))) == Registration::done);
    call.authenticated();
    CHECK(only_result(call.say(registration("浙K99999", 0))) == Registration::terminal_registered);
    bound = "浙K12345";
    CHECK(only_result(call.say(registration("浙K99999", 0))) == Registration::no_such_vehicle);
    for (const Register& said : {registration(other, 0), registration("", 0), registration("")}) {
        const Turn turn = call.say(said);
        CHECK(only_result(turn) == Registration::no_such_vehicle);
        CHECK(faults(turn) == Faults{Fault::bad_value});
    }
    CHECK(only_result(call.say(registration("浙K12345"))) == Registration::terminal_registered);
    CHECK(only_result(call.say(registration("浙K99999"))) == Registration::no_such_vehicle);
    CHECK(only_result(call.say(registration(first, 0))) == Registration::done);
}

TEST_CASE("what the operator forgot may be said anew on a line that lives") {
    std::optional<Registered> stored;
    Call call{[&](std::string_view) {
        return Enrolled{TerminalId{number}, "", "liuhen01", {}, stored};
    }};
    const Turn first = call.say(registration("浙K12345"));
    REQUIRE(first.registered.size() == 1);
    stored = first.registered[0].said;
    call.authenticated();
    Register other_unit = registration("浙K12345");
    other_unit.terminal = "0000002";
    CHECK(faults(call.say(other_unit)) == Faults{Fault::other_registration});
    stored.reset();
    const Turn anew = call.say(other_unit);
    REQUIRE(anew.registered.size() == 1);
    CHECK(anew.registered[0].said.terminal_id == "0000002");
    CHECK(std::get<RegisterReply>(only_answer(anew)).code == "liuhen01");
}

TEST_CASE("who unregisters leaves the place to nobody else") {
    Call call;
    call.say(registration("浙K12345"));
    call.authenticated();
    for (const std::uint16_t id : {std::uint16_t{0x0003}, std::uint16_t{0x0101}}) {
        const Turn turn = call.say(Unknown{.id = id, .body = {}});
        CHECK(std::get<PlatformReply>(only_answer(turn)).outcome == Outcome::done);
    }
    Register stranger = registration("浙K12345");
    stranger.terminal = "0000009";
    CHECK(std::get<RegisterReply>(only_answer(call.say(stranger))).result ==
          Registration::vehicle_registered);
}
