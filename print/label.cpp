#include "print/label.hpp"

#include <algorithm>
#include <array>

#include "print/paper.hpp"
#include "print/pictograms.hpp"
#include "print/words.hpp"

namespace liuhen::print {
namespace {

struct SizeRow {
    double litres;      // up to
    double side, text;  // millimetres
};
// HJ 1276-2022, table of label sizes.
constexpr std::array<SizeRow, 3> sizes{{{50, 100, 3}, {450, 150, 5}, {0, 200, 6}}};
constexpr const SizeRow& row_of(LabelSize size) { return sizes.at(static_cast<std::size_t>(size)); }

constexpr Colour ground{1.0, 150 / 255.0, 0};
constexpr double glyph_of_square = 0.86;  // the height of a full character in its square

// Around the form; millimetres at every size.
constexpr double blank = 3, border = 1;

// The form is drawn on 92 units by 92, whatever they are in millimetres.
constexpr double units = 92;
constexpr double title_height = 7, title_size = 5.9;
constexpr double one = 4.5, two = 8.85;  // heights of a field of one line, of two
constexpr double names_width = 21.5;
constexpr double qr_left = 65, hazards_left = 60;
constexpr double gap = 0.7;  // between texts

// A field of the form: its name, its height, how far right it goes.
struct Field {
    std::string_view name;
    double height, until;
    std::string text;
};
constexpr std::size_t fields_beside_hazards = 4, fields_above_qr = 8;

std::array<Field, 13> fields_of(const Label& label) {
    const std::array<std::string, 2> contact{label.contact, label.phone};
    const std::string weight = kilograms(label.weight);
    return {{{"废物名称", one, hazards_left, label.waste_name},
             {"废物类别", one, hazards_left, label.category},
             {"废物代码", one, hazards_left, label.code},
             {"废物形态", one, hazards_left, chinese_or_empty(label.form)},
             {"主要成分", two, units, label.components},
             {"有害成分", two, units, label.harmful_components},
             {"注意事项", two, units, label.precautions},
             {"数字识别码", two, units, label.tag_id},
             {"产生/收集单位", two, qr_left, label.unit},
             {"联系人和联系方式", two, qr_left, joined(contact, " ")},
             {"产生日期", one, qr_left, label.produced_on},
             {"废物重量", one, qr_left, weight.empty() ? weight : weight + " kg"},
             {"备注", one, qr_left, label.note}}};
}

// One label's form on its page.
class Form {
public:
    Form(Paper& paper, LabelSize size)
        : paper_(paper), side_(side_of(size)), unit_((side_ - 2 * (blank + border)) / units) {
        style_.size = style_.least = least_text_of(size) / glyph_of_square;
    }

    void ground_and_border() {
        paper_.fill({0, 0, side_, side_}, ground);
        paper_.frame(Box{0, 0, side_, side_}.inset(blank), border);
        Style title{title_size * unit_, title_size * unit_, Align::centre, black};
        paper_.write(box(0, 0, units, title_height), "危险废物", title);
    }

    // The fields one below the other; tells where the last one ends.
    double write(std::span<const Field> fields, double top) {
        for (const Field& field : fields) {
            const double width = names_width - 2 * gap;
            paper_.write(box(gap, top, width, field.height), field.name, style_);
            const double room = field.until - names_width - gap;
            paper_.write(box(names_width, top, room, field.height), field.text, style_);
            top += field.height;
        }
        return top;
    }

    void hazards(const Label& label, double top, double bottom) {
        const Box place = box(hazards_left, top, units - hazards_left - gap, bottom - top);
        paper_.frame(place, line * unit_);
        const Box inner = place.inset(gap * unit_);
        const double head = one * unit_;
        Style middle = style_;
        middle.align = Align::centre;
        paper_.write({inner.x, inner.y, inner.width, head}, "危险特性", middle);
        const Box rest{inner.x, inner.y + head, inner.width, inner.height - head};
        const auto signs = signs_of(label.hazards);
        const double taken = draw_signs(rest, signs);
        paper_.write({rest.x + taken, rest.y, rest.width - taken, rest.height},
                     signs.size() > 2 ? joined(label.hazards, "、") : hazard_text(label.hazards),
                     middle);
    }

    void qr(const QrCode& code, double top) {
        const double width = units - qr_left - gap;
        paper_.draw(box(qr_left, top, width, units - top - gap), code);
    }

private:
    using Signs = std::vector<const Pictogram*>;

    static Signs signs_of(std::span<const std::string> hazards) {
        Signs signs;
        for (const auto& hazard : hazards) {
            const auto* const sign = pictogram_of(hazard);
            if (sign != nullptr && std::ranges::find(signs, sign) == signs.end())
                signs.push_back(sign);
        }
        return signs;
    }
    // One alone, two one above the other, more of them two by two; the width that they take.
    double draw_signs(const Box& room, const Signs& signs) {
        if (signs.empty()) return 0;
        const double side = signs.size() == 1 ? room.height : room.height / 2;
        for (std::size_t i = 0; i < signs.size(); ++i) {
            const double x = room.x + side * static_cast<double>(i / 2);
            const double y = room.y + side * static_cast<double>(i % 2);
            print::draw(paper_, {x, y, side, side}, *signs[i]);
        }
        return side * static_cast<double>((signs.size() + 1) / 2);
    }
    [[nodiscard]] Box box(double x, double y, double width, double height) const {
        const double from = blank + border;
        return {from + x * unit_, from + y * unit_, width * unit_, height * unit_};
    }

    static constexpr double line = 0.3;
    Paper& paper_;
    double side_, unit_;
    Style style_;
};

void draw(Paper& paper, const Label& label, const QrCode& code) {
    const auto fields = fields_of(label);
    const std::span all{fields};
    Form form{paper, label.size};
    form.ground_and_border();
    const double hazards_end = form.write(all.first(fields_beside_hazards), title_height);
    form.hazards(label, title_height, hazards_end);
    const double qr_top = form.write(
        all.subspan(fields_beside_hazards, fields_above_qr - fields_beside_hazards), hazards_end);
    form.write(all.subspan(fields_above_qr), qr_top);
    form.qr(code, qr_top);
}

}  // namespace

LabelSize label_size(double litres) {
    if (litres <= row_of(LabelSize::small).litres) return LabelSize::small;
    return litres <= row_of(LabelSize::medium).litres ? LabelSize::medium : LabelSize::large;
}
double side_of(LabelSize size) { return row_of(size).side; }
double least_text_of(LabelSize size) { return row_of(size).text; }

Result<std::string, Unprintable> label_pdf(const Typeface& typeface, std::span<const Label> labels,
                                           Instant at) {
    if (labels.empty()) return fail(Unprintable::nothing);
    if (labels.size() > most_labels) return fail(Unprintable::too_many);
    const auto page_of = [](const Label& label) {
        return Size{side_of(label.size), side_of(label.size)};
    };
    Paper paper{typeface, page_of(labels.front()), "危险废物标签", at};
    for (const Label& label : labels) {
        const auto code = label.qr.size() > longest_label_qr ? std::nullopt : qr_code(label.qr);
        if (!code) return fail(Unprintable::qr_too_long);
        if (&label != &labels.front()) paper.next_page(page_of(label));
        draw(paper, label, *code);
    }
    return paper.finish();
}

}  // namespace liuhen::print
