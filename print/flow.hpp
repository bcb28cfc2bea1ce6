// Rows that follow one another down the page and go on overleaf.
#pragma once

#include <functional>
#include <initializer_list>
#include <optional>
#include <string>
#include <vector>

#include "print/paper.hpp"

namespace liuhen::print {

/// A cell of a row, in the order from left to right.
struct Cell {
    double width{};  ///< millimetres
    std::string text;
    enum class Look : std::uint8_t { value, name, number } look = Look::value;
};

/// What stands on one height of the page, as wide as the body, from `y` on.
struct Block {
    double height{};
    std::function<void(Paper&, double y)> draw;
    bool with_next = false;  ///< never the last of a page
    /// Drawn anew where the block comes first on a page: the heads of its table. 0: nothing, else
    /// an index from 1 into the flow's headings.
    std::size_t under_heading = 0;
};

/// The rows of one print, measured as they are added and drawn when all are there.
class Flow {
public:
    struct Body {
        double left{}, top{}, width{}, bottom{};  ///< of each page, millimetres
    };
    Flow(Paper& paper, Body body) : paper_(paper), body_(body) {}

    void add(Block block) { blocks_.push_back(std::move(block)); }
    void space(double height);
    /// The title of a part; stays with what follows it.
    void part(const std::string& title);
    /// A row as high as its fullest cell, within limits.
    void row(std::vector<Cell> cells);
    /// A row of names and their values in turn, with equal columns.
    void pairs(std::initializer_list<std::pair<std::string_view, std::string>> values);
    /// One name and its value across the body; no row where it is empty.
    void wide_pair(std::string_view name, const std::string& value);
    /// Rows up to `end_table` repeat these heads where they go on overleaf.
    void begin_table(const std::vector<Cell>& heads);
    void end_table() { under_heading_ = 0; }

    /// Where each page ends: the index after its last block.
    [[nodiscard]] std::vector<std::size_t> pages() const;
    /// Draws the blocks [from, until) from the body's top.
    void draw(std::size_t from, std::size_t until);

private:
    Block measured(std::vector<Cell> cells);
    [[nodiscard]] double heading_of(const Block& block) const;

    Paper& paper_;
    Body body_;
    std::vector<Block> blocks_;
    std::vector<Block> headings_;
    std::size_t under_heading_ = 0;
};

}  // namespace liuhen::print
