// XLSX by libxlsxwriter, one row in memory at a time.
#include "server/sheets/scratch_file.hpp"
#include "server/sheets/sheet.hpp"
#include "server/sheets/template.hpp"
#include "server/sheets/writer.hpp"

#include <cstdlib>
#include <xlsxwriter.h>

namespace liuhen::server::sheets {
namespace {

constexpr std::size_t piece_bytes = std::size_t{256} * 1024;

[[noreturn]] void give_up(lxw_error error) {
    throw SheetNotWritten{std::string{"the workbook cannot be written: "} + lxw_strerror(error)};
}

struct Free {
    void operator()(lxw_workbook* book) const { lxw_workbook_free(book); }
};
using Book = std::unique_ptr<lxw_workbook, Free>;

// The library keeps the name of the folder, not a copy.
Book begin_book(const ScratchFile& file, std::string& folder) {
    lxw_workbook_options options{};
    options.constant_memory = LXW_TRUE;
    options.tmpdir = folder.data();
    Book book{workbook_new_opt(file.path().c_str(), &options)};
    if (!book) throw SheetNotWritten{"no workbook can be begun"};
    return book;
}

lxw_format* heading_format(lxw_workbook* book) {
    lxw_format* const format = workbook_add_format(book);
    format_set_bold(format);
    format_set_bg_color(format, 0xE7EEF0);
    format_set_bottom(format, LXW_BORDER_THIN);
    return format;
}

lxw_format* column_format(lxw_workbook* book, const Heading& heading) {
    lxw_format* const format = workbook_add_format(book);
    const std::string digits = "0." + std::string(heading.decimals, '0');
    const bool number = heading.kind == Kind::number;
    const bool whole = heading.decimals == 0;
    format_set_num_format(format, !number ? "@" : whole ? "0" : digits.c_str());
    return format;
}

// Its texts stay texts, so that codes keep their zeros.
lxw_worksheet* add_sheet(lxw_workbook* book, const std::string& name,
                         std::span<const Heading> headings) {
    lxw_worksheet* const sheet = workbook_add_worksheet(book, name.c_str());
    if (sheet == nullptr) throw SheetNotWritten{"no sheet can be begun"};
    lxw_format* const bold = heading_format(book);
    for (std::size_t i = 0; i < headings.size(); ++i) {
        const auto column = static_cast<lxw_col_t>(i);
        worksheet_set_column(sheet, column, column, headings[i].width,
                             column_format(book, headings[i]));
    }
    for (std::size_t i = 0; i < headings.size(); ++i)
        worksheet_write_string(sheet, 0, static_cast<lxw_col_t>(i), headings[i].name.c_str(), bold);
    worksheet_freeze_panes(sheet, 1, 0);
    return sheet;
}

void close(Book book) {
    if (const lxw_error error = workbook_close(book.release()); error != LXW_NO_ERROR)
        give_up(error);
}

// What the library wrote into a full disk on its way it does not tell; what is read back is there.
void check(const std::string& bytes, std::size_t rows) {
    SheetLimits limits;
    limits.rows = rows;
    limits.unpacked_bytes = std::size_t{4} * 1024 * 1024 * 1024;
    limits.packed_ratio = limits.unpacked_bytes;
    std::size_t read = 0;
    const auto whole = read_xlsx(bytes, limits, [&read](const Row&) { ++read; });
    if (!whole || read != rows)
        throw SheetNotWritten{"the workbook cannot be read back: is the disk full?"};
}

class XlsxWriter : public Writer {
public:
    XlsxWriter(std::span<const Heading> headings, const std::string& title, TakePiece take)
        : headings_(headings.begin(), headings.end()),
          take_(std::move(take)),
          book_(begin_book(file_, folder_)),
          sheet_(add_sheet(book_.get(), title, headings)) {}

    void add(std::span<const std::string> cells) override {
        ++row_;
        for (std::size_t i = 0; i < cells.size(); ++i) {
            if (cells[i].empty()) continue;
            const auto column = static_cast<lxw_col_t>(i);
            const bool number = headings_.at(i).kind == Kind::number;
            const auto error =
                number ? worksheet_write_number(sheet_, row_, column,
                                                std::strtod(cells[i].c_str(), nullptr), nullptr)
                       : worksheet_write_string(sheet_, row_, column,
                                                without_formula(cells[i]).c_str(), nullptr);
            if (error != LXW_NO_ERROR) give_up(error);
        }
    }

    void finish() override {
        close(std::move(book_));
        const std::string bytes = file_.bytes();
        check(bytes, row_ + 1);
        for (std::size_t at = 0; at < bytes.size(); at += piece_bytes)
            take_(std::string_view{bytes}.substr(at, piece_bytes));
    }

private:
    std::vector<Heading> headings_;
    TakePiece take_;
    std::string folder_ = scratch_folder();
    ScratchFile file_;
    Book book_;
    lxw_worksheet* sheet_;
    lxw_row_t row_ = 0;  // the last one written; the heading is 0
};

}  // namespace

std::unique_ptr<Writer> xlsx_writer(std::span<const Heading> headings, const std::string& title,
                                    TakePiece take) {
    return std::make_unique<XlsxWriter>(headings, title, std::move(take));
}

std::string xlsx_template(std::span<const Heading> headings, const std::string& title,
                          const Notes& notes) {
    std::string folder = scratch_folder();
    const ScratchFile file;
    Book book = begin_book(file, folder);
    add_sheet(book.get(), title, headings);
    const Heading wide[] = {{notes.heading.at(0), Kind::text, 0, 24},
                            {notes.heading.at(1), Kind::text, 0, 60}};
    lxw_worksheet* const sheet = add_sheet(book.get(), notes.title, wide);
    for (std::size_t i = 0; i < notes.lines.size(); ++i) {
        const auto row = static_cast<lxw_row_t>(i + 1);
        worksheet_write_string(sheet, row, 0, notes.lines[i].at(0).c_str(), nullptr);
        worksheet_write_string(sheet, row, 1, notes.lines[i].at(1).c_str(), nullptr);
    }
    close(std::move(book));
    return file.bytes();
}

}  // namespace liuhen::server::sheets
