// A network that cuts lines, hands bytes over one at a time, and takes its time: between devices
// and the server, or between the server and PostgreSQL.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/local/stream_protocol.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>

#include <algorithm>
#include <array>
#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <random>
#include <thread>
#include <utility>

namespace liuhen::test {

namespace asio = boost::asio;

/// What is done to each line; 0 of anything: it is not done.
struct Weather {
    std::size_t cut_within = 0;          ///< ends a line after this many bytes at most, at random
    std::size_t piece = 0;               ///< bytes handed over at once
    std::chrono::milliseconds delay{0};  ///< before each piece
    bool resets = false;                 ///< cuts by RST, not FIN
};

/// Forwards what is said to `from` to `to`, and back, through the weather.
template <class Protocol>
class BadNetwork {
public:
    using Endpoint = typename Protocol::endpoint;
    using Socket = typename Protocol::socket;

    BadNetwork(const Endpoint& from, Endpoint to, Weather weather, std::uint64_t seed)
        : to_(std::move(to)), weather_(weather), chance_(seed), door_(context_, from) {
        asio::co_spawn(context_, admit(), asio::detached);
        thread_ = std::thread{[this] { context_.run(); }};
    }
    ~BadNetwork() {
        context_.stop();
        thread_.join();
    }
    BadNetwork(const BadNetwork&) = delete;
    BadNetwork& operator=(const BadNetwork&) = delete;

    [[nodiscard]] Endpoint endpoint() const { return door_.local_endpoint(); }
    [[nodiscard]] unsigned cuts() const { return cuts_; }
    /// From now on bytes pass as they are.
    void clear_up() { is_clear_ = true; }

private:
    struct Line {
        Socket near, far;
        std::size_t bytes_left;
    };

    asio::awaitable<void> admit() {
        for (;;) {
            Socket near = co_await door_.async_accept(asio::use_awaitable);
            Socket far{context_};
            boost::system::error_code refused;
            far.connect(to_, refused);
            if (refused) continue;
            const std::size_t most = weather_.cut_within;
            const std::size_t until =
                most == 0 ? SIZE_MAX : std::uniform_int_distribution<std::size_t>{1, most}(chance_);
            auto line = std::make_shared<Line>(
                Line{.near = std::move(near), .far = std::move(far), .bytes_left = until});
            asio::co_spawn(context_, carry(line, line->near, line->far), asio::detached);
            asio::co_spawn(context_, carry(line, line->far, line->near), asio::detached);
        }
    }

    asio::awaitable<void> carry(std::shared_ptr<Line> line, Socket& in, Socket& out) {
        std::array<std::byte, 4096> bytes;
        boost::system::error_code ended;
        const auto told = [&] { return asio::redirect_error(asio::use_awaitable, ended); };
        while (!ended) {
            const bool clear = is_clear_;
            const std::size_t most = weather_.piece == 0 || clear ? bytes.size() : weather_.piece;
            const std::size_t got = co_await in.async_read_some(asio::buffer(bytes, most), told());
            if (ended) break;
            if (!clear && weather_.delay.count() > 0) {
                asio::steady_timer timer{context_, weather_.delay};
                co_await timer.async_wait(told());
            }
            const std::size_t passes = clear ? got : std::min(got, line->bytes_left);
            co_await asio::async_write(out, asio::buffer(bytes, passes), told());
            if (clear) continue;
            line->bytes_left -= passes;
            if (line->bytes_left > 0) continue;
            ++cuts_;
            if (weather_.resets) {
                boost::system::error_code ignored;
                line->near.set_option(asio::socket_base::linger{true, 0}, ignored);
            }
            break;
        }
        boost::system::error_code ignored;
        line->near.close(ignored);
        line->far.close(ignored);
    }

    Endpoint to_;
    Weather weather_;
    std::mt19937_64 chance_;
    asio::io_context context_;
    typename Protocol::acceptor door_;
    std::atomic<unsigned> cuts_{0};
    std::atomic<bool> is_clear_{false};
    std::thread thread_;
};

}  // namespace liuhen::test
