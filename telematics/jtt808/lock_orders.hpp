// What locks on a JT/T 808 connection are told, in the words of their model (row `orders` of its
// profile), and the one-time passwords that they tell (docs/wire-elock.md, "Orders").
#pragma once

#include "telematics/elock/orders.hpp"
#include "telematics/jtt808/messages.hpp"
#include "telematics/profile.hpp"

#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace liuhen::telematics::jtt808 {

/// Where HHD locks take their settings: count, then id, length and value of each.
inline constexpr std::uint16_t lock_settings_id = 0x0310;

/// A message of 808, which 0x0001 answers; or a text between the frames, to be said and answered as
/// `elock::tell_one_at_a_time` and `elock::take_answer` have it.
using LockOrder = std::variant<Message, elock::Spoken>;

/// The LockCommand or LockSetting as the profile's model is told it. `number` is the terminal's
/// own: a lock that hangs on it cannot be told anything. Faults: `not_supported`, `too_long`. An
/// opening must be said once only: `opens()`.
Result<LockOrder, Untold> lock_order(const Command& command, const Profile& profile,
                                     std::string_view number);

/// Whether the profile's model has words that open `lock` on the line of the terminal `number`.
bool can_open(const Profile& profile, std::string_view lock, std::string_view number);
/// Whether those words need a password of the lock, and it can be asked for its one-time one.
bool opens_by_password(const Profile& profile);

/// True for orders that open a lock: they are never repeated.
bool opens(const Command& command);

/// The one-time passwords in `items`, those of a position as sent: in the profile's rows read as
/// `one_time_password`. They are of the terminal's own lock.
std::vector<OneTimePassword> passwords_told(ByteView items, const Profile& profile,
                                            const std::string& number, Instant told_at);

}  // namespace liuhen::telematics::jtt808
