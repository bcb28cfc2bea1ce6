// Passwords of locks and codes of terminals do not enter the archive: a frame as it may be kept.
#pragma once

#include "telematics/jtt808/frame.hpp"
#include "telematics/profile.hpp"

namespace liuhen::telematics::jtt808 {

/// The frame's bytes with these overwritten by `*`: the code of 0x0102; the passwords of networks
/// among the parameters of 0x0104; every password in the items of a position, a batch or a lock
/// report; and those in a lock's text, whichever message carries it (elock::blank_passwords), media
/// apart. The checksum follows, so that a right one stays right and a wrong one wrong. Without a
/// dialect items hold no passwords. Parts of a long message are looked into for texts alone, but
/// a part of 0x0102 or 0x0104 is overwritten whole.
Bytes kept_bytes(const Frame& frame, const Profile& profile);
/// The same for a piece that is no frame: of what looks like 0x0102 or 0x0104 only the header is
/// kept.
Bytes kept_piece(ByteView piece);

}  // namespace liuhen::telematics::jtt808
