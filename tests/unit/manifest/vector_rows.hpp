// Rows of the shared CSV vectors, for tests only.
#pragma once

#include "tests/support/shared.hpp"

#include <filesystem>
#include <fstream>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace liuhen::test {

/// Cells of one CSV line; double quotes group and are doubled inside.
inline std::vector<std::string> csv_cells(const std::string& line) {
    std::vector<std::string> cells{""};
    bool quoted = false;
    for (std::size_t i = 0; i < line.size(); ++i) {
        const char c = line[i];
        if (c == '"' && quoted && i + 1 < line.size() && line[i + 1] == '"') {
            cells.back() += line[++i];
        } else if (c == '"') {
            quoted = !quoted;
        } else if (c == ',' && !quoted) {
            cells.emplace_back();
        } else if (c != '\r') {
            cells.back() += c;
        }
    }
    return cells;
}

using Row = std::map<std::string, std::string>;

/// Every row by column name, or nullopt (and SKIPPED said) when the file is not on this machine.
inline std::optional<std::vector<Row>> shared_rows(const std::string& relative) {
    const auto path = shared_file(relative);
    if (!path) {
        skip(relative + " is not here");
        return std::nullopt;
    }
    std::ifstream file{*path};
    std::string line;
    std::getline(file, line);
    const auto names = csv_cells(line);
    std::vector<Row> rows;
    while (std::getline(file, line)) {
        const auto cells = csv_cells(line);
        Row row;
        for (std::size_t i = 0; i < names.size() && i < cells.size(); ++i) row[names[i]] = cells[i];
        rows.push_back(std::move(row));
    }
    REQUIRE(!rows.empty());
    return rows;
}

}  // namespace liuhen::test
