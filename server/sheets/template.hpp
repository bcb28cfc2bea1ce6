// An empty workbook for people to fill in.
#pragma once

#include "server/sheets/writer.hpp"

#include <array>
#include <string>
#include <vector>

namespace liuhen::server::sheets {

/// A second sheet that says what belongs into which column.
struct Notes {
    std::string title;
    std::array<std::string, 2> heading;
    std::vector<std::array<std::string, 2>> lines;
};

/// A workbook with the heading alone, every column kept as text, and the notes. Throws
/// SheetNotWritten.
std::string xlsx_template(std::span<const Heading> headings, const std::string& title,
                          const Notes& notes);

}  // namespace liuhen::server::sheets
