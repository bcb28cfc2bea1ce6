// Passwords of locks and codes of terminals do not enter the archive: a frame as it may be kept.
#pragma once

#include "telematics/elock/passwords.hpp"
#include "telematics/jtt808/frame.hpp"
#include "telematics/profile.hpp"

namespace liuhen::telematics::jtt808 {

/// The frame's bytes with these overwritten by `*`: the code of 0x0102; the passwords of networks
/// among the parameters of 0x0104; every password in the items of a position, a batch or a lock
/// report; and those in a lock's text, whichever message carries it (elock::blank_passwords), media
/// apart. The checksum follows, so that a right one stays right and a wrong one wrong. Without a
/// dialect items hold no passwords. `before` is what stood before the body: of a part the parts
/// before it, of others what the terminal passed on of a text. A part of 0x0102 or 0x0104 is
/// overwritten whole; so is one with items of a model that has passwords among them, when not all
/// parts before it are known.
Bytes kept_bytes(const Frame& frame, const Profile& profile, const elock::Before& before = {});
/// The items of a position or report, the last of which may break off, as they may be kept.
Bytes kept_items(ByteView items, const Dialect* dialect);
/// The same for one entry of a batch by itself, a position.
Bytes kept_entry(ByteView entry, const Profile& profile);
/// The same for a piece that is no frame: of what looks like 0x0102 or 0x0104 only the header is
/// kept.
Bytes kept_piece(ByteView piece, const elock::Before& before = {});

/// The text that a message passes on as it comes, so that it may go on in the next message: that
/// of 0x0900 and 0x6006. Empty for others and parts.
ByteView passed_on(const Frame& frame);

}  // namespace liuhen::telematics::jtt808
