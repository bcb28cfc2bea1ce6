// Comma-separated values with a heading, read strictly, with the place of every fault.
#pragma once

#include "base/result.hpp"
#include "base/time.hpp"

#include <filesystem>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace liuhen::server::replay {

/// One line's cells; columns are counted from 1 as an editor counts fields.
struct CsvRow {
    std::size_t line{};
    std::vector<std::string> cells;
};

/// A table whose heading named its columns.
class Csv {
public:
    /// `text` is the whole file. The fault is "file:line:column: what".
    static Result<Csv, std::string> parse(std::string name, std::string_view text,
                                          std::span<const std::string_view> required);

    [[nodiscard]] const std::vector<CsvRow>& rows() const { return rows_; }
    /// True when the heading names the column.
    [[nodiscard]] bool has(std::string_view column) const { return place_of(column).has_value(); }
    /// The cell of a column; empty when the column or the cell is.
    [[nodiscard]] std::string_view cell(const CsvRow& row, std::string_view column) const;
    /// A number within limits. Nullopt: the cell is empty.
    [[nodiscard]] Result<std::optional<double>, std::string> number(const CsvRow& row,
                                                                    std::string_view column,
                                                                    double least,
                                                                    double most) const;
    [[nodiscard]] Result<Instant, std::string> instant(const CsvRow& row,
                                                       std::string_view column) const;
    /// "file:line:column: what: "cell"".
    [[nodiscard]] std::string fault(const CsvRow& row, std::string_view column,
                                    std::string_view what) const;

private:
    [[nodiscard]] std::optional<std::size_t> place_of(std::string_view column) const;

    std::string name_;
    std::vector<std::string> heading_;
    std::vector<CsvRow> rows_;
};

/// Text of a file, or the fault.
Result<std::string, std::string> read_file(const std::filesystem::path& file);

}  // namespace liuhen::server::replay
