#include "server/tcp_line.hpp"

#include <boost/asio/redirect_error.hpp>
#include <boost/asio/write.hpp>

namespace liuhen::server {

std::string address_of(const tcp::socket& socket) {
    boost::system::error_code fault;
    const auto peer = socket.remote_endpoint(fault);
    return fault ? std::string{} : peer.address().to_string();
}

TcpLine::TcpLine(tcp::socket connected, Protocol spoken)
    : Line(spoken, address_of(connected)), socket_(std::move(connected)) {
    boost::system::error_code ignored;
    socket_.non_blocking(true, ignored);
    socket_.set_option(tcp::no_delay{true}, ignored);
}

// Waits until there are bytes, without holding a buffer meanwhile.
awaitable<std::size_t> TcpLine::receive(std::span<std::byte> room) {
    while (!ended) {
        boost::system::error_code fault;
        auto readable = asio::redirect_error(asio::use_awaitable, fault);
        co_await socket_.async_wait(tcp::socket::wait_read, readable);
        if (fault == asio::error::operation_aborted) co_return 0;  // woken
        if (fault || ended) break;
        const auto count = socket_.read_some(asio::buffer(room.data(), room.size()), fault);
        if (!fault) co_return count;
        if (fault != asio::error::would_block && fault != asio::error::try_again) break;
    }
    ended = true;
    co_return 0;
}

awaitable<void> TcpLine::send(std::vector<std::byte> bytes) {
    boost::system::error_code fault;
    auto written = asio::redirect_error(asio::use_awaitable, fault);
    co_await asio::async_write(socket_, asio::buffer(bytes), written);
    if (fault) ended = true;
}

void TcpLine::send_some(std::vector<std::byte>& bytes) {
    boost::system::error_code fault;
    const auto taken = socket_.write_some(asio::buffer(bytes), fault);
    if (!fault) bytes.erase(bytes.begin(), bytes.begin() + static_cast<std::ptrdiff_t>(taken));
    if (!fault || fault == asio::error::would_block || fault == asio::error::try_again) return;
    ended = true;
    bytes.clear();
}

void TcpLine::wake() {
    boost::system::error_code ignored;
    socket_.cancel(ignored);
}

void TcpLine::close() {
    boost::system::error_code ignored;
    socket_.close(ignored);
}

}  // namespace liuhen::server
