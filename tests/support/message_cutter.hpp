// A line to PostgreSQL that breaks at a message of one's choice: the frontend/backend protocol is
// cut into its messages (PostgreSQL documentation, "Message Formats"), and the first connection is
// harmed at one of them. Later connections pass untouched.
#pragma once

#include <algorithm>
#include <array>
#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <filesystem>
#include <optional>
#include <poll.h>
#include <stdexcept>
#include <stdlib.h>
#include <string>
#include <sys/socket.h>
#include <sys/un.h>
#include <thread>
#include <unistd.h>
#include <vector>

namespace liuhen::test {

struct LineFault {
    enum class Kind : std::uint8_t {
        cut,       ///< both ends are closed; what comes after is never delivered
        cut_half,  ///< the same, with half of the next message delivered
        hold,      ///< nothing passes for a while, then all of it
    } kind{};
    std::size_t after = SIZE_MAX;       ///< messages of both sides together that pass before
    std::chrono::milliseconds time{0};  ///< of `hold`
};

/// Listens on a socket of its own and forwards to the one at `far`.
class MessageCutter {
public:
    MessageCutter(std::string far, LineFault fault) : far_(std::move(far)), fault_(fault) {
        std::string pattern = "/tmp/lh-cut-XXXXXX";
        if (::mkdtemp(pattern.data()) == nullptr) throw std::runtime_error{"mkdtemp"};
        folder_ = pattern;
        door_ = ::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
        const auto own = address(folder_ + "/.s.PGSQL.5432");
        const void* name = &own;
        if (::bind(door_, static_cast<const sockaddr*>(name), sizeof own) != 0 ||
            ::listen(door_, 8) != 0) {
            throw std::runtime_error{"cannot listen in " + folder_};
        }
        admitting_ = std::thread{[this] { admit(); }};
    }
    ~MessageCutter() {
        ending_ = true;
        admitting_.join();
        for (auto& line : lines_) line.join();
        ::close(door_);
        std::error_code ignored;
        std::filesystem::remove_all(folder_, ignored);
    }
    MessageCutter(const MessageCutter&) = delete;
    MessageCutter& operator=(const MessageCutter&) = delete;

    /// The folder that stands for the host in a conninfo.
    [[nodiscard]] const std::string& folder() const { return folder_; }
    /// Messages of the first connection that passed so far.
    [[nodiscard]] std::size_t passed() const { return passed_; }
    [[nodiscard]] bool has_struck() const { return struck_; }

private:
    using Bytes = std::vector<char>;
    struct Side {
        int from = -1, to = -1;
        bool starting = false;  ///< the frontend's first message has no type
        Bytes held{};
    };

    static sockaddr_un address(const std::string& path) {
        sockaddr_un one{};
        one.sun_family = AF_UNIX;
        if (path.size() >= sizeof one.sun_path) throw std::runtime_error{"path too long: " + path};
        std::memcpy(one.sun_path, path.c_str(), path.size() + 1);
        return one;
    }
    void admit() {
        for (bool first = true; !ending_;) {
            pollfd wish{door_, POLLIN, 0};
            if (::poll(&wish, 1, 50) <= 0) continue;
            const int near = ::accept(door_, nullptr, nullptr);
            const int far = ::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
            const auto there = address(far_);
            const void* name = &there;
            if (near < 0 || ::connect(far, static_cast<const sockaddr*>(name), sizeof there) != 0) {
                ::close(near);
                ::close(far);
                continue;
            }
            lines_.emplace_back([this, near, far, first] { carry(near, far, first); });
            first = false;
        }
    }
    void carry(int near, int far, bool harmed) {
        std::array<Side, 2> sides{Side{.from = near, .to = far, .starting = true},
                                  Side{.from = far, .to = near}};
        bool open = true;
        while (open && !ending_) {
            std::array<pollfd, 2> wishes{pollfd{near, POLLIN, 0}, pollfd{far, POLLIN, 0}};
            if (::poll(wishes.data(), wishes.size(), 50) <= 0) continue;
            for (std::size_t i = 0; i < sides.size() && open; ++i) {
                if (wishes[i].revents != 0) open = take(sides[i]) && forward(sides[i], harmed);
            }
        }
        ::close(near);
        ::close(far);
    }
    static bool take(Side& side) {
        std::array<char, 16'384> chunk{};
        const auto got = ::recv(side.from, chunk.data(), chunk.size(), 0);
        if (got <= 0) return false;
        side.held.insert(side.held.end(), chunk.begin(), chunk.begin() + got);
        return true;
    }
    // False: the line is over.
    bool forward(Side& side, bool harmed) {
        while (const auto length = message_in(side)) {
            if (harmed && passed_ == fault_.after && !struck_) {
                struck_ = true;
                if (fault_.kind == LineFault::Kind::cut) return false;
                if (fault_.kind == LineFault::Kind::cut_half) {
                    static_cast<void>(send(side, *length / 2));
                    return false;
                }
                std::this_thread::sleep_for(fault_.time);
            }
            if (!send(side, *length)) return false;
            side.starting = false;
            if (harmed) ++passed_;
        }
        return true;
    }
    static bool send(Side& side, std::size_t bytes) {
        for (std::size_t sent = 0; sent < bytes;) {
            const auto n = ::send(side.to, side.held.data() + sent, bytes - sent, MSG_NOSIGNAL);
            if (n <= 0) return false;
            sent += static_cast<std::size_t>(n);
        }
        side.held.erase(side.held.begin(), side.held.begin() + static_cast<std::ptrdiff_t>(bytes));
        return true;
    }
    // The length of the whole message that is held, with its type and length.
    static std::optional<std::size_t> message_in(const Side& side) {
        const std::size_t type = side.starting ? 0 : 1;
        if (side.held.size() < type + 4) return std::nullopt;
        std::size_t length = 0;
        for (std::size_t i = type; i < type + 4; ++i) {
            length = length << 8U | static_cast<unsigned char>(side.held[i]);
        }
        if (side.held.size() < type + length) return std::nullopt;
        return type + length;
    }

    std::string far_, folder_;
    LineFault fault_;
    int door_ = -1;
    std::atomic<bool> ending_{false}, struck_{false};
    std::atomic<std::size_t> passed_{0};
    std::vector<std::thread> lines_;  // of the admitting thread, until it has ended
    std::thread admitting_;
};

}  // namespace liuhen::test
