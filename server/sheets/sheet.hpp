// Tables of cells as people keep them: what a file comes to, and where it is wrong.
#pragma once

#include "base/result.hpp"

#include <cstddef>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace liuhen::server::sheets {

struct Cell {
    std::string text;      ///< UTF-8, without the blanks around it
    bool formula = false;  ///< it was to be computed; `text` is what some program made of it
};

/// One row as a person counts it, the heading being row 1.
struct Row {
    std::size_t number{};
    std::vector<Cell> cells;
    [[nodiscard]] bool blank() const;
};

/// Why a file is no table. 0: the fault is of no row, or of no column.
struct SheetFault {
    std::string code;  ///< of the catalogue of faults (server/json/fault.hpp)
    std::size_t row{};
    std::size_t column{};  ///< from 1
    std::string value{};
    friend bool operator==(const SheetFault&, const SheetFault&) = default;
};

/// How much of a file is read before it is refused.
struct SheetLimits {
    std::size_t rows = 1'001;                       ///< with the heading, blank ones not counted
    std::size_t columns = 100;                      ///< of a row
    std::size_t cell_bytes = 8 * 1024;              ///< of a cell, UTF-8
    std::size_t row_bytes = 64 * 1024;              ///< of a row, UTF-8
    std::size_t unpacked_bytes = 64 * 1024 * 1024;  ///< of all parts of an XLSX that are read
    std::size_t packed_ratio = 200;                 ///< unpacked to packed, of a part above 1 MiB
    std::size_t parts = 200;                        ///< entries of an XLSX
};

/// Gets each row that is not blank, in order. Not called again once reading has failed.
using TakeRow = std::function<void(Row)>;

/// RFC 4180 in UTF-8, separated by commas or, if the heading has none, by semicolons or tabs. Any
/// quote out of place, any NUL and any line without an end refuses the file.
/// Codes: NUL_BYTE, BAD_QUOTES, ROW_TOO_LONG, CELL_TOO_LONG, TOO_MANY_ROWS, TOO_MANY_COLUMNS.
Result<void, SheetFault> read_csv(std::string_view text, const SheetLimits& limits,
                                  const TakeRow& take);

/// The first sheet of an XLSX (ECMA-376). Numbers stand as Excel shows them, to 15 digits.
/// Codes: as above, and NOT_A_SHEET, ZIP_TOO_MANY_PARTS, ZIP_TOO_LARGE, ZIP_RATIO.
Result<void, SheetFault> read_xlsx(std::string_view bytes, const SheetLimits& limits,
                                   const TakeRow& take);

/// True for bytes that begin as a ZIP does.
bool is_zip(std::string_view bytes);

/// "B" of 2.
std::string column_letters(std::size_t column);

}  // namespace liuhen::server::sheets
