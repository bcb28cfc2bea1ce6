#include "telematics/elock/eseal.hpp"

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

// A report of the seal 1000700 as it stands in docs/wire-elock.md.
std::string report(std::string_view event, std::string_view door = "Close",
                   std::string_view volts = "3.8",
                   std::string_view place =
                       "28.100000N "
                       "119.600000E") {
    return "##S,eSeal,1000700,256,3.0.8," + std::string{event} + ",34,2026-11-21,14:00:05,15,A," +
           std::string{place} + ",304,33," + std::string{door} + ",0.71,0:0:3:0," +
           std::string{volts} + ",-73,E##";
}
struct Line {
    Dialogue dialogue{[](std::string_view number) -> std::optional<Enrolled> {
        if (number != "1000700") return std::nullopt;
        Enrolled enrolled;
        enrolled.terminal = TerminalId{"1000700"};
        enrolled.profile.time_zone = 0min;
        return enrolled;
    }};
    Turn hear(std::string_view said) { return dialogue.hear(bytes_of(said), received); }
};
std::vector<std::pair<LockAction, LockMeans>> said_of_lock(const std::string& text) {
    std::vector<std::pair<LockAction, LockMeans>> said;
    for (const LockEvent& event : events(Line{}.hear(text).seen))
        said.emplace_back(event.action, event.means);
    return said;
}
using Said = std::vector<std::pair<LockAction, LockMeans>>;

}  // namespace

TEST_CASE("a seal's report names it, is a fix, is archived and acknowledged by its index") {
    Line line;
    const Turn turn = line.hear(report("Normal") + "\r\n");
    CHECK(line.dialogue.speaker() == TerminalId{"1000700"});
    CHECK(words(turn.reply) == "##S,eSeal,1000700,256,3.0.8,Normal ACK,34,E##\r\n");
    CHECK(turn.frames == std::vector<Bytes>{text(report("Normal"))});
    CHECK(turn.refused.empty());
    REQUIRE(turn.seen.size() == 2);
    CHECK(turn.seen[0].message == 0x7050);
    const Fix fix = fixes(turn.seen)[0];
    CHECK(to_iso(fix.at) == "2026-11-21T14:00:05Z");
    CHECK(fix.where == LatLon{28.1, 119.6});
    CHECK(fix.source == FixSource::satellite);
    CHECK(to_kmh(fix.speed) == Approx(33));
    CHECK(fix.heading.value == Approx(304));
}

TEST_CASE("south and west are negative, and no fix moves nobody") {
    const auto west = fixes(Line{}.hear(report("Normal", "Close", "3.8", "25.7S 100.3W")).seen);
    CHECK(west[0].where == LatLon{-25.7, -100.3});
    std::string none = report("Startup", "Close", "3.8", "0.000000N 0.000000E");
    none.replace(none.find(",A,"), 3, ",V,");
    const Turn turn = Line{}.hear(none);
    CHECK(fixes(turn.seen)[0].source == FixSource::none);
    CHECK(words(turn.reply) == "##S,eSeal,1000700,256,3.0.8,Startup ACK,34,E##\r\n");
}

TEST_CASE("an open door is unsealed, a locked one sealed, a closed one says nothing") {
    const Said nothing{{LockAction::reported, LockMeans::unknown}};
    CHECK(said_of_lock(report("Normal")) == nothing);
    CHECK(said_of_lock(report("Event-Door", "Open")) ==
          Said{{LockAction::unsealed, LockMeans::unknown}});
    CHECK(said_of_lock(report("Event-Lock")) == Said{{LockAction::sealed, LockMeans::automatic}});
    CHECK(said_of_lock(report("Event-Lock", "Open")) ==
          Said{{LockAction::unsealed, LockMeans::unknown}});
    CHECK(said_of_lock(report("Event-RC-Unlock")) ==
          Said{{LockAction::unsealed, LockMeans::remote}});
    CHECK(said_of_lock(report("Event-Shock")) == nothing);
    CHECK(said_of_lock(report("Normal", "Close", "3.4")) ==
          Said{{LockAction::battery_low, LockMeans::unknown}});
}

TEST_CASE("an event of a seal has its number, its place and an identity without the index") {
    const auto first = Line{}.hear(report("Event-Door", "Open"));
    std::string again = report("Event-Door", "Open");
    again.replace(again.find(",34,"), 4, ",35,");
    const auto second = Line{}.hear(again);
    REQUIRE(first.seen.size() == 2);
    CHECK(first.seen == second.seen);
    CHECK(first.seen[0].hash != first.seen[1].hash);
    const LockEvent event = events(first.seen)[0];
    CHECK(event.lock == LockId{"1000700"});
    CHECK(event.where == LatLon{28.1, 119.6});
}

TEST_CASE("a report that cannot be read is refused and acknowledged all the same") {
    std::string impossible = report("Normal");
    impossible.replace(impossible.find("2026-11-21"), 10, "2026-13-21");
    for (const std::string& bad : {impossible, report("Normal", "Close", "3.8", "98.1N 119.6E"),
                                   std::string{"##S,eSeal,1000700,256,3.0.8,Normal,34,E##"}}) {
        const Turn turn = Line{}.hear(bad);
        INFO(bad);
        CHECK(turn.seen.empty());
        CHECK(turn.refused.size() == 1);
        CHECK(words(turn.reply) == "##S,eSeal,1000700,256,3.0.8,Normal ACK,34,E##\r\n");
    }
    std::string clockless = report("Normal");
    clockless.replace(clockless.find("2026-11-21,14:00:05"), 19, "0000-00-00,00:00:00");
    const Turn turn = Line{}.hear(clockless);
    REQUIRE(turn.seen.size() == 2);
    CHECK(turn.seen[0].undated);
    CHECK(time_of(turn.seen[0].what) == received);
}

TEST_CASE("a seal is opened by RC-Unlock in its own words, and answers it") {
    Line line;
    const Order open{"order-1", LockCommand{.verb = LockCommand::Verb::unseal}};
    CHECK(line.dialogue.tell(open, 0s).error() == Untold::not_ready);
    line.hear(report("Normal"));
    const auto bytes = line.dialogue.tell(open, 0s);
    REQUIRE(bytes.has_value());
    CHECK(words(*bytes) == "##S,eSeal,1000700,256,3.0.8,RC-Unlock,E##\r\n");
    CHECK(line.dialogue.tell(open, 0s).error() == Untold::busy);
    CHECK(line.hear("##S,eSeal,1000700,256,3.0.8,RC-NFC DEL ACK,,E##").answers.empty());
    const Turn turn = line.hear("##S,eSeal,1000700,256,3.0.8,RC-Unlock ACK,OK,E##");
    CHECK(turn.seen.empty());
    CHECK(turn.reply.empty());
    CHECK(turn.answers == std::vector{OrderAnswer{"order-1", OrderState::done, 0, "OK"}});
}

TEST_CASE("a seal knows no other order") {
    Line line;
    line.hear(report("Normal"));
    const auto why = [&](Command command) {
        return line.dialogue.tell({"a", std::move(command)}, 0s).error();
    };
    CHECK(why(LockCommand{.verb = LockCommand::Verb::seal}) == Untold::not_supported);
    CHECK(why(LockCommand{.verb = LockCommand::Verb::unseal, .lock = "77"}) ==
          Untold::not_supported);
    CHECK(why(LockSetting{"(P15)"}) == Untold::not_supported);
}

TEST_CASE("a seal's text is found between noise, line ends and texts that broke off") {
    FrameScanner scanner;
    const std::string good = report("Normal");
    const std::string stream = "#x##S,eSeal,1" + good + "\r\n" + good + "(0080001234,@JT)";
    scanner.feed(bytes_of(stream));
    std::vector<Piece::Form> forms;
    while (const auto piece = scanner.next()) {
        if (*piece) forms.push_back((*piece)->form);
        if (!*piece) CHECK(words(piece->error().bytes) == "#x##S,eSeal,1");
    }
    CHECK(forms == std::vector{Piece::Form::seal, Piece::Form::seal, Piece::Form::text});
    FrameScanner endless;
    const std::string never = "##S," + std::string(max_text_bytes, 'x');
    endless.feed(bytes_of(never));
    const auto refused = endless.next();
    REQUIRE(refused);
    REQUIRE_FALSE(*refused);
    CHECK(refused->error().fault == Fault::oversized);
}
