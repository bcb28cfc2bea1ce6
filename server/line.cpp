#include "server/line.hpp"

#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>

namespace liuhen::server {

void Line::nudge() {
    if (waiting && !ended) wake();
}

void Line::nudge_for_orders() {
    orders_wanted = true;
    nudge();
}

void Line::end() {
    ended = true;
    if (waiting) cut();
}

void Line::cut() {
    ended = true;
    close();
}

Lines::Entry::Entry(Lines& lines, Line& line)
    : lines_(lines), place_(lines.all_.insert(lines.all_.end(), &line)) {}

Lines::Entry::~Entry() { lines_.all_.erase(place_); }

awaitable<void> Lines::sweep() {
    auto executor = co_await asio::this_coro::executor;
    asio::steady_timer timer{executor};
    while (!ending_) {
        timer.expires_after(std::chrono::seconds{1});
        co_await timer.async_wait(asio::use_awaitable);
        const auto now = monotonic();
        for (auto* line : all_) {
            if (now > line->deadline) {
                line->cut();
            } else if (now >= line->due) {
                line->nudge();
            }
        }
    }
}

awaitable<void> Lines::end_all() {
    ending_ = true;
    for (auto* line : all_) line->end();
    co_return;
}

}  // namespace liuhen::server
