#include "simulators/load/latencies.hpp"
#include "simulators/load/load_terminal.hpp"
#include "telematics/jtt808/catalogue.hpp"
#include "telematics/jtt808/location.hpp"
#include "telematics/jtt808/scanner.hpp"

#include <catch2/catch.hpp>

#include <random>

using namespace liuhen;
using namespace liuhen::simulators;
using namespace liuhen::telematics;
using namespace liuhen::telematics::jtt808;

namespace {

const LoadShape shape{.auth_code = "load",
                      .from = {.lat = 28.1, .lon = 119.6},
                      .until = {.lat = 28.1, .lon = 120.2},
                      .first_at = *parse_iso("2026-11-21T14:00:00Z")};

std::vector<Frame> frames_of(ByteView wire) {
    FrameScanner scanner;
    scanner.feed(wire);
    std::vector<Frame> frames;
    while (const auto piece = scanner.next()) frames.push_back(piece->value());
    return frames;
}

template <class Kind>
Kind read(const Frame& frame) {
    return std::get<Kind>(decode(frame.head.id, frame.head.edition, frame.body()).value());
}

Bytes answer_to(const Frame& frame, bool accepted) {
    Header head = frame.head;
    head.id = PlatformReply::id;
    const PlatformReply reply{.serial = frame.head.serial,
                              .message = frame.head.id,
                              .outcome = accepted ? Outcome::done : Outcome::failed};
    return seal(head, encode(reply, head.edition));
}

}  // namespace

TEST_CASE("latencies are read back within 1.6 % and never beyond the longest") {
    std::mt19937_64 chance{7};
    std::lognormal_distribution<double> spread{1, 2};
    Latencies latencies;
    std::vector<double> exact;
    for (int i = 0; i < 100'000; ++i) {
        const double ms = 0.01 + spread(chance);
        exact.push_back(ms);
        latencies.add(std::chrono::nanoseconds{static_cast<std::int64_t>(ms * 1e6)});
    }
    std::ranges::sort(exact);
    for (const double share : {0.01, 0.5, 0.9, 0.99, 0.999, 1.0}) {
        const double truth =
            exact[static_cast<std::size_t>(share * static_cast<double>(exact.size() - 1))];
        CHECK(latencies.quantile_ms(share) >= truth * 0.99);
        CHECK(latencies.quantile_ms(share) <= truth * 1.017);
    }
    CHECK(latencies.quantile_ms(1) == latencies.longest_ms());
    CHECK(latencies.count() == exact.size());
    CHECK(Latencies{}.quantile_ms(0.5) == 0);
}

TEST_CASE("a terminal of a load speaks frames that the decoder takes, along its road") {
    LoadTerminal terminal{"13800000000", shape, 999};
    const auto now = LoadClock::now();
    const auto login = frames_of(terminal.authenticate(now));
    REQUIRE(login.size() == 1);
    CHECK(read<Authenticate>(login[0]).code == "load");
    for (int i = 0; i < 3; ++i) {
        const auto reports = frames_of(terminal.report(now));
        REQUIRE(reports.size() == 1);
        const auto position = read<Position>(reports[0]);
        CHECK(position.latitude == 28'100'000);
        CHECK(position.longitude >= 120'199'000);
        CHECK(position.longitude <= 120'200'000);
    }
    CHECK(terminal.unanswered() == 4);
}

TEST_CASE("answers are matched to what they answer, cut anywhere and with escapes in them") {
    LoadTerminal terminal{"13800000000", shape, 0};
    const auto begun = LoadClock::now();
    Bytes wire = answer_to(frames_of(terminal.authenticate(begun)).at(0), true);
    // Serials 0x7D and 0x7E are written with an escape.
    for (int i = 1; i <= 0x7F; ++i) {
        const auto due = begun + std::chrono::milliseconds{i};
        const Bytes reply = answer_to(frames_of(terminal.report(due)).at(0), i % 2 == 0);
        wire.insert(wire.end(), reply.begin(), reply.end());
    }
    std::vector<LoadAnswer> answers;
    for (std::size_t at = 0; at < wire.size(); at += 3) {
        const auto piece = ByteView{wire}.subspan(at, std::min<std::size_t>(3, wire.size() - at));
        for (const auto& answer : terminal.hear(piece)) answers.push_back(answer);
    }
    REQUIRE(answers.size() == 0x80);
    CHECK(answers[0].positions == 0);
    for (int i = 1; i <= 0x7F; ++i) {
        const auto& answer = answers[static_cast<std::size_t>(i)];
        CHECK(answer.positions == 1);
        CHECK(answer.accepted == (i % 2 == 0));
        CHECK(answer.due == begun + std::chrono::milliseconds{i});
    }
    CHECK(terminal.unanswered() == 0);
}

TEST_CASE("a batch holds as many positions as asked, each later than the one before") {
    LoadShape bulk = shape;
    bulk.batch = 5;
    LoadTerminal terminal{"13800000000", bulk, 0};
    const auto frames = frames_of(terminal.report(LoadClock::now()));
    REQUIRE(frames.size() == 1);
    const auto batch = read<Batch>(frames[0]);
    REQUIRE(batch.bodies.size() == 5);
    const auto reply = answer_to(frames[0], true);
    const auto answers = terminal.hear(reply);
    REQUIRE(answers.size() == 1);
    CHECK(answers[0].positions == 5);
}
