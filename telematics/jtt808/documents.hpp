// Which messages are kept readable beside their frames.
#pragma once

#include "telematics/elock/passwords.hpp"
#include "telematics/jtt808/messages.hpp"
#include "telematics/turn.hpp"

#include <optional>

namespace liuhen::telematics::jtt808 {

/// The document that a message is: parameters, attributes, answers and choices of the driver,
/// papers, recorder, CAN and media notes, bytes passed on, keys, and positions that were asked for
/// (passwords of locks in them overwritten; `before` as in kept_bytes). Nullopt for every other
/// message.
std::optional<Document> document_of(const Message& message, const Frame& frame,
                                    const Profile& profile, Instant received,
                                    const elock::Before& before = {});

}  // namespace liuhen::telematics::jtt808
