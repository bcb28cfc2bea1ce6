// What `liuhen decode` prints of a position's items, of its words and of the locks it speaks of, in
// the dialect of a model. Names are those of docs/wire-items.md.
#pragma once

#include "telematics/jtt808/frame.hpp"
#include "telematics/jtt808/messages.hpp"
#include "telematics/profile.hpp"

#include <nlohmann/json_fwd.hpp>

#include <vector>

namespace liuhen::server::tools {

/// Every item by its id in hex: `raw` and what it says. An id that comes twice becomes a list, so
/// that nothing is lost. Passwords are shown as `*`.
nlohmann::ordered_json items_json(const std::vector<telematics::jtt808::Item>& items,
                                  const telematics::Dialect* dialect = nullptr);

/// What a profile adds to a position: `time` in its zone, `alarm_bits` and `status_bits` by name,
/// `items`, and `lock_events`. Empty for a profile that changes nothing.
nlohmann::ordered_json position_in(const telematics::jtt808::Position& position,
                                   const telematics::Profile& profile, const std::string& terminal);

/// The events of locks among what was seen: lock, action, means, actor.
nlohmann::ordered_json lock_events_json(const std::vector<Sighting>& seen);

/// A whole 0x5501 or 0x5502 frame, which has no row in the catalogue.
nlohmann::ordered_json lock_frame_json(const telematics::jtt808::Frame& frame,
                                       const telematics::Profile& profile);

}  // namespace liuhen::server::tools
