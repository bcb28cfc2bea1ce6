// What several steps do alike.
#pragma once

#include "manifest/lifecycle.hpp"
#include "manifest/weights.hpp"

#include <algorithm>
#include <optional>
#include <variant>
#include <vector>

namespace liuhen::manifest::steps {

/// The body, which its guard has already found to be there.
template <class Expected>
const Expected& body(const Case& c) {
    return std::get<Expected>(c.request.body);
}

inline WasteLine& line_of(Manifest& next, std::uint8_t line_no) {
    return *std::ranges::find(next.lines, line_no, &WasteLine::line_no);
}

/// Shares `whole` over the lines in proportion to `basis`, which every line has.
inline void share_over_lines(Manifest& next, Grams whole, std::optional<Grams> WasteLine::*basis,
                             std::optional<Grams> WasteLine::*target) {
    std::vector<Grams> parts;
    for (const auto& line : next.lines) parts.push_back((line.*basis).value_or(Grams{1}));
    const auto shares = share_out(whole, parts);
    for (std::size_t i = 0; i < shares.size(); ++i) next.lines[i].*target = shares[i];
}

}  // namespace liuhen::manifest::steps
