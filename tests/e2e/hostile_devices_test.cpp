// Devices that send nonsense, or nothing, and a well-behaved one beside them that notices nothing.
#include "telematics/jtt808/catalogue.hpp"
#include "tests/support/story.hpp"

#include <iostream>
#include <sys/resource.h>
#include <thread>

using namespace liuhen;
using namespace liuhen::test;
using namespace liuhen::telematics::jtt808;
using namespace std::chrono_literals;
using liuhen::telematics::Bytes;

namespace {

Fix fix_at(Instant at, LatLon where) {
    return {.at = at,
            .where = where,
            .speed = from_kmh(30),
            .heading = {90},
            .satellites = 10,
            .odometer = {}};
}

/// One world for all cases of this file: nothing that one device does may spoil it.
struct Yard {
    World world{60};
    simulators::Scenario scenario = story(4);
    /// Bound since 1999, so that a fix of the year 2000 belongs to its truck.
    simulators::Fleet fleet = await(simulators::enlist(
        scenario, world.server.endpoints(), world.server.now(), parse_iso("1999-06-01T00:00:00Z")));
    WiredTruck good{scenario.trucks[0].terminal, scenario.trucks[0].plate, world.server.jt808()};
    Instant last{};

    Yard() { good.connect(); }
    /// The well-behaved truck reports and is answered in time.
    void check_good_truck() {
        const Instant now = std::chrono::ceil<std::chrono::seconds>(world.server.now());
        last = std::max<Instant>(last + 1s, now);
        good.terminal().record(fix_at(last, place(0, 0)));
        CHECK(good.is_settled_within(last + 1min, 3s));
    }
};

Yard& yard() {
    static Yard one;
    return one;
}

double refusals(const std::string& kind) {
    return yard().world.metric("liuhen_device_refusals_total", "\"" + kind + "\"");
}

/// Registers `number` by hand and returns the connection and its code.
Bytes registration(const std::string& number) {
    const auto head = header_for(number, Edition::v2013);
    return seal_message(*head, Register{.layout = RegisterLayout::v2013,
                                        .province = 33,
                                        .city = 1100,
                                        .maker = "X",
                                        .model = "X",
                                        .terminal = "1",
                                        .plate_colour = 2,
                                        .plate = "浙KT0001"});
}

/// Bytes that are no frame, the same each run.
Bytes garbage(std::size_t size) {
    simulators::Chance chance{4};
    Bytes bytes;
    for (std::size_t i = 0; i < size; ++i)
        bytes.push_back(static_cast<std::byte>(chance.below(256)));
    return bytes;
}

}  // namespace

TEST_CASE("garbage is counted, answered by a hang-up, and harms nobody") {
    const double before = refusals("not_a_frame") + refusals("bad_checksum") +
                          refusals("bad_length") + refusals("bad_escape") + refusals("oversized");
    Wire wire{yard().world.server.jt808()};
    for (int i = 0; i < 20; ++i) wire.send(garbage(4096));
    CHECK(wire.is_hung_up_within(15s));
    const double after = refusals("not_a_frame") + refusals("bad_checksum") +
                         refusals("bad_length") + refusals("bad_escape") + refusals("oversized");
    CHECK(after > before);
    yard().check_good_truck();
}

TEST_CASE("a frame without an end is refused as oversized") {
    const double before = refusals("oversized");
    Wire wire{yard().world.server.jt808()};
    wire.send("\x7e");
    Bytes filler(64 * 1024, std::byte{0x41});
    wire.send(filler);
    wire.read(1s);
    CHECK(refusals("oversized") > before);
    yard().check_good_truck();
}

TEST_CASE("a wrong checksum is refused and gets no answer") {
    const double before = refusals("bad_checksum");
    Wire wire{yard().world.server.jt808()};
    Bytes frame = registration(yard().scenario.trucks[1].terminal);
    frame[frame.size() - 2] ^= std::byte{0x01};
    wire.send(frame);
    CHECK(wire.read(1s).empty());
    CHECK(refusals("bad_checksum") > before);
}

TEST_CASE("an unknown terminal is refused with the standard's code") {
    const double before = refusals("unknown_terminal");
    Wire wire{yard().world.server.jt808()};
    wire.send(registration("13999999999"));
    FrameScanner scanner;
    scanner.feed(wire.read(3s));
    const auto frame = scanner.next();
    REQUIRE(frame);
    REQUIRE(*frame);
    const auto reply = decode((*frame)->head.id, (*frame)->head.edition, (*frame)->body());
    REQUIRE(reply);
    CHECK(std::get<RegisterReply>(*reply).result == Registration::no_such_terminal);
    CHECK(refusals("unknown_terminal") > before);
}

TEST_CASE("a position before authentication is not acknowledged and not stored") {
    const double before = refusals("not_authenticated");
    Wire wire{yard().world.server.jt808()};
    const auto head = header_for(yard().scenario.trucks[1].terminal, Edition::v2013);
    const auto fix = fix_at(*parse_iso("2026-03-01T14:00:01Z"), place(0, 0));
    wire.send(seal_message(*head, simulators::position_of(fix, simulators::models().front(), {})));
    FrameScanner scanner;
    scanner.feed(wire.read(2s));
    if (const auto frame = scanner.next()) {
        const auto reply = decode((*frame)->head.id, (*frame)->head.edition, (*frame)->body());
        CHECK(std::get<PlatformReply>(*reply).outcome != Outcome::done);
    }
    CHECK(refusals("not_authenticated") > before);
    CHECK(yard().world.database.value<long>(
              "SELECT count(*) FROM observations o JOIN terminals t ON t.key = o.terminal_key"
              " WHERE t.number = '" +
              yard().scenario.trucks[1].terminal + "'") == 0);
}

TEST_CASE("a device that never authenticates is hung up on") {
    Wire silent{yard().world.server.jt808()};
    CHECK(silent.is_hung_up_within(15s));
}

TEST_CASE("half a frame and then nothing holds nobody up") {
    Wire wire{yard().world.server.jt808()};
    const Bytes frame = registration(yard().scenario.trucks[1].terminal);
    wire.send(std::span{frame}.first(frame.size() / 2));
    yard().check_good_truck();
    CHECK(wire.is_hung_up_within(15s));
}

TEST_CASE("a frame sent a byte at a time is read as one") {
    Wire wire{yard().world.server.jt808()};
    const Bytes frame = registration(yard().scenario.trucks[2].terminal);
    for (const std::byte& b : frame) {
        wire.send(std::span{&b, 1});
        std::this_thread::sleep_for(2ms);
    }
    FrameScanner scanner;
    scanner.feed(wire.read(3s));
    const auto answer = scanner.next();
    REQUIRE(answer);
    CHECK((*answer)->head.id == RegisterReply::id);
}

TEST_CASE("a fix of the year 2000 is acknowledged, stored, counted and moves no truck") {
    auto& plan = yard().scenario.trucks[3];
    const double before = yard().world.metric("liuhen_implausible_time_total");
    WiredTruck truck{plan.terminal, plan.plate, yard().world.server.jt808()};
    truck.connect();
    const Instant then = *parse_iso("2000-01-01T00:00:00Z");
    truck.terminal().record(fix_at(then, place(9'000, 9'000)));
    CHECK(truck.is_settled_within(yard().world.server.now(), 5s));
    CHECK(yard().world.metric("liuhen_implausible_time_total") == before + 1);
    CHECK(yard().world.database.value<long>(
              "SELECT count(*) FROM observations WHERE at < '2001-01-01' AND flags & 4 = 4") == 1);
    yard().check_good_truck();
}

TEST_CASE("a text lock's nonsense is refused and harms nobody") {
    Wire wire{yard().world.server.lock()};
    wire.send("(not a lock at all)$$$$((((");
    wire.send(garbage(8192));
    CHECK(wire.is_hung_up_within(15s));
    yard().check_good_truck();
}

TEST_CASE("ten thousand idle connections cost bounded memory and slow nobody") {
    rlimit limit{};
    ::getrlimit(RLIMIT_NOFILE, &limit);
    limit.rlim_cur = limit.rlim_max;
    ::setrlimit(RLIMIT_NOFILE, &limit);
    if (limit.rlim_cur < 10'500) {
        WARN("only " << limit.rlim_cur << " descriptors: fewer connections are tried");
    }
    const std::size_t wanted = std::min<std::size_t>(10'000, limit.rlim_cur - 400);
    const auto before = yard().world.server.resident_kib();
    std::vector<Wire> idle;
    idle.reserve(wanted);
    for (std::size_t i = 0; i < wanted; ++i) idle.emplace_back(yard().world.server.jt808());
    yard().check_good_truck();
    const auto during = yard().world.server.resident_kib();
    std::cout << wanted << " idle connections: " << before / 1024 << " -> " << during / 1024
              << " MiB" << std::endl;
    CHECK(during - before < 200 * 1024);
    CHECK(idle.back().is_hung_up_within(20s));
    yard().check_good_truck();
}
