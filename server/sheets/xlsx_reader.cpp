// XLSX: a ZIP of XML parts. The workbook names its first sheet, a list holds the texts that cells
// share, and the sheet is read row by row.
#include "server/sheets/archive.hpp"
#include "server/sheets/sheet.hpp"
#include "server/sheets/xml.hpp"

#include <fmt/format.h>

#include <array>
#include <charconv>
#include <optional>

namespace liuhen::server::sheets {
namespace {

const char* const no_sheet = "NOT_A_SHEET";
constexpr std::size_t last_row = 1'048'576;  // that Excel has

// Reads one part whole.
Result<void, SheetFault> read_part(Archive& archive, const std::string& part, XmlReader& xml) {
    bool sound = true;
    const auto unpacked = archive.unpack(part, [&](std::string_view piece) {
        sound = xml.feed(piece);
        return sound;
    });
    if (!unpacked) return unpacked;
    if (!sound || !xml.finish()) return fail(SheetFault{no_sheet, 0, 0, part});
    return {};
}

std::string attribute(const XmlAttributes& all, std::string_view name) {
    const auto found = all.find(name);
    return found == all.end() ? std::string{} : found->second;
}

// Where the first sheet lies: the workbook has its key, the relations have its place.
Result<std::string, SheetFault> first_sheet(Archive& archive) {
    std::string key;
    std::string place;
    XmlReader workbook{{[&](std::string_view name, const XmlAttributes& said) {
        if (name == "sheet" && key.empty()) key = attribute(said, "id");
    }}};
    if (const auto read = read_part(archive, "xl/workbook.xml", workbook); !read)
        return fail(read.error());
    XmlReader relations{{[&](std::string_view name, const XmlAttributes& said) {
        if (name == "Relationship" && attribute(said, "Id") == key)
            place = attribute(said, "Target");
    }}};
    if (const auto read = read_part(archive, "xl/_rels/workbook.xml.rels", relations); !read)
        return fail(read.error());
    if (place.empty()) return fail(SheetFault{no_sheet, 0, 0, "xl/workbook.xml"});
    return place.starts_with('/') ? place.substr(1) : "xl/" + place;
}

// The texts that cells name by number; of those with readings beside them, the text alone. An empty
// one takes memory too.
Result<std::vector<std::string>, SheetFault> shared_texts(Archive& archive,
                                                          const SheetLimits& limits) {
    const std::string part = "xl/sharedStrings.xml";
    std::vector<std::string> texts;
    if (!archive.has(part)) return texts;
    const std::size_t most = limits.unpacked_bytes / sizeof(std::string);
    bool inside = false;
    bool reading = false;
    XmlReader xml{{[&](std::string_view name, const XmlAttributes&) {
                       if (name == "si" && texts.size() == most) return xml.stop();
                       if (name == "si") texts.emplace_back();
                       if (name == "rPh") reading = true;
                       inside = name == "t" && !reading;
                   },
                   [&](std::string_view name) {
                       if (name == "rPh") reading = false;
                       inside = false;
                   },
                   [&](std::string_view text) {
                       if (inside && !texts.empty()) texts.back() += text;
                   }}};
    const auto read = read_part(archive, part, xml);
    if (texts.size() == most) return fail(SheetFault{"ZIP_TOO_LARGE", 0, 0, part});
    if (!read) return fail(read.error());
    return texts;
}

// "C7": the column, from 1; 0 when it is none.
std::size_t column_of(std::string_view place) {
    std::size_t column = 0;
    for (const char c : place) {
        if (c < 'A' || c > 'Z') break;
        column = 26 * column + static_cast<std::size_t>(c - 'A' + 1);
        if (column > 20'000) return 0;
    }
    return column;
}

template <class Number>
std::optional<Number> number_in(std::string_view text) {
    Number value{};
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
    return value;
}

// A number is kept in binary, and shown to 15 digits: 0.1 + 0.2 is 0.3.
std::string shown_number(const std::string& text) {
    const auto value = number_in<double>(text);
    if (!value) return text;
    const auto shown = fmt::format("{:.15g}", *value);
    if (shown.find('e') == std::string::npos) return shown;
    std::array<char, 400> digits{};  // the longest number has 309 before its point
    const auto [end, error] = std::to_chars(digits.data(), digits.data() + digits.size(), *value,
                                            std::chars_format::fixed);
    return error == std::errc{} ? std::string{digits.data(), end} : text;
}

std::string trimmed(std::string text) {
    constexpr const char* blanks = " \t\r\n";
    text.erase(0, text.find_first_not_of(blanks));
    text.erase(text.find_last_not_of(blanks) + 1);
    return text;
}

class SheetReading {
public:
    SheetReading(const SheetLimits& limits, const TakeRow& take, std::vector<std::string> texts)
        : limits_(limits), take_(take), texts_(std::move(texts)) {}

    Result<void, SheetFault> read(Archive& archive, const std::string& part) {
        XmlReader xml{
            {[this](std::string_view name, const XmlAttributes& said) { begin(name, said); },
             [this](std::string_view name) { end(name); },
             [this](std::string_view text) { add(text); }}};
        xml_ = &xml;
        const auto done = read_part(archive, part, xml);
        if (fault_) return fail(*std::move(fault_));
        return done;
    }

private:
    // A stopped parser still tells of the end of an empty element.
    void begin(std::string_view name, const XmlAttributes& said) {
        if (fault_) return;
        if (name == "row") return begin_row(said);
        if (name == "c") return begin_cell(said);
        if (name == "f") formula_ = true;
        if (name == "rPh") reading_ = true;
        inside_ = (name == "v" || name == "t") && !reading_;
    }

    void begin_row(const XmlAttributes& said) {
        const auto number = number_in<std::size_t>(attribute(said, "r")).value_or(row_.number + 1);
        if (number <= row_.number || number > last_row) return refuse(no_sheet, 0);
        row_ = Row{number, {}};
        row_bytes_ = 0;
    }

    void begin_cell(const XmlAttributes& said) {
        const std::string place = attribute(said, "r");
        column_ = place.empty() ? row_.cells.size() + 1 : column_of(place);
        type_ = attribute(said, "t");
        text_.clear();
        formula_ = false;
        if (column_ <= row_.cells.size()) return refuse(no_sheet, column_);
        if (column_ > limits_.columns) refuse("TOO_MANY_COLUMNS", column_);
    }

    void add(std::string_view text) {
        if (!inside_ || fault_) return;
        if (text_.size() + text.size() > limits_.cell_bytes)
            return refuse("CELL_TOO_LONG", column_);
        text_ += text;
    }

    void end(std::string_view name) {
        if (fault_) return;
        inside_ = false;
        if (name == "rPh") reading_ = false;
        if (name == "c") end_cell();
        if (name == "row") end_row();
    }

    void end_cell() {
        std::string text = text_;
        if (type_ == "s") {
            const auto which = number_in<std::size_t>(text);
            if (!which || *which >= texts_.size()) return refuse(no_sheet, column_);
            text = texts_[*which];
        }
        if (type_.empty() || type_ == "n") text = shown_number(text);
        if (type_ == "b") text = text == "1" ? "true" : "false";
        if (text.size() > limits_.cell_bytes) return refuse("CELL_TOO_LONG", column_);
        row_bytes_ += text.size();
        if (row_bytes_ > limits_.row_bytes) return refuse("ROW_TOO_LONG", column_);
        row_.cells.resize(column_ - 1);
        row_.cells.push_back({trimmed(std::move(text)), formula_ || type_ == "e"});
    }

    void end_row() {
        if (row_.blank()) return;
        if (rows_ == limits_.rows) return refuse("TOO_MANY_ROWS", 0);
        ++rows_;
        take_(std::exchange(row_, Row{row_.number, {}}));
    }

    void refuse(const char* code, std::size_t column) {
        if (!fault_) fault_ = SheetFault{code, row_.number, column};
        xml_->stop();
    }

    const SheetLimits& limits_;
    const TakeRow& take_;
    std::vector<std::string> texts_;
    XmlReader* xml_ = nullptr;
    Row row_{};
    std::size_t rows_ = 0, row_bytes_ = 0, column_ = 0;
    std::string type_, text_;
    bool formula_ = false, inside_ = false, reading_ = false;
    std::optional<SheetFault> fault_;
};

}  // namespace

Result<void, SheetFault> read_xlsx(std::string_view bytes, const SheetLimits& limits,
                                   const TakeRow& take) {
    auto archive = Archive::open(bytes, limits);
    if (!archive) return fail(archive.error());
    const auto place = first_sheet(*archive);
    if (!place) return fail(place.error());
    auto texts = shared_texts(*archive, limits);
    if (!texts) return fail(texts.error());
    SheetReading reading{limits, take, *std::move(texts)};
    return reading.read(*archive, *place);
}

}  // namespace liuhen::server::sheets
