#include "jtt808_call.hpp"

#include "telematics/jtt808/manners.hpp"

using namespace liuhen;
using namespace liuhen::test;

namespace {

bool holds(const Turn& turn, std::string_view secret) {
    const auto is_in = [&](const Bytes& bytes) {
        return !std::ranges::search(bytes, bytes_of(secret)).empty();
    };
    return std::ranges::any_of(turn.frames, is_in) ||
           std::ranges::any_of(turn.refused, is_in, &Refused::bytes);
}

}  // namespace

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

TEST_CASE("who speaks because its profile lets it has proved nothing until it sends its code") {
    Call call{Profile{.speaks_before_authentication = true}};
    call.say(position());
    CHECK_FALSE(call.dialogue.has_proved_itself());
    CHECK_FALSE(call.dialogue.has_asked_for_code());
    call.say(Authenticate{.code = "liuhen02", .imei = {}, .software = {}});
    call.say(registration("浙K12345"));
    CHECK_FALSE(call.dialogue.has_proved_itself());
    CHECK(call.dialogue.has_asked_for_code());
    call.authenticated();
    CHECK(call.dialogue.has_proved_itself());
}

TEST_CASE("who has sent its code before has to send it, whatever its profile allows") {
    const Profile early{.speaks_before_authentication = true};
    const auto proofs = [](const TerminalId& terminal) { return terminal.text == number; };
    Call call{Dialogue{only(early), {}, 0, Carrier::stream, proofs}};
    const Turn turn = call.say(position());
    CHECK(faults(turn) == Faults{Fault::not_authenticated});
    CHECK(turn.seen.empty());
    CHECK_FALSE(call.dialogue.speaker());
    CHECK(call.authenticated().say(position()).seen.size() == 1);
}

TEST_CASE("a tracker that registers and never authenticates is heard where its profile allows it") {
    const Profile early{.speaks_before_authentication = true};
    Call call{[&](std::string_view) {
        return Enrolled{TerminalId{number}, "", "liuhen01", early, Registered{}};
    }};
    CHECK(call.say(position()).seen.size() == 1);
    CHECK_FALSE(call.dialogue.has_proved_itself());
}

TEST_CASE("a stranger is patiently refused ten times, then the line is closed") {
    Call call;
    for (int i = 1; i < 10; ++i) CHECK_FALSE(call.say(Heartbeat{}).hang_up);
    CHECK(call.say(Heartbeat{}).hang_up);
    CHECK(call.say(Authenticate{.code = "liuhen01", .imei = {}, .software = {}}).reply.empty());
}

TEST_CASE("parts before authentication are not collected") {
    Call call;
    const Turn turn = call.say(batch_of(std::vector<Bytes>(60, body_of(position()))));
    CHECK(faults(turn) == Faults{Fault::not_authenticated, Fault::not_authenticated});
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

TEST_CASE("a wrong code on the line of a known terminal is refused, and the line stays") {
    Call call;
    call.authenticated();
    const Turn turn = call.say(Authenticate{.code = "liuhen02", .imei = {}, .software = {}});
    CHECK(std::get<PlatformReply>(only_answer(turn)).outcome == Outcome::failed);
    CHECK(faults(turn) == Faults{Fault::wrong_code});
    CHECK_FALSE(turn.hang_up);
    CHECK(call.say(position()).seen.size() == 1);
}

TEST_CASE("a phone field that is no packed decimal may be an IMEI without its last digit") {
    // 0x2c944ab787a7 is 49015420323751; the Luhn digit of that is 8.
    Call call{[](std::string_view asked) -> std::optional<Enrolled> {
        if (asked != "490154203237518") return std::nullopt;
        return Enrolled{TerminalId{std::string{asked}}, "", "liuhen01", {}};
    }};
    call.phone = "2c944ab787a7";
    call.authenticated();
    CHECK(call.dialogue.speaker() == TerminalId{"490154203237518"});
    const Turn turn = call.say(Heartbeat{});
    CHECK(phone_digits(answers(turn).at(0).head) == "2c944ab787a7");
}

TEST_CASE("a code is archived as stars, in a frame that is sound all the same") {
    for (const Edition edition : {Edition::v2013, Edition::v2019}) {
        Call call;
        call.edition = edition;
        const Authenticate right{.code = "liuhen01", .imei = "123456789012345", .software = "3.7"};
        for (int again = 0; again < 2; ++again) {  // before it is the speaker, and after
            const Turn turn = call.say(right);
            CHECK(turn.refused.empty());
            REQUIRE(turn.frames.size() == 1);
            CHECK_FALSE(holds(turn, "liuhen01"));
            const auto kept = parse_frame(turn.frames[0], Checksum::required, Wrapping::standard);
            REQUIRE(kept);
            const Message message = *decode(Authenticate::id, edition, kept->body());
            CHECK(std::get<Authenticate>(message).code == "********");
            if (edition == Edition::v2019)
                CHECK(std::get<Authenticate>(message).imei == "123456789012345");
        }
    }
}

TEST_CASE("a code that is refused, for whatever reason, is not quarantined") {
    const Authenticate wrong{.code = "sesame99", .imei = {}, .software = {}};
    Call call;
    const Turn refused = call.say(wrong);
    CHECK(faults(refused) == Faults{Fault::wrong_code});
    CHECK_FALSE(holds(refused, "sesame"));

    Call stranger;
    stranger.phone = "13999999999";
    const Turn unknown = stranger.say(wrong);
    CHECK(faults(unknown) == Faults{Fault::unknown_terminal});
    CHECK_FALSE(holds(unknown, "sesame"));

    for (const std::size_t cut : {0U, 1U}) {  // a wrong sum, a byte too few
        Call broken;
        Bytes wire = broken.wire(wrong);
        wire[wire.size() - 2] ^= std::byte{1};
        if (cut != 0) wire.erase(wire.end() - 3);
        const Turn turn = broken.dialogue.hear(wire, noon);
        REQUIRE(turn.refused.size() == 1);
        CHECK_FALSE(holds(turn, "sesame"));
    }
}
