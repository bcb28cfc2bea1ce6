// Which platform messages are orders, which editions know them, and by which answer they are over.
#pragma once

#include "telematics/command.hpp"
#include "telematics/jtt808/messages.hpp"
#include "telematics/turn.hpp"

#include <array>
#include <chrono>
#include <optional>
#include <string>

namespace liuhen::telematics::jtt808 {

/// One order. It is taken, or refused, with 0x0001, and over with it where no other answer is
/// named; else with the first of `answers`, before or without 0x0001 as well.
struct OrderRow {
    std::uint16_t command;
    Layout since = Layout::v2011;
    Layout until = Layout::v2019;
    std::array<std::uint16_t, 2> answers{};  ///< 0: none
    std::chrono::seconds patience{};  ///< least time for them after 0x0001, where a person or a
                                      ///< download is in between
};

/// The row of an order; nullptr for replies (0x8001, 0x8003, 0x8004, 0x8100, 0x8800, 0x8A00) and
/// whatever else the platform may not say on its own.
const OrderRow* find_order_row(std::uint16_t command);
/// Whether terminals of this form can be relied on to send one of the row's answers: 0x0805 is of
/// 2013, 0x9201 is answered with 0x1205 by some and with 0x0001 alone by most, and a text with a
/// text by those alone to which it is a command. Where they do not, the general reply ends the
/// order, and so does an answer that comes before it.
bool has_answer(const OrderRow& row, Layout form);

/// The serial of the order that a message answers; nullopt when its form has none.
std::optional<std::uint16_t> reply_serial(const Message& answer);
/// What an order and an answer without a serial have in common (kind of area, channel and so on);
/// nullopt when nothing. They belong together when it is equal.
std::optional<std::uint8_t> mark_of(const Message& message);

struct Judgement {
    OrderState state{};
    std::string detail;
};
/// How much of an answer that goes in several messages this one holds.
struct Share {
    std::size_t here{};
    std::size_t total{};  ///< of all messages of the answer
};
/// Nullopt when the answer is one message.
std::optional<Share> share_of(const Message& answer);

/// How an order ended that this message answers. `doors` is what an 0x8500 wanted; `heard_before`
/// of how many things earlier messages of the same answer told.
Judgement judge(const Message& answer, std::optional<Doors> doors, std::size_t heard_before);
/// What a general reply says of an order that it names.
OrderState state_of(Outcome outcome);

}  // namespace liuhen::telematics::jtt808
