#include "server/sheets/writer.hpp"

#include <algorithm>

namespace liuhen::server::sheets {
namespace {

constexpr std::size_t piece_bytes = std::size_t{256} * 1024;

class CsvWriter : public Writer {
public:
    CsvWriter(std::span<const Heading> headings, TakePiece take) : take_(std::move(take)) {
        for (const auto& heading : headings) texts_.push_back(heading.kind == Kind::text);
        std::vector<std::string> names;
        for (const auto& heading : headings) names.push_back(heading.name);
        text_ = "\xEF\xBB\xBF";
        add_row(names, [](std::size_t) { return true; });
    }

    void add(std::span<const std::string> cells) override {
        add_row(cells, [this](std::size_t column) { return texts_.at(column); });
        if (text_.size() < piece_bytes) return;
        take_(text_);
        text_.clear();
    }

    void finish() override {
        take_(text_);
        text_.clear();
    }

private:
    template <class IsText>
    void add_row(std::span<const std::string> cells, IsText is_text) {
        for (std::size_t i = 0; i < cells.size(); ++i) {
            if (i > 0) text_ += ',';
            quote(is_text(i) ? without_formula(cells[i]) : cells[i]);
        }
        text_ += "\r\n";
    }

    // Semicolons and tabs separate cells for programs of other countries.
    void quote(const std::string& cell) {
        if (cell.find_first_of(",;\t\"\r\n") == std::string::npos) {
            text_ += cell;
            return;
        }
        text_ += '"';
        for (const char c : cell) {
            if (c == '"') text_ += '"';
            text_ += c;
        }
        text_ += '"';
    }

    TakePiece take_;
    std::vector<bool> texts_;
    std::string text_;
};

}  // namespace

bool looks_like_formula(std::string_view text) {
    constexpr std::string_view wide[] = {"＝", "＋", "－", "＠"};  // where Excel speaks Chinese
    return (!text.empty() &&
            std::string_view{"=+-@\t\r\n"}.find(text.front()) != std::string_view::npos) ||
           std::ranges::any_of(wide, [&](auto mark) { return text.starts_with(mark); });
}

std::string without_formula(std::string text) {
    return looks_like_formula(text) ? "'" + text : text;
}

std::unique_ptr<Writer> csv_writer(std::span<const Heading> headings, TakePiece take) {
    return std::make_unique<CsvWriter>(headings, std::move(take));
}

}  // namespace liuhen::server::sheets
