// Small judgements of the conversation: which plate, which code, in which form to answer.
#pragma once

#include "telematics/jtt808/messages.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace liuhen::telematics::jtt808 {

/// A refused piece with its bytes cut to what quarantine keeps.
Refused refuse(Fault fault, ByteView bytes);

/// A heartbeat under an id of its own (docs/wire-jtt808.md).
inline constexpr std::uint16_t other_heartbeat_id = 0x0506;
/// Bytes of a heartbeat's body that are archived. The standard has none; battery, signal and state,
/// which some trackers put there, take a few.
inline constexpr std::size_t max_heartbeat_body = 64;
/// What is archived of a frame whose bytes may be `kept`: a heartbeat ends at the longest body,
/// with its length and checksum put right, so that a wrong sum stays wrong; any other frame is
/// whole.
Bytes without_long_tail(Bytes kept, const Frame& frame);

/// Whether two plates differ in no more than case, spaces, dots and dashes.
bool is_same_plate(std::string_view sent, std::string_view bound);

/// What a registration says of the terminal.
Registered registered_as(const Register& m);
/// What to answer to it. `no_such_vehicle`: not the plate of the vehicle it is bound to, which is
/// `bound`, whatever it is instead: another one, none, a chassis number (plate colour 0) that it
/// did not say already `before` the plate was known. Empty `bound`: no plate is known, so that
/// nothing is compared. `before` is what it said the first time, nullptr then: another plate or
/// chassis number, or the one in place of the other, is `terminal_registered`, another terminal id
/// `vehicle_registered`.
Registration judge_registration(const Registered& said, std::string_view bound,
                                const Registered* before);

/// The IMEI of a terminal whose phone field holds no decimal digits but a number of 48 bits: its
/// fourteen digits and the Luhn digit. Nullopt for decimal fields and larger numbers.
std::optional<std::string> imei_of(const Header& head);

/// Compares in a time that depends on the length of `given` only. An empty code opens nothing.
bool is_code(std::string_view secret, std::string_view given);

/// The received header as that of an answer: same edition, phone and version flag, nothing else.
Header answer_header(const Header& received);

}  // namespace liuhen::telematics::jtt808
