// Tables from outside: what is read of them, and what is refused with its row and column.
#include "server/json/fault.hpp"
#include "server/sheets/charset.hpp"
#include "server/sheets/sheet.hpp"
#include "tests/support/workbooks.hpp"

#include <catch2/catch.hpp>

namespace {

using namespace liuhen::server::sheets;
using liuhen::test::inline_row;
using liuhen::test::workbook;
using liuhen::test::workbook_parts;
using liuhen::test::zipped;

using Read = liuhen::Result<void, SheetFault> (*)(std::string_view, const SheetLimits&,
                                                  const TakeRow&);

std::vector<Row> rows_of(Read read, const std::string& file) {
    std::vector<Row> rows;
    const auto done = read(file, {}, [&rows](Row row) { rows.push_back(std::move(row)); });
    INFO((done ? std::string{} : done.error().code));
    REQUIRE(done);
    return rows;
}
std::string joined(const Row& row) {
    std::string all;
    for (const Cell& cell : row.cells) all += (all.empty() ? "" : "|") + cell.text;
    return all;
}
SheetFault fault_of(Read read, const std::string& file, const SheetLimits& limits = {}) {
    std::size_t rows = 0;
    const auto done = read(file, limits, [&rows](const Row&) { ++rows; });
    REQUIRE(!done);
    return done.error();
}

TEST_CASE("a CSV is read with quotes, line breaks in cells, blank lines and any line ending") {
    const auto rows = rows_of(read_csv, "a,b\r\n\r\n\"x, \"\"y\"\"\",\" 2\n3 \"\n z ,\r\nlast,1");
    REQUIRE(rows.size() == 4);
    CHECK(joined(rows[0]) == "a|b");
    CHECK(rows[1].number == 3);
    CHECK(joined(rows[1]) == "x, \"y\"| 2\n3 ");
    CHECK(joined(rows[2]) == "z|");
    CHECK(rows[3].number == 5);
    CHECK(joined(rows_of(read_csv, "a;b\n1,5;2\n")[1]) == "1,5|2");
    CHECK(joined(rows_of(read_csv, "a\tb\n1\t2\n")[1]) == "1|2");
}

TEST_CASE("a CSV that is broken is refused with row and column") {
    CHECK(fault_of(read_csv, "a,b\n1,x\"y\n") == SheetFault{"BAD_QUOTES", 2, 2});
    CHECK(fault_of(read_csv, "a,b\n1,\"x\n2,y\n") == SheetFault{"BAD_QUOTES", 2, 2});
    CHECK(fault_of(read_csv, std::string{"a,b\n1,\0\n", 8}) == SheetFault{"NUL_BYTE", 2, 0});
    SheetLimits small;
    small.rows = 2;
    small.columns = 3;
    CHECK(fault_of(read_csv, "a\n1\n\n2\n", small) == SheetFault{"TOO_MANY_ROWS", 4, 0});
    CHECK(fault_of(read_csv, "a\n1,2,3,4\n", small) == SheetFault{"TOO_MANY_COLUMNS", 2, 4});
}

TEST_CASE("a line of ten megabytes is refused at its limit, in one cell and in many") {
    const std::string ten(10'000'000, 'x');
    CHECK(fault_of(read_csv, "a,b\n1," + ten + "\n") == SheetFault{"CELL_TOO_LONG", 2, 2});
    CHECK(fault_of(read_csv, "a,b\n1,\"" + ten) == SheetFault{"CELL_TOO_LONG", 2, 2});
    std::string many = "a\n";
    for (int i = 0; i < 90; ++i) many += std::string(1'000, 'y') + ',';
    CHECK(fault_of(read_csv, many) == SheetFault{"ROW_TOO_LONG", 2, 66});
}

TEST_CASE("texts are read as UTF-8 with and without its mark, and as GBK") {
    const std::string plain = "危险,1";
    const std::string gbk = "\xCE\xA3\xCF\xD5,1";
    CHECK(to_utf8(plain, {}).value() == plain);
    CHECK(to_utf8("\xEF\xBB\xBF" + plain, {}).value() == plain);
    CHECK(to_utf8(gbk, {}).value() == plain);
    CHECK(to_utf8(gbk, Charset::gb18030).value() == plain);
    CHECK(to_utf8("a\n" + gbk, Charset::utf8).error() == SheetFault{"ENCODING", 2, 0});
    CHECK(to_utf8("a\n\xEF\xBB\n\xFF\xFF", {}).error().code == "ENCODING");
    CHECK(charset_from_name("GBK") == Charset::gb18030);
    CHECK_FALSE(charset_from_name("latin1"));
}

TEST_CASE("GBK whose bytes happen to be good UTF-8 is known by its rows") {
    const std::string heading = "code,waste_name\n";
    const std::string disguised = "N-1,\xCD\xB0\xD7\xB0\n";  // the GBK of the word below
    CHECK(to_utf8(heading + disguised, {}).value() == heading + "N-1,桶装\n");
    CHECK(to_utf8(heading + disguised, Charset::utf8).value() == heading + disguised);
    CHECK(to_utf8("\xEF\xBB\xBF" + heading + disguised, {}).value() == heading + disguised);

    const std::string greek = "N-2,α-萘酚 × 2\n";
    CHECK(to_utf8(heading + greek, {}).value() == heading + greek);
    const std::string signs = "N-3,80 °C é\n";
    CHECK(to_utf8(heading + signs, {}).value() == heading + signs);
    CHECK(to_utf8(heading + greek + signs, {}).value() == heading + greek + signs);

    CHECK(to_utf8(heading + greek + disguised, {}).error() == SheetFault{"ENCODING", 3, 0});
    CHECK(to_utf8(heading + disguised + greek, {}).error() == SheetFault{"ENCODING", 3, 0});
    CHECK(to_utf8(heading + disguised + greek, Charset::utf8).value() ==
          heading + disguised + greek);
    CHECK(liuhen::server::fault("ENCODING", "").message.find("?charset=") != std::string::npos);
}

TEST_CASE("a workbook's first sheet is read: texts shared and its own, numbers, gaps") {
    const auto rows = rows_of(
        read_xlsx,
        workbook(
            "<row r=\"1\"><c r=\"A1\" t=\"s\"><v>1</v></c><c r=\"C1\" t=\"s\"><v>0</v></c></row>"
            "<row r=\"2\"/><row r=\"4\"><c r=\"A4\"><v>0.30000000000000004</v></c>"
            "<c r=\"B4\"><v>123456789012345</v></c><c r=\"C4\" t=\"b\"><v>1</v></c>"
            "<c r=\"D4\" t=\"inlineStr\"><is><t> in </t></is></c>"
            "<c r=\"E4\"><v>1E-9</v></c><c r=\"F4\"><v>2.5e+20</v></c></row>",
            "<si><r><t>ri</t></r><r><t>ch</t></r><rPh><t>no</t></rPh></si><si><t>one</t></si>"));
    REQUIRE(rows.size() == 2);
    CHECK(joined(rows[0]) == "one||rich");
    CHECK(rows[1].number == 4);
    CHECK(joined(rows[1]) == "0.3|123456789012345|true|in|0.000000001|250000000000000000000");
}

TEST_CASE("a formula in a workbook is known by its cell, whatever value stands beside it") {
    const auto rows = rows_of(read_xlsx, workbook("<row r=\"1\"><c r=\"A1\"><v>1</v></c>"
                                                  "<c r=\"B1\"><f>1+1</f><v>2</v></c></row>"));
    REQUIRE(rows.size() == 1);
    CHECK_FALSE(rows[0].cells.at(0).formula);
    CHECK(rows[0].cells.at(1).formula);
}

TEST_CASE("a ZIP that would unpack to more than it may is refused, whatever its header says") {
    const std::string bomb = workbook(inline_row({"a"}) + std::string(4'000'000, ' '));
    CHECK(bomb.size() < 10'000);
    CHECK(fault_of(read_xlsx, bomb).code == "ZIP_RATIO");
    SheetLimits limits;
    limits.packed_ratio = 1'000'000;
    limits.unpacked_bytes = 2'000'000;
    CHECK(fault_of(read_xlsx, bomb, limits).code == "ZIP_TOO_LARGE");
    auto parts = workbook_parts(inline_row({"a"}));
    for (int i = 0; i < 200; ++i) parts.emplace_back("xl/media/" + std::to_string(i), "x");
    CHECK(fault_of(read_xlsx, zipped(parts)).code == "ZIP_TOO_MANY_PARTS");
}

TEST_CASE("what is no workbook is refused, and so is one that declares entities") {
    CHECK(fault_of(read_xlsx, "PK\x03\x04 and nothing more").code == "NOT_A_SHEET");
    CHECK(fault_of(read_xlsx, zipped({{"a.txt", "b"}})).code == "NOT_A_SHEET");
    std::string cut = workbook(inline_row({"a", "b"}));
    cut[cut.size() / 4] = static_cast<char>(cut[cut.size() / 4] ^ 0x55);
    CHECK(fault_of(read_xlsx, cut).code == "NOT_A_SHEET");
    CHECK(fault_of(read_xlsx, workbook("<row r=\"2\"/><row r=\"1\"/>")).code == "NOT_A_SHEET");
    CHECK(fault_of(read_xlsx, workbook("<row><c t=\"s\"><v>5</v></c></row>")) ==
          SheetFault{"NOT_A_SHEET", 1, 1});
    auto parts = workbook_parts(inline_row({"&lol;"}));
    parts[2].second = "<!DOCTYPE worksheet [<!ENTITY lol \"lol\">]>" + parts[2].second;
    CHECK(fault_of(read_xlsx, zipped(parts)).code == "NOT_A_SHEET");
    SheetLimits small;
    small.columns = 2;
    CHECK(fault_of(read_xlsx, workbook("<row><c r=\"XFD1\"><v>1</v></c></row>"), small) ==
          SheetFault{"TOO_MANY_COLUMNS", 1, 16384});
    CHECK(column_letters(28) == "AB");
}

}  // namespace
