// The device side of a server over a database, on free ports, and blocking devices to dial in.
#pragma once

#include "server/datagrams.hpp"
#include "server/door.hpp"
#include "server/orders.hpp"
#include "tests/support/fleet_rows.hpp"
#include "tests/support/jt808_frames.hpp"

#include <boost/asio/connect.hpp>
#include <boost/asio/use_future.hpp>
#include <boost/asio/write.hpp>

#include <poll.h>
#include <thread>

namespace liuhen::test {

using namespace std::chrono_literals;
namespace asio = boost::asio;
using server::tcp;
using server::udp;

inline const Instant night = *parse_iso("2026-03-01T14:00:00Z");
inline constexpr const char* known = "13900000001";

struct DeviceHouse {
    explicit DeviceHouse(const ScratchDatabase& scratch, server::Door given = {})
        : DeviceHouse(scratch, scratch.conninfo(), given) {}
    /// `journal` is what the journal connects to.
    DeviceHouse(const ScratchDatabase& scratch, const std::string& journal, server::Door given)
        : database(scratch.conninfo(), 2, 1), door(given) {
        limits.unauthenticated = 1s;
        limits.greeting = 1s;
        limits.connections = 500;
        pqxx::connection connection{scratch.conninfo("liuhen_core")};
        pqxx::work work{connection};
        board.post(server::Directory::read(work, server::Ground::read(work), night));
        const server::ShardWorld world{.clock = clock,
                                       .database = database,
                                       .board = board,
                                       .metrics = metrics,
                                       .health = health,
                                       .alerts_stored = [] {},
                                       .reached = nothing};
        std::vector<std::unique_ptr<server::Shard>> one;
        one.push_back(std::make_unique<server::Shard>(world, journal, 100));
        shards = std::make_unique<server::ShardSet>(std::move(one));
        open();
    }
    ~DeviceHouse() {
        auto& shard = shards->at(0);
        asio::co_spawn(shard.executor(), end(), asio::use_future).get();
        shard.stop(1s);
        database.stop();
    }
    DeviceHouse(const DeviceHouse&) = delete;
    DeviceHouse& operator=(const DeviceHouse&) = delete;

    [[nodiscard]] tcp::endpoint address() const { return acceptor->local_endpoint(); }
    [[nodiscard]] udp::endpoint udp_address() const { return datagrams->local(); }
    /// Sessions that live.
    std::size_t lines() {
        return asio::co_spawn(shards->at(0).executor(), count(), asio::use_future).get();
    }
    [[nodiscard]] bool counted(const std::string& kind) const {
        return metrics.text().find("kind=\"" + kind + "\"") != std::string::npos;
    }
    /// The same of what is counted right after its line has been closed.
    [[nodiscard]] bool comes_to_count(const std::string& kind) const {
        const auto give_up = std::chrono::steady_clock::now() + 5s;
        while (!counted(kind) && std::chrono::steady_clock::now() < give_up)
            std::this_thread::sleep_for(10ms);
        return counted(kind);
    }

private:
    static server::awaitable<void> nothing(geofence::Milestone) { co_return; }
    server::awaitable<std::size_t> count() { co_return floors[0]->lines.count(); }
    server::awaitable<void> end() {
        acceptor->close();
        auto closing = datagrams->close();
        co_await std::move(closing);
        auto ending = floors[0]->lines.end_all();
        co_await std::move(ending);
    }
    void open() {
        auto& shard = shards->at(0);
        const auto loopback = asio::ip::address_v4::loopback();
        exchange = std::make_unique<server::Exchange>(shard.executor(), limits, metrics);
        floors.push_back(std::make_unique<server::DeviceFloor>(server::DeviceFloor{
            shard, *shards, *exchange, board, clock, limits, metrics, orders, registrations}));
        acceptor = std::make_unique<tcp::acceptor>(shard.executor(), tcp::endpoint{loopback, 0});
        udp::socket socket{shard.executor(), udp::endpoint{loopback, 0}};
        datagrams = std::make_unique<server::Datagrams>(std::move(socket), *exchange, floors);
        server::spawn("sweep", shard.executor(), floors[0]->lines.sweep());
        server::spawn("calls", shard.executor(), take_calls(*acceptor, door, floors));
        server::spawn("datagrams", shard.executor(), datagrams->run());
        shard.start();
    }

public:
    server::DeviceLimits limits;
    server::Clock clock{server::DemoClock{night + 60s, 1}};
    server::Metrics metrics;
    server::Health health;
    server::Database database;
    server::Door door;
    server::Orders orders{database, clock, {}, {}};
    server::Registrations registrations{database, clock};
    server::DirectoryBoard board;
    std::vector<std::unique_ptr<server::DeviceFloor>> floors;
    std::unique_ptr<server::ShardSet> shards;
    std::unique_ptr<server::Exchange> exchange;
    std::unique_ptr<tcp::acceptor> acceptor;
    std::unique_ptr<server::Datagrams> datagrams;
};

/// A blocking device on TCP.
struct Device {
    explicit Device(const DeviceHouse& house) : socket(io) { socket.connect(house.address()); }
    void send(const telematics::Bytes& bytes) { asio::write(socket, asio::buffer(bytes)); }
    /// Bytes that came within the time; the connection's end sets `over`.
    telematics::Bytes hear(std::chrono::milliseconds patience) {
        pollfd ready{socket.native_handle(), POLLIN, 0};
        if (::poll(&ready, 1, static_cast<int>(patience.count())) <= 0) return {};
        telematics::Bytes reply(4096);
        boost::system::error_code fault;
        reply.resize(socket.read_some(asio::buffer(reply), fault));
        over = over || static_cast<bool>(fault);
        return reply;
    }
    bool is_over_within(std::chrono::milliseconds patience) {
        const auto until = server::monotonic() + patience;
        while (!over && server::monotonic() < until) hear(50ms);
        return over;
    }
    asio::io_context io;
    tcp::socket socket;
    bool over = false;
};

/// A blocking device on UDP, with a port of its own.
struct UdpDevice {
    explicit UdpDevice(const DeviceHouse& house, const std::string& from = "127.0.0.1")
        : socket(io, udp::endpoint{asio::ip::make_address(from), 0}) {
        socket.connect(house.udp_address());
    }
    void send(const telematics::Bytes& bytes) { socket.send(asio::buffer(bytes)); }
    /// The next datagram that comes within the time.
    telematics::Bytes hear(std::chrono::milliseconds patience) {
        pollfd ready{socket.native_handle(), POLLIN, 0};
        if (::poll(&ready, 1, static_cast<int>(patience.count())) <= 0) return {};
        telematics::Bytes reply(4096);
        reply.resize(socket.receive(asio::buffer(reply)));
        return reply;
    }
    asio::io_context io;
    udp::socket socket;
};

inline int stored(const ScratchDatabase& database) {
    return database.value<int>("SELECT count(*) FROM observations");
}

}  // namespace liuhen::test
