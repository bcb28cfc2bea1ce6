// One HTTP connection: the only file behind this header that knows Beast.
#pragma once

#include "server/http/front.hpp"

#include <boost/asio/ip/tcp.hpp>

#include <memory>

namespace boost::asio::ssl {
class context;
}

namespace liuhen::server::http {

/// A connection that was let in.
struct Arrived {
    asio::ip::tcp::socket socket;
    std::unique_ptr<Seats::Seat> seat;
    std::shared_ptr<asio::ssl::context> tls{};  ///< null: in clear
    std::unique_ptr<Seats::Seat> shaking{};     ///< with TLS: its place for the hand-shake
};

/// Reads requests and writes answers until the peer leaves, is too slow, breaks the rules of HTTP,
/// or gives way to a newcomer. Runs on the front thread; throws nothing that matters to others.
awaitable<void> converse(std::shared_ptr<Front> front, Arrived arrived);

/// Tells a peer for whom there is no place that it may come again, if it takes that at once.
void turn_away(asio::ip::tcp::socket& socket, Seats::Full why);

}  // namespace liuhen::server::http
