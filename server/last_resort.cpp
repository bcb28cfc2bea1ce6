#include "server/last_resort.hpp"

#include "server/log.hpp"

#include <cstdlib>

namespace liuhen::server {

LastResort::~LastResort() {
    {
        const std::lock_guard lock{mutex_};
        over_ = true;
    }
    wake_.notify_all();
    if (thread_.joinable()) thread_.join();
}

void LastResort::set(Monotonic at) {
    if (!thread_.joinable()) thread_ = std::thread{[this, at] { wait(at); }};
}

void LastResort::wait(Monotonic at) {
    std::unique_lock lock{mutex_};
    if (wake_.wait_until(lock, at, [this] { return over_; })) return;
    log::warn("server.stopped_short", {{"fault", "something that was waited for did not end"}});
    log::flush();
    std::_Exit(1);
}

}  // namespace liuhen::server
