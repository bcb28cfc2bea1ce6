#include "server/list_files.hpp"

#include <catch2/catch.hpp>

namespace {

using namespace liuhen;
using namespace liuhen::server;
using namespace std::chrono;

const EditionTerms terms{"2021", sys_days{year{2021} / 1 / 1}, {}};

FileFaults faults_of(std::string_view text) {
    const auto list = read_list_file("list.csv", text, terms);
    return list ? FileFaults{} : list.error();
}

TEST_CASE("a file of hazardous waste is told by its heading and read in any column order") {
    const auto list = read_list_file("list.csv",
                                     "hazards,description,code\n"
                                     "T/In,\"drums, empty\",900-041-49\n"
                                     "T,bath,33605417\n",
                                     terms);
    REQUIRE(list);
    CHECK(list->kind == manifest::ListKind::hazardous);
    CHECK(list->codes.at(0) ==
          manifest::ListedWaste{"900-041-49", "HW49", "", {"T", "In"}, "drums, empty"});
    CHECK(list->codes.at(1).code == "336-054-17");
    CHECK(list->edition == "2021");
}

TEST_CASE("a column says which waste travels under lock") {
    const auto list = read_list_file("list.csv",
                                     "code,hazards,lock\n900-041-49,T,yes\n336-054-17,T,no\n"
                                     "900-249-08,T,\n",
                                     terms);
    REQUIRE(list);
    CHECK(list->codes.at(0).lock);
    CHECK_FALSE(list->codes.at(1).lock);
    CHECK_FALSE(list->codes.at(2).lock);
    const auto wrong = read_list_file("list.csv", "code,hazards,lock\n900-041-49,T,1\n", terms);
    REQUIRE_FALSE(wrong);
    CHECK(wrong.error().size() == 1);
}

TEST_CASE("general waste and exemptions are told by their headings too") {
    const auto general = read_list_file("g.csv", "code,name\n900-001-S17,scrap iron\n", terms);
    REQUIRE(general);
    CHECK(general->kind == manifest::ListKind::general);
    CHECK(general->codes.at(0).category == "S17");
    const auto exempt = read_list_file("x.csv",
                                       "code_or_category,condition\nHW01,few beds\n"
                                       "HW01,epidemic\n900-052-31,whole\n",
                                       terms);
    REQUIRE(exempt);
    CHECK(exempt->exemptions.at(0).rule == "HW01-1");
    CHECK(exempt->exemptions.at(1).rule == "HW01-2");
    CHECK(exempt->exemptions.at(2).rule == "900-052-31");
}

TEST_CASE("every fault of a list is told with line and column") {
    CHECK(faults_of("code,category,hazards\n"
                    "900-041-49,HW49,T\n"
                    "900-041-49,HW49,T\n"
                    "900-041-4,HW04,T\n"
                    "900-042-49,HW08,X\n") ==
          FileFaults{"list.csv:3:1: code comes twice: \"900-041-49\"",
                     "list.csv:4:1: code is no code or category of this list: \"900-041-4\"",
                     "list.csv:5:3: hazards is not made of T, C, I, R, In, each once: \"X\"",
                     "list.csv:5:2: category contradicts the code: \"HW08\""});
    CHECK(faults_of("code,hazards\n900-041-49\n").size() == 1);
    CHECK(faults_of("colour\nred\n").size() == 1);
    CHECK(faults_of("").size() == 1);
    CHECK(faults_of("code,hazards\n").size() == 1);
}

TEST_CASE("a calendar is read by year, its faults by line") {
    const auto years = read_calendar_file("c.csv",
                                          "date,kind\n2025-10-01,holiday\n"
                                          "2025-10-11,make-up workday\n2026-01-01,holiday\n");
    REQUIRE(years);
    CHECK(years->size() == 2);
    CHECK(years->at(2025).at(sys_days{year{2025} / 10 / 11}) == store::DayKind::workday);
    const auto wrong = read_calendar_file("c.csv",
                                          "date,kind\n2025-02-29,holiday\n2025-10-01,rest\n"
                                          "2025-10-02,holiday\n2025-10-02,workday\n");
    REQUIRE_FALSE(wrong);
    CHECK(wrong.error().size() == 3);
    CHECK(wrong.error().at(1) == "c.csv:3:2: kind is neither holiday nor workday: \"rest\"");
}

TEST_CASE("editions have plain short names") {
    CHECK(is_edition("2021"));
    CHECK(is_edition("2025-draft_1.0"));
    for (const char* wrong : {"", "a b", "2021/2", "名录", "aaaaaaaaaaaaaaaaaaaaa"}) {
        INFO(wrong);
        CHECK_FALSE(is_edition(wrong));
    }
}

}  // namespace
