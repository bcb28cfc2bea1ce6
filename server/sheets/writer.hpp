// Tables on their way out: CSV for whoever reads text, XLSX for whoever reads Excel.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

namespace liuhen::server::sheets {

/// How a column's cells are written. Numbers come as decimal texts.
enum class Kind : std::uint8_t { text, number };

struct Heading {
    std::string name;
    Kind kind = Kind::text;
    std::uint8_t decimals = 0;  ///< of a number
    double width = 14;          ///< in characters
};

/// The disk, or the folder for temporary files, has no room, or what was written cannot be read
/// back. Nothing is left behind.
struct SheetNotWritten : std::runtime_error {
    using std::runtime_error::runtime_error;
};

/// What a table becomes, piece by piece, in order.
using TakePiece = std::function<void(std::string_view)>;

/// One table: its heading when it is made, then its rows, then `finish`.
class Writer {
public:
    virtual ~Writer() = default;
    /// As many cells as there are headings.
    virtual void add(std::span<const std::string> cells) = 0;
    /// The last pieces. To be called once.
    virtual void finish() = 0;
};

/// RFC 4180 in UTF-8 with a byte order mark, as Excel wants it. A text that Excel would take for a
/// formula begins with an apostrophe.
std::unique_ptr<Writer> csv_writer(std::span<const Heading> headings, TakePiece take);

/// XLSX in files that have no name, so that nothing is left whatever happens; read back before it
/// is handed out. Throws SheetNotWritten.
std::unique_ptr<Writer> xlsx_writer(std::span<const Heading> headings, const std::string& title,
                                    TakePiece take);

/// True where Excel would compute a text or call a program: it begins with = + - @ of either width,
/// a tab or a line break.
bool looks_like_formula(std::string_view text);
/// Such a text behind an apostrophe, any other as it is.
std::string without_formula(std::string text);

}  // namespace liuhen::server::sheets
