// docs/limits.md says where each limit is set and which test shows it; here it is held to that.
#include <catch2/catch.hpp>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <sstream>
#include <string>
#include <vector>

namespace {

namespace fs = std::filesystem;
const fs::path root{LIUHEN_SOURCE_DIR};

std::string text_of(const fs::path& file) {
    std::ifstream in{file};
    return {std::istreambuf_iterator<char>{in}, {}};
}

// The texts between backticks of one cell.
std::vector<std::string> texts_in(const std::string& cell) {
    std::vector<std::string> found;
    for (auto open = cell.find('`'); open != std::string::npos;) {
        const auto close = cell.find('`', open + 1);
        if (close == std::string::npos) break;
        found.push_back(cell.substr(open + 1, close - open - 1));
        open = cell.find('`', close + 1);
    }
    return found;
}

struct Row {
    std::string what, file, name, test;
};

std::vector<Row> rows_of_page() {
    std::vector<Row> rows;
    std::istringstream page{text_of(root / "docs/limits.md")};
    for (std::string line; std::getline(page, line);) {
        std::vector<std::string> cells;
        std::istringstream cut{line};
        for (std::string cell; std::getline(cut, cell, '|');) cells.push_back(cell);
        if (cells.size() < 6) continue;
        const auto set = texts_in(cells[4]);
        const auto shown = texts_in(cells[5]);
        if (set.size() == 2 && shown.size() == 1)
            rows.push_back({cells[1], set[0], set[1], shown[0]});
    }
    return rows;
}

std::string all_tests() {
    std::string all;
    for (const auto& entry : fs::recursive_directory_iterator{root / "tests"}) {
        if (entry.path().string().ends_with("_test.cpp")) all += text_of(entry.path());
    }
    return all;
}

TEST_CASE("each limit of the page is set where it says and shown by the test it names") {
    const auto rows = rows_of_page();
    CHECK(rows.size() >= 40);
    const std::string tests = all_tests();
    for (const Row& row : rows) {
        INFO(row.what);
        CHECK(text_of(root / row.file).find(row.name) != std::string::npos);
        // A long name may be broken into two literals where it is written.
        CHECK(tests.find("\"" + row.test.substr(0, 40)) != std::string::npos);
    }
}

}  // namespace
