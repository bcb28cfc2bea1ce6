// The HTTP side of the server.
#pragma once

#include "server/http/front.hpp"

#include <boost/asio/ip/tcp.hpp>

#include <memory>

namespace liuhen::server {

struct App;

/// Accepts on the front thread until the acceptor is closed or the context stops. Plain HTTP is
/// for this machine only: throws std::runtime_error when the acceptor is not on loopback.
awaitable<void> serve_http(App& app, asio::ip::tcp::acceptor acceptor);

namespace http {
/// The same for parts that are put together otherwise.
awaitable<void> serve(std::shared_ptr<Front> front, asio::ip::tcp::acceptor acceptor);
}  // namespace http

}  // namespace liuhen::server
