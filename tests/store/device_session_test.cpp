#include "server/device_session.hpp"

#include "server/orders.hpp"
#include "tests/support/fleet_rows.hpp"
#include "tests/support/jt808_frames.hpp"

#include <boost/asio/connect.hpp>
#include <boost/asio/use_future.hpp>
#include <boost/asio/write.hpp>
#include <catch2/catch.hpp>

#include <poll.h>

using namespace liuhen;
using namespace liuhen::server;
using namespace std::chrono_literals;

namespace {

const Instant night = *parse_iso("2026-03-01T14:00:00Z");
constexpr const char* known = "13900000001";

// The device side of a server over a scratch database, on a free port.
struct Floor {
    explicit Floor(const test::ScratchDatabase& scratch) : Floor(scratch, scratch.conninfo()) {}
    /// `journal` is what the journal connects to.
    Floor(const test::ScratchDatabase& scratch, const std::string& journal)
        : database(scratch.conninfo(), 2, 1) {
        limits.unauthenticated = 1s;
        limits.connections = 500;
        pqxx::connection connection{scratch.conninfo("liuhen_core")};
        pqxx::work work{connection};
        board.post(Directory::read(work, Ground::read(work), night));
        const ShardWorld world{.clock = clock,
                               .database = database,
                               .board = board,
                               .metrics = metrics,
                               .health = health,
                               .alerts_stored = [] {},
                               .reached = nothing};
        std::vector<std::unique_ptr<Shard>> one;
        one.push_back(std::make_unique<Shard>(world, journal, 100));
        shards = std::make_unique<ShardSet>(std::move(one));
        auto& shard = shards->at(0);
        exchange = std::make_unique<Exchange>(shard.executor(), limits, metrics);
        floors.push_back(std::make_unique<DeviceFloor>(
            DeviceFloor{shard, *shards, *exchange, board, clock, limits, metrics, orders}));
        acceptor = std::make_unique<tcp::acceptor>(
            shard.executor(), tcp::endpoint{asio::ip::address_v4::loopback(), 0});
        spawn("sweep", shard.executor(), floors[0]->lines.sweep());
        spawn("calls", shard.executor(), take_calls(*acceptor, Protocol::jt808, floors));
        shard.start();
    }
    ~Floor() {
        auto& shard = shards->at(0);
        asio::co_spawn(shard.executor(), end(), asio::use_future).get();
        shard.stop(1s);
        database.stop();
    }
    Floor(const Floor&) = delete;
    Floor& operator=(const Floor&) = delete;

    static awaitable<void> nothing(geofence::Milestone) { co_return; }
    awaitable<void> end() {
        acceptor->close();
        auto ending = floors[0]->lines.end_all();
        co_await std::move(ending);
    }
    std::size_t lines() {
        return asio::co_spawn(shards->at(0).executor(), count(), asio::use_future).get();
    }
    awaitable<std::size_t> count() { co_return floors[0]->lines.count(); }

    DeviceLimits limits;
    Clock clock{DemoClock{night + 60s, 1}};
    Metrics metrics;
    Health health;
    Database database;
    Orders orders{database, clock, {}, {}};
    DirectoryBoard board;
    std::vector<std::unique_ptr<DeviceFloor>> floors;
    std::unique_ptr<ShardSet> shards;
    std::unique_ptr<Exchange> exchange;
    std::unique_ptr<tcp::acceptor> acceptor;
};

// A blocking device.
struct Device {
    explicit Device(const Floor& floor) : socket(io) {
        socket.connect(floor.acceptor->local_endpoint());
    }
    void send(const telematics::Bytes& bytes) { asio::write(socket, asio::buffer(bytes)); }
    // Bytes that came within the time; the connection's end sets `over`.
    std::size_t hear(std::chrono::milliseconds patience) {
        pollfd ready{socket.native_handle(), POLLIN, 0};
        if (::poll(&ready, 1, static_cast<int>(patience.count())) <= 0) return 0;
        std::array<char, 4096> reply{};
        boost::system::error_code fault;
        const auto count = socket.read_some(asio::buffer(reply), fault);
        over = over || static_cast<bool>(fault);
        return count;
    }
    bool is_over_within(std::chrono::milliseconds patience) {
        const auto until = monotonic() + patience;
        while (!over && monotonic() < until) hear(50ms);
        return over;
    }
    asio::io_context io;
    tcp::socket socket;
    bool over = false;
};

int stored(const test::ScratchDatabase& database) {
    return database.value<int>("SELECT count(*) FROM observations");
}

}  // namespace

TEST_CASE("a position is stored, bound to its truck, before its reply arrives") {
    const test::ScratchDatabase database;
    const test::FleetRows rows{database};
    Floor floor{database};
    Device device{floor};
    device.send(test::log_in(known, "secret-1"));
    REQUIRE(device.hear(5s) > 0);
    device.send(test::position(known, night, 2));
    REQUIRE(device.hear(5s) > 0);
    CHECK(stored(database) == 1);
    CHECK(database.value<int>("SELECT count(*) FROM observations o JOIN vehicles v "
                              "ON v.key = o.vehicle_key") == 1);
    CHECK(database.value<int>("SELECT count(*) FROM raw_frames") == 2);
}

TEST_CASE("frames that come a byte at a time are frames all the same") {
    const test::ScratchDatabase database;
    const test::FleetRows rows{database};
    Floor floor{database};
    Device device{floor};
    device.socket.set_option(tcp::no_delay{true});
    auto bytes = test::log_in(known, "secret-1");
    const auto next = test::position(known, night, 2);
    bytes.insert(bytes.end(), next.begin(), next.end());
    for (const std::byte one : bytes) device.send({one});
    REQUIRE(device.hear(5s) > 0);
    const auto give_up = monotonic() + 5s;
    while (stored(database) == 0 && monotonic() < give_up) device.hear(50ms);
    CHECK(stored(database) == 1);
}

TEST_CASE("who does not make itself known in time is hung up on, however much it sends") {
    const test::ScratchDatabase database;
    const test::FleetRows rows{database};
    Floor floor{database};
    Device silent{floor};
    Device busy{floor};
    CHECK_FALSE(silent.is_over_within(500ms));
    for (int i = 0; i < 8 && !busy.over; ++i) {
        boost::system::error_code gone;
        asio::write(busy.socket, asio::buffer("x", 1), gone);
        busy.hear(400ms);
    }
    CHECK(silent.is_over_within(3s));
    CHECK(busy.is_over_within(3s));
}

TEST_CASE("an unknown terminal gets a refusal, is counted, and leaves no observation") {
    const test::ScratchDatabase database;
    const test::FleetRows rows{database};
    Floor floor{database};
    Device stranger{floor};
    stranger.send(test::log_in("13912345678", "guess"));
    stranger.send(test::position("13912345678", night, 2));
    CHECK(stranger.is_over_within(5s));
    CHECK(stored(database) == 0);
    CHECK(floor.metrics.text().find("liuhen_device_refusals_total{kind=\"unknown_terminal\"}") !=
          std::string::npos);
}

TEST_CASE("the second connection of a terminal takes over and the first one ends") {
    const test::ScratchDatabase database;
    const test::FleetRows rows{database};
    Floor floor{database};
    Device first{floor};
    first.send(test::log_in(known, "secret-1"));
    REQUIRE(first.hear(5s) > 0);
    Device second{floor};
    second.send(test::log_in(known, "secret-1"));
    REQUIRE(second.hear(5s) > 0);
    CHECK(first.is_over_within(3s));
    second.send(test::position(known, night, 2));
    CHECK(second.hear(5s) > 0);
    CHECK(floor.metrics.pulse().trucks_online == 1);
}

TEST_CASE("while the database is away no reply leaves and the connection stays") {
    const test::ScratchDatabase database;
    const test::FleetRows rows{database};
    Floor floor{database, "host=/nowhere dbname=none"};
    Device device{floor};
    device.send(test::log_in(known, "secret-1"));
    CHECK(device.hear(2'500ms) == 0);
    CHECK_FALSE(device.over);
    CHECK_FALSE(floor.health.journal);
}

TEST_CASE("hundreds of idle connections are held and let go, and the others notice nothing") {
    const test::ScratchDatabase database;
    const test::FleetRows rows{database};
    Floor floor{database};
    std::vector<std::unique_ptr<Device>> idle;
    for (int i = 0; i < 400; ++i) idle.push_back(std::make_unique<Device>(floor));
    Device device{floor};
    device.send(test::log_in(known, "secret-1"));
    REQUIRE(device.hear(5s) > 0);
    device.send(test::position(known, night, 2));
    CHECK(device.hear(5s) > 0);
    const auto give_up = monotonic() + 10s;
    while (floor.lines() > 1 && monotonic() < give_up) std::this_thread::sleep_for(50ms);
    CHECK(floor.lines() == 1);
}

TEST_CASE("a connection beyond the limit is closed at once and counted") {
    const test::ScratchDatabase database;
    const test::FleetRows rows{database};
    Floor floor{database};
    floor.limits.connections = 2;
    Device a{floor};
    Device b{floor};
    Device c{floor};
    CHECK(c.is_over_within(800ms));
    CHECK(floor.metrics.text().find("too_many_connections") != std::string::npos);
}
