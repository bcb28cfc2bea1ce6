#include "server/sheets/sheet.hpp"

#include <algorithm>

namespace liuhen::server::sheets {

bool Row::blank() const {
    return std::ranges::all_of(cells,
                               [](const Cell& cell) { return cell.text.empty() && !cell.formula; });
}

bool is_zip(std::string_view bytes) { return bytes.starts_with("PK\x03\x04"); }

std::string column_letters(std::size_t column) {
    std::string letters;
    for (; column > 0; column = (column - 1) / 26)
        letters.insert(letters.begin(), static_cast<char>('A' + (column - 1) % 26));
    return letters;
}

}  // namespace liuhen::server::sheets
