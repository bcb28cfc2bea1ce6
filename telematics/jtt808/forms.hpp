// An order in the form of the terminal that is to get it: whoever gives it need not know which
// edition the terminal speaks.
#pragma once

#include "base/result.hpp"
#include "telematics/command.hpp"
#include "telematics/jtt808/messages.hpp"

namespace liuhen::telematics::jtt808 {

/// Text of an 0x8300 in bytes, GBK.
inline constexpr std::size_t max_driver_text_bytes = 1024;

/// The order rewritten for `form`: totals of 2011, urgency of a text, the opposite values of the
/// doors. What only another edition has (a night limit, a name) is left away. `not_supported` when
/// the form has no such thing: other controls than the doors, commands of 0x8105 that 2019 dropped.
Result<Message, Untold> in_form(Message message, Layout form);

/// `too_long` when a list, text or value has more than its count or length can say, so that
/// writing the message would cut it.
Result<void, Untold> check_fits(const Message& message);

}  // namespace liuhen::telematics::jtt808
