#include "manifest/custody/batches.hpp"

#include <catch2/catch.hpp>

namespace {

using namespace liuhen;
using namespace liuhen::manifest::custody;
using Kind = MovementKind;

// 1 March, 00:30 in China.
const Instant night = *parse_iso("2026-02-28T16:30:00Z");

TEST_CASE("a batch is of the stage that its entries are of") {
    struct Row {
        const char* stage;
        Kind kind;
    };
    const Row fitting[] = {{"HWCS", Kind::produced},  {"HWRK", Kind::stored},
                           {"HWRK", Kind::received},  {"HWCK", Kind::loaded},
                           {"HWWWLY", Kind::loaded},  {"HWWWCZ", Kind::loaded},
                           {"HWCKLY", Kind::loaded},  {"HWCKCZ", Kind::loaded},
                           {"HWZXLY", Kind::treated}, {"HWZXCZ", Kind::treated}};
    for (const auto& row : fitting) {
        INFO(row.stage);
        const auto code = std::string{row.stage} + "20260301001";
        CHECK(batch_fault(code, row.kind, night).empty());
        CHECK(batch_fault(code, Kind::corrected, night) == "BATCH_STAGE");
        CHECK(batch_fault(code, Kind::labelled, night) == "BATCH_STAGE");
    }
    CHECK(batch_fault("HWCS20260301001", Kind::treated, night) == "BATCH_STAGE");
    CHECK(batch_fault("HWCK20260301001", Kind::produced, night) == "BATCH_STAGE");
}

TEST_CASE("a batch is of the day in China on which its entries were made") {
    CHECK(batch_fault("HWCS20260228001", Kind::produced, night) == "BATCH_DAY");
    CHECK(batch_fault("HWCS20260302001", Kind::produced, night) == "BATCH_DAY");
}

TEST_CASE("what is no batch code is told so, whatever the entry") {
    for (const char* text : {"", "HWCS2026030101", "HWXX20260301001", "HWCS20260231001", "lot 7"})
        CHECK(batch_fault(text, Kind::produced, night) == "BATCH_CODE_FORM");
}

}  // namespace
