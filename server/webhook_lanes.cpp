#include "server/webhook_lanes.hpp"

#include <algorithm>

namespace liuhen::server {

// Of the slow ones an owner has one at a time, however many it made.
std::optional<Lane> WebhookLanes::enter(const LaneWish& wish, Monotonic now) {
    const auto slow = slow_until_.find(wish.webhook);
    const bool was_slow = slow != slow_until_.end() && now < slow->second;
    const Lane lane = wish.proven && !was_slow ? Lane::quick : Lane::slow;
    const auto taken = std::ranges::count_if(
        at_work_, [lane](const auto& one) { return one.second.lane == lane; });
    const std::size_t seats = lane == Lane::quick ? quick_seats : slow_seats;
    if (static_cast<std::size_t>(taken) >= seats) return std::nullopt;
    const bool owner_waits =
        lane == Lane::slow && std::ranges::any_of(at_work_, [&wish](const auto& one) {
            return one.second.lane == Lane::slow && one.second.owner == wish.owner;
        });
    if (owner_waits) return std::nullopt;
    if (!at_work_.try_emplace(wish.webhook, Seat{lane, wish.owner}).second) return std::nullopt;
    return lane;
}

void WebhookLanes::leave(const std::string& webhook) { at_work_.erase(webhook); }

void WebhookLanes::note(const std::string& webhook, std::chrono::milliseconds took, Monotonic now) {
    if (is_slow(took)) slow_until_[webhook] = now + slow_for;
}

void WebhookLanes::forget(Monotonic now) {
    std::erase_if(slow_until_, [now](const auto& one) { return one.second <= now; });
}

}  // namespace liuhen::server
