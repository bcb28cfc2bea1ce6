// One at a time, in the order of arrival: a lock for coroutines of one thread.
#pragma once

#include "server/spawn.hpp"

#include <boost/asio/redirect_error.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>

#include <cassert>
#include <list>
#include <utility>

namespace liuhen::server {

/// Belongs to one executor; must outlive every pass.
class Turnstile {
public:
    /// The right to go on; gives way to the next in line when it ends.
    class Pass {
    public:
        Pass() = default;
        explicit Pass(Turnstile& at) : at_(&at) {}
        Pass(Pass&& other) noexcept : at_(std::exchange(other.at_, nullptr)) {}
        Pass& operator=(Pass&& other) noexcept {
            std::swap(at_, other.at_);
            return *this;
        }
        ~Pass() {
            if (at_ != nullptr) at_->leave();
        }

    private:
        Turnstile* at_ = nullptr;
    };

    awaitable<Pass> enter() {
        if (!busy_) {
            busy_ = true;
            co_return Pass{*this};
        }
        auto executor = co_await asio::this_coro::executor;
        Waiting waiting{*this, executor};
        boost::system::error_code woken;
        auto patience = asio::redirect_error(asio::use_awaitable, woken);
        co_await waiting.timer.async_wait(patience);
        waiting.served = true;
        co_return Pass{*this};
    }
    [[nodiscard]] bool is_free() const { return !busy_; }
    /// `enter()` of who finds it free.
    Pass enter_free() {
        assert(!busy_);
        busy_ = true;
        return Pass{*this};
    }

private:
    struct Waiting {
        Waiting(Turnstile& at, const asio::any_io_executor& executor)
            : turnstile(at), timer(executor, asio::steady_timer::time_point::max()) {
            turnstile.line_.push_back(this);
        }
        ~Waiting() {  // given up before it was served (the program stops)
            turnstile.line_.remove(this);
            if (called && !served) turnstile.leave();
        }
        Waiting(const Waiting&) = delete;
        Waiting& operator=(const Waiting&) = delete;
        Turnstile& turnstile;
        asio::steady_timer timer;
        bool called = false;
        bool served = false;
    };

    void leave() {
        if (line_.empty()) {
            busy_ = false;
            return;
        }
        Waiting* next = line_.front();
        line_.pop_front();
        next->called = true;
        next->timer.cancel();
    }

    bool busy_ = false;
    std::list<Waiting*> line_;
};

}  // namespace liuhen::server
