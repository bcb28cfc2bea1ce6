// A device's side of a TCP connection, blocking and with time-outs.
#pragma once

#include "simulators/lock.hpp"
#include "simulators/terminal.hpp"

#include <algorithm>
#include <arpa/inet.h>
#include <array>
#include <chrono>
#include <cstdint>
#include <cstring>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <optional>
#include <poll.h>
#include <span>
#include <stdexcept>
#include <string>
#include <string_view>
#include <sys/socket.h>
#include <unistd.h>
#include <utility>

namespace liuhen::test {

class Wire {
public:
    /// From `source`, an address of the loopback network, when there is one.
    explicit Wire(std::uint16_t port, const char* source = nullptr)
        : fd_{::socket(AF_INET, SOCK_STREAM, 0)} {
        sockaddr_in address{};
        if (source != nullptr) {
            address.sin_family = AF_INET;
            ::inet_pton(AF_INET, source, &address.sin_addr);
            if (::bind(fd_, reinterpret_cast<sockaddr*>(&address), sizeof address) != 0) {
                ::close(fd_);
                throw std::runtime_error{std::string{"cannot be "} + source};
            }
        }
        address.sin_family = AF_INET;
        address.sin_port = htons(port);
        address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        if (::connect(fd_, reinterpret_cast<sockaddr*>(&address), sizeof address) != 0) {
            const int fault = errno;
            ::close(fd_);
            throw std::runtime_error{std::string{"cannot connect: "} + std::strerror(fault)};
        }
        const int on = 1;
        ::setsockopt(fd_, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    }
    ~Wire() {
        if (fd_ >= 0) ::close(fd_);
    }
    Wire(Wire&& other) noexcept : fd_{std::exchange(other.fd_, -1)} {}
    Wire& operator=(Wire&& other) noexcept {
        std::swap(fd_, other.fd_);
        return *this;
    }

    enum class Sent : std::uint8_t { whole, broken };
    Sent send(std::span<const std::byte> bytes) const {
        while (!bytes.empty()) {
            const auto n = ::send(fd_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
            if (n <= 0) return Sent::broken;
            bytes = bytes.subspan(static_cast<std::size_t>(n));
        }
        return Sent::whole;
    }
    Sent send(std::string_view text) const { return send(std::as_bytes(std::span{text})); }

    /// What arrives next; empty when nothing came in time or the other side hung up.
    telematics::Bytes read(std::chrono::milliseconds patience) {
        pollfd wanted{fd_, POLLIN, 0};
        if (::poll(&wanted, 1, static_cast<int>(patience.count())) <= 0) return {};
        std::array<std::byte, 8192> chunk{};
        const auto n = ::recv(fd_, chunk.data(), chunk.size(), 0);
        if (n <= 0) {
            hung_up_ = true;
            return {};
        }
        return {chunk.begin(), chunk.begin() + n};
    }
    /// Whether the other side closed the connection within `patience`.
    [[nodiscard]] bool is_hung_up_within(std::chrono::milliseconds patience) {
        const auto until = std::chrono::steady_clock::now() + patience;
        while (!hung_up_ && std::chrono::steady_clock::now() < until) {
            read(std::chrono::milliseconds{50});
        }
        return hung_up_;
    }

private:
    int fd_;
    bool hung_up_ = false;
};

/// A terminal on a wire, driven by the test's own thread.
class WiredTruck {
public:
    WiredTruck(std::string number, std::string plate, std::uint16_t port,
               std::string_view edition = "2013",
               const simulators::Model& model = simulators::models().front())
        : port_{port},
          terminal_{std::move(number),     edition, std::move(plate), {}, std::chrono::seconds{10},
                    simulators::Chance{1}, model} {}

    simulators::Terminal& terminal() { return terminal_; }
    /// What it talks on, once connected.
    Wire& wire() { return wire_.value(); }

    /// Connects (again) and waits until it is authenticated.
    void connect(std::chrono::seconds patience = std::chrono::seconds{10}) {
        wire_.emplace(port_);
        wire_->send(terminal_.greet(std::chrono::steady_clock::now()));
        const auto until = std::chrono::steady_clock::now() + patience;
        while (terminal_.standing() != simulators::Terminal::Standing::talking) {
            if (std::chrono::steady_clock::now() > until) throw std::runtime_error{"no log-in"};
            pump(Instant{}, std::chrono::milliseconds{20});
        }
    }
    void disconnect() {
        wire_.reset();
        terminal_.lost();
    }
    /// Sends what is due and hears what comes within `time`.
    void pump(Instant now, std::chrono::milliseconds time) {
        const auto bytes = terminal_.due(now, std::chrono::steady_clock::now());
        if (!bytes.empty()) wire_->send(bytes);
        terminal_.hear(wire_->read(time));
    }
    /// Whether everything recorded was acknowledged within `patience`.
    [[nodiscard]] bool is_settled_within(Instant now, std::chrono::milliseconds patience) {
        const auto until = std::chrono::steady_clock::now() + patience;
        while (!terminal_.settled() && std::chrono::steady_clock::now() < until) {
            pump(now, std::chrono::milliseconds{5});
        }
        return terminal_.settled();
    }

private:
    std::uint16_t port_;
    simulators::Terminal terminal_;
    std::optional<Wire> wire_;
};

/// Any other device on a wire, driven by the test's own thread; `D` is made from `what`.
template <class D>
class Wired {
public:
    template <class... What>
    explicit Wired(std::uint16_t port, What&&... what)
        : wire_{port}, device_{std::forward<What>(what)...} {
        wire_.send(device_.greet(std::chrono::steady_clock::now()));
    }
    D& device() { return device_; }
    /// Sends what is due and hears what comes within `time`.
    void pump(Instant now, std::chrono::milliseconds time) {
        const auto bytes = device_.due(now, std::chrono::steady_clock::now());
        if (!bytes.empty()) wire_.send(bytes);
        device_.hear(wire_.read(time));
    }
    /// Whether everything recorded was acknowledged within `patience`.
    [[nodiscard]] bool is_settled_within(Instant now, std::chrono::milliseconds patience) {
        const auto until = std::chrono::steady_clock::now() + patience;
        do pump(now, std::chrono::milliseconds{5});
        while (!device_.settled() && std::chrono::steady_clock::now() < until);
        return device_.settled();
    }

private:
    Wire wire_;
    D device_;
};

/// A lock on a wire, driven by the test's own thread.
class WiredLock {
public:
    WiredLock(std::string number, std::uint16_t port)
        : port_{port},
          lock_{std::move(number), {}, std::chrono::seconds{10}, simulators::Chance{2}} {}

    simulators::Lock& lock() { return lock_; }
    /// Connects (again); the server knows it by what it says first.
    void connect() {
        wire_.emplace(port_);
        wire_->send(lock_.greet(std::chrono::steady_clock::now()));
    }
    void disconnect() {
        wire_.reset();
        lock_.lost();
    }
    /// Hears what comes within `time` and says nothing.
    void listen(std::chrono::milliseconds time) { lock_.hear(wire_->read(time)); }
    /// Sends what is due and hears what comes within `time`.
    void pump(Instant now, std::chrono::milliseconds time) {
        const auto bytes = lock_.due(now, std::chrono::steady_clock::now());
        if (!bytes.empty()) wire_->send(bytes);
        lock_.hear(wire_->read(time));
    }
    [[nodiscard]] bool is_connected() const { return wire_.has_value(); }
    /// What the platform told it so far that begins with `head`, "(P43".
    [[nodiscard]] std::ptrdiff_t told(std::string_view head) const {
        return std::ranges::count_if(lock_.latch().told(),
                                     [=](const std::string& one) { return one.starts_with(head); });
    }

private:
    std::uint16_t port_;
    simulators::Lock lock_;
    std::optional<Wire> wire_;
};

}  // namespace liuhen::test
