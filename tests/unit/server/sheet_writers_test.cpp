// Tables on their way out, read back by the readers of those on their way in.
#include "server/sheets/sheet.hpp"
#include "server/sheets/template.hpp"
#include "server/sheets/writer.hpp"

#include <catch2/catch.hpp>

#include <cstdlib>
#include <filesystem>

namespace {

using namespace liuhen::server::sheets;

const std::vector<Heading> headings{
    {"名称"}, {"kg", Kind::number, 3, 12}, {"code", Kind::text, 0, 20}};

std::string made(std::unique_ptr<Writer> (*begin)(TakePiece), int rows = 0) {
    std::string all;
    const auto writer = begin([&all](std::string_view piece) { all += piece; });
    writer->add(std::vector<std::string>{"=1+1", "1234.567", "00\"7\""});
    writer->add(std::vector<std::string>{"-x", "-5.000", "a,b\nc"});
    for (int i = 0; i < rows; ++i) writer->add(std::vector<std::string>{"x", "1", "y"});
    writer->finish();
    return all;
}
std::unique_ptr<Writer> csv(TakePiece take) { return csv_writer(headings, std::move(take)); }
std::unique_ptr<Writer> xlsx(TakePiece take) {
    return xlsx_writer(headings, "台账", std::move(take));
}

TEST_CASE("a CSV goes out with a byte order mark, quoted, and no text of it is a formula") {
    CHECK(made(csv) ==
          "\xEF\xBB\xBF名称,kg,code\r\n'=1+1,1234.567,\"00\"\"7\"\"\"\r\n"
          "'-x,-5.000,\"a,b\nc\"\r\n");
    for (const char* bad : {"=", "+1", "-1", "@x", "\tx", "\rx"}) CHECK(looks_like_formula(bad));
    CHECK_FALSE(looks_like_formula("a=b"));
}

TEST_CASE("a workbook goes out with its numbers as numbers and its texts as texts") {
    std::vector<Row> rows;
    REQUIRE(read_xlsx(made(xlsx, 3'000), {.rows = 5'000, .packed_ratio = 10'000},
                      [&rows](Row row) { rows.push_back(std::move(row)); }));
    REQUIRE(rows.size() == 3'003);
    CHECK(rows[0].cells.at(0).text == "名称");
    CHECK(rows[1].cells.at(0).text == "'=1+1");
    CHECK(rows[1].cells.at(1).text == "1234.567");
    CHECK(rows[1].cells.at(2).text == "00\"7\"");
    CHECK(rows[2].cells.at(1).text == "-5");
    CHECK_FALSE(rows[1].cells.at(0).formula);
}

TEST_CASE("a template is an empty workbook with its notes behind it") {
    const auto file = xlsx_template(headings, "导入", {"说明", {"列", "填写"}, {{"名称", "..."}}});
    std::vector<Row> rows;
    REQUIRE(read_xlsx(file, {}, [&rows](Row row) { rows.push_back(std::move(row)); }));
    REQUIRE(rows.size() == 1);
    CHECK(rows[0].cells.at(2).text == "code");
}

TEST_CASE("a workbook for which there is no room is not begun, and nothing is left of it") {
    const char* const before = std::getenv("TMPDIR");
    const std::string kept = before == nullptr ? "" : before;
    const auto folder = std::filesystem::temp_directory_path();
    const auto mine = [&folder] {
        std::size_t count = 0;
        for (const auto& entry : std::filesystem::directory_iterator{folder})
            count += entry.path().filename().string().starts_with("liuhen-") ? 1U : 0U;
        return count;
    };
    const auto files = mine();
    CHECK(made(xlsx).size() > 1'000);
    CHECK(mine() == files);
    ::setenv("TMPDIR", "/proc", 1);  // a folder that takes no file, whoever asks
    CHECK_THROWS_AS(made(xlsx), SheetNotWritten);
    if (kept.empty())
        ::unsetenv("TMPDIR");
    else
        ::setenv("TMPDIR", kept.c_str(), 1);
}

}  // namespace
