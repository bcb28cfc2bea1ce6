// What the platform wants: orders, their answers and repetitions, and in which form they go out.
#include "telematics/jtt808/catalogue.hpp"
#include "telematics/jtt808/dialogue.hpp"
#include "telematics/jtt808/lock_orders.hpp"
#include "telematics/jtt808/manners.hpp"

#include <algorithm>
#include <concepts>
#include <utility>

namespace liuhen::telematics::jtt808 {

Result<Bytes, Untold> Dialogue::tell(const Order& order, Uptime now) {
    if (!speaker_ || closed_) return fail(Untold::not_ready);
    if (const auto* const message = std::get_if<Message>(&order.command)) {
        return tell_frames(order, *message, now);
    }
    auto for_lock = lock_order(order.command, speaker_->profile, number_);
    if (!for_lock) return fail(for_lock.error());
    if (auto* const spoken = std::get_if<elock::Spoken>(&*for_lock)) {
        return elock::tell_one_at_a_time(spoken_, order.id, std::move(*spoken), now);
    }
    return tell_frames(order, std::get<Message>(*for_lock), now);
}

bool Dialogue::must_wait(const Order& order) const {
    if (!speaker_) return false;
    if (const auto* const message = std::get_if<Message>(&order.command))
        return orders_.must_wait(*message);
    const auto for_lock = lock_order(order.command, speaker_->profile, number_);
    if (!for_lock) return false;
    if (const auto* const spoken = std::get_if<elock::Spoken>(&*for_lock))
        return elock::must_wait(spoken_, *spoken);
    return orders_.must_wait(std::get<Message>(*for_lock));
}

Result<Bytes, Untold> Dialogue::tell_frames(const Order& order, const Message& message,
                                            Uptime now) {
    if (!last_) return fail(Untold::not_ready);
    Header head = answer_header(*last_);
    head.serial = next_serial_;
    const Orders::Addressee to{
        .head = head, .form = form(), .dialect = speaker_->profile.dialect.get()};
    const bool is_lock_order = !std::holds_alternative<Message>(order.command);
    auto said = is_lock_order ? orders_.tell_lock(
                                    order.id, message,
                                    opens(order.command) ? Saying::once : Saying::repeated, to, now)
                              : orders_.tell(order.id, message, to, now);
    if (!said) return fail(said.error());
    next_serial_ = static_cast<std::uint16_t>(next_serial_ + said->serials);
    return std::move(said->bytes);
}

void Dialogue::resume(const Order& order, std::uint16_t serial, Uptime now) {
    const auto* const message = std::get_if<Message>(&order.command);
    if (!speaker_ || !last_ || message == nullptr) return;
    Header head = answer_header(*last_);
    head.serial = serial;
    orders_.resume(order.id, *message,
                   {.head = head, .form = form(), .dialect = speaker_->profile.dialect.get()}, now);
}

Turn Dialogue::tick(Uptime now) {
    if (closed_) return {};
    Turn turn = orders_.tick(now);
    turn.add(spoken_.tick(now));
    turn.add(ask_for_parts(now));
    return turn;
}

void Dialogue::silence(std::string_view order) {
    orders_.silence(order);
    spoken_.silence(order);
}

std::optional<Uptime> Dialogue::due() const {
    if (closed_) return std::nullopt;
    std::optional<Uptime> first;
    for (const auto& one : {orders_.due(), spoken_.due(), reassembly_.due()}) {
        if (one && (!first || *one < *first)) first = one;
    }
    return first;
}

Dialogue::Heard Dialogue::on(const TerminalMissingParts& m, const Context&) {
    Heard heard;
    heard.turn.reply = orders_.parts_again(m);
    if (heard.turn.reply.empty()) heard.outcome = Outcome::failed;
    return heard;
}

Layout Dialogue::form() const {
    if (last_ && last_->edition == Edition::v2019) return Layout::v2019;
    return is_2011_ ? Layout::v2011 : Layout::v2013;
}

// The header does not tell 2011 from 2013, but bodies do.
void Dialogue::learn_form(const Message& message) {
    if (const auto* const registration = std::get_if<Register>(&message)) {
        is_2011_ = registration->layout == RegisterLayout::v2011;
        return;
    }
    const bool is_of_2011 = std::visit(
        [](const auto& m) {
            if constexpr (requires {
                              { m.layout } -> std::convertible_to<Layout>;
                          }) {
                return m.layout == Layout::v2011;
            } else {
                return false;
            }
        },
        message);
    is_2011_ = is_2011_ || is_of_2011;
}

}  // namespace liuhen::telematics::jtt808
