// The signs of what makes waste hazardous, drawn from paths of our own.
#pragma once

#include <optional>
#include <span>
#include <string_view>

#include "print/paper.hpp"

namespace liuhen::print {

/// A square on its corner with its sign.
struct Pictogram {
    std::string_view hazard;  ///< code of the hazard
    Colour ground;
    std::optional<Colour> lower;    ///< of its lower half, where that is another
    std::span<const Shape> shapes;  ///< on a square of 100 by 100, one over the other
};

/// Of T (toxic: skull and crossed bones), C (corrosive: drops on hand and metal), I (ignitable:
/// flame), R (reactive: flame over a circle). Null: there is none, as for In (infectious), whose
/// waste bears the label of medical waste (HJ 421).
const Pictogram* pictogram_of(std::string_view hazard);

/// In the middle of the box, as large as it allows.
void draw(Paper& paper, const Box& box, const Pictogram& pictogram);

}  // namespace liuhen::print
