// Passwords of locks and codes of terminals do not enter the archive: a frame as it may be kept.
#pragma once

#include "telematics/jtt808/frame.hpp"
#include "telematics/profile.hpp"

namespace liuhen::telematics::jtt808 {

/// The frame's bytes with the code of 0x0102, and every password in the items of a position, a
/// batch or a lock report, overwritten by `*`. The checksum follows, so that a right one stays
/// right and a wrong one wrong. Without a dialect there are no passwords. Parts of a long message
/// are not looked into, but a part of 0x0102 is overwritten whole.
Bytes kept_bytes(const Frame& frame, const Profile& profile);
/// The same for a piece that is no frame: of what looks like 0x0102 only the header is kept.
Bytes kept_piece(ByteView piece);

}  // namespace liuhen::telematics::jtt808
