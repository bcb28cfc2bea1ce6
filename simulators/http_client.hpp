// A small HTTP/1.1 client: what the actors need to talk to the server, and no more.
#pragma once

#include <boost/asio/awaitable.hpp>

#include <chrono>
#include <cstdint>
#include <string>

namespace liuhen::simulators {

namespace asio = boost::asio;
using asio::awaitable;

struct HttpRequest {
    std::string verb = "GET";
    std::string target;  ///< "/v1/manifests?limit=10"
    std::string token{};
    std::string body{};  ///< JSON; empty: none
    std::string idempotency_key{};
    std::string if_match{};
};

struct HttpAnswer {
    unsigned status{};
    std::string body;
    std::string etag;
};

/// "127.0.0.1:8080" in its parts. Throws std::invalid_argument on anything else.
struct HostPort {
    std::string host;
    std::uint16_t port{};
    static HostPort parse(const std::string& text);
};

/// Asks once, on a connection of its own. Throws boost::system::system_error when the connection
/// cannot be made, breaks, or says nothing for `patience`.
awaitable<HttpAnswer> ask_once(HostPort server, HttpRequest request, std::chrono::seconds patience);

/// Asks until there is an answer other than 429 and 503, for at most `patience`; then throws the
/// last failure or returns the last refusal. A request that is no GET should carry an
/// Idempotency-Key, for it may arrive more than once.
awaitable<HttpAnswer> ask(HostPort server, HttpRequest request, std::chrono::seconds patience);

}  // namespace liuhen::simulators
