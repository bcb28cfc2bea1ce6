// The end of a stop that cannot come to its own: a database that says nothing keeps whoever waits
// for it.
#pragma once

#include "server/clock.hpp"

#include <condition_variable>
#include <mutex>
#include <thread>

namespace liuhen::server {

/// Ends the process with 1 when it is still there at its time. Whatever is not committed by then
/// was answered to nobody, so nothing is lost by it.
class LastResort {
public:
    LastResort() = default;
    /// Takes it back.
    ~LastResort();
    LastResort(const LastResort&) = delete;
    LastResort& operator=(const LastResort&) = delete;

    /// Once.
    void set(Monotonic at);

private:
    void wait(Monotonic at);

    std::mutex mutex_;
    std::condition_variable wake_;
    bool over_ = false;
    std::thread thread_;
};

}  // namespace liuhen::server
