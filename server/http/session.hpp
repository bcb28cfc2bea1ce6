// One HTTP connection: the only file behind this header that knows Beast.
#pragma once

#include "server/http/front.hpp"

#include <boost/asio/ip/tcp.hpp>

#include <memory>

namespace liuhen::server::http {

/// Reads requests and writes answers until the peer leaves, is too slow, or breaks the rules of
/// HTTP. Runs on the front thread; throws nothing that matters to others.
awaitable<void> converse(std::shared_ptr<Front> front, asio::ip::tcp::socket socket);

}  // namespace liuhen::server::http
