#include "telematics/outstanding.hpp"

#include <algorithm>
#include <utility>

namespace liuhen::telematics {

// T(n+1) = T(n) * (n + 1): T, 2T, 6T, 24T after the first, second, third, fourth saying.
std::chrono::milliseconds Outstanding::patience(int said) const {
    auto time = plan_.first;
    for (int n = 2; n <= said; ++n) time *= n;
    return time;
}

void Outstanding::add(std::string order, std::string key, Bytes bytes, Uptime now) {
    open_.push_back({.order = std::move(order),
                     .key = std::move(key),
                     .bytes = std::move(bytes),
                     .due = now + patience(1)});
}

void Outstanding::add_once(std::string order, std::string key, Bytes bytes, Uptime now) {
    add(std::move(order), std::move(key), std::move(bytes), now);
    open_.back().once = true;
    open_.back().due = now + patience(plan_.retries);
}

Outstanding::Open* Outstanding::find(std::string_view key) {
    const auto found = std::ranges::find(open_, key, &Open::key);
    return found == open_.end() ? nullptr : &*found;
}

const Outstanding::Open* Outstanding::find(std::string_view key) const {
    const auto found = std::ranges::find(open_, key, &Open::key);
    return found == open_.end() ? nullptr : &*found;
}

Outstanding::Open* Outstanding::find_order(std::string_view order) {
    const auto found = std::ranges::find(open_, order, &Open::order);
    return found == open_.end() ? nullptr : &*found;
}

void Outstanding::acknowledge(Open& open, Uptime now, std::chrono::milliseconds at_least) {
    open.acknowledged = true;
    open.due = now + std::max(patience(plan_.retries + 1), at_least);
}

void Outstanding::silence(std::string_view order) {
    if (Open* const open = find_order(order)) open->silent = true;
}

std::string Outstanding::close(Open& open) {
    std::string order = std::move(open.order);
    open_.remove_if([&](const Open& one) { return &one == &open; });
    return order;
}

Turn Outstanding::tick(Uptime now) {
    Turn turn;
    for (auto one = open_.begin(); one != open_.end();) {
        const auto current = one++;
        if (current->due > now) continue;
        if (current->silent) {
            open_.erase(current);
            continue;
        }
        if (current->acknowledged || current->once || current->said > plan_.retries) {
            turn.answers.push_back({.order = std::move(current->order),
                                    .state = OrderState::timed_out,
                                    .message = 0,
                                    .detail = {}});
            open_.erase(current);
            continue;
        }
        ++current->said;
        current->due = now + patience(current->said);
        turn.reply.insert(turn.reply.end(), current->bytes.begin(), current->bytes.end());
    }
    return turn;
}

std::optional<Uptime> Outstanding::due() const {
    const auto first = std::ranges::min_element(open_, {}, &Open::due);
    return first == open_.end() ? std::nullopt : std::optional{first->due};
}

}  // namespace liuhen::telematics
