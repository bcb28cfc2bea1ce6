// A simulated terminal and a server of a few lines on one loopback connection.
#include "simulators/line.hpp"

#include "simulators/terminal.hpp"
#include "telematics/jtt808/dialogue.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>
#include <catch2/catch.hpp>

#include <array>
#include <map>

using namespace liuhen;
using namespace liuhen::simulators;
using namespace std::chrono_literals;
using boost::asio::use_awaitable;
using boost::asio::ip::tcp;

namespace {

const Instant start = *parse_iso("2026-03-01T14:00:00Z");

/// Stores what it hears and acknowledges it; hangs up after every `patience` chunks.
struct FakeServer {
    boost::asio::io_context& io;
    tcp::acceptor acceptor{io, tcp::endpoint{boost::asio::ip::make_address("127.0.0.1"), 0}};
    int patience = 1'000'000;
    int connections = 0;
    std::map<Instant, int> stored{};

    awaitable<void> serve(tcp::socket socket) {
        telematics::jtt808::Dialogue dialogue{[](std::string_view number) {
            telematics::Enrolled enrolled;
            enrolled.terminal = {std::string{number}};
            enrolled.auth_code = "secret";
            return std::optional{enrolled};
        }};
        std::array<std::byte, 4096> chunk{};
        for (int heard = 0; heard < patience; ++heard) {
            const auto n =
                co_await socket.async_read_some(boost::asio::buffer(chunk), use_awaitable);
            auto turn = dialogue.hear(std::span{chunk}.first(n), start);
            for (const auto& sighting : turn.seen) ++stored[time_of(sighting.what)];
            if (heard + 1 == patience) co_return;  // stored, and the answer is lost
            co_await boost::asio::async_write(socket, boost::asio::buffer(turn.reply),
                                              use_awaitable);
        }
    }
    awaitable<void> listen() {
        for (;;) {
            auto socket = co_await acceptor.async_accept(use_awaitable);
            ++connections;
            boost::asio::co_spawn(io, serve(std::move(socket)), boost::asio::detached);
        }
    }
};

awaitable<void> play(Terminal& terminal, FakeServer& server, Curtain& curtain) {
    boost::asio::steady_timer timer{server.io};
    for (int i = 0; i < 600 && !terminal.settled(); ++i) {
        timer.expires_after(20ms);
        co_await timer.async_wait(use_awaitable);
    }
    curtain.down = true;
    timer.expires_after(50ms);
    co_await timer.async_wait(use_awaitable);
    server.io.stop();
}

std::shared_ptr<Terminal> loaded_terminal(int fixes) {
    auto terminal =
        std::make_shared<Terminal>("13905780101", "2019", "浙KD0101", Network{}, 10s, Chance{1});
    for (int i = 0; i < fixes; ++i) {
        terminal->record({.at = start + i * 10s,
                          .where = {.lat = 28.1, .lon = 119.6},
                          .speed = {},
                          .heading = {},
                          .satellites = {},
                          .odometer = {}});
    }
    return terminal;
}

void run(FakeServer& server, const std::shared_ptr<Terminal>& terminal) {
    ServerClock clock;
    clock.said(start + 1h, 1, std::chrono::steady_clock::now());
    Curtain curtain;
    const HostPort address{"127.0.0.1", server.acceptor.local_endpoint().port()};
    boost::asio::co_spawn(server.io, server.listen(), boost::asio::detached);
    boost::asio::co_spawn(server.io, keep_connected(terminal, address, clock, curtain),
                          boost::asio::detached);
    boost::asio::co_spawn(server.io, play(*terminal, server, curtain), boost::asio::detached);
    server.io.run();
}

}  // namespace

TEST_CASE("a terminal delivers what it holds over a real connection") {
    boost::asio::io_context io;
    FakeServer server{io};
    const auto terminal = loaded_terminal(50);
    run(server, terminal);
    CHECK(terminal->tally().acked.size() == 50);
    CHECK(server.stored.size() == 50);
    CHECK(server.connections == 1);
}

TEST_CASE("a server that hangs up before its answer loses nothing that was acknowledged") {
    boost::asio::io_context io;
    FakeServer server{io};
    server.patience = 3;
    const auto terminal = loaded_terminal(60);
    run(server, terminal);
    CHECK(terminal->tally().acked.size() == 60);
    CHECK(server.connections > 1);
    for (const Instant at : terminal->tally().acked) CHECK(server.stored.contains(at));
}
