// What a device sent beside sightings, on its way into storage.
#pragma once

#include "server/store/batch.hpp"
#include "server/store/directory.hpp"
#include "telematics/turn.hpp"

#include <string>

namespace liuhen::server {

/// Adds the media and documents of a turn to an entry and takes them out of the turn. What is
/// larger than is kept goes to quarantine, its first bytes and the device's number. They belong to
/// the device and its time: which vehicle that was is found when they are read.
void add_papers(store::Entry& entry, telematics::Turn& turn, const KnownTerminal& terminal,
                const std::string& peer, Instant received);

}  // namespace liuhen::server
