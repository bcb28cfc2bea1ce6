// Batches of the ledger (HJ 1259): entries of one stage and day of a firm's book under one code.
#pragma once

#include "base/time.hpp"
#include "manifest/custody/ledger.hpp"

#include <string_view>

namespace liuhen::manifest::custody {

/// Why the code cannot be this entry's batch: "BATCH_CODE_FORM" it is none, "BATCH_STAGE" its stage
/// is another than the entry's, "BATCH_DAY" its day is not the entry's in China; empty when it can.
/// Produced: HWCS; put into store or received: HWRK; sent: HWCK and the four of giving away
/// (HWWWLY, HWWWCZ, HWCKLY, HWCKCZ); treated: HWZXLY, HWZXCZ. Other entries belong to no batch.
std::string_view batch_fault(std::string_view text, MovementKind kind, Instant at);

}  // namespace liuhen::manifest::custody
