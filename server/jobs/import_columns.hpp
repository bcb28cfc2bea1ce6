// What an imported table may hold: its columns in Chinese and English, and where each stands in
// the form that the same thing is entered by over HTTP.
#pragma once

#include "server/json/fault.hpp"
#include "server/sheets/sheet.hpp"

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace liuhen::server::jobs {

/// How a cell becomes a value of the form. What does not fit stays text: the form refuses it.
enum class Reading : std::uint8_t {
    text,
    list,    ///< parts between 、 , ; or blanks
    number,  ///< "1234.5"; with a comma in it a text
    flag,    ///< 是 or 否, true or false
    time,    ///< Beijing time unless it names a zone
    form,    ///< a code, or its Chinese word, as those below
    package,
    purpose,
    party,           ///< uuid, credit code, or registered name
    own_place,       ///< uuid, or name of a place of one's own
    receiver_place,  ///< uuid, or name of a place of the row's receiver
};

struct ImportColumn {
    std::string_view name, name_zh;  ///< headings
    std::string_view pointer;        ///< into the form
    Reading reading{};
    bool needed = false;  ///< a table without it is refused
    std::string_view note_zh{}, note{};
};

/// What can be imported: "manifests", "containers"; empty for anything else. Receivers come before
/// their places.
std::span<const ImportColumn> import_columns(std::string_view subject);

/// Which column each cell of the heading names, in its order.
struct Heading {
    std::vector<const ImportColumn*> columns;
    std::vector<std::string> written;  ///< as in the file
};
/// HEADER_UNKNOWN, HEADER_DOUBLED, HEADER_MISSING: all of them.
Result<Heading, std::vector<sheets::SheetFault>> read_heading(std::string_view subject,
                                                              const sheets::Row& row);

}  // namespace liuhen::server::jobs
