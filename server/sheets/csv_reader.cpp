// CSV by libcsv, which says where a quote is out of place; row and column are counted here.
#include "server/sheets/sheet.hpp"

#include <algorithm>
#include <csv.h>
#include <optional>
#include <stdexcept>

namespace liuhen::server::sheets {
namespace {

// What is being read. libcsv calls back for each cell and for each end of a row.
struct Reading {
    const SheetLimits& limits;
    const TakeRow& take;
    Row row{1, {}};
    std::size_t rows = 0;       // taken
    std::size_t row_bytes = 0;  // of the cells of this row
    bool after_return = false;  // a carriage return was the last thing
    std::optional<SheetFault> fault{};
};

void refuse(Reading& reading, const char* code, std::size_t column, std::string value = {}) {
    if (!reading.fault) reading.fault = SheetFault{code, reading.row.number, column, value};
}

void take_cell(void* bytes, std::size_t size, void* context) {
    auto& reading = *static_cast<Reading*>(context);
    reading.after_return = false;
    if (reading.fault) return;
    auto& cells = reading.row.cells;
    if (cells.size() == reading.limits.columns)
        return refuse(reading, "TOO_MANY_COLUMNS", cells.size() + 1);
    if (size > reading.limits.cell_bytes) return refuse(reading, "CELL_TOO_LONG", cells.size() + 1);
    reading.row_bytes += size;
    if (reading.row_bytes > reading.limits.row_bytes)
        return refuse(reading, "ROW_TOO_LONG", cells.size() + 1);
    cells.push_back({size == 0 ? std::string{} : std::string{static_cast<char*>(bytes), size}});
}

// "\r\n" is reported as two ends; the second is none.
void end_row(int mark, void* context) {
    auto& reading = *static_cast<Reading*>(context);
    const bool second = mark == '\n' && reading.after_return;
    reading.after_return = mark == '\r';
    if (reading.fault || second) return;
    Row row = std::exchange(reading.row, Row{reading.row.number + 1, {}});
    reading.row_bytes = 0;
    if (row.blank()) return;
    if (reading.rows == reading.limits.rows) {
        reading.fault = SheetFault{"TOO_MANY_ROWS", row.number, 0};
        return;
    }
    ++reading.rows;
    reading.take(std::move(row));
}

struct Parser {
    Parser() {
        constexpr unsigned char how = CSV_STRICT | CSV_STRICT_FINI | CSV_REPALL_NL;
        if (csv_init(&state, how) != 0) throw std::runtime_error{"libcsv does not begin"};
    }
    ~Parser() { csv_free(&state); }
    Parser(const Parser&) = delete;
    Parser& operator=(const Parser&) = delete;
    csv_parser state{};
};

// What separates the cells: a comma, or what the heading has in its place.
unsigned char separator_of(std::string_view text) {
    const auto heading = text.substr(0, text.find_first_of("\r\n"));
    if (heading.find(',') != std::string_view::npos) return ',';
    if (heading.find(';') != std::string_view::npos) return ';';
    return heading.find('\t') != std::string_view::npos ? '\t' : ',';
}

// Read in pieces, so that a line of ten megabytes is refused at its limit.
void parse(Reading& reading, Parser& parser, std::string_view text) {
    constexpr std::size_t piece = 4 * 1024;
    while (!text.empty() && !reading.fault) {
        const auto part = text.substr(0, piece);
        text.remove_prefix(part.size());
        const auto read =
            csv_parse(&parser.state, part.data(), part.size(), take_cell, end_row, &reading);
        if (read != part.size()) return refuse(reading, "BAD_QUOTES", reading.row.cells.size() + 1);
        if (parser.state.entry_pos > reading.limits.cell_bytes)
            return refuse(reading, "CELL_TOO_LONG", reading.row.cells.size() + 1);
    }
    if (reading.fault) return;
    if (csv_fini(&parser.state, take_cell, end_row, &reading) != 0)
        refuse(reading, "BAD_QUOTES", reading.row.cells.size() + 1);
}

}  // namespace

Result<void, SheetFault> read_csv(std::string_view text, const SheetLimits& limits,
                                  const TakeRow& take) {
    if (const auto nul = text.find('\0'); nul != std::string_view::npos) {
        const auto lines = std::ranges::count(text.substr(0, nul), '\n');
        return fail(SheetFault{"NUL_BYTE", static_cast<std::size_t>(lines) + 1, 0});
    }
    Reading reading{limits, take};
    Parser parser;
    csv_set_delim(&parser.state, separator_of(text));
    parse(reading, parser, text);
    if (reading.fault) return fail(*std::move(reading.fault));
    return {};
}

}  // namespace liuhen::server::sheets
