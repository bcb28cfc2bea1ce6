#include "server/exchange.hpp"

#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>

namespace liuhen::server {

void Line::end() {
    ended = true;
    if (waiting) cut();
}

void Line::cut() {
    ended = true;
    boost::system::error_code ignored;
    socket.close(ignored);
}

// Trucks and locks are counted apart.
void Exchange::count(Protocol protocol, std::int64_t change) {
    if (protocol == Protocol::jt808) {
        metrics_.truck_online(change);
    } else {
        metrics_.lock_online(change);
    }
}

bool Exchange::admit(const std::string& peer) {
    auto& of_peer = peers_[peer];
    if (connections_ >= limits_.connections || of_peer >= limits_.connections_per_peer) {
        if (of_peer == 0) peers_.erase(peer);
        return false;
    }
    ++of_peer;
    ++connections_;
    metrics_.device_connected(1);
    return true;
}

void Exchange::dismiss(const std::string& peer) {
    const auto found = peers_.find(peer);
    if (found == peers_.end()) return;
    if (--found->second == 0) peers_.erase(found);
    --connections_;
    metrics_.device_connected(-1);
}

// The newest connection wins: a device that lost its network dials in again long before the old
// connection is known to be dead.
awaitable<void> Exchange::claim(std::string terminal, std::shared_ptr<Line> line) {
    auto& place = speakers_[terminal];
    auto former = std::exchange(place, std::move(line));
    if (!former) {
        count(place->protocol, 1);
        co_return;
    }
    if (former == place) co_return;
    metrics_.device_refused("taken_over");
    auto executor = former->socket.get_executor();
    asio::post(executor, [former = std::move(former)] { former->end(); });
}

awaitable<void> Exchange::release(std::string terminal, std::shared_ptr<Line> line) {
    const auto found = speakers_.find(terminal);
    if (found == speakers_.end() || found->second != line) co_return;
    speakers_.erase(found);
    count(line->protocol, -1);
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
            if (now > line->deadline) line->cut();
        }
    }
}

awaitable<void> Lines::end_all() {
    ending_ = true;
    for (auto* line : all_) line->end();
    co_return;
}

}  // namespace liuhen::server
