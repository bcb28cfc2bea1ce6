// Passwords in the texts of locks do not enter the archive, whatever carries the text.
#pragma once

#include <cstddef>
#include <span>

namespace liuhen::telematics::elock {

/// Overwrites by `*` what follows P52, P43, P44 or ELOCK in any bytes, whole texts or not: every
/// field of four characters and more up to a bracket, and the last one when the bytes break off in
/// it. Letters of either case; blanks and line ends may stand before the comma.
void blank_passwords(std::span<std::byte> bytes);

}  // namespace liuhen::telematics::elock
