// Small judgements of the conversation: which plate, which code, in which form to answer.
#pragma once

#include "telematics/jtt808/frame.hpp"

#include <string_view>

namespace liuhen::telematics::jtt808 {

/// A refused piece with its bytes cut to what quarantine keeps.
Refused refuse(Fault fault, ByteView bytes);

/// True unless both plates are given and differ in more than case, spaces, dots and dashes.
bool may_be_same_plate(std::string_view sent, std::string_view bound);

/// Compares in a time that depends on the length of `given` only. An empty code opens nothing.
bool is_code(std::string_view secret, std::string_view given);

/// The received header as that of an answer: same edition, phone and version flag, nothing else.
Header answer_header(const Header& received);

}  // namespace liuhen::telematics::jtt808
