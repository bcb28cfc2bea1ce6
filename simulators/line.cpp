#include "simulators/line.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>

#include <array>
#include <utility>

namespace liuhen::simulators {
namespace {

using asio::ip::tcp;
using boost::system::error_code;

constexpr std::chrono::milliseconds beat{15};        // how often a device looks what is due
constexpr std::chrono::milliseconds reconnect{300};  // after a connection broke

struct Connection {
    explicit Connection(asio::any_io_executor executor) : socket{std::move(executor)} {}
    tcp::socket socket;
    bool broken = false;
};

awaitable<void> pause(std::chrono::milliseconds time) {
    asio::steady_timer timer{co_await asio::this_coro::executor, time};
    co_await timer.async_wait(asio::use_awaitable);
}

awaitable<void> listen(std::shared_ptr<Connection> connection, std::shared_ptr<Device> device) {
    std::array<std::byte, 4096> chunk{};
    error_code error;
    auto token = asio::redirect_error(asio::use_awaitable, error);
    while (!connection->broken) {
        const auto n = co_await connection->socket.async_read_some(asio::buffer(chunk), token);
        if (error || n == 0) break;
        if (!connection->broken) device->hear(std::span{chunk}.first(n));
    }
    connection->broken = true;
}

awaitable<void> speak(std::shared_ptr<Connection> connection, std::shared_ptr<Device> device,
                      const ServerClock& clock, const Curtain& curtain) {
    error_code error;
    auto token = asio::redirect_error(asio::use_awaitable, error);
    auto bytes = device->greet(std::chrono::steady_clock::now());
    while (!connection->broken && !error && device->radio() == Radio::reached) {
        if (!bytes.empty()) {
            co_await asio::async_write(connection->socket, asio::buffer(bytes), token);
        }
        if (curtain.down) break;
        co_await pause(beat);
        if (connection->broken) break;
        bytes = device->due(clock.now(), std::chrono::steady_clock::now());
    }
}

awaitable<void> talk(std::shared_ptr<Device> device, HostPort server, const ServerClock& clock,
                     const Curtain& curtain) {
    const auto executor = co_await asio::this_coro::executor;
    auto connection = std::make_shared<Connection>(executor);
    error_code error;
    auto token = asio::redirect_error(asio::use_awaitable, error);
    const tcp::endpoint endpoint{asio::ip::make_address(server.host), server.port};
    co_await connection->socket.async_connect(endpoint, token);
    if (error) co_return;
    connection->socket.set_option(tcp::no_delay{true});
    asio::co_spawn(executor, listen(connection, device), asio::detached);
    co_await speak(connection, device, clock, curtain);
    connection->broken = true;
    connection->socket.close(error);
}

}  // namespace

awaitable<void> keep_connected(std::shared_ptr<Device> device, HostPort server,
                               const ServerClock& clock, const Curtain& curtain) {
    while (!curtain.down) {
        if (device->radio() == Radio::reached) {
            co_await talk(device, server, clock, curtain);
            device->lost();
        }
        if (!curtain.down) co_await pause(device->radio() == Radio::blind ? beat : reconnect);
    }
}

}  // namespace liuhen::simulators
