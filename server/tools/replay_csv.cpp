#include "server/tools/replay_csv.hpp"

#include "server/tools/replay_input.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <fstream>
#include <iterator>

namespace liuhen::server::replay {
namespace {

std::optional<double> number_in(std::string_view text) {
    double value = 0;
    const char* end = text.data() + text.size();
    const auto [stop, error] = std::from_chars(text.data(), end, value);
    if (error != std::errc{} || stop != end || !std::isfinite(value)) return std::nullopt;
    return value;
}

std::string_view trimmed(std::string_view text) {
    const auto first = text.find_first_not_of(" \t\r");
    if (first == std::string_view::npos) return {};
    return text.substr(first, text.find_last_not_of(" \t\r") - first + 1);
}

/// Cells of one line; a cell in double quotes may hold commas, and "" for a quote.
Result<std::vector<std::string>, std::string> cells_of(std::string_view line) {
    std::vector<std::string> cells(1);
    bool quoted = false;
    for (std::size_t i = 0; i < line.size(); ++i) {
        const char c = line[i];
        if (c == '"' && quoted && i + 1 < line.size() && line[i + 1] == '"') {
            cells.back() += '"';
            ++i;
        } else if (c == '"') {
            quoted = !quoted;
        } else if (c == ',' && !quoted) {
            cells.emplace_back();
        } else {
            cells.back() += c;
        }
    }
    if (quoted) return fail(std::to_string(cells.size()) + ": a quote is not closed");
    for (std::string& cell : cells) cell = std::string(trimmed(cell));
    return cells;
}

}  // namespace

Result<std::string, std::string> read_file(const std::filesystem::path& file) {
    std::error_code error;
    const auto size = std::filesystem::file_size(file, error);
    if (error) return fail(file.string() + ": " + error.message());
    if (size > max_file_bytes) return fail(file.string() + ": larger than 512 MiB");
    std::ifstream in(file, std::ios::binary);
    std::string text{std::istreambuf_iterator<char>(in), {}};
    if (!in || text.size() != size) return fail(file.string() + ": cannot be read");
    return text;
}

Result<Csv, std::string> Csv::parse(std::string name, std::string_view text,
                                    std::span<const std::string_view> required) {
    Csv csv;
    csv.name_ = std::move(name);
    if (text.starts_with("\xEF\xBB\xBF")) text.remove_prefix(3);  // a byte order mark
    std::size_t line = 0;
    while (!text.empty()) {
        ++line;
        const std::size_t end = std::min(text.find('\n'), text.size());
        const std::string_view one = text.substr(0, end);
        text.remove_prefix(std::min(end + 1, text.size()));
        if (trimmed(one).empty()) continue;
        auto cells = cells_of(one);
        if (!cells) return fail(csv.name_ + ":" + std::to_string(line) + ":" + cells.error());
        if (csv.heading_.empty()) {
            csv.heading_ = std::move(*cells);
            continue;
        }
        if (cells->size() != csv.heading_.size()) {
            return fail(csv.name_ + ":" + std::to_string(line) + ":" +
                        std::to_string(cells->size()) + ": the heading has " +
                        std::to_string(csv.heading_.size()) + " columns, this line " +
                        std::to_string(cells->size()));
        }
        csv.rows_.push_back({line, std::move(*cells)});
    }
    for (const std::string_view column : required) {
        if (csv.place_of(column)) continue;
        return fail(csv.name_ + ":1:1: the heading names no column " + std::string(column));
    }
    return csv;
}

std::optional<std::size_t> Csv::place_of(std::string_view column) const {
    const auto found = std::ranges::find(heading_, column);
    if (found == heading_.end()) return std::nullopt;
    return static_cast<std::size_t>(found - heading_.begin());
}

std::string_view Csv::cell(const CsvRow& row, std::string_view column) const {
    const auto place = place_of(column);
    return place ? std::string_view{row.cells[*place]} : std::string_view{};
}

std::string Csv::fault(const CsvRow& row, std::string_view column, std::string_view what) const {
    return name_ + ":" + std::to_string(row.line) + ":" +
           std::to_string(place_of(column).value_or(0) + 1) + ": " + std::string(column) + " " +
           std::string(what) + ": \"" + std::string(cell(row, column).substr(0, 60)) + "\"";
}

Result<std::optional<double>, std::string> Csv::number(const CsvRow& row, std::string_view column,
                                                       double least, double most) const {
    const std::string_view text = cell(row, column);
    if (text.empty()) return std::nullopt;
    const auto value = number_in(text);
    if (!value) return fail(fault(row, column, "is not a number"));
    if (*value < least || *value > most) return fail(fault(row, column, "is out of range"));
    return value;
}

Result<Instant, std::string> Csv::instant(const CsvRow& row, std::string_view column) const {
    const std::string_view text = cell(row, column);
    if (const auto at = parse_iso(text)) return *at;
    const auto epoch = number_in(text);
    constexpr double year_10000 = 253'402'300'800;
    if (!epoch || *epoch < 0 || *epoch >= year_10000) {
        return fail(fault(row, column, "is no ISO 8601 time with a zone and no epoch seconds"));
    }
    return Instant{Duration{std::llround(*epoch * 1000)}};
}

}  // namespace liuhen::server::replay
