#include "manifest/codes.hpp"

#include "tests/unit/manifest/vector_rows.hpp"

#include <catch2/catch.hpp>

#include <algorithm>
#include <functional>
#include <set>

using namespace liuhen;
using namespace liuhen::manifest;
using liuhen::test::shared_rows;

namespace {

constexpr int newest_year = 2027;
const Instant today = *parse_iso("2026-11-21T00:00:00Z");

/// Holds each row's `valid` column against `judge`.
void hold_vectors(const std::string& file, const std::function<bool(const std::string&)>& judge) {
    const auto rows = shared_rows("data/vectors/" + file);
    if (!rows) return;
    for (auto row : *rows) {
        INFO(file << ": '" << row["value"] << "' " << row["reason"]);
        CHECK(judge(row["value"]) == (row["valid"] == "1"));
    }
}

}  // namespace

TEST_CASE("manifest numbers of the shared vectors are told right from wrong") {
    hold_vectors("manifest_no.csv",
                 [](const auto& text) { return parse_manifest_no(text, newest_year).has_value(); });
}

TEST_CASE("a manifest number is read into its parts and written back the same") {
    const auto no = parse_manifest_no("20253311000042", newest_year);
    REQUIRE(no);
    CHECK(no->year == 2025);
    CHECK(no->prefecture == "3311");
    CHECK(no->serial == 42);
    CHECK(to_text(*no) == "20253311000042");
}

TEST_CASE("a manifest number of a year to come is refused") {
    CHECK(parse_manifest_no("20273311000001", newest_year));
    CHECK_FALSE(parse_manifest_no("20283311000001", newest_year));
}

TEST_CASE("the number after the last serial does not exist") {
    CHECK(to_text(*next({2026, "3311", 9})) == "20263311000010");
    CHECK_FALSE(next({2026, "3311", last_serial}));
}

TEST_CASE("the prefectures are those of the shared table") {
    const auto rows = shared_rows("data/divisions_prefectures.csv");
    if (!rows) return;
    std::set<std::string> listed;
    for (auto row : *rows) listed.insert(row["prefecture_code"]);
    for (int code = 0; code < 10'000; ++code) {
        auto text = std::to_string(code);
        text.insert(0, 4 - text.size(), '0');
        INFO(text);
        CHECK(is_prefecture(text) == listed.contains(text));
    }
}

TEST_CASE("credit codes of the shared vectors are told right from wrong") {
    hold_vectors("uscc.csv", [](const auto& text) { return is_uscc(text); });
}

TEST_CASE("a credit code whose weighted sum is a multiple of 31 ends in 0") {
    CHECK(is_uscc("91331100XTRACK0150"));
    CHECK_FALSE(is_uscc("91331100XTRACK0151"));
}

TEST_CASE("waste codes of the shared vectors are told right from wrong by form and list") {
    const auto list = shared_rows("data/hw_catalog_2021.csv");
    if (!list) return;
    std::set<std::string> listed;
    for (auto row : *list) listed.insert(row["code"]);
    hold_vectors("waste_code.csv", [&](const auto& text) {
        const auto code = normal_waste_code(text);
        return code && (listed.contains(*code) || is_identified_by_test(*code));
    });
}

TEST_CASE("a waste code has one normal spelling") {
    CHECK(normal_waste_code("90004149") == "900-041-49");
    CHECK(normal_waste_code("HW49/900-041-49") == "900-041-49");
    CHECK(normal_waste_code("900-041-49") == "900-041-49");
    CHECK_FALSE(normal_waste_code("HW08/900-041-49"));
    CHECK_FALSE(normal_waste_code("900-041-44"));
    CHECK_FALSE(normal_waste_code("-900-04149"));
    CHECK(category_of("900-041-49") == "HW49");
    CHECK(category_of("").empty());
}

TEST_CASE("general waste codes of the shared vectors fall into their classes") {
    const auto rows = shared_rows("data/vectors/general_waste_code.csv");
    if (!rows) return;
    const std::map<std::string, GeneralClass> classes{{"industrial", GeneralClass::industrial},
                                                      {"domestic", GeneralClass::domestic},
                                                      {"construction", GeneralClass::construction},
                                                      {"agricultural", GeneralClass::agricultural},
                                                      {"other", GeneralClass::other}};
    for (auto row : *rows) {
        INFO(row["value"] << " " << row["reason"]);
        const auto found = general_waste_class(row["value"]);
        REQUIRE(found.has_value() == (row["valid"] == "1"));
        if (found) CHECK(*found == classes.at(row["class"]));
    }
}

TEST_CASE("plates of the shared vectors fall into their kinds") {
    const auto rows = shared_rows("data/vectors/plate.csv");
    if (!rows) return;
    const std::map<std::string, PlateKind> kinds{
        {"ordinary", PlateKind::ordinary},
        {"trailer", PlateKind::trailer},
        {"training", PlateKind::training},
        {"new energy, small", PlateKind::new_energy_small},
        {"new energy, large", PlateKind::new_energy_large}};
    for (auto row : *rows) {
        INFO(row["value"] << " " << row["reason"]);
        const auto plate = parse_plate(row["value"]);
        REQUIRE(plate.has_value() == (row["valid"] == "1"));
        if (plate) CHECK(plate->kind == kinds.at(row["kind"]));
    }
}

TEST_CASE("dots and spaces of a printed plate are dropped") {
    CHECK(parse_plate("浙K·12345")->text == "浙K12345");
    CHECK(parse_plate("浙 K12345")->text == "浙K12345");
    CHECK(parse_plate("浙K1234警")->kind == PlateKind::police);
    CHECK_FALSE(parse_plate("浙K12挂45"));
    CHECK_FALSE(parse_plate("浙K123456"));
}

TEST_CASE("person numbers of the shared vectors are told right from wrong") {
    hold_vectors("id_number.csv", [](const auto& text) { return is_person_number(text, today); });
}

TEST_CASE("unit codes of the shared vectors are told right from wrong") {
    hold_vectors("unit_code_hj608.csv", [](const auto& text) { return is_unit_code(text); });
}

TEST_CASE("batch codes of the shared vectors are told right from wrong") {
    hold_vectors("batch_code_hj1259.csv",
                 [](const auto& text) { return parse_batch_code(text).has_value(); });
}

TEST_CASE("a batch code whose stage begins with another stage is read whole") {
    const auto batch = parse_batch_code("HWCKLY20211031007");
    REQUIRE(batch);
    CHECK(batch->stage == "HWCKLY");
    CHECK(batch->year == 2021);
    CHECK(batch->month == 10);
    CHECK(batch->day == 31);
    CHECK(batch->number == 7);
}

TEST_CASE("phones are mobile or landline numbers") {
    CHECK(is_phone("13805781234"));
    CHECK(is_phone("0578-2123456"));
    CHECK(is_phone("01012345678"));
    CHECK_FALSE(is_phone("12805781234"));
    CHECK_FALSE(is_phone("1380578123"));
    CHECK_FALSE(is_phone("0578-21234"));
    CHECK_FALSE(is_phone(""));
}

TEST_CASE("text is measured in code points, and broken or control bytes are refused") {
    CHECK(text_length("废油漆 a") == 5U);
    CHECK(text_length("") == 0U);
    CHECK(text_length("\xF0\x9F\x98\x80") == 1U);
    for (const auto* broken : {"a\tb", "\xff", "\xe6\xb2", "\xc0\xaf", "\xed\xa0\x80", "\xc2\x85",
                               "\xf4\x90\x80\x80", "\x7f"}) {
        INFO(broken);
        CHECK_FALSE(text_length(broken));
    }
}
