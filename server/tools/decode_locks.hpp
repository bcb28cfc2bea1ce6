// What `liuhen decode` prints of locks that dial in themselves: binary reports and text in
// brackets. Names are those of docs/wire-elock.md.
#pragma once

#include "server/tools/decode.hpp"
#include "telematics/bytes.hpp"

#include <optional>
#include <string_view>

namespace liuhen::server::tools {

/// True for bytes that begin a binary report (`$`), a text (`(`) or that of a seal (`##S`).
bool is_lock_piece(telematics::ByteView bytes);

/// One or more pieces as they came; several are printed as `pieces`. Times are in the profile's
/// zone, UTC for a profile without rows. Passwords are `*`.
DecodedLine decode_lock_pieces(telematics::ByteView bytes, const telematics::Profile& profile);

}  // namespace liuhen::server::tools
