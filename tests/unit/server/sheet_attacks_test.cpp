// Tables made to hurt: workbooks that grow in memory rather than in size, that stop a parser where
// it does not expect it, and texts in two codings at once.
#include "server/sheets/charset.hpp"
#include "server/sheets/sheet.hpp"
#include "server/sheets/writer.hpp"
#include "tests/support/workbooks.hpp"

#include <catch2/catch.hpp>

#include <chrono>
#include <fstream>

namespace {

using namespace liuhen::server::sheets;
using liuhen::test::inline_row;
using liuhen::test::workbook;
using liuhen::test::workbook_parts;
using liuhen::test::zipped;

struct Read {
    std::vector<Row> rows;
    SheetFault fault;
};
Read read(const std::string& file, const SheetLimits& limits = {}) {
    Read all;
    const auto done =
        read_xlsx(file, limits, [&all](Row row) { all.rows.push_back(std::move(row)); });
    if (!done) all.fault = done.error();
    return all;
}
// What a file that packs far better than any real one comes to when its ratio is let pass.
SheetLimits any_ratio() {
    SheetLimits limits;
    limits.packed_ratio = 1'000'000;
    return limits;
}

std::string times(std::size_t count, const std::string& text) {
    std::string all;
    all.reserve(count * text.size());
    for (std::size_t i = 0; i < count; ++i) all += text;
    return all;
}

/// The most memory that this process ever had, in MiB; to be begun anew by the kernel.
void forget_peak() { std::ofstream{"/proc/self/clear_refs"} << 5; }
long peak_mib() {
    std::ifstream in{"/proc/self/status"};
    for (std::string line; std::getline(in, line);) {
        if (line.starts_with("VmHWM:")) return std::stol(line.substr(6)) / 1024;
    }
    return 0;
}

TEST_CASE("ten million empty texts that cells share are refused before they fill the memory") {
    const std::string row = inline_row({"a"});
    const std::string file = workbook(row, times(10'000'000, "<si/>"));
    const auto before = peak_mib();
    forget_peak();
    CHECK(read(file, any_ratio()).fault.code == "ZIP_TOO_LARGE");
    CHECK(peak_mib() < before + 200);
    CHECK(read(workbook(row, times(100'000, "<si><t>x</t></si>")), any_ratio()).fault.code.empty());
}

TEST_CASE(
    "one tag of fifty megabytes is refused before it is held whole, or read again and again") {
    std::string attributes;
    for (int i = 0; i < 3'000'000; ++i) attributes += " a" + std::to_string(i) + "=\"\"";
    const std::string bodies[] = {
        "<row" + attributes + "/>",
        "<row x=\"" + std::string(50'000'000, 'x') + "\"/>",
        "<!--" + std::string(50'000'000, '-') + "-->",
    };
    for (const std::string& body : bodies) {
        const std::string file = workbook(body);
        forget_peak();
        const auto before = peak_mib();
        const auto begun = std::chrono::steady_clock::now();
        CHECK(read(file, any_ratio()).fault.code == "NOT_A_SHEET");
        CHECK(std::chrono::steady_clock::now() - begun < std::chrono::seconds{3});
        CHECK(peak_mib() < before + 50);
    }
}

TEST_CASE("a cell in no column, and a row beyond any, are faults of the file and nothing else") {
    for (const char* place : {"1", "a1", "ZZZZZZZZZZZZZZ1", "-1", "$A$1"}) {
        INFO(place);
        const std::string cell = "<c r=\"" + std::string{place} + "\"";
        CHECK(read(workbook("<row r=\"1\">" + cell + "/></row>")).fault.code == "NOT_A_SHEET");
        CHECK(read(workbook("<row r=\"1\">" + cell + "><v>1</v></c></row>")).fault.code ==
              "NOT_A_SHEET");
    }
    CHECK(read(workbook("<row><c r=\"XFD1\"/></row>")).fault.code == "TOO_MANY_COLUMNS");
    // 2^32 + 2: as the second row it would have been judged already, and left out unsaid.
    for (const char* number : {"1048577", "4294967298", "18446744073709551615"}) {
        INFO(number);
        const std::string row = "<row r=\"" + std::string{number} + "\">";
        CHECK(read(workbook("<row r=\"2\"><c><v>1</v></c></row>" + row + "<c><v>2</v></c></row>"))
                  .fault.code == "NOT_A_SHEET");
    }
    CHECK(read(workbook("<row r=\"1048576\"><c><v>1</v></c></row>")).rows.size() == 1);
}

TEST_CASE("a cell that holds an error of a formula is one, whether the formula is kept or not") {
    const auto all = read(workbook("<row><c t=\"e\"><v>#DIV/0!</v></c><c><v>1</v></c></row>"));
    REQUIRE(all.rows.size() == 1);
    CHECK(all.rows[0].cells.at(0).formula);
    CHECK_FALSE(all.rows[0].cells.at(1).formula);
}

TEST_CASE("a file in two codings is refused where the second begins, not read as gibberish") {
    const std::string utf8 = "危险废物";
    const std::string gbk = "\xCE\xA3\xCF\xD5\xB7\xCF\xCE\xEF";
    const std::string head = "code,waste_code,waste_name\n";
    CHECK(to_utf8(head + "1,2," + utf8 + "\n2,2," + gbk + "\n", {}).error() ==
          SheetFault{"ENCODING", 3, 0});
    CHECK(to_utf8(head + "1,2," + gbk + "\n2,2," + utf8 + "\n", {}).error() ==
          SheetFault{"ENCODING", 3, 0});
    CHECK(to_utf8(head + "1,2," + utf8 + "\n2,2,\xB3\n", {}).error().code == "ENCODING");
    CHECK(to_utf8(head + "1,2," + gbk + "\n2,2," + gbk + "\n", {}).value() ==
          head + "1,2," + utf8 + "\n2,2," + utf8 + "\n");
    // "联通": valid as UTF-8 of other letters, in a file that is GBK.
    CHECK(to_utf8(gbk + "\n\xC1\xAA\xCD\xA8\n", {}).value() == utf8 + "\n联通\n");
    // Three hundred thousand lines are looked at once.
    std::string many = head;
    for (int i = 0; i < 300'000; ++i) many += "\xCE\xA3\n";
    CHECK(to_utf8(many, {}).has_value());
    // Whoever says what it is is believed.
    CHECK(to_utf8(gbk + "\n" + utf8 + "\n", Charset::gb18030).has_value());
}

TEST_CASE("no text that some program would compute goes out bare, nor one that breaks its cell") {
    for (const char* bad : {"\n=1", "＝1+1", "＋1", "－1", "＠x"}) {
        INFO(bad);
        CHECK(looks_like_formula(bad));
    }
    for (const char* good : {"", "a=b", "电", "＃1"}) CHECK_FALSE(looks_like_formula(good));
    const std::vector<Heading> headings{{"a"}, {"b"}};
    std::string csv;
    const auto writer = csv_writer(headings, [&csv](std::string_view piece) { csv += piece; });
    writer->add(std::vector<std::string>{"x;=1+1", "y\t=1+1"});
    writer->finish();
    CHECK(csv ==
          "\xEF\xBB\xBF"
          "a,b\r\n\"x;=1+1\",\"y\t=1+1\"\r\n");
}

}  // namespace
