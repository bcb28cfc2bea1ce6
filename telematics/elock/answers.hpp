// What the requests and reports in a lock's text are answered (docs/wire-elock.md, "The others").
#pragma once

#include "telematics/elock/sentence.hpp"

#include <chrono>
#include <string>

namespace liuhen::telematics::elock {

/// The text to send back; empty when none is wanted. Clocks are set in the lock's `zone`. P45 and
/// WLNET, whose answers carry a serial, are the dialogue's.
std::string answer_to(const Sentence& sentence, Instant received, std::chrono::minutes zone);

}  // namespace liuhen::telematics::elock
