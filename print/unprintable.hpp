// Why nothing is printed.
#pragma once

#include <cstdint>

namespace liuhen::print {

enum class Unprintable : std::uint8_t {
    nothing,      ///< no page was asked for
    too_many,     ///< more pages than one file may have
    qr_too_long,  ///< no code that a telephone reads at this size; or an empty one
};

}  // namespace liuhen::print
