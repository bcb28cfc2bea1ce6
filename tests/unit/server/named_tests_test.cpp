// Pages that say which test shows something: here each test that they name is looked for.
#include <catch2/catch.hpp>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <regex>
#include <set>
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

// The text of one or more literals, as a compiler joins them.
std::string joined(const std::string& literals) {
    static const std::regex one{R"re("((?:[^"\\]|\\.)*)")re"};
    std::string text;
    for (std::sregex_iterator at{literals.begin(), literals.end(), one}, end; at != end; ++at)
        text += (*at)[1];
    static const std::regex escape{R"(\\(.))"};
    return std::regex_replace(text, escape, "$1");
}

// Names of all test cases: of Catch2, and the sentences of the command's cases.
std::set<std::string> test_cases(const std::vector<std::string>& sources) {
    static const std::regex in_cpp{
        R"re(TEST_CASE\(\s*("(?:[^"\\]|\\.)*"(?:\s*"(?:[^"\\]|\\.)*")*))re"};
    static const std::regex in_bash{R"(# ([^\n]+)\ncase_)"};
    std::set<std::string> names;
    for (const auto& source : sources) {
        for (std::sregex_iterator at{source.begin(), source.end(), in_cpp}, end; at != end; ++at)
            names.insert(joined((*at)[1]));
        for (std::sregex_iterator at{source.begin(), source.end(), in_bash}, end; at != end; ++at)
            names.insert((*at)[1]);
    }
    return names;
}

std::set<std::string> test_cases() {
    std::vector<std::string> sources;
    for (const auto& entry : fs::recursive_directory_iterator{root / "tests"}) {
        const auto name = entry.path().filename().string();
        if (name.ends_with("_test.cpp") || name == "command_test.sh")
            sources.push_back(text_of(entry.path()));
    }
    return test_cases(sources);
}

struct Row {
    std::vector<std::string> cells;
    [[nodiscard]] std::vector<std::string> named() const {
        static const std::regex quoted{"`([^`]+)`"};
        const std::string& cell = cells.back();
        std::vector<std::string> names;
        for (std::sregex_iterator at{cell.begin(), cell.end(), quoted}, end; at != end; ++at)
            names.push_back((*at)[1]);
        return names;
    }
};

// Rows below headings whose last column is "test", or "shown by".
std::vector<Row> rows_with_tests(const std::string& page) {
    std::vector<Row> rows;
    bool wanted = false;
    std::istringstream lines{page};
    for (std::string line; std::getline(lines, line);) {
        if (!line.starts_with("| ")) {
            wanted = wanted && line.starts_with("|-");
            continue;
        }
        Row row;
        std::istringstream cut{line.substr(2)};
        for (std::string cell; std::getline(cut, cell, '|');) row.cells.push_back(cell);
        const bool heading = row.cells.back() == " test ";
        if (wanted && !heading) rows.push_back(row);
        wanted = wanted || heading;
    }
    return rows;
}

std::vector<Row> rows_of(const std::string& page) {
    return rows_with_tests(text_of(root / "docs" / page));
}

// The names in the last cells of these rows that no test case has.
std::vector<std::string> missing(const std::vector<Row>& rows, const std::set<std::string>& known) {
    std::vector<std::string> names;
    for (const Row& row : rows) {
        for (const auto& name : row.named())
            if (!known.contains(name)) names.push_back(name);
    }
    return names;
}

TEST_CASE(
    "a page's table is read with the tests that it names, and one that is not there is told") {
    const auto rows = rows_with_tests(
        "| attack | answer | test |\n|---|---|---|\n| a | 404 | `it holds`, `it does \"so\"` |\n"
        "| b | 404 | `nobody wrote it` |\n\n| no | tests |\n|---|---|\n| a | `b` |\n");
    REQUIRE(rows.size() == 2);
    const auto known = test_cases({"TEST_CASE(\"it does \\\"so\\\"\") {}",
                                   "TEST_CASE(\n    \"it \"\n    \"holds\") {}",
                                   "# a case of the command\ncase_one() {"});
    CHECK(known.size() == 3);
    CHECK(known.contains("a case of the command"));
    CHECK(missing(rows, known) == std::vector<std::string>{"nobody wrote it"});
}

TEST_CASE("each attack of the page is tried by the test that it names") {
    const auto rows = rows_of("attacks.md");
    CHECK(rows.size() >= 35);
    for (const Row& row : rows) {
        INFO(row.cells.front());
        CHECK(!row.named().empty());
    }
    CHECK(missing(rows, test_cases()) == std::vector<std::string>{});
}

TEST_CASE("each feature that we say we have names the tests that show it") {
    const auto rows = rows_of("manifest.md");
    CHECK(rows.size() == 48);
    std::size_t number = 0;
    for (const Row& row : rows) {
        INFO(row.cells.front());
        REQUIRE(row.cells.size() == 6);
        CHECK(row.cells.front().starts_with(std::to_string(++number) + ' '));
        const std::string& ours = row.cells[4];
        const bool there = ours.starts_with(" yes") || ours.starts_with(" partly");
        CHECK((there || ours.starts_with(" not yet") || ours.starts_with(" no: ")));
        CHECK(row.named().empty() != there);
    }
    CHECK(missing(rows, test_cases()) == std::vector<std::string>{});
}

TEST_CASE("each fault of the page on reliability names the tests that show it") {
    const auto rows = rows_of("reliability.md");
    CHECK(rows.size() == 26);
    for (const Row& row : rows) {
        INFO(row.cells.front());
        CHECK(!row.named().empty());
    }
    CHECK(missing(rows, test_cases()) == std::vector<std::string>{});
}

}  // namespace
