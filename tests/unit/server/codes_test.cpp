// Every code with which something is refused, or which is said beside success, is named by a test.
#include "manifest/refusal.hpp"

#include <catch2/catch.hpp>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <regex>
#include <set>
#include <string>

namespace {

namespace fs = std::filesystem;
const fs::path root{LIUHEN_SOURCE_DIR};

using Codes = std::set<std::string>;

std::string text_of(const fs::path& file) {
    std::ifstream in{file};
    return {std::istreambuf_iterator<char>{in}, {}};
}

void add_matches(Codes& found, const std::string& text, const std::regex& pattern) {
    for (std::sregex_iterator at{text.begin(), text.end(), pattern}, end; at != end; ++at)
        found.insert((*at)[1]);
}

// Codes of answers that are made where they are needed, and of tables with a status.
Codes made_in(const std::string& source) {
    static const std::regex made{
        R"re((?:refuse\(\s*\d+,|unavailable\(|slow_down\(|unauthorized\(|Problem problem\{\d+,)\s*"([A-Z][A-Z0-9_]+)")re"};
    static const std::regex row{R"re(,\s*\d{3}, "([A-Z][A-Z0-9_]+)")re"};
    static const std::regex fault{R"re((?:fault\(|add\()\s*"([A-Z][A-Z0-9_]+)")re"};
    Codes found;
    for (const auto& pattern : {made, row, fault}) add_matches(found, source, pattern);
    return found;
}

Codes all_codes() {
    Codes codes;
    for (const auto& text : manifest::refusal_catalogue()) codes.emplace(text.code);
    for (const auto& text : manifest::warning_catalogue()) codes.emplace(text.code);
    static const std::regex worded{R"re(\{"([A-Z][A-Z0-9_]+)",)re"};
    add_matches(codes, text_of(root / "server/json/fault.cpp"), worded);
    for (const auto& entry : fs::recursive_directory_iterator{root / "server"}) {
        if (entry.path().extension() == ".cpp") codes.merge(made_in(text_of(entry.path())));
    }
    return codes;
}

// Words in capitals of the tests' own code; what stands in a comment shows nothing.
Codes named_by_tests() {
    static const std::regex word{R"re(\b([A-Z][A-Z0-9_]+)\b)re"};
    static const std::regex comment{R"re((^|[^:"])//[^\n]*)re"};
    Codes named;
    for (const auto& entry : fs::recursive_directory_iterator{root / "tests"}) {
        const auto name = entry.path().filename().string();
        if (!name.ends_with("_test.cpp") || name == "codes_test.cpp") continue;
        add_matches(named, std::regex_replace(text_of(entry.path()), comment, "$1"), word);
    }
    return named;
}

Codes without(const Codes& codes, const Codes& named) {
    Codes rest;
    std::set_difference(codes.begin(), codes.end(), named.begin(), named.end(),
                        std::inserter(rest, rest.end()));
    return rest;
}

TEST_CASE("codes are found where answers are made") {
    CHECK(made_in("co_return refuse(409, \"ONE\");\n return unavailable(\n    \"TWO\", \"x\");"
                  " form.add(\"THREE\", \"uscc\"); {wire::error::body_limit, 413, \"FOUR\"}"
                  " refuse(\"FIVE\")") == Codes{"ONE", "TWO", "THREE", "FOUR"});
}

TEST_CASE("every code that the server answers with is named by a test") {
    const auto codes = all_codes();
    CHECK(codes.size() > 200);
    CHECK(without(codes, named_by_tests()) == Codes{});
}

}  // namespace
