#include "server/watchman.hpp"

#include <cerrno>
#include <fcntl.h>
#include <sys/socket.h>
#include <system_error>
#include <unistd.h>
#include <utility>

namespace liuhen::server {

SocketHandle::SocketHandle(int socket) : descriptor_(::fcntl(socket, F_DUPFD_CLOEXEC, 0)) {
    if (descriptor_ < 0) throw std::system_error{errno, std::generic_category(), "fcntl"};
}

SocketHandle::~SocketHandle() { ::close(descriptor_); }

void SocketHandle::shut_down() const { ::shutdown(descriptor_, SHUT_RDWR); }

Watchman::Watchman() : thread_([this] { work(); }) {}

Watchman::~Watchman() {
    {
        const std::lock_guard lock{mutex_};
        stopping_ = true;
    }
    stopped_.notify_all();
    thread_.join();
}

void Watchman::work() {
    std::unique_lock lock{mutex_};
    while (!stopped_.wait_for(lock, look_every, [this] { return stopping_; })) {
        const auto now = monotonic();
        for (Watch* one : watches_) {
            if (now < one->until_ || std::exchange(one->cut_, true)) continue;
            one->line_.shut_down();
        }
    }
}

Watchman::Watch::Watch(Watchman& watchman, const SocketHandle& line, Monotonic until)
    : watchman_(watchman), line_(line), until_(until) {
    const std::lock_guard lock{watchman_.mutex_};
    place_ = watchman_.watches_.insert(watchman_.watches_.end(), this);
}

Watchman::Watch::~Watch() {
    const std::lock_guard lock{watchman_.mutex_};
    watchman_.watches_.erase(place_);
}

bool Watchman::Watch::was_cut() const {
    const std::lock_guard lock{watchman_.mutex_};
    return cut_;
}

}  // namespace liuhen::server
