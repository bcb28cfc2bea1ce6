// The HTTP side of the server.
#pragma once

#include "server/http/front.hpp"

#include <boost/asio/ip/tcp.hpp>

#include <memory>
#include <vector>

namespace liuhen::server {

struct App;
class TlsKeys;

struct HttpListener {
    asio::ip::tcp::acceptor acceptor;
    const TlsKeys* tls = nullptr;  ///< null: in clear
};
/// Accepts on the front thread until the acceptors are closed or the context stops. Plain HTTP is
/// for this machine only: throws std::runtime_error when such an acceptor is not on loopback.
awaitable<void> serve_http(App& app, std::vector<HttpListener> listeners);

namespace http {
/// The same for parts that are put together otherwise.
awaitable<void> serve(std::shared_ptr<Front> front, HttpListener listener);
}  // namespace http

}  // namespace liuhen::server
