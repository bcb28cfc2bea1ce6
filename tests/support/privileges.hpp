// sql/PRIVILEGES.md as a table: what each role of the database may do with each table.
#pragma once

#include <array>
#include <fstream>
#include <map>
#include <string>
#include <vector>

namespace liuhen::test::privileges {

inline constexpr std::array roles{"liuhen_core", "liuhen_http", "liuhen_reader"};

struct Line {
    std::map<std::string, std::string> may;  // by role: letters of PRIVILEGES.md
    std::string rows;                        // "own", "all: …" or "—"
    friend bool operator==(const Line&, const Line&) = default;
};
using Page = std::map<std::string, Line>;

inline std::vector<std::string> cells(const std::string& line) {
    std::vector<std::string> found;
    for (std::size_t at = 1, end = 0; (end = line.find('|', at)) != std::string::npos; at = end + 1)
        found.push_back(line.substr(at + 1, end - at - 2));
    return found;
}

inline std::string bare(std::string cell) {
    std::erase(cell, '`');
    return cell == "—" ? std::string{} : cell;
}

inline Page written() {
    std::ifstream in{std::string{LIUHEN_SOURCE_DIR} + "/sql/PRIVILEGES.md"};
    Page page;
    for (std::string line; std::getline(in, line);) {
        if (!line.starts_with("| `")) continue;
        const auto all = cells(line);
        Line& read = page[bare(all.at(0))];
        for (std::size_t i = 0; i < roles.size(); ++i) read.may[roles.at(i)] = bare(all.at(i + 1));
        read.rows = bare(all.at(4)).substr(0, 3);
    }
    return page;
}

/// Whether a line gives that right, for all columns or for some.
inline bool has(const std::string& may, char letter) {
    return may.find(letter) != std::string::npos ||
           may.find(static_cast<char>(letter + 32)) != std::string::npos;
}

}  // namespace liuhen::test::privileges
