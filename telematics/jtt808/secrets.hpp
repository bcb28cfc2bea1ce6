// Passwords of locks do not enter the archive: a frame as it may be kept.
#pragma once

#include "telematics/jtt808/frame.hpp"
#include "telematics/profile.hpp"

namespace liuhen::telematics::jtt808 {

/// The frame's bytes with every password in the items of a position, a batch or a lock report
/// overwritten by `*`. The checksum follows, so that a right one stays right and a wrong one wrong.
/// Without a dialect there are no passwords. Parts of a long message are not looked into.
Bytes kept_bytes(const Frame& frame, const Profile& profile);

}  // namespace liuhen::telematics::jtt808
