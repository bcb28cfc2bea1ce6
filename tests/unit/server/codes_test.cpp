// Every code with which something is refused, or which is said beside success, is named by a test.
#include "manifest/refusal.hpp"

#include <catch2/catch.hpp>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <functional>
#include <iterator>
#include <regex>
#include <set>
#include <sstream>
#include <string>

namespace {

namespace fs = std::filesystem;
const fs::path root{LIUHEN_SOURCE_DIR};

using Codes = std::set<std::string>;

std::string text_of(const fs::path& file) {
    std::ifstream in{file};
    return {std::istreambuf_iterator<char>{in}, {}};
}

bool is_of_code(char c) { return (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_'; }
bool is_of_word(char c) { return is_of_code(c) || (c >= 'a' && c <= 'z'); }

/// Words in capitals, of which `wanted` is asked with the text and where the word begins and ends.
using Wanted = std::function<bool(const std::string&, std::size_t, std::size_t)>;
void add_words(Codes& found, const std::string& text, const Wanted& wanted) {
    for (std::size_t begin = 0; begin < text.size();) {
        std::size_t end = begin;
        while (end < text.size() && is_of_word(text[end])) ++end;
        const auto word = text.substr(begin, end - begin);
        const bool code =
            word.size() > 1 && std::all_of(word.begin(), word.end(), is_of_code) && word[0] >= 'A';
        if (code && wanted(text, begin, end)) found.insert(word);
        begin = end + 1;
    }
}

// A literal that an answer is made with, or that follows a status in a table.
bool makes_answer(const std::string& text, std::size_t begin, std::size_t end) {
    static const std::regex maker{R"((refuse\(\s*\d+,|unavailable\(|slow_down\(|unauthorized\(|)"
                                  R"(fault\(|add\(|\{\d{3},|,\s*\d{3},)\s*"$)"};
    constexpr std::size_t longest = 60;
    if (begin == 0 || text[begin - 1] != '"' || end == text.size() || text[end] != '"')
        return false;
    const std::size_t from = begin < longest ? 0 : begin - longest;
    return std::regex_search(text.substr(from, begin - from), maker);
}

// The first of a row of words.
bool begins_row(const std::string& text, std::size_t begin, std::size_t end) {
    return begin > 1 && text.compare(begin - 2, 2, "{\"") == 0 && text.compare(end, 2, "\",") == 0;
}

Codes made_in(const std::string& source) {
    Codes found;
    add_words(found, source, makes_answer);
    return found;
}

Codes all_codes() {
    Codes codes;
    for (const auto& text : liuhen::manifest::refusal_catalogue()) codes.emplace(text.code);
    for (const auto& text : liuhen::manifest::warning_catalogue()) codes.emplace(text.code);
    add_words(codes, text_of(root / "server/json/fault.cpp"), begins_row);
    for (const auto& entry : fs::recursive_directory_iterator{root / "server"}) {
        if (entry.path().extension() == ".cpp") codes.merge(made_in(text_of(entry.path())));
    }
    return codes;
}

// What stands in a comment shows nothing.
Codes named_in(const std::string& source) {
    Codes named;
    std::istringstream lines{source};
    for (std::string line; std::getline(lines, line);) {
        const auto comment = line.find("// ");
        add_words(named, line.substr(0, comment),
                  [](const std::string&, std::size_t, std::size_t) { return true; });
    }
    return named;
}

Codes named_by_tests() {
    Codes named;
    for (const auto& entry : fs::recursive_directory_iterator{root / "tests"}) {
        const auto name = entry.path().filename().string();
        if (name.ends_with("_test.cpp") && name != "codes_test.cpp")
            named.merge(named_in(text_of(entry.path())));
    }
    return named;
}

Codes without(const Codes& codes, const Codes& named) {
    Codes rest;
    std::set_difference(codes.begin(), codes.end(), named.begin(), named.end(),
                        std::inserter(rest, rest.end()));
    return rest;
}

TEST_CASE("codes are found where answers are made and where tests name them") {
    CHECK(made_in("co_return refuse(409, \"ONE\");\n return unavailable(\n    \"TWO\", \"x\");"
                  " form.add(\"THREE\", \"uscc\"); {wire::error::body_limit, 413, \"FOUR\"}"
                  " refuse(\"FIVE\"); Problem problem{405, \"SIX\"}; fault(\"seven\")") ==
          Codes{"ONE", "TWO", "THREE", "FOUR", "SIX"});
    CHECK(named_in("CHECK(code == \"ONE\");  // TWO is\n\"beside THREE\", Four") ==
          Codes{"CHECK", "ONE", "THREE"});
}

TEST_CASE("every code that the server answers with is named by a test") {
    const auto codes = all_codes();
    CHECK(codes.size() > 200);
    CHECK(without(codes, named_by_tests()) == Codes{});
}

}  // namespace
