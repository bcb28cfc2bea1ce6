// A device on UDP: datagrams that came from one address under one terminal number.
#pragma once

#include "server/line.hpp"

#include <boost/asio/ip/udp.hpp>
#include <boost/asio/steady_timer.hpp>

#include <atomic>
#include <deque>
#include <functional>

namespace liuhen::server {

using asio::ip::udp;

/// Datagrams of one session that wait to be heard; more are lost, as datagrams may be.
inline constexpr std::size_t max_waiting_datagrams = 32;
/// Most bytes put into one datagram of several frames; a larger frame goes alone.
inline constexpr std::size_t datagram_size = 1'400;

/// `frames` cut at their delimiters into datagrams of at most `datagram_size` bytes where possible.
std::vector<std::vector<std::byte>> datagrams_of(std::vector<std::byte> frames);

/// An address can be forged: until its device has proved who it is, a line sends no more bytes than
/// it received, and what would be more is not sent.
class UdpLine final : public Line {
public:
    /// Sends one datagram; awaited on the line's executor.
    using Post = std::function<awaitable<void>(udp::endpoint, std::vector<std::byte>)>;

    /// `unproven` counts the lines whose device has not proved itself.
    UdpLine(asio::any_io_executor executor, udp::endpoint from, Post post,
            std::atomic<std::size_t>& unproven);
    ~UdpLine() override;

    /// A datagram came. On the line's executor.
    void deliver(std::vector<std::byte> datagram);

    asio::any_io_executor executor() override { return bell_.get_executor(); }
    awaitable<std::size_t> receive(std::span<std::byte> room) override;
    awaitable<void> send(std::vector<std::byte> bytes) override;
    void prove() override;
    [[nodiscard]] bool is_forgeable() const override { return true; }

private:
    void wake() override { bell_.cancel(); }
    void close() override { bell_.cancel(); }

    udp::endpoint from_;
    Post post_;
    std::atomic<std::size_t>& unproven_;
    asio::steady_timer bell_;  ///< never runs out; cancelled to wake
    std::deque<std::vector<std::byte>> waiting_;
    bool proved_ = false;
    std::size_t received_ = 0;  ///< bytes, until it is proved
    std::size_t sent_ = 0;
};

}  // namespace liuhen::server
