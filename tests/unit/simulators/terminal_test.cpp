#include "simulators/terminal.hpp"

#include "simulators/lock.hpp"
#include "telematics/elock/dialogue.hpp"
#include "telematics/jtt808/catalogue.hpp"
#include "telematics/jtt808/location.hpp"

#include <catch2/catch.hpp>

using namespace liuhen;
using namespace liuhen::simulators;
using namespace liuhen::telematics::jtt808;
using namespace std::chrono_literals;
using liuhen::telematics::Bytes;

namespace {

const Instant start = *parse_iso("2026-03-01T14:00:00Z");
const Monotonic zero{};

Fix fix_at(Instant at) {
    return {.at = at,
            .where = {.lat = 28.1, .lon = 119.6},
            .speed = from_kmh(50),
            .heading = {90},
            .satellites = 11,
            .odometer = {}};
}

std::vector<Frame> frames_in(const Bytes& bytes) {
    FrameScanner scanner;
    scanner.feed(bytes);
    std::vector<Frame> frames;
    while (auto next = scanner.next()) {
        REQUIRE(*next);
        frames.push_back(std::move(**next));
    }
    return frames;
}

Message message_in(const Frame& frame) {
    const auto message = decode(frame.head.id, frame.head.edition, frame.body());
    REQUIRE(message);
    return *message;
}

Bytes reply_to(const Frame& frame, Outcome outcome = Outcome::done) {
    return seal_message(frame.head, PlatformReply{frame.head.serial, frame.head.id, outcome});
}

/// A terminal that has registered and authenticated.
void log_in(Terminal& terminal, Monotonic when = zero) {
    const auto greeting = frames_in(terminal.greet(when));
    REQUIRE(greeting.size() == 1);
    if (greeting[0].head.id == Register::id) {
        terminal.hear(seal_message(
            greeting[0].head, RegisterReply{greeting[0].head.serial, Registration::done, "code7"}));
        const auto next = frames_in(terminal.due(start, when));
        REQUIRE(next.size() == 1);
        CHECK(std::get<Authenticate>(message_in(next[0])).code == "code7");
        terminal.hear(reply_to(next[0]));
    } else {
        terminal.hear(reply_to(greeting[0]));
    }
    REQUIRE(terminal.standing() == Terminal::Standing::talking);
}

Terminal make(std::string_view edition = "2013", Network network = {}) {
    return Terminal{"13905780101", edition, "浙KD0101", network, 10s, Chance{1}};
}

}  // namespace

TEST_CASE("a terminal registers, authenticates and only then reports, in each edition") {
    for (const std::string_view edition : {"2011", "2013", "2019"}) {
        Terminal terminal = make(edition);
        terminal.record(fix_at(start));
        log_in(terminal);
        const auto frames = frames_in(terminal.due(start, zero));
        REQUIRE(frames.size() == 1);
        CHECK(terminal_number(frames[0].head) == "13905780101");
        const auto position = std::get<Position>(message_in(frames[0]));
        CHECK(position.latitude == 28'100'000);
        CHECK(position.longitude == 119'600'000);
        CHECK(position.speed == 500);
        CHECK(position.time == std::array{std::byte{0x26}, std::byte{0x03}, std::byte{0x01},
                                          std::byte{0x22}, std::byte{0x00}, std::byte{0x00}});
    }
}

TEST_CASE("a point counts as acknowledged only after the server said so") {
    Terminal terminal = make();
    terminal.record(fix_at(start));
    log_in(terminal);
    const auto frames = frames_in(terminal.due(start, zero));
    CHECK(terminal.tally().sent.size() == 1);
    CHECK(terminal.tally().acked.empty());
    terminal.hear(reply_to(frames[0], Outcome::failed));
    CHECK(terminal.tally().acked.empty());
    CHECK(terminal.tally().refusals == 1);
    terminal.hear(reply_to(frames[0]));
    CHECK(terminal.tally().acked.contains(start));
    CHECK(terminal.settled());
}

TEST_CASE("a point without an answer is sent again, in a 0x0704, with the very same body") {
    Terminal terminal = make();
    terminal.record(fix_at(start));
    log_in(terminal);
    const auto first = frames_in(terminal.due(start, zero));
    CHECK(terminal.due(start, zero + 1s).empty());
    const auto again = frames_in(terminal.due(start, zero + answer_patience + 1s));
    REQUIRE(again.size() == 1);
    const auto batch = std::get<Batch>(message_in(again[0]));
    REQUIRE(batch.bodies.size() == 1);
    const auto body = first[0].body();
    CHECK(batch.bodies[0] == Bytes(body.begin(), body.end()));
}

TEST_CASE("points of a blind area are kept and uploaded as such behind it") {
    Terminal terminal = make();
    log_in(terminal);
    terminal.set_radio(Radio::blind);
    for (int i = 0; i < 30; ++i) terminal.record(fix_at(start + i * 10s));
    terminal.lost();
    CHECK(terminal.due(start + 1h, zero).empty());
    terminal.set_radio(Radio::reached);
    log_in(terminal);
    const auto frames = frames_in(terminal.due(start + 1h, zero));
    REQUIRE(frames.size() == 2);
    const auto batch = std::get<Batch>(message_in(frames[0]));
    CHECK(batch.kind == 1);
    CHECK(batch.bodies.size() == 20);
    for (const auto& frame : frames) terminal.hear(reply_to(frame));
    CHECK(terminal.tally().acked.size() == 30);
}

TEST_CASE("loss, duplicates and lost answers never lose a point") {
    Terminal terminal = make(
        "2013", {.loss = 0.3, .ack_loss = 0.3, .duplicate = 0.3, .disorder = 0.3, .delay = 5s});
    log_in(terminal);
    for (int i = 0; i < 200; ++i) terminal.record(fix_at(start + i * 10s));
    Monotonic when = zero;
    std::set<Bytes> arrived;
    for (int round = 0; round < 400 && !terminal.settled(); ++round, when += 1s) {
        for (const auto& frame : frames_in(terminal.due(start + 2h, when))) {
            const auto message = message_in(frame);
            if (const auto* batch = std::get_if<Batch>(&message)) {
                arrived.insert(batch->bodies.begin(), batch->bodies.end());
            } else if (frame.head.id == Position::id) {
                arrived.insert(Bytes(frame.body().begin(), frame.body().end()));
            }
            terminal.hear(reply_to(frame));
        }
    }
    CHECK(terminal.settled());
    CHECK(terminal.tally().acked.size() == 200);
    CHECK(arrived.size() == 200);
}

TEST_CASE("a lock tells of closing and opening in a way that the server's dialogue understands") {
    Lock lock{"8000611001", {}, 10s, Chance{1}};
    telematics::elock::Dialogue server{[](std::string_view number) {
        return std::optional<telematics::Enrolled>{
            {TerminalId{std::string{number}}, "", "", {.time_zone = 0min}}};
    }};
    lock.record(fix_at(start), LockState::shut);
    lock.record(fix_at(start + 10min), LockState::open);
    const Bytes bytes = lock.due(start + 1h, zero);
    const auto turn = server.hear(bytes, start + 1h);
    CHECK(turn.refused.empty());
    std::vector<LockAction> actions;
    for (const auto& sighting : turn.seen) {
        if (const auto* event = std::get_if<LockEvent>(&sighting.what)) {
            actions.push_back(event->action);
            CHECK(event->lock.text == "8000611001");
        }
    }
    CHECK(std::ranges::count(actions, LockAction::sealed) >= 1);
    CHECK(std::ranges::count(actions, LockAction::unsealed) >= 1);

    lock.hear(turn.reply);
    CHECK(lock.tally().events_acked == 4);
    CHECK(lock.settled());
}
