// QR codes as a field of modules.
#pragma once

#include <cstddef>
#include <optional>
#include <string_view>
#include <vector>

namespace liuhen::print {

/// Without the quiet zone, which is four modules wide.
struct QrCode {
    std::size_t side{};      ///< modules
    std::vector<bool> dark;  ///< row by row
    [[nodiscard]] bool at(std::size_t row, std::size_t column) const {
        return dark.at(row * side + column);
    }
};
inline constexpr std::size_t quiet_modules = 4;

/// The smallest code of these bytes, 15 % of which may be soiled. Nullopt: there are none, or more
/// than any code holds.
std::optional<QrCode> qr_code(std::string_view bytes);

}  // namespace liuhen::print
