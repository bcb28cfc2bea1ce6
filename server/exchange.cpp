#include "server/exchange.hpp"

#include <boost/asio/post.hpp>

namespace liuhen::server {

// Trucks and locks are counted apart.
void Exchange::count(Protocol protocol, std::int64_t change) {
    if (protocol == Protocol::jt808) {
        metrics_.truck_online(change);
    } else {
        metrics_.lock_online(change);
    }
}

std::string_view code(Admission admission) {
    static constexpr std::string_view names[] = {"admitted", "too_many_connections",
                                                 "too_many_refusals"};
    return names[static_cast<std::size_t>(admission)];
}

Admission Exchange::admit(const std::string& peer) {
    if (!peer.empty() && !strangers_.may_try(peer, monotonic())) {
        return Admission::too_many_refusals;
    }
    auto& of_peer = peers_[peer];
    const bool crowded = !peer.empty() && of_peer >= limits_.connections_per_peer;
    if (connections_ >= limits_.connections || crowded) {
        if (of_peer == 0) peers_.erase(peer);
        return Admission::too_many_connections;
    }
    ++of_peer;
    ++connections_;
    metrics_.device_connected(1);
    return Admission::admitted;
}

void Exchange::turned_away(const std::string& peer) { strangers_.charge(peer, monotonic()); }

void Exchange::dismiss(const std::string& peer) {
    const auto found = peers_.find(peer);
    if (found == peers_.end()) return;
    if (--found->second == 0) peers_.erase(found);
    --connections_;
    metrics_.device_connected(-1);
}

// The newest connection wins: a device that lost its network dials in again long before the old
// connection is known to be dead. But a number is no secret, and a code is.
awaitable<bool> Exchange::claim(std::string terminal, std::shared_ptr<Line> line, bool proved) {
    auto& place = speakers_[terminal];
    if (place.line == line) {
        place.proved = place.proved || proved;
        co_return true;
    }
    // A datagram can bear anybody's address: without a code it ends no connection.
    const bool weaker = place.line && line->is_forgeable() && !place.line->is_forgeable();
    if (!proved && (place.proved || weaker)) {
        metrics_.device_refused("not_proved");
        co_return false;
    }
    const auto former = std::exchange(place, {std::move(line), proved}).line;
    if (!former) {
        count(place.line->protocol, 1);
        co_return true;
    }
    metrics_.device_refused("taken_over");
    auto executor = former->executor();
    asio::post(executor, [former] { former->end(); });
    co_return true;
}

awaitable<bool> Exchange::holds(std::string terminal, std::shared_ptr<Line> line) const {
    const auto found = speakers_.find(terminal);
    co_return found != speakers_.end() && found->second.line == line;
}

awaitable<void> Exchange::release(std::string terminal, std::shared_ptr<Line> line) {
    const auto found = speakers_.find(terminal);
    if (found == speakers_.end() || found->second.line != line) co_return;
    speakers_.erase(found);
    count(line->protocol, -1);
}

void Exchange::nudge(TerminalId terminal) {
    asio::post(executor_, [this, terminal = std::move(terminal)] {
        const auto found = speakers_.find(terminal.text);
        if (found == speakers_.end()) return;
        auto executor = found->second.line->executor();
        asio::post(executor, [line = found->second.line] { line->nudge_for_orders(); });
    });
}

}  // namespace liuhen::server
