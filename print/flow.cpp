#include "print/flow.hpp"

#include <algorithm>
#include <utility>

namespace liuhen::print {
namespace {

constexpr double usual_text = 3.0, least_text = 2.1;  // millimetres
constexpr double part_text = 3.6, part_height = 7.5;
constexpr double padding = 0.9;
constexpr double thin = 0.15;       // lines
constexpr double tallest_row = 80;  // a text that wants more becomes smaller, then is cut
constexpr double names_width = 27;
constexpr Colour names_ground{0.93, 0.93, 0.93};

void draw_cell(Paper& paper, const Box& box, const Cell& cell) {
    Style style{usual_text, least_text, Align::left, black};
    if (cell.look == Cell::Look::name) paper.fill(box, names_ground);
    if (cell.look == Cell::Look::number) style.align = Align::right;
    paper.frame(box, thin);
    paper.write(box.inset(padding), cell.text, style);
}

}  // namespace

void Flow::space(double height) {
    add({height, [](Paper&, double) {}, false, 0});
}

void Flow::part(const std::string& title) {
    const Body body = body_;
    const auto draw = [body, title](Paper& paper, double y) {
        paper.write({body.left, y, body.width, part_height}, title,
                    {part_text, least_text, Align::left, black});
    };
    add({part_height, draw, true, 0});
}

Block Flow::measured(std::vector<Cell> cells) {
    double height = 0;
    for (const Cell& cell : cells)
        height =
            std::max(height, paper_.height_of(cell.text, cell.width - 2 * padding, usual_text));
    height = std::min(height + 2 * padding, tallest_row);
    const double left = body_.left;
    auto draw = [cells = std::move(cells), left, height](Paper& paper, double y) {
        double x = left;
        for (const Cell& cell : cells) {
            draw_cell(paper, {x, y, cell.width, height}, cell);
            x += cell.width;
        }
    };
    return {height, std::move(draw), false, under_heading_};
}

void Flow::row(std::vector<Cell> cells) { add(measured(std::move(cells))); }

void Flow::pairs(std::initializer_list<std::pair<std::string_view, std::string>> values) {
    const double column = body_.width / static_cast<double>(values.size());
    std::vector<Cell> cells;
    for (const auto& [name, value] : values) {
        cells.push_back({names_width, std::string{name}, Cell::Look::name});
        cells.push_back({column - names_width, value, Cell::Look::value});
    }
    row(std::move(cells));
}

void Flow::wide_pair(std::string_view name, const std::string& value) {
    if (!value.empty()) pairs({{name, value}});
}

void Flow::begin_table(const std::vector<Cell>& heads) {
    under_heading_ = 0;
    Block heading = measured(heads);
    heading.with_next = true;
    headings_.push_back(heading);
    add(std::move(heading));
    under_heading_ = headings_.size();
}

double Flow::heading_of(const Block& block) const {
    return block.under_heading == 0 ? 0 : headings_.at(block.under_heading - 1).height;
}

std::vector<std::size_t> Flow::pages() const {
    std::vector<std::size_t> ends;
    const double room = body_.bottom - body_.top;
    double used = 0;
    std::size_t first = 0;
    for (std::size_t i = 0; i < blocks_.size(); ++i) {
        // What stays with its successor is placed together with it.
        double wanted = 0;
        std::size_t last = i;
        while (last + 1 < blocks_.size() && blocks_[last].with_next) ++last;
        for (std::size_t k = i; k <= last; ++k) wanted += blocks_[k].height;
        if (i > first && used + wanted > room) {
            ends.push_back(i);
            first = i;
            used = heading_of(blocks_[i]);
        }
        used += blocks_[i].height;
    }
    ends.push_back(blocks_.size());
    return ends;
}

void Flow::draw(std::size_t from, std::size_t until) {
    double y = body_.top;
    if (from > 0 && from < until && blocks_[from].under_heading != 0) {
        const Block& heading = headings_.at(blocks_[from].under_heading - 1);
        heading.draw(paper_, y);
        y += heading.height;
    }
    for (std::size_t i = from; i < until; ++i) {
        blocks_[i].draw(paper_, y);
        y += blocks_[i].height;
    }
}

}  // namespace liuhen::print
