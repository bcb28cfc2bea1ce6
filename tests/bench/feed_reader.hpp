// A reader of the alert stream on a socket of its own, for measurements.
#pragma once

#include <arpa/inet.h>
#include <array>
#include <atomic>
#include <chrono>
#include <cstdint>
#include <functional>
#include <netinet/in.h>
#include <stdexcept>
#include <string>
#include <string_view>
#include <sys/socket.h>
#include <unistd.h>

namespace liuhen::bench {

using FeedClock = std::chrono::steady_clock;

/// Reads `GET /v1/alerts/stream` from the beginning of the feed.
class FeedReader {
public:
    FeedReader(std::uint16_t port, const std::string& token)
        : socket_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
        sockaddr_in to{};
        to.sin_family = AF_INET;
        to.sin_port = htons(port);
        to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        const timeval patience{.tv_sec = 0, .tv_usec = 200'000};
        ::setsockopt(socket_, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
        const void* address = &to;
        if (::connect(socket_, static_cast<const sockaddr*>(address), sizeof to) != 0)
            throw std::runtime_error{"the feed cannot be reached"};
        const std::string request =
            "GET /v1/alerts/stream?tier=A,B,C HTTP/1.1\r\nHost: bench\r\nAuthorization: Bearer " +
            token + "\r\n\r\n";
        if (::send(socket_, request.data(), request.size(), MSG_NOSIGNAL) < 0)
            throw std::runtime_error{"the feed did not take the request"};
    }
    ~FeedReader() { ::close(socket_); }
    FeedReader(const FeedReader&) = delete;
    FeedReader& operator=(const FeedReader&) = delete;

    /// Hands each event's JSON to `take` with when it was read, until `stop`. Throws
    /// std::runtime_error when the server ends the stream or refuses it.
    void read(const std::function<void(std::string_view, FeedClock::time_point)>& take,
              const std::function<bool()>& stop) {
        std::array<char, 64 * 1024> part;
        while (!stop()) {
            const auto n = ::recv(socket_, part.data(), part.size(), 0);
            const auto now = FeedClock::now();
            if (n < 0 && errno == EAGAIN) continue;
            if (n <= 0) throw std::runtime_error{"the feed ended: " + text_.substr(0, 200)};
            text_.append(part.data(), static_cast<std::size_t>(n));
            hand_on(take, now);
        }
    }

private:
    void hand_on(const std::function<void(std::string_view, FeedClock::time_point)>& take,
                 FeedClock::time_point now) {
        constexpr std::string_view mark = "\ndata: ";
        std::size_t done = 0;
        for (;;) {
            const auto begun = text_.find(mark, done);
            const auto end = begun == std::string::npos ? begun : text_.find('\n', begun + 1);
            if (end == std::string::npos) break;
            const auto from = begun + mark.size();
            take(std::string_view{text_}.substr(from, end - from), now);
            done = end;
        }
        text_.erase(0, done);
    }

    int socket_;
    std::string text_;
};

}  // namespace liuhen::bench
