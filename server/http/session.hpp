// One HTTP connection: the only file behind this header that knows Beast.
#pragma once

#include "server/http/front.hpp"

#include <boost/asio/ip/tcp.hpp>

#include <memory>

namespace liuhen::server::http {

/// Reads requests and writes answers until the peer leaves, is too slow, breaks the rules of HTTP,
/// or gives way to a newcomer. Runs on the front thread; throws nothing that matters to others.
awaitable<void> converse(std::shared_ptr<Front> front, std::unique_ptr<Seats::Seat> seat,
                         asio::ip::tcp::socket socket);

/// Tells a peer for whom there is no place that it may come again, if it takes that at once.
void turn_away(asio::ip::tcp::socket& socket, Seats::Full why);

}  // namespace liuhen::server::http
