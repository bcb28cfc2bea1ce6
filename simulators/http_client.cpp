// The only file of this layer with Beast: it takes long to compile.
#include "simulators/http_client.hpp"

#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/beast/core.hpp>
#include <boost/beast/http.hpp>

#include <algorithm>
#include <charconv>
#include <exception>
#include <stdexcept>
#include <utility>

namespace liuhen::simulators {
namespace {

namespace beast = boost::beast;
namespace http = beast::http;
using asio::use_awaitable;
using asio::ip::tcp;

constexpr std::size_t max_answer_bytes = 64U << 20U;  // a day's track of one truck is 4 MiB

http::request<http::string_body> make(const HostPort& server, const HttpRequest& asked) {
    http::request<http::string_body> request{http::string_to_verb(asked.verb), asked.target, 11};
    request.set(http::field::host, server.host + ":" + std::to_string(server.port));
    request.set(http::field::user_agent, "liuhen-simulate");
    request.set(http::field::connection, "close");
    if (!asked.token.empty()) request.set(http::field::authorization, "Bearer " + asked.token);
    if (!asked.idempotency_key.empty()) request.set("Idempotency-Key", asked.idempotency_key);
    if (!asked.if_match.empty()) request.set(http::field::if_match, asked.if_match);
    if (!asked.body.empty()) request.set(http::field::content_type, "application/json");
    request.body() = asked.body;
    request.prepare_payload();
    return request;
}

bool come_again(unsigned status) { return status == 429 || status == 503; }

/// An answer, or the failure that came instead of one.
struct Attempt {
    HttpAnswer answer;
    std::exception_ptr failure;
};

awaitable<Attempt> attempt(HostPort server, HttpRequest request, std::chrono::seconds patience) {
    Attempt made;
    try {
        made.answer = co_await ask_once(std::move(server), std::move(request), patience);
    } catch (const boost::system::system_error&) {
        made.failure = std::current_exception();
    }
    co_return made;
}

}  // namespace

HostPort HostPort::parse(const std::string& text) {
    const auto colon = text.rfind(':');
    HostPort parsed;
    if (colon != std::string::npos) {
        parsed.host = text.substr(0, colon);
        const char* const end = text.data() + text.size();
        const auto read = std::from_chars(text.data() + colon + 1, end, parsed.port);
        if (read.ec == std::errc{} && read.ptr == end && parsed.port > 0) return parsed;
    }
    throw std::invalid_argument{"\"" + text + "\" is not host:port"};
}

awaitable<HttpAnswer> ask_once(HostPort server, HttpRequest request,
                               std::chrono::seconds patience) {
    const auto executor = co_await asio::this_coro::executor;
    beast::tcp_stream stream{executor};
    stream.expires_after(patience);
    const tcp::endpoint endpoint{asio::ip::make_address(server.host), server.port};
    co_await stream.async_connect(endpoint, use_awaitable);
    const auto message = make(server, request);
    co_await http::async_write(stream, message, use_awaitable);
    beast::flat_buffer buffer;
    http::response_parser<http::string_body> parser;
    parser.body_limit(max_answer_bytes);
    co_await http::async_read(stream, buffer, parser, use_awaitable);
    auto response = parser.release();
    HttpAnswer answer;
    answer.status = response.result_int();
    answer.etag = std::string{response[http::field::etag]};
    answer.body = std::move(response.body());
    co_return answer;
}

awaitable<HttpAnswer> ask(HostPort server, HttpRequest request, std::chrono::seconds patience) {
    const auto until = std::chrono::steady_clock::now() + patience;
    asio::steady_timer pause{co_await asio::this_coro::executor};
    std::chrono::milliseconds wait{50};
    for (;;) {
        const auto made = co_await attempt(server, request, patience);
        if (!made.failure && !come_again(made.answer.status)) co_return made.answer;
        if (std::chrono::steady_clock::now() + wait > until) {
            if (made.failure) std::rethrow_exception(made.failure);
            co_return made.answer;
        }
        pause.expires_after(wait);
        co_await pause.async_wait(use_awaitable);
        wait = std::min(wait * 2, std::chrono::milliseconds{1'000});
    }
}

}  // namespace liuhen::simulators
