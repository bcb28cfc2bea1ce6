// What a register holds: its columns, and the statement that lists it a page at a time.
#pragma once

#include "server/sheets/writer.hpp"

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace liuhen::server::jobs {

enum class Language : std::uint8_t { chinese, english };

struct RegisterColumn {
    std::string_view name_zh, name;
    const char* sql;  ///< a text
    sheets::Kind kind = sheets::Kind::text;
    std::uint8_t decimals = 0;
    double width = 14;
    std::string (*chinese)(const std::string&) = nullptr;  ///< the word of a code
};

/// Rows are found behind a cursor, so that each page is a short statement of its own. Parameters:
/// $1 cursor, $2 and $3 from and until (or ''), $4 state, $5 party, $6 side, $7 rows.
struct RegisterSpec {
    std::string_view subject;  ///< "manifests", …
    std::string_view title_zh, title;
    std::span<const RegisterColumn> columns;
    const char* cursor;     ///< of a row, a text
    const char* beginning;  ///< the cursor before the first row
    const char* from;       ///< FROM … WHERE …, the filters and what is behind the cursor
    const char* order;      ///< by what the cursor follows
    bool (*is_state)(std::string_view) = nullptr;  ///< that may be asked for; null: none may
    bool has_sides = false;                        ///< "out", "in", "carried"
};

/// Null: there is no such register.
const RegisterSpec* register_spec(std::string_view subject);

/// "SELECT cursor, columns … LIMIT $7".
std::string page_statement(const RegisterSpec& spec);
/// How many rows there are, counted to $7 at most.
std::string count_statement(const RegisterSpec& spec);

std::vector<sheets::Heading> headings(std::span<const RegisterColumn> columns, Language language);

}  // namespace liuhen::server::jobs
