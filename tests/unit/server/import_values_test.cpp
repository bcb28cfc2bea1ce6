// Cells of an import as values of the form: what is not plainly one stays the text that it was.
#include "server/jobs/import_form.hpp"

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

namespace {

using namespace liuhen::server::jobs;

TEST_CASE("a time of a table is Beijing's, and what only resembles one stays a text") {
    const auto read = [](const char* text) {
        return value_of(Reading::time, text).get<std::string>();
    };
    CHECK(read("2026-03-01 08:30") == "2026-03-01T00:30:00Z");
    CHECK(read("2026/3/1 8:30:05") == "2026-03-01T00:30:05Z");
    for (const char* text :
         {"2026-03-01 08:+5", "2026-+3-01 08:30", "2026-03-01T08:30:00+08:00", "2026-02-30 08:30",
          "2026-03-01 24:00", "46082.354", "2026-03-01 08:30 x", "2026-03-01 08:30:5x", "08:30"}) {
        INFO(text);
        CHECK(read(text) == text);
    }
}

TEST_CASE("a number of a table is plain digits, and anything else stays a text") {
    for (const char* text : {"1,000", "1e3", "+5", "0x10", "１２", "1.", ".5", "007", "NaN", "--1",
                             "123456789012345678901"}) {
        INFO(text);
        CHECK(value_of(Reading::number, text) == text);
    }
    CHECK(value_of(Reading::number, "200.5") == 200.5);
    CHECK(value_of(Reading::number, "-3") == -3);
}

}  // namespace
