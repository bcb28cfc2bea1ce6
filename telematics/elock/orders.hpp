// What a lock that speaks text is told, and which of its texts answer it (docs/wire-elock.md,
// "Orders").
#pragma once

#include "telematics/elock/sentence.hpp"
#include "telematics/outstanding.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace liuhen::telematics::elock {

/// An order as it goes out.
struct Spoken {
    std::string name;    ///< of the text, `P43`: an answer has nothing else by which it is known
    Bytes bytes;         ///< `(P43,…)`
    bool opens = false;  ///< to be said once only
};

/// The order in the words of a Jointech lock. `number` is that of the lock on the line: it cannot
/// be told anything about another one. Faults: `not_supported` for what such a lock does not know
/// or must not be told as a setting, and for a password that is not 4 to 12 digits; `too_long`.
Result<Spoken, Untold> spoken_order(const Command& command, std::string_view number);

/// Adds an order to those that await their answer; `busy` when one under the same name is open.
Result<Bytes, Untold> tell_one_at_a_time(Outstanding& open, const std::string& order, Spoken spoken,
                                         Uptime now);

/// Whether one under the same name is open, so that this one would be `busy`.
bool must_wait(const Outstanding& open, const Spoken& spoken);

/// The answer that a text gives to one of the open orders, which is closed by it; nullopt when it
/// answers none. A lock that ran its motor says done: that it really opened is told by its events.
std::optional<OrderAnswer> take_answer(Outstanding& open, const Sentence& sentence);

/// The one-time password in a text: P52 in its forms 2 (told by itself) and 0 (asked for). Nullopt
/// when there is none.
std::optional<std::string> password_in(const Sentence& sentence);

/// A lock's number without its leading zeros, in which two ways of writing it are compared.
std::string_view significant_digits(std::string_view number);

/// True for what a LockSetting may say: one text whose name changes how the lock works, not
/// whether it is open.
bool is_setting(std::string_view sentence);

}  // namespace liuhen::telematics::elock
