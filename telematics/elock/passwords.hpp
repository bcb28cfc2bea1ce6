// Passwords in the texts of locks do not enter the archive, whatever carries the text.
#pragma once

#include "telematics/bytes.hpp"

#include <cstddef>
#include <span>

namespace liuhen::telematics::elock {

/// What stood in a stream before bytes that are to be kept: a text may be cut anywhere.
struct Before {
    Bytes bytes{};      ///< the latest of it
    bool whole = true;  ///< `bytes` goes back as far as a text may reach
};
/// `next` stands before what comes now.
void move_on(Before& before, ByteView next);

/// Overwrites by `*` what follows P52, P43, P44 or ELOCK in any bytes, whole texts or not: every
/// field of four characters and more up to a bracket, and the last one when the bytes break off in
/// it. Letters of either case, of one byte or of two (UTF-16, either byte order); blanks and line
/// ends may stand before the comma. A text that began in `before` goes on here. Where that is not
/// known, what is printable up to the first bracket may be the end of one, and is overwritten
/// likewise, its first field however short.
void blank_passwords(std::span<std::byte> bytes, const Before& before = {});

}  // namespace liuhen::telematics::elock
