// A device on plain TCP: nothing is held for it while it is silent.
#pragma once

#include "server/line.hpp"

#include <boost/asio/ip/tcp.hpp>

namespace liuhen::server {

using asio::ip::tcp;

/// Address of the other end without its port; empty when it is gone already.
std::string address_of(const tcp::socket& socket);

class TcpLine final : public Line {
public:
    TcpLine(tcp::socket connected, Protocol spoken);

    asio::any_io_executor executor() override { return socket_.get_executor(); }
    awaitable<std::size_t> receive(std::span<std::byte> room) override;
    awaitable<void> send(std::vector<std::byte> bytes) override;
    void send_some(std::vector<std::byte>& bytes) override;
    /// Gives the connection away, for a line of another kind.
    tcp::socket release() { return std::move(socket_); }

private:
    void wake() override;
    void close() override;

    tcp::socket socket_;
};

}  // namespace liuhen::server
