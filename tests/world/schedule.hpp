// Simulated time: what is to happen, in the order in which it happens, on one thread.
#pragma once

#include "base/time.hpp"
#include "server/spawn.hpp"

#include <boost/asio/any_completion_handler.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>

#include <algorithm>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <utility>
#include <vector>

namespace liuhen::world {

namespace asio = boost::asio;
using asio::awaitable;

class Bell;

/// Events of the same instant happen in the order in which they were asked for. An event may run
/// the time itself: whoever blocks in it lets everything else happen meanwhile.
class Schedule {
public:
    explicit Schedule(Instant begin) : now_(begin) {}

    [[nodiscard]] Instant now() const { return now_; }
    [[nodiscard]] std::uint64_t happened() const { return happened_; }
    void after(Duration delay, std::function<void()> event) {
        const auto when = now_ + std::max(delay, Duration{0});
        events_.emplace(std::pair{when, next_++}, std::move(event));
    }
    void run_until(Instant end) {
        settle();
        while (!events_.empty() && events_.begin()->first.first <= end) {
            auto event = events_.extract(events_.begin());
            now_ = std::max(now_, event.key().first);
            ++happened_;
            event.mapped()();
            settle();
        }
        now_ = std::max(now_, end);
    }
    void run_for(Duration time) { run_until(now_ + time); }

    /// Coroutines of `context` run from here on, as long as it lives.
    void add(asio::io_context& context) { contexts_.push_back(&context); }
    void remove(asio::io_context& context) { std::erase(contexts_, &context); }
    void waits(Bell& bell) { waiting_.insert(&bell); }
    void stops_waiting(Bell& bell) { waiting_.erase(&bell); }
    /// Nothing happens any more: ends every coroutine that waits, and forgets every event.
    void close();
    /// A coroutine can go on.
    void wake() { woken_ = true; }

private:
    void settle() {
        while (std::exchange(woken_, false)) {
            for (std::size_t i = 0; i < contexts_.size(); ++i) {
                contexts_[i]->restart();
                if (contexts_[i]->poll() > 0) woken_ = true;
            }
        }
    }

    Instant now_;
    std::map<std::pair<Instant, std::uint64_t>, std::function<void()>> events_;
    std::uint64_t next_ = 0;
    std::uint64_t happened_ = 0;
    std::vector<asio::io_context*> contexts_;
    std::set<Bell*> waiting_;
    bool woken_ = false;
};

/// One coroutine waits, somebody rings; a ring before the wait is not lost. Whoever waits is owned
/// by its bell.
class Bell : public std::enable_shared_from_this<Bell> {
public:
    explicit Bell(Schedule& schedule) : schedule_(schedule) {}
    ~Bell() { schedule_.stops_waiting(*this); }
    Bell(const Bell&) = delete;
    Bell& operator=(const Bell&) = delete;

    awaitable<void> wait() {
        if (!std::exchange(rung_, false)) {
            auto initiate = [](auto handler, Bell* bell) {
                bell->executor_ = asio::get_associated_executor(handler);
                bell->waiting_.emplace(std::move(handler));
                bell->schedule_.waits(*bell);
            };
            auto waiting = asio::async_initiate<const asio::use_awaitable_t<>, void()>(
                std::move(initiate), asio::use_awaitable, this);
            co_await std::move(waiting);
            rung_ = false;
        }
    }
    void ring() {
        rung_ = true;
        if (!waiting_) return;
        schedule_.stops_waiting(*this);
        Handler handler{std::move(*waiting_)};
        waiting_.reset();
        asio::post(executor_, std::move(handler));
        schedule_.wake();
    }
    /// Ends whoever waits, in the middle of it.
    void give_up() {
        schedule_.stops_waiting(*this);
        const Handler gone{std::move(*waiting_)};
        waiting_.reset();
    }

private:
    using Handler = asio::any_completion_handler<void()>;

    Schedule& schedule_;
    bool rung_ = false;
    std::optional<Handler> waiting_;  // made in place: Asio 1.26 cannot assign handlers
    asio::any_io_executor executor_;
};

inline void Schedule::close() {
    while (!waiting_.empty()) {
        const auto bell = (*waiting_.begin())->shared_from_this();
        bell->give_up();
    }
    events_.clear();
}

inline awaitable<void> sleep_for(Schedule& schedule, Duration time) {
    auto bell = std::make_shared<Bell>(schedule);
    schedule.after(time, [bell] { bell->ring(); });
    co_await bell->wait();
}

}  // namespace liuhen::world
