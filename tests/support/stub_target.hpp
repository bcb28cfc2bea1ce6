// What a server's own requests arrive at: one loopback port that keeps what it was sent and answers
// with whatever bytes a test likes, over TLS or in clear. It speaks HTTP by hand, so that it can
// speak it badly.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/read.hpp>
#include <boost/asio/read_until.hpp>
#include <boost/asio/ssl.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>

#include <algorithm>
#include <chrono>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <sstream>
#include <string>
#include <thread>
#include <utility>
#include <vector>

namespace liuhen::test {

namespace asio = boost::asio;

/// One request as it came.
struct Taken {
    std::string line;                            ///< "POST /path HTTP/1.1"
    std::map<std::string, std::string> headers;  ///< names in lower case
    std::string body;

    [[nodiscard]] std::string header(const std::string& name) const {
        const auto found = headers.find(name);
        return found == headers.end() ? std::string{} : found->second;
    }
};

struct StubReply {
    std::string bytes;  ///< the whole answer; empty: silence until the peer goes
    std::chrono::milliseconds drop_every{0};  ///< a byte at a time, this far apart
};
inline StubReply stub_status(int status, const std::string& more = {}) {
    return {"HTTP/1.1 " + std::to_string(status) + " Said\r\n" + more +
            "Content-Length: 0\r\nConnection: close\r\n\r\n"};
}
inline StubReply stub_body(const std::string& body) {
    return {"HTTP/1.1 200 OK\r\nContent-Length: " + std::to_string(body.size()) +
            "\r\nConnection: close\r\n\r\n" + body};
}

class StubTarget {
public:
    using Answer = std::function<StubReply(const Taken&)>;
    struct Tls {
        std::string certificate, key;  ///< PEM files
        std::string authorities{};     ///< the same: who signs the certificate it wants to see
    };

    explicit StubTarget(Answer answer, const char* address = "127.0.0.1")
        : answer_(std::move(answer)), acceptor_(io_, {asio::ip::make_address(address), 0}) {
        begin();
    }
    StubTarget(Answer answer, const Tls& tls)
        : answer_(std::move(answer)), acceptor_(io_, {asio::ip::address_v4::loopback(), 0}) {
        tls_ = std::make_unique<asio::ssl::context>(asio::ssl::context::tls_server);
        tls_->use_certificate_chain_file(tls.certificate);
        tls_->use_private_key_file(tls.key, asio::ssl::context::pem);
        if (!tls.authorities.empty()) {
            tls_->load_verify_file(tls.authorities);
            tls_->set_verify_mode(asio::ssl::verify_peer | asio::ssl::verify_fail_if_no_peer_cert);
        }
        begin();
    }
    ~StubTarget() {
        io_.stop();
        thread_.join();
    }
    StubTarget(const StubTarget&) = delete;
    StubTarget& operator=(const StubTarget&) = delete;

    [[nodiscard]] std::string port() const {
        return std::to_string(acceptor_.local_endpoint().port());
    }
    [[nodiscard]] std::string url(const std::string& host = "127.0.0.1") const {
        return (tls_ ? "https://" : "http://") + host + ":" + port() + "/hook";
    }
    [[nodiscard]] std::vector<Taken> taken() const {
        const std::scoped_lock lock{mutex_};
        return taken_;
    }
    [[nodiscard]] std::size_t connections() const {
        const std::scoped_lock lock{mutex_};
        return connections_;
    }

private:
    void begin() {
        asio::co_spawn(io_, accept(), asio::detached);
        thread_ = std::thread{[this] { io_.run(); }};
    }
    asio::awaitable<void> accept() {
        for (;;) {
            auto socket = co_await acceptor_.async_accept(asio::use_awaitable);
            {
                const std::scoped_lock lock{mutex_};
                ++connections_;
            }
            if (tls_) {
                asio::co_spawn(io_, hand_shake(std::move(socket)), asio::detached);
            } else {
                asio::co_spawn(io_, serve(std::move(socket)), asio::detached);
            }
        }
    }
    asio::awaitable<void> hand_shake(asio::ip::tcp::socket socket) {
        asio::ssl::stream<asio::ip::tcp::socket> stream{std::move(socket), *tls_};
        co_await stream.async_handshake(asio::ssl::stream_base::server, asio::use_awaitable);
        co_await serve(std::move(stream));
    }
    template <class Stream>
    asio::awaitable<void> serve(Stream stream) {
        std::string bytes;
        const auto head = co_await asio::async_read_until(stream, asio::dynamic_buffer(bytes),
                                                          "\r\n\r\n", asio::use_awaitable);
        Taken one = read_head(bytes.substr(0, head));
        one.body = bytes.substr(head);
        const std::string announced = one.header("content-length");
        const std::size_t length = announced.empty() ? 0 : std::stoul(announced);
        if (one.body.size() < length) {
            std::string rest(length - one.body.size(), '\0');
            co_await asio::async_read(stream, asio::buffer(rest), asio::use_awaitable);
            one.body += rest;
        }
        const StubReply reply = answer(std::move(one));
        co_await say(stream, reply);
    }
    template <class Stream>
    static asio::awaitable<void> say(Stream& stream, const StubReply& reply) {
        if (reply.bytes.empty()) {
            char one = 0;
            co_await stream.async_read_some(asio::buffer(&one, 1), asio::use_awaitable);
        }
        if (reply.drop_every.count() == 0) {
            co_await asio::async_write(stream, asio::buffer(reply.bytes), asio::use_awaitable);
            co_return;
        }
        auto executor = co_await asio::this_coro::executor;
        asio::steady_timer pause{executor};
        for (const char& byte : reply.bytes) {
            co_await asio::async_write(stream, asio::buffer(&byte, 1), asio::use_awaitable);
            pause.expires_after(reply.drop_every);
            co_await pause.async_wait(asio::use_awaitable);
        }
    }
    StubReply answer(Taken one) {
        {
            const std::scoped_lock lock{mutex_};
            taken_.push_back(one);
        }
        return answer_(one);
    }
    static Taken read_head(const std::string& head) {
        Taken one;
        std::istringstream in{head};
        std::getline(in, one.line);
        one.line.resize(one.line.size() - 1);
        for (std::string line; std::getline(in, line) && line != "\r";) {
            const auto colon = line.find(": ");
            if (colon == std::string::npos) continue;
            std::string name = line.substr(0, colon);
            std::transform(name.begin(), name.end(), name.begin(),
                           [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
            one.headers[name] = line.substr(colon + 2, line.size() - colon - 3);
        }
        return one;
    }

    Answer answer_;
    asio::io_context io_{1};
    asio::ip::tcp::acceptor acceptor_;
    std::unique_ptr<asio::ssl::context> tls_;
    mutable std::mutex mutex_;
    std::vector<Taken> taken_;
    std::size_t connections_ = 0;
    std::thread thread_;
};

}  // namespace liuhen::test
