#include "server/http/session.hpp"

#include "server/file_type.hpp"
#include "server/http/answer.hpp"
#include "server/http/body_room.hpp"
#include "server/http/channel.hpp"
#include "server/http/forwarded.hpp"
#include "server/http/problem.hpp"
#include "server/http/rates.hpp"
#include "server/tls.hpp"

#include <boost/asio/redirect_error.hpp>
#include <boost/asio/write.hpp>
#include <boost/beast/core.hpp>
#include <boost/beast/http.hpp>

#include <iterator>

namespace liuhen::server::http {
namespace {

namespace beast = boost::beast;
namespace wire = boost::beast::http;
using boost::system::error_code;
using Parser = wire::request_parser<wire::string_body>;

constexpr std::chrono::seconds farewell_time{2};
constexpr std::size_t farewell_bytes = 1024 * 1024;
constexpr const char* server_name = "liuhen";

struct Connection {
    Connection(std::shared_ptr<Front> owner, Arrived arrived)
        : front(std::move(owner)),
          seat(std::move(arrived.seat)),
          stream(std::move(arrived.socket), std::move(arrived.tls)) {}
    // While the peer has to do something: send a request, or take an answer.
    [[nodiscard]] Seats::Waiting waiting() { return waiting_in(*seat); }
    [[nodiscard]] Seats::Waiting waiting_in(Seats::Seat& place) {
        return Seats::Waiting{place, [this] { stream.tcp().close(); }};
    }
    std::shared_ptr<Front> front;
    std::unique_ptr<Seats::Seat> seat;
    Channel stream;
    std::string certificate;  // of the client, as x5t#S256
    beast::flat_buffer buffer{max_header_bytes + 64 * 1024};
    asio::ip::address peer;
    bool over_tls = stream.tls() != nullptr;
    std::size_t served = 0;  ///< requests
};

enum class After : std::uint8_t { keep, close };

struct WireFault {
    wire::error error;
    unsigned status;
    std::string_view code;
};
constexpr WireFault wire_faults[] = {
    {wire::error::header_limit, 431, "HEADER_TOO_LARGE"},
    {wire::error::buffer_overflow, 431, "HEADER_TOO_LARGE"},
    {wire::error::body_limit, 413, "BODY_TOO_LARGE"},
};

// The answer to bytes that are no request; nullopt when the peer just left.
std::optional<Reply> answer_to(const error_code& error) {
    if (error.category() != make_error_code(wire::error::bad_method).category())
        return std::nullopt;
    if (error == wire::error::end_of_stream || error == wire::error::partial_message)
        return std::nullopt;
    for (const WireFault& row : wire_faults) {
        if (error == row.error) return refuse(row.status, row.code);
    }
    return refuse(400, "NOT_HTTP", "The bytes are no HTTP request.");
}

Verb verb_of(wire::verb verb) {
    if (verb == wire::verb::get || verb == wire::verb::head) return Verb::get;
    if (verb == wire::verb::post) return Verb::post;
    if (verb == wire::verb::put) return Verb::put;
    return verb == wire::verb::delete_ ? Verb::delete_ : Verb::other;
}

std::string lower(std::string text) {
    for (char& c : text) c = c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c;
    return text;
}

// All but the body.
std::optional<Request> to_request(const wire::request<wire::string_body>& message,
                                  const Connection& connection) {
    const auto raw = message.target();
    auto target = parse_target(std::string_view{raw.data(), raw.size()});
    if (!target) return std::nullopt;
    Request request;
    request.verb = verb_of(message.method());
    request.method = std::string{message.method_string()};
    request.path = std::move(target->path);
    request.query = std::move(target->query);
    for (const auto& field : message) {
        const auto [kept, first] = request.headers.try_emplace(
            lower(std::string{field.name_string()}), std::string{field.value()});
        if (!first) kept->second.append(", ").append(std::string{field.value()});
    }
    request.peer = household(
        client_of(connection.peer, request.header("x-forwarded-for"), connection.front->proxies));
    request.certificate = connection.certificate;
    request.over_tls = connection.over_tls;
    return request;
}

template <class Body>
void dress(wire::response<Body>& message, const Reply& reply, After after) {
    message.result(reply.status);
    message.set(wire::field::server, server_name);
    if (reply.status != 204) message.set(wire::field::content_type, reply.content_type);
    message.set("X-Content-Type-Options", "nosniff");
    for (const auto& [name, value] : reply.headers) message.set(name, value);
    message.keep_alive(after == After::keep);
}

awaitable<void> write_whole(Connection& connection, Reply reply, unsigned version, After after) {
    wire::response<wire::string_body> message;
    message.version(version);
    dress(message, reply, after);
    message.body() = std::move(reply.body);
    message.prepare_payload();
    const auto waiting = connection.waiting();
    connection.stream.tcp().expires_after(write_time);
    co_await wire::async_write(connection.stream, message, asio::use_awaitable);
}

// The answer to HEAD: what GET would have said of itself.
awaitable<void> write_head(Connection& connection, Reply reply, unsigned version, After after) {
    wire::response<wire::empty_body> message;
    message.version(version);
    dress(message, reply, after);
    if (!reply.stream) message.content_length(reply.body.size());
    const auto waiting = connection.waiting();
    connection.stream.tcp().expires_after(write_time);
    wire::response_serializer<wire::empty_body> serializer{message};
    co_await wire::async_write_header(connection.stream, serializer, asio::use_awaitable);
}

// A stream ends with its connection. One piece is in memory at a time: a reader that takes longer
// than `write_time` for it is dropped.
awaitable<void> write_stream(Connection& connection, Reply reply, unsigned version) {
    NextPiece next = std::move(reply.stream);
    reply.stream = nullptr;
    wire::response<wire::empty_body> message;
    message.version(version);
    dress(message, reply, After::close);
    wire::response_serializer<wire::empty_body> serializer{message};
    connection.stream.tcp().expires_after(write_time);
    co_await wire::async_write_header(connection.stream, serializer, asio::use_awaitable);
    for (;;) {
        connection.stream.tcp().expires_never();
        auto coming = next();
        const std::string piece = co_await std::move(coming);
        if (piece.empty()) co_return;
        connection.stream.tcp().expires_after(write_time);
        const auto bytes = asio::buffer(piece);
        co_await asio::async_write(connection.stream, bytes, asio::use_awaitable);
    }
}

// The peer has `header_time` for it, and a place of those who shake hands.
awaitable<After> shake_hands(Connection& connection, std::unique_ptr<Seats::Seat> shaking) {
    const auto waiting = connection.waiting();
    const auto among_shaking = connection.waiting_in(*shaking);
    error_code error;
    auto token = asio::redirect_error(asio::use_awaitable, error);
    connection.stream.tcp().expires_after(header_time);
    co_await connection.stream.tls()->async_handshake(asio::ssl::stream_base::server, token);
    if (error) co_return After::close;
    connection.certificate = thumbprint_of_peer(connection.stream.tls()->native_handle());
    co_return After::keep;
}

// Tells the peer that what it has read is all there was (RFC 8446 section 6.1).
awaitable<void> close_tls(Connection& connection) {
    const auto waiting = connection.waiting();
    error_code error;
    auto token = asio::redirect_error(asio::use_awaitable, error);
    connection.stream.tcp().expires_after(farewell_time);
    co_await connection.stream.tls()->async_shutdown(token);
}

// Lets a peer that still sends read the answer before the connection goes.
awaitable<void> say_farewell(Connection& connection) {
    error_code error;
    connection.stream.tcp().socket().shutdown(asio::ip::tcp::socket::shutdown_send, error);
    connection.buffer.clear();
    const auto waiting = connection.waiting();
    connection.stream.tcp().expires_after(farewell_time);
    auto token = asio::redirect_error(asio::use_awaitable, error);
    for (std::size_t taken = 0; !error && taken < farewell_bytes;) {
        const auto room = connection.buffer.prepare(8 * 1024);
        taken += co_await connection.stream.async_read_some(room, token);
    }
}

// Waits for the first byte of the next request; one that never sent any is not waited for long.
awaitable<After> await_request(Connection& connection) {
    if (connection.buffer.size() > 0) co_return After::keep;
    const auto waiting = connection.waiting();
    error_code error;
    auto token = asio::redirect_error(asio::use_awaitable, error);
    connection.stream.tcp().expires_after(connection.served == 0 ? header_time : idle_time);
    const auto room = connection.buffer.prepare(4 * 1024);
    const std::size_t taken = co_await connection.stream.async_read_some(room, token);
    connection.buffer.commit(taken);
    co_return error ? After::close : After::keep;
}

// A body in a coding that is not read here: where it ends is anybody's guess, and what follows it
// would be taken for a request (RFC 9112 section 6.3).
bool is_coded_otherwise(const wire::request<wire::string_body>& message) {
    const auto codings = message.equal_range(wire::field::transfer_encoding);
    if (codings.first == codings.second) return false;
    return std::next(codings.first) != codings.second ||
           !beast::iequals(codings.first->value(), "chunked");
}

awaitable<error_code> read_header(Connection& connection, Parser& parser) {
    const auto waiting = connection.waiting();
    error_code error;
    auto token = asio::redirect_error(asio::use_awaitable, error);
    connection.stream.tcp().expires_after(header_time);
    co_await wire::async_read_header(connection.stream, connection.buffer, parser, token);
    connection.stream.tcp().expires_never();
    if (error) co_return error;
    if (is_coded_otherwise(parser.get()))
        co_return make_error_code(wire::error::bad_transfer_encoding);
    co_return error;
}

awaitable<error_code> read_body(Connection& connection, Parser& parser, const BodyRoom& room) {
    const auto waiting = connection.waiting();
    error_code error;
    if (parser.content_length().value_or(0) > room.bytes)
        co_return make_error_code(wire::error::body_limit);
    parser.body_limit(room.bytes);
    auto token = asio::redirect_error(asio::use_awaitable, error);
    connection.stream.tcp().expires_after(room.time);
    if (beast::iequals(parser.get()[wire::field::expect], "100-continue")) {
        constexpr std::string_view go_on = "HTTP/1.1 100 Continue\r\n\r\n";
        const auto bytes = asio::buffer(go_on.data(), go_on.size());
        co_await asio::async_write(connection.stream, bytes, token);
        if (error) co_return error;
    }
    co_await wire::async_read(connection.stream, connection.buffer, parser, token);
    connection.stream.tcp().expires_never();
    co_return error;
}

// The last word to a peer whose request was not read to its end.
awaitable<After> turn_back(Connection& connection, Reply refusal) {
    co_await write_whole(connection, std::move(refusal), 11, After::close);
    co_await say_farewell(connection);
    co_return After::close;
}

awaitable<After> complain(Connection& connection, error_code error) {
    auto refusal = answer_to(error);
    if (!refusal) co_return After::close;
    connection.front->metrics.request_answered("none", static_cast<int>(refusal->status));
    auto turning = turn_back(connection, *std::move(refusal));
    co_return co_await std::move(turning);
}

awaitable<BodyRoom> make_room(Connection& connection, const Parser& parser,
                              const std::optional<Request>& request) {
    if (!request) co_return BodyRoom{};
    std::optional<std::uint64_t> announced;
    if (!parser.chunked()) announced = parser.content_length().value_or(0);
    auto asking = room_for_body(*connection.front, *request, announced);
    co_return co_await std::move(asking);
}

awaitable<After> serve_one(Connection& connection) {
    Parser parser;
    parser.header_limit(max_header_bytes);
    parser.body_limit(max_file_bytes);
    error_code error = co_await read_header(connection, parser);
    if (error) co_return co_await complain(connection, error);
    auto request = to_request(parser.get(), connection);
    BodyRoom room = co_await make_room(connection, parser, request);
    if (room.refusal) co_return co_await turn_back(connection, *std::move(room.refusal));
    error = co_await read_body(connection, parser, room);
    if (error) co_return co_await complain(connection, error);
    const unsigned version = parser.get().version();
    const bool head = parser.get().method() == wire::verb::head;
    const bool stopping = connection.front->health.stopping;
    const After after = parser.get().keep_alive() && !stopping ? After::keep : After::close;
    if (request) request->body = std::move(parser.get().body());
    Reply reply = refuse(400, "BAD_TARGET", "The address cannot be read.");
    if (request) reply = co_await answer(*connection.front, *std::move(request));
    room.place.reset();
    if (head)
        co_await write_head(connection, std::move(reply), version, after);
    else if (reply.stream)
        co_await write_stream(connection, std::move(reply), version);
    else {
        co_await write_whole(connection, std::move(reply), version, after);
        co_return after;
    }
    co_return head ? after : After::close;
}

}  // namespace

void turn_away(asio::ip::tcp::socket& socket, Seats::Full why) {
    Reply reply = why == Seats::Full::address_at_work
                      ? slow_down("TOO_MANY_CONNECTIONS", "This address has too many connections.",
                                  std::chrono::seconds{2})
                      : unavailable("TOO_MANY_CONNECTIONS", "All connections are at work.");
    wire::response<wire::string_body> message;
    dress(message, reply, After::close);
    message.body() = std::move(reply.body);
    message.prepare_payload();
    error_code error;
    socket.non_blocking(true, error);
    wire::write(socket, message, error);
    socket.shutdown(asio::ip::tcp::socket::shutdown_send, error);
}

awaitable<void> converse(std::shared_ptr<Front> front, Arrived arrived) {
    error_code error;
    auto shaking = std::move(arrived.shaking);
    Connection connection{std::move(front), std::move(arrived)};
    connection.peer = connection.stream.tcp().socket().remote_endpoint(error).address();
    connection.stream.tcp().socket().set_option(asio::ip::tcp::no_delay{true}, error);
    auto after = After::keep;
    try {
        if (connection.over_tls) after = co_await shake_hands(connection, std::move(shaking));
        while (after == After::keep) {
            after = co_await await_request(connection);
            if (after == After::keep) after = co_await serve_one(connection);
            ++connection.served;
        }
        if (connection.over_tls && connection.served > 0) co_await close_tls(connection);
    } catch (const boost::system::system_error&) {
        // The peer left, or was too slow, while it was written to.
    }
    connection.stream.tcp().socket().shutdown(asio::ip::tcp::socket::shutdown_both, error);
}

}  // namespace liuhen::server::http
