#include "telematics/elock/dialogue.hpp"
#include "tests/unit/telematics/elock_samples.hpp"

#include <catch2/catch.hpp>

using namespace liuhen;
using namespace liuhen::telematics;
using namespace liuhen::telematics::elock;
using namespace liuhen::telematics::elock::test;
using namespace std::chrono_literals;

namespace {

const Instant received = at("2026-11-21T14:00:09Z");

// Only the lock 80001234 is enrolled; operators write its number without leading zeros.
std::optional<Enrolled> only_ours(std::string_view number) {
    if (number != "80001234") return std::nullopt;
    Enrolled enrolled;
    enrolled.terminal = TerminalId{"80001234"};
    enrolled.profile.time_zone = 0min;
    return enrolled;
}
Bytes of_another_lock() {
    Bytes frame = sealed_frame();
    frame[5] = std::byte{0x99};
    return frame;
}
Turn hear(Dialogue& dialogue, std::string_view words) {
    return dialogue.hear(bytes_of(words), received);
}
std::string answer(std::string_view words) {
    Dialogue dialogue{only_ours};
    return elock::test::words(hear(dialogue, words).reply);
}

}  // namespace

TEST_CASE("the first piece names the lock, is archived, seen and acknowledged") {
    Dialogue dialogue{only_ours};
    CHECK_FALSE(dialogue.speaker());
    const Turn turn = dialogue.hear(sealed_frame(), received);
    CHECK(dialogue.speaker() == TerminalId{"80001234"});
    CHECK(words(turn.reply) == "(P69,0,86)");
    CHECK(turn.frames == std::vector<Bytes>{sealed_frame()});
    CHECK(turn.seen.size() == 2);
    CHECK(turn.refused.empty());
    CHECK_FALSE(turn.hang_up);
}

TEST_CASE("no serial out of the middle of a frame is acknowledged") {
    Dialogue dialogue{only_ours};
    REQUIRE(words(dialogue.hear(sealed_frame(), received).reply) == "(P69,0,86)");
    Bytes lying = sealed_frame();
    lying[9] = std::byte{0x23};
    const Turn turn = dialogue.hear(lying, received);
    CHECK(turn.reply.empty());
    CHECK(turn.seen.empty());
    CHECK(words(dialogue.hear(sealed_frame(), received).reply) == "(P69,0,86)");
}

TEST_CASE("nothing is said before a frame is whole, and the answers keep the order of the frames") {
    Dialogue dialogue{only_ours};
    const Bytes frame = sealed_frame();
    const Turn half = dialogue.hear(ByteView{frame}.first(61), received);
    CHECK(half.reply.empty());
    CHECK(half.seen.empty());
    Writer rest;
    rest.put(ByteView{frame}.last(1)).put(bytes_of(card_text)).put(bytes_of("(0080001234,P22,2)"));
    const Turn turn = dialogue.hear(rest.view(), received);
    CHECK(words(turn.reply) == "(P69,0,86)(P69,0,24)(P22,211126140009)");
    CHECK(turn.frames.size() == 3);
    CHECK(turn.seen.size() == 4);
}

TEST_CASE("a lock that is not enrolled gets no answer and is hung up on") {
    Dialogue dialogue{only_ours};
    Writer out;
    out.put(of_another_lock()).put(sealed_frame());
    const Turn turn = dialogue.hear(out.view(), received);
    CHECK(turn.hang_up);
    CHECK(turn.reply.empty());
    CHECK(turn.seen.empty());
    CHECK(turn.frames.empty());
    REQUIRE(turn.refused.size() == 1);
    CHECK(turn.refused[0].fault == Fault::unknown_terminal);
    CHECK_FALSE(dialogue.speaker());
}

TEST_CASE("a piece under another number than the first is refused and not acknowledged") {
    Dialogue dialogue{only_ours};
    dialogue.hear(sealed_frame(), received);
    const Turn turn = dialogue.hear(of_another_lock(), received);
    CHECK(turn.reply.empty());
    CHECK(turn.seen.empty());
    CHECK_FALSE(turn.hang_up);
    REQUIRE(turn.refused.size() == 1);
    CHECK(turn.refused[0].fault == Fault::not_authenticated);
}

TEST_CASE("a record that cannot be read is refused, kept and acknowledged all the same") {
    Dialogue dialogue{only_ours};
    Bytes frame = sealed_frame();
    frame[11] = std::byte{0x13};  // month 13
    const Turn turn = dialogue.hear(frame, received);
    CHECK(words(turn.reply) == "(P69,0,86)");
    CHECK(turn.seen.empty());
    CHECK(turn.frames == std::vector<Bytes>{frame});
    REQUIRE(turn.refused.size() == 1);
    CHECK(turn.refused[0].fault == Fault::bad_value);
    const Turn text = hear(dialogue,
                           "(0080001234,P45,211326,140105,28.1,N,119.6,E,A,36,270,5,0,"
                           "0000000000,0,0,24,45)");
    CHECK(words(text.reply) == "(P69,0,24)");
    CHECK(text.refused.size() == 1);
}

TEST_CASE("an older lock is answered in the older words") {
    Dialogue dialogue{only_ours};
    Bytes frame = sealed_frame();
    frame[6] = std::byte{0x17};
    CHECK(words(dialogue.hear(frame, received).reply) == "(P35)");
    CHECK(words(hear(dialogue, card_text).reply) == "(P46)");
}

TEST_CASE("requests are answered and other texts are only kept") {
    CHECK(answer("(0080001234,P22,2)") == "(P22,211126140009)");
    CHECK(answer("(0080001234,1,001,BASE,2,TIME)") == "(0080001234,1,001,BASE,2,20261121140009)");
    CHECK(answer("(0080001234,U02,211126,140105,T,28.1,N,119.6,E,5,152,9,32%,0,1,2,22,100,1)") ==
          "(S39)");
    CHECK(answer("(0080001234,U06,1,211126,140105,T,28.1,N,119.6,E,5,152,9,32%,0,1,2,22)") ==
          "(S20)");
    CHECK(answer("(0080001234,@JT)").empty());
    CHECK(answer("(0080001234,P43,1,0)").empty());
    CHECK(answer("(0080001234,P99)").empty());
}

TEST_CASE("a one-time password is returned to the lock and kept nowhere") {
    Dialogue dialogue{only_ours};
    const Turn turn = hear(dialogue, "(0080001234,P52,2,113271)");
    CHECK(words(turn.reply) == "(P52,2,113271)");
    REQUIRE(turn.frames.size() == 1);
    CHECK(words(turn.frames[0]) == "(0080001234,P52,2,******)");
    CHECK(words(hear(dialogue, "(0080001234,P52,0,000000,386531)").frames[0]) ==
          "(0080001234,P52,0,******,******)");
    CHECK(words(hear(dialogue, "(0080001234,P52,3,1,0)").frames[0]) == "(0080001234,P52,3,1,0)");
    CHECK(words(hear(dialogue, "(0080001234,1,001,ELOCK,3,529439)").frames[0]) ==
          "(0080001234,1,001,ELOCK,3,******)");
    Dialogue stranger{only_ours};
    CHECK(words(hear(stranger, "(0080009999,P52,2,113271)").refused[0].bytes) ==
          "(0080009999,P52,2,******)");
}

TEST_CASE("the clock handed to a lock stands in the zone of its profile") {
    Dialogue dialogue{[](std::string_view number) {
        auto enrolled = only_ours(number);
        if (enrolled) enrolled->profile.time_zone = china_standard_time;
        return enrolled;
    }};
    CHECK(words(hear(dialogue, "(0080001234,P22,2)").reply) == "(P22,211126220009)");
    const Turn turn = dialogue.hear(sealed_frame(), received);
    CHECK(to_iso(time_of(turn.seen[0].what)) == "2026-11-21T06:00:05Z");
}

TEST_CASE("a lock whose profile sends GCJ-02 is put where it really is") {
    Dialogue dialogue{[](std::string_view number) {
        auto enrolled = only_ours(number);
        if (enrolled) enrolled->profile.datum = Datum::gcj02;
        return enrolled;
    }};
    const Turn turn = dialogue.hear(sealed_frame(), received);
    const LatLon where = fixes(turn.seen)[0].where;
    CHECK(std::abs(where.lat - 28.1) > 0.0005);
    CHECK(std::abs(where.lat - 28.1) < 0.01);
    CHECK(events(turn.seen)[0].where == where);
}

TEST_CASE("a peer that only sends noise is hung up on before a kilobyte more") {
    Dialogue dialogue{only_ours};
    const Bytes noise(max_stray_before_name, std::byte{0x7E});
    CHECK_FALSE(dialogue.hear(ByteView{noise}.first(1000), received).hang_up);
    CHECK(dialogue.hear(ByteView{noise}.last(24), received).hang_up);
}

TEST_CASE("a slave lock's record is a fix of the master and events of the slave") {
    // Place as in the sealed frame; then the slave's time, number, serial 7, 3.20 V, 100 %, -71
    // dBm, type 4 and its event word.
    const auto record = [](const std::string& state) {
        const auto payload =
            from_hex(
                "211126140005 28060000 119360000F 12 98 211126135955 1021220618 07 0140 64 47 04" +
                state)
                .value();
        Writer out;
        out.put(bytes_of("(0080001234,1,168,WLNET,5,2,")).put(escape(payload)).put(bytes_of(")"));
        return out.finish();
    };
    Dialogue dialogue{only_ours};
    const Turn sealed = dialogue.hear(record("0001"), received);
    CHECK(words(sealed.reply) == "(P69,0,7)");
    CHECK(fixes(sealed.seen).size() == 1);
    REQUIRE(events(sealed.seen).size() == 1);
    CHECK(events(sealed.seen)[0].action == LockAction::sealed);
    CHECK(events(sealed.seen)[0].lock == LockId{"1021220618"});
    CHECK(to_iso(events(sealed.seen)[0].at) == "2026-11-21T13:59:55Z");
    const Turn cut = dialogue.hear(record("0111"), received);
    REQUIRE(events(cut.seen).size() == 2);
    CHECK(events(cut.seen)[0].action == LockAction::cut);
    CHECK(events(cut.seen)[1].action == LockAction::unsealed);
    const Turn short_of_state = dialogue.hear(record("01"), received);
    CHECK(words(short_of_state.reply) == "(P69,0,7)");
    REQUIRE(short_of_state.refused.size() == 1);
    CHECK(short_of_state.refused[0].fault == Fault::truncated);
}
