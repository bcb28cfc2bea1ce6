// A database that hangs says nothing at all: whoever waits on its socket waits for ever, unless
// somebody else cuts the line.
#pragma once

#include "server/clock.hpp"

#include <chrono>
#include <condition_variable>
#include <list>
#include <mutex>
#include <thread>

namespace liuhen::server {

/// A second descriptor of a socket, its own. libpq may close its descriptor whenever it notices a
/// fault, and the number may at once be another connection's; this one stays what it is.
class SocketHandle {
public:
    /// Throws std::system_error when the process has no descriptor left.
    explicit SocketHandle(int socket);
    ~SocketHandle();
    SocketHandle(const SocketHandle&) = delete;
    SocketHandle& operator=(const SocketHandle&) = delete;

    /// Whoever reads or writes there finds the line closed, also in the middle of waiting.
    void shut_down() const;

private:
    int descriptor_;
};

/// A thread that cuts connections whose time is up.
class Watchman {
public:
    Watchman();
    ~Watchman();
    Watchman(const Watchman&) = delete;
    Watchman& operator=(const Watchman&) = delete;

    /// While it lives the connection is watched; it is cut once, at `until` or within `look_every`
    /// of it.
    class Watch {
    public:
        Watch(Watchman& watchman, const SocketHandle& line, Monotonic until);
        ~Watch();
        Watch(const Watch&) = delete;
        Watch& operator=(const Watch&) = delete;
        [[nodiscard]] bool was_cut() const;

    private:
        friend class Watchman;
        Watchman& watchman_;
        const SocketHandle& line_;
        Monotonic until_;
        bool cut_ = false;
        std::list<Watch*>::iterator place_;
    };

    static constexpr std::chrono::milliseconds look_every{250};

private:
    void work();

    std::mutex mutex_;  // guards what follows
    std::list<Watch*> watches_;
    bool stopping_ = false;
    std::condition_variable stopped_;
    std::thread thread_;
};

}  // namespace liuhen::server
