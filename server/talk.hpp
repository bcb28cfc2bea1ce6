// One device's session: read, record, reply, and say what it is ordered, whatever it speaks.
#pragma once

#include "server/device_floor.hpp"
#include "server/proxy_header.hpp"
#include "server/turn_rows.hpp"
#include "server/uptime.hpp"
#include "telematics/command.hpp"
#include "telematics/turn.hpp"

#include <boost/asio/steady_timer.hpp>

#include <algorithm>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

namespace liuhen::server {

/// How long a session waits before it asks a silent database again; doubled up to the longest.
inline constexpr std::chrono::milliseconds first_book_pause{100};
inline constexpr std::chrono::milliseconds longest_book_pause{2'000};
/// The least time between two ticks of a dialogue, however much it says is due.
inline constexpr std::chrono::milliseconds tick_pause{20};

/// A dialogue that can be told orders: the contract at the end of telematics/command.hpp.
template <class Dialogue>
concept TakesOrders = requires(Dialogue dialogue, const telematics::Order& order,
                               telematics::Uptime now) {
    dialogue.tell(order, now);
    dialogue.tick(now);
    dialogue.silence(order.id);
    dialogue.due();
};

/// A protocol whose devices have a code: that they have sent it is remembered over restarts.
template <class Dialogue>
concept HasCodes = requires(const Dialogue dialogue) {
    dialogue.has_proved_itself();
    dialogue.has_asked_for_code();
};

/// Whether the speaker of a dialogue has sent its code. A protocol without codes has no better
/// proof than the number.
template <class Dialogue>
bool has_proved_itself(const Dialogue& dialogue) {
    if constexpr (requires { dialogue.has_proved_itself(); }) return dialogue.has_proved_itself();
    return true;
}

/// Whether a code may have been handed out in the dialogue.
template <class Dialogue>
bool has_asked_for_code(const Dialogue& dialogue) {
    if constexpr (requires { dialogue.has_asked_for_code(); }) return dialogue.has_asked_for_code();
    return false;
}

/// Talks with one device until it leaves, is hung up on, or is ended. Belongs to the floor's shard;
/// nothing else receives from the line or sends on it.
template <class Dialogue>
class Talk {
public:
    Talk(DeviceFloor& floor, std::shared_ptr<Line> line, Dialogue dialogue)
        : floor_(floor), line_(std::move(line)), dialogue_(std::move(dialogue)) {}

    /// Throws NotStored when something of it will never be stored; no reply has left for that.
    awaitable<void> run();
    /// Gives back what the session held elsewhere, once run() is over.
    awaitable<void> leave();
    [[nodiscard]] const std::string& terminal() const { return terminal_; }
    /// Whether something was refused of it and it never made itself known, or it asked for a code
    /// and never used it.
    [[nodiscard]] bool was_stranger() const {
        return !proved_ && (has_asked_for_code(dialogue_) || (terminal_.empty() && refused_));
    }

private:
    awaitable<void> hear(std::span<const std::byte> chunk);
    void refuse_header();
    awaitable<bool> claim(std::string terminal);
    awaitable<void> settle(telematics::Turn turn);
    awaitable<void> send(std::vector<std::byte> bytes);
    [[nodiscard]] bool has_errands() const;
    [[nodiscard]] bool wants_orders() const { return proved_ && line_->orders_wanted; }
    awaitable<void> run_errands();
    awaitable<void> say_open_orders();
    awaitable<std::vector<telematics::Order>> open_orders();
    void resume(const std::vector<Awaited>& awaited);
    awaitable<void> silence_ended();
    awaitable<void> say(telematics::Order order);
    void forget(const std::vector<telematics::OrderAnswer>& answers);
    [[nodiscard]] Monotonic tick_due() const;
    [[nodiscard]] Monotonic next_due() const;
    template <class Call>
    auto insist(Call call) -> std::invoke_result_t<Call&>;

    DeviceFloor& floor_;
    std::shared_ptr<Line> line_;
    Dialogue dialogue_;
    std::string terminal_;  // empty: has not made itself known
    bool proved_ =
        false;  // by its code; without, it is told no orders and no passwords of it count
    bool is_first_proof_ = false;  // its code has come, which is to be stored
    bool hung_up_ = false;
    bool refused_ = false;
    bool former_cut_off_ = false;      // what an earlier line left unanswered is open again
    bool put_off_ = false;             // an order waits until another is answered
    bool silenced_ = false;            // an order ended before its device answered
    Monotonic ask_again_at_{};         // the order book, not before
    Monotonic tick_again_at_{};        // not before
    std::map<std::string, int> told_;  // orders without their last answer: how often said by then
};

template <class Dialogue>
awaitable<void> Talk<Dialogue>::run() {
    const auto known_by = monotonic() + floor_.limits.unauthenticated;
    while (!line_->ended && !hung_up_) {
        if (has_errands()) {
            auto errands = run_errands();
            co_await std::move(errands);
            continue;
        }
        line_->deadline = terminal_.empty() ? known_by : monotonic() + floor_.limits.idle;
        line_->due = next_due();
        line_->waiting = true;
        auto receiving = line_->receive(floor_.chunk);
        const auto count = co_await std::move(receiving);
        line_->waiting = false;
        if (count == 0 || line_->ended) continue;
        auto hearing = hear(std::span<const std::byte>{floor_.chunk}.first(count));
        co_await std::move(hearing);
    }
}

// The chunk is everybody's: it is decoded before anything is waited for.
template <class Dialogue>
awaitable<void> Talk<Dialogue>::hear(std::span<const std::byte> chunk) {
    if (terminal_.empty() && is_proxy_signature(chunk)) {
        refuse_header();
        co_return;
    }
    auto turn = dialogue_.hear(chunk, floor_.clock.now());
    refused_ = refused_ || !turn.refused.empty();
    floor_.metrics.frames_heard(name_of(line_->protocol), turn.frames.size());
    const auto speaker = dialogue_.speaker();
    const bool proves = !proved_ && has_proved_itself(dialogue_);
    if (speaker && (terminal_ != speaker->text || proves)) {
        auto claiming = claim(speaker->text);
        if (!co_await std::move(claiming)) co_return;
    }
    hung_up_ = turn.hang_up;
    auto settling = settle(std::move(turn));
    co_await std::move(settling);
}

// Perhaps a balancer that the operator forgot to name, perhaps somebody who would be another.
template <class Dialogue>
void Talk<Dialogue>::refuse_header() {
    log::warn("proxy.not_trusted", {{"peer", line_->peer}});
    floor_.metrics.device_refused("proxy_not_trusted");
    refused_ = hung_up_ = true;
}

// False: another line has the terminal, with better right. Nothing of this one counts.
template <class Dialogue>
awaitable<bool> Talk<Dialogue>::claim(std::string terminal) {
    terminal_ = terminal;
    proved_ = has_proved_itself(dialogue_);
    auto claiming = floor_.exchange.claim(std::move(terminal), line_, proved_);
    if (!co_await on(floor_.exchange.executor(), std::move(claiming))) {
        terminal_.clear();
        refused_ = hung_up_ = true;
        co_return false;
    }
    line_->orders_wanted = true;
    if (proved_) {
        line_->prove();
        if constexpr (HasCodes<Dialogue>)
            is_first_proof_ = floor_.registrations.note_proof(terminal_);
    }
    co_return true;
}

// Stored first, answered afterwards, for as long as the database takes.
template <class Dialogue>
awaitable<void> Talk<Dialogue>::settle(telematics::Turn turn) {
    line_->deadline = Monotonic::max();
    auto rows = rows_of(floor_, *line_, dialogue_.speaker(), turn);
    if (!rows.reports.empty() || !rows.rest.empty()) {
        auto storing = store_rows(floor_, std::move(rows));
        co_await std::move(storing);
    }
    if (!turn.passwords.empty() && proved_ && floor_.safe != nullptr) {
        auto keeping =
            insist([this, told = std::move(turn.passwords)] { return floor_.safe->keep(told); });
        co_await std::move(keeping);
    }
    if (std::exchange(is_first_proof_, false)) {
        auto keeping = insist([this] { return floor_.registrations.keep_proof(terminal_); });
        co_await std::move(keeping);
    }
    for (auto& one : turn.registered) {
        auto keeping =
            insist([this, first = std::move(one)] { return floor_.registrations.keep(first); });
        co_await std::move(keeping);
    }
    if (!turn.answers.empty()) {
        forget(turn.answers);
        auto telling = insist([this, answers = std::move(turn.answers)] {
            return floor_.orders.answered({terminal_}, answers);
        });
        co_await std::move(telling);
    }
    if (!turn.reply.empty() && !line_->ended) line_->send_some(turn.reply);
    if (turn.reply.empty()) co_return;
    auto sending = send(std::move(turn.reply));
    co_await std::move(sending);
}

template <class Dialogue>
awaitable<void> Talk<Dialogue>::send(std::vector<std::byte> bytes) {
    if (bytes.empty() || line_->ended) co_return;
    line_->deadline = monotonic() + floor_.limits.write;
    auto sending = line_->send(std::move(bytes));
    co_await std::move(sending);
}

// Until it is stored, or the server stops: an order is never lost for want of a database.
template <class Dialogue>
template <class Call>
auto Talk<Dialogue>::insist(Call call) -> std::invoke_result_t<Call&> {
    auto executor = co_await asio::this_coro::executor;
    asio::steady_timer timer{executor};
    for (auto pause = first_book_pause;; pause = std::min(pause * 2, longest_book_pause)) {
        try {
            auto calling = call();
            co_return co_await std::move(calling);
        } catch (const DatabaseDown& fault) {
            log::warn("orders.wait", {{"terminal", terminal_}, {"fault", fault.what()}});
        }
        if (floor_.lines.ending()) throw NotStored{"the server stops"};
        timer.expires_after(pause);
        co_await timer.async_wait(asio::use_awaitable);
    }
}

}  // namespace liuhen::server

#include "server/talk_orders.hpp"  // the rest of its members
