// Locks on a JT/T 808 connection, as the conversation has them: what they are told in frames or in
// texts between the frames, which answer belongs to which order, and the texts they say themselves.
#include "jtt808_call.hpp"

using namespace liuhen;
using namespace liuhen::test;
using namespace std::chrono_literals;
using Verb = LockCommand::Verb;

namespace {

const std::string lock_number = "8000620012";

/// A lock of some model that has made itself known, in frames of its own.
struct LockCall : Call {
    explicit LockCall(std::string_view profile)
        : Call([profile](std::string_view asked) -> std::optional<Enrolled> {
              if (asked != lock_number) return std::nullopt;
              return Enrolled{TerminalId{lock_number}, "", "liuhen01", *find_profile(profile)};
          }) {
        phone = lock_number;
    }
    LockCall& known() {
        authenticated();
        return *this;
    }
    std::string told(Command command, Uptime now = 0s) {
        const auto bytes = dialogue.tell({"o", std::move(command)}, now);
        return bytes ? spoken(*bytes) : std::string{code(bytes.error())};
    }
    Turn text(std::string_view words) { return dialogue.hear(bytes_of(words), noon); }

    // Texts as they stand, a frame as its id and body.
    static std::string spoken(const Bytes& bytes) {
        if (!bytes.empty() && bytes.front() == std::byte{'('}) {
            const auto* const text = reinterpret_cast<const char*>(bytes.data());
            return {text, bytes.size()};
        }
        std::string all;
        for (const Frame& frame : frames_in(bytes)) {
            all += to_hex(Writer{}.u16(frame.head.id).view()) + " " + to_hex(frame.body());
        }
        return all;
    }
};

LockCommand unseal(std::string secret = "", bool one_time = false) {
    return {.verb = Verb::unseal, .secret = std::move(secret), .secret_is_one_time = one_time};
}
OrderAnswer answer_of(const Turn& turn) {
    return turn.answers.size() == 1 ? turn.answers.front() : OrderAnswer{};
}
OrderAnswer ended(OrderState state, std::uint16_t message = 0, std::string detail = "") {
    return {.order = "o", .state = state, .message = message, .detail = std::move(detail)};
}

}  // namespace

TEST_CASE("each order to a lock of texts goes out between the frames and ends with its answer") {
    struct Row {
        Command command;
        std::string said, answer;
        OrderAnswer end;
    };
    const std::string refused = "wrong passwords in a row: 2";
    for (const Row& row : {
             Row{unseal("482913"), "(P43,482913)", "P43,1,0", ended(OrderState::done)},
             Row{unseal("482914"), "(P43,482914)", "P43,0,2",
                 ended(OrderState::refused, 0, refused)},
             Row{unseal("113271", true), "(P52,3,113271)", "P52,3,1,0", ended(OrderState::done)},
             Row{LockCommand{.verb = Verb::query_password}, "(P52,0)", "P52,0,000000,386531",
                 ended(OrderState::done)},
             Row{LockCommand{.verb = Verb::allow_passwords}, "(P52,1,1,1,0)", "P52,1,1,0",
                 ended(OrderState::done)},
             Row{LockCommand{.verb = Verb::refuse_passwords}, "(P52,1,0,0,0)", "P52,1,0,0",
                 ended(OrderState::done)},
             Row{LockSetting{"(P38,1,60)"}, "(P38,1,60)", "P38,1,60",
                 ended(OrderState::done, 0, "1,60")},
             Row{LockSetting{"(P15)"}, "(P15)", "P15", ended(OrderState::done)},
         }) {
        INFO(row.said);
        LockCall call{"lock-jointech"};
        call.known();
        CHECK(call.told(row.command) == row.said);
        CHECK(call.text("(8000620012,P61,1)").answers.empty());  // of an order nobody gave
        const Turn turn = call.text("(8000620012," + row.answer + ")");
        CHECK(answer_of(turn) == row.end);
        CHECK_FALSE(call.dialogue.due());
    }
}

TEST_CASE("a text that opens is said once; a question is repeated, beside the orders in frames") {
    LockCall call{"lock-jointech"};
    call.known();
    REQUIRE(call.told(unseal("482913")) == "(P43,482913)");
    REQUIRE(call.told(LockCommand{.verb = Verb::query_password}) == "(P52,0)");
    REQUIRE(call.tell("frame", LocateNow{}));
    CHECK(call.dialogue.due() == Uptime{10s});
    const std::string again = LockCall::spoken(call.dialogue.tick(10s).reply);
    CHECK(again.find("P43") == std::string::npos);
    CHECK(frames_in(call.dialogue.tick(30s).reply).size() <= 1);
    const Turn late = call.dialogue.tick(60s);
    CHECK(answer_of(late) == ended(OrderState::timed_out));
}

TEST_CASE("two texts of one name are not open at a time on a connection of frames either") {
    LockCall call{"lock-jointech"};
    call.known();
    CHECK(call.told(unseal("482913")) == "(P43,482913)");
    CHECK(call.told(unseal("482913")) == "busy");
    CHECK(call.dialogue.must_wait({"o", unseal("482913")}));
    CHECK_FALSE(call.dialogue.must_wait({"o", LockCommand{.verb = Verb::query_password}}));
    call.text("(8000620012,P43,1,0)");
    CHECK(call.told(unseal("482913")) == "(P43,482913)");
}

TEST_CASE("a text of a cancelled order is not repeated and keeps its name until it is given up") {
    LockCall call{"lock-jointech"};
    call.known();
    REQUIRE(call.told(LockCommand{.verb = Verb::query_password}, 0s) == "(P52,0)");
    call.dialogue.silence("o");
    CHECK(call.told(LockCommand{.verb = Verb::query_password}, 5s) == "busy");
    const Turn late = call.dialogue.tick(10s);
    CHECK(late.reply.empty());
    CHECK(late.answers.empty());
    CHECK(call.told(LockCommand{.verb = Verb::query_password}, 10s) == "(P52,0)");
}

TEST_CASE("an HHD lock is told in 0x0310 and answers with 0x0001") {
    const LockCommand seal{.verb = Verb::seal, .user = "wang1"};
    for (const auto& [outcome, state] :
         std::map<Outcome, OrderState>{{Outcome::done, OrderState::done},
                                       {Outcome::failed, OrderState::refused},
                                       {Outcome::unsupported, OrderState::unsupported}}) {
        LockCall call{"lock-hhd"};
        call.known();
        const auto said = call.dialogue.tell({"o", seal}, 0s);
        REQUIRE(said);
        CHECK(LockCall::spoken(*said) == "0310 0124060177616e6731");
        const Header head = frames_in(*said).front().head;
        const TerminalReply other{.serial = static_cast<std::uint16_t>(head.serial + 1),
                                  .message = head.id};
        CHECK(call.say(other).answers.empty());
        const Turn turn =
            call.say(TerminalReply{.serial = head.serial, .message = head.id, .outcome = outcome});
        REQUIRE(turn.answers.size() == 1);
        CHECK(turn.answers[0].state == state);
        CHECK(turn.answers[0].message == 0x0001);
        CHECK_FALSE(call.dialogue.due());
    }
}

TEST_CASE("an HHD lock is told to open once, and to seal until it answers") {
    LockCall call{"lock-hhd"};
    call.known();
    const LockCommand open{.verb = Verb::unseal, .user = "wang1"};
    CHECK(call.told(open) == "0310 0124060077616e6731");
    CHECK(call.dialogue.due() == Uptime{60s});
    const Turn late = call.dialogue.tick(60s);
    CHECK(late.reply.empty());
    CHECK(answer_of(late) == ended(OrderState::timed_out));

    const std::string seal = call.told(LockCommand{.verb = Verb::seal}, 100s);
    CHECK(seal == "0310 01240901706c6174666f726d");
    CHECK(LockCall::spoken(call.dialogue.tick(110s).reply) == seal);
}

TEST_CASE("a terminal whose Bluetooth locks take no orders is told none of them") {
    LockCall call{"lock-huabao"};
    call.known();
    for (const Verb verb : {Verb::unseal, Verb::seal, Verb::query_password, Verb::allow_passwords,
                            Verb::refuse_passwords}) {
        CHECK(call.told(LockCommand{.verb = verb, .secret = "482913"}) == "not_supported");
    }
    CHECK(call.told(LockSetting{"(P15)"}) == "not_supported");
    CHECK(call.told(LocateNow{}) == "8201 ");
}

TEST_CASE("a lock's text between frames is kept without its password, which the turn hands out") {
    LockCall call{"lock-jointech"};
    call.known();
    const Turn turn = call.text("(8000620012,P52,2,113271)");
    REQUIRE(turn.passwords.size() == 1);
    CHECK(turn.passwords[0].lock == LockId{lock_number});
    CHECK(turn.passwords[0].password == "113271");
    CHECK(LockCall::spoken(turn.reply) == "(P52,2,113271)");  // as the lock demands it
    REQUIRE(turn.frames.size() == 1);
    CHECK(LockCall::spoken(turn.frames[0]) == "(8000620012,P52,2,******)");
}

TEST_CASE("a lock that begins with a text is known by it, and told in texts until a frame comes") {
    LockCall call{"lock-jointech"};
    CHECK(call.told(unseal("482913")) == "not_ready");
    CHECK(call.text("(8000620012,@JT)").refused.empty());
    REQUIRE(call.dialogue.speaker());
    CHECK(call.dialogue.speaker()->text == lock_number);
    CHECK(call.told(unseal("482913")) == "(P43,482913)");
    CHECK(call.told(LocateNow{}) == "not_ready");  // no frame has shown how it writes its number
    call.say(Heartbeat{});
    CHECK(call.told(LocateNow{}) == "8201 ");
    CHECK(answer_of(call.text("(8000620012,P43,1,0)")) == ended(OrderState::done));
}

TEST_CASE("texts of strangers, of others and of models that must authenticate are put aside") {
    LockCall stranger{"lock-jointech"};
    const Turn unknown = stranger.text("(8000629999,P52,2,113271)");
    CHECK(faults(unknown) == Faults{Fault::unknown_terminal});
    CHECK(unknown.refused.at(0).number == "8000629999");
    CHECK(LockCall::spoken(unknown.refused[0].bytes) == "(8000629999,P52,2,******)");
    CHECK(unknown.passwords.empty());
    CHECK(unknown.reply.empty());

    LockCall early{"standard"};
    CHECK(faults(early.text("(8000620012,@JT)")) == Faults{Fault::not_authenticated});
    CHECK_FALSE(early.dialogue.speaker());

    LockCall call{"lock-jointech"};
    call.known();
    REQUIRE(call.told(unseal("482913")) == "(P43,482913)");
    const Turn other = call.text("(8000629999,P43,1,0)");
    CHECK(faults(other) == Faults{Fault::not_authenticated});
    CHECK(other.answers.empty());
    CHECK(answer_of(call.text("(8000620012,P43,1,0)")) == ended(OrderState::done));
}

TEST_CASE("passwords in a bulk of stored positions are told, each at its time, and kept as stars") {
    LockCall call{"lock-hhd"};
    call.known();
    const auto entry = [](std::string_view time, std::string_view password) {
        Position p = position(time);
        const ByteView digits = bytes_of(password);
        p.items = {{.id = 0x67, .value = {digits.begin(), digits.end()}}};
        return body_of(p);
    };
    const Turn turn =
        call.say(batch_of({entry("261121110000", "12345678"), entry("261121113000", "87654321")}));
    CHECK(turn.seen.size() >= 2);
    REQUIRE(turn.passwords.size() == 2);
    CHECK(turn.passwords[0].password == "12345678");
    CHECK(turn.passwords[1].password == "87654321");
    CHECK(turn.passwords[1].lock == LockId{lock_number});
    CHECK(turn.passwords[1].told_at - turn.passwords[0].told_at == 30min);
    REQUIRE(turn.frames.size() == 1);
    CHECK(std::ranges::search(turn.frames[0], bytes_of("12345678")).empty());
    CHECK(std::ranges::search(turn.frames[0], bytes_of("87654321")).empty());
    const Bytes body = entry("261121114000", "24681357");
    const Turn odd = call.say(
        Unknown{.id = 0x0210,
                .body = Writer{}.u8(static_cast<std::uint8_t>(body.size())).put(body).finish()});
    CHECK(odd.passwords.at(0).password == "24681357");
    CHECK(std::ranges::search(odd.frames.at(0), bytes_of("24681357")).empty());
}

TEST_CASE("a password of a lock whose clock runs ahead is dated by its receipt") {
    LockCall call{"lock-hhd"};
    call.known();
    const ByteView digits = bytes_of("11111111");
    for (const auto& [time, told_at] :
         {std::pair{"991231235959", noon}, std::pair{"261121110000", noon - 1h}}) {
        Position p = position(time);
        p.items = {{.id = 0x67, .value = {digits.begin(), digits.end()}}};
        const Turn single = call.say(p);
        REQUIRE(single.passwords.size() == 1);
        CHECK(single.passwords[0].told_at == told_at);
        const Turn batch = call.say(batch_of({body_of(p)}));
        REQUIRE(batch.passwords.size() == 1);
        CHECK(batch.passwords[0].told_at == told_at);
    }
}
