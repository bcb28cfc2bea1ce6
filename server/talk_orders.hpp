// The half of a session that is about orders: what the device is told, when it is asked again, and
// what its end leaves open.
#pragma once

#include "server/talk.hpp"

namespace liuhen::server {

template <class Dialogue>
bool Talk<Dialogue>::has_errands() const {
    if (terminal_.empty()) return false;
    const auto now = monotonic();
    return (wants_orders() && now >= ask_again_at_) || now >= tick_due();
}

// A dialogue whose tick leaves something due would keep the shard busy for ever.
template <class Dialogue>
Monotonic Talk<Dialogue>::tick_due() const {
    if constexpr (TakesOrders<Dialogue>) {
        if (const auto due = dialogue_.due()) return std::max(process_began + *due, tick_again_at_);
    }
    return Monotonic::max();
}

template <class Dialogue>
Monotonic Talk<Dialogue>::next_due() const {
    return std::min(wants_orders() ? ask_again_at_ : Monotonic::max(), tick_due());
}

template <class Dialogue>
awaitable<void> Talk<Dialogue>::run_errands() {
    if constexpr (TakesOrders<Dialogue>) {
        if (monotonic() >= tick_due()) {
            auto turn = dialogue_.tick(uptime());
            tick_again_at_ = monotonic() + tick_pause;
            // What is given up without a word may have kept another waiting.
            if (silenced_ && std::exchange(put_off_, false)) line_->orders_wanted = true;
            auto settling = settle(std::move(turn));
            co_await std::move(settling);
        }
        if (wants_orders() && monotonic() >= ask_again_at_) {
            auto saying = say_open_orders();
            co_await std::move(saying);
        }
    }
    if constexpr (!TakesOrders<Dialogue>) line_->orders_wanted = false;
    co_return;
}

template <class Dialogue>
awaitable<void> Talk<Dialogue>::say_open_orders() {
    if (floor_.asking >= max_asking) {
        ask_again_at_ = monotonic() + first_book_pause;
        co_return;
    }
    line_->orders_wanted = false;
    ++floor_.asking;
    auto reading = open_orders();
    auto open = co_await std::move(reading);
    --floor_.asking;
    for (auto& order : open) {
        if (line_->ended) co_return;
        if (told_.contains(order.id)) continue;
        auto saying = say(std::move(order));
        co_await std::move(saying);
    }
}

// A database that is away is asked again later; meanwhile the device is heard.
template <class Dialogue>
awaitable<std::vector<telematics::Order>> Talk<Dialogue>::open_orders() {
    std::vector<telematics::Order> open;
    try {
        if (!former_cut_off_) {
            auto taking_up = floor_.orders.taken_up({terminal_});
            resume(co_await std::move(taking_up));
            former_cut_off_ = true;
        }
        auto silencing = silence_ended();
        co_await std::move(silencing);
        auto reading = floor_.orders.open_for({terminal_});
        open = co_await std::move(reading);
    } catch (const std::exception& fault) {
        log::warn("orders.wait", {{"terminal", terminal_}, {"fault", fault.what()}});
        line_->orders_wanted = true;
        ask_again_at_ = monotonic() + longest_book_pause;
    }
    co_return open;
}

// Answers to what was taken on an earlier line come on this one.
template <class Dialogue>
void Talk<Dialogue>::resume(const std::vector<Awaited>& awaited) {
    if constexpr (requires(const Awaited& one) {
                      dialogue_.resume(one.order, one.serial, uptime());
                  }) {
        for (const Awaited& one : awaited) {
            dialogue_.resume(one.order, one.serial, uptime());
            told_[one.order.id] = 0;
        }
    }
}

// What was said and has been cancelled since, or is out of time, is not said again.
template <class Dialogue>
awaitable<void> Talk<Dialogue>::silence_ended() {
    if constexpr (TakesOrders<Dialogue>) {
        if (told_.empty()) co_return;
        std::vector<std::string> told;
        for (const auto& [order, times] : told_) told.push_back(order);
        auto asking = floor_.orders.ended_of(std::move(told));
        const auto ended = co_await std::move(asking);
        for (const auto& order : ended) {
            dialogue_.silence(order);
            told_.erase(order);
            silenced_ = true;
        }
    }
    co_return;
}

/// Whether the order has to wait until its device has answered another.
template <class Dialogue>
bool must_wait(const Dialogue& dialogue, const telematics::Order& order) {
    if constexpr (requires { dialogue.must_wait(order); }) return dialogue.must_wait(order);
    return false;
}

// Noted before it is said, so that the trail never lacks one; nothing is noted of what has to wait.
template <class Dialogue>
awaitable<void> Talk<Dialogue>::say(telematics::Order order) {
    if (must_wait(dialogue_, order)) {
        put_off_ = true;
        co_return;
    }
    line_->deadline = Monotonic::max();
    auto noting = insist([this, id = order.id] { return floor_.orders.saying(id); });
    const int times = co_await std::move(noting);
    if (times == 0) co_return;
    auto bytes = dialogue_.tell(order, uptime());
    if (bytes) {
        told_[order.id] = times;
        auto sending = send(std::move(*bytes));
        co_await std::move(sending);
        co_return;
    }
    put_off_ = put_off_ || bytes.error() == telematics::Untold::busy;
    auto refusing = insist(
        [this, id = order.id, why = bytes.error()] { return floor_.orders.untold(id, why); });
    co_await std::move(refusing);
}

template <class Dialogue>
void Talk<Dialogue>::forget(const std::vector<telematics::OrderAnswer>& answers) {
    for (const auto& answer : answers) {
        if (answer.state == telematics::OrderState::acknowledged) continue;
        told_.erase(answer.order);
        if (std::exchange(put_off_, false)) line_->orders_wanted = true;
    }
}

// Who has the terminal now, if another line, has looked for what was open, perhaps before the last
// of this line's sayings was noted.
template <class Dialogue>
awaitable<void> Talk<Dialogue>::leave() {
    if (terminal_.empty()) co_return;
    auto asking = floor_.exchange.holds(terminal_, line_);
    const bool holds = co_await on(floor_.exchange.executor(), std::move(asking));
    if (!told_.empty()) {
        try {
            auto giving_back = holds ? floor_.orders.cut_off({terminal_})
                                     : floor_.orders.taken_over({terminal_}, told_);
            co_await std::move(giving_back);
        } catch (const std::exception& fault) {  // the next line of the terminal does it
            log::warn("orders.wait", {{"terminal", terminal_}, {"fault", fault.what()}});
        }
    }
    auto releasing = floor_.exchange.release(terminal_, line_);
    co_await on(floor_.exchange.executor(), std::move(releasing));
}

}  // namespace liuhen::server
