#include "print/pictograms.hpp"

#include <algorithm>
#include <array>

namespace liuhen::print {
namespace {

constexpr Colour red{1, 0, 0}, yellow{1, 1, 0};

constexpr Step to(double x, double y) { return {Step::Kind::move, {x, y}, {}, {}}; }
constexpr Step line(double x, double y) { return {Step::Kind::line, {x, y}, {}, {}}; }
// By two control points to the third.
constexpr Step bend(Point first, Point second, Point end) {
    return {Step::Kind::curve, end, first, second};
}

// The square on its corner; its edge is black, its ground a little smaller.
constexpr std::array edge{to(50, 0), line(100, 50), line(50, 100), line(0, 50)};
constexpr std::array ground{to(50, 3), line(97, 50), line(50, 97), line(3, 50)};
constexpr std::array lower_half{to(97, 50), line(50, 97), line(3, 50)};

constexpr std::array flame{to(51, 16),
                           bend({58, 28}, {71, 37}, {68, 55}),
                           bend({66, 66}, {59, 70}, {50, 70}),
                           bend({40, 70}, {32, 64}, {33, 53}),
                           bend({34, 45}, {39, 43}, {40, 35}),
                           bend({44, 40}, {45, 42}, {46, 46}),
                           bend({50, 38}, {53, 28}, {51, 16})};
constexpr std::array bar{to(34, 74), line(66, 74), line(66, 78), line(34, 78)};

constexpr std::array small_flame{to(51, 12),
                                 bend({56, 21}, {66, 28}, {63, 40}),
                                 bend({61, 47}, {57, 50}, {50, 50}),
                                 bend({42, 50}, {37, 46}, {37, 39}),
                                 bend({38, 33}, {42, 31}, {43, 26}),
                                 bend({46, 29}, {46, 31}, {47, 33}),
                                 bend({50, 28}, {52, 21}, {51, 12})};
constexpr std::array disc{
    to(50, 51), bend({57.7, 51}, {64, 57.3}, {64, 65}), bend({64, 72.7}, {57.7, 79}, {50, 79}),
    bend({42.3, 79}, {36, 72.7}, {36, 65}), bend({36, 57.3}, {42.3, 51}, {50, 51})};
constexpr std::array hole{to(50, 56), bend({55, 56}, {59, 60}, {59, 65}),
                          bend({59, 70}, {55, 74}, {50, 74}), bend({45, 74}, {41, 70}, {41, 65}),
                          bend({41, 60}, {45, 56}, {50, 56})};

constexpr std::array skull{to(50, 17),
                           bend({62, 17}, {69, 25}, {69, 35}),
                           bend({69, 42}, {65, 46}, {61, 49}),
                           line(61, 57),
                           line(39, 57),
                           line(39, 49),
                           bend({35, 46}, {31, 42}, {31, 35}),
                           bend({31, 25}, {38, 17}, {50, 17})};
constexpr std::array left_eye{to(42, 32), bend({46, 32}, {47, 40}, {42, 41}),
                              bend({37, 41}, {37, 33}, {42, 32})};
constexpr std::array right_eye{to(58, 32), bend({63, 33}, {63, 41}, {58, 41}),
                               bend({53, 40}, {54, 32}, {58, 32})};
constexpr std::array nose{to(50, 42), line(53, 48), line(47, 48)};
constexpr std::array left_gap{to(45, 51), line(47, 51), line(47, 57), line(45, 57)};
constexpr std::array right_gap{to(53, 51), line(55, 51), line(55, 57), line(53, 57)};
// Knobs at both ends of each bone.
constexpr std::array bone_down{to(30, 58),
                               bend({33, 56}, {36, 59}, {34, 62}),
                               line(67, 75),
                               bend({70, 73}, {73, 76}, {71, 79}),
                               bend({70, 82}, {66, 81}, {66, 79}),
                               line(33, 66),
                               bend({30, 68}, {26, 65}, {28, 62}),
                               bend({27, 60}, {28, 58}, {30, 58})};
constexpr std::array bone_up{to(70, 58),
                             bend({67, 56}, {64, 59}, {66, 62}),
                             line(33, 75),
                             bend({30, 73}, {27, 76}, {29, 79}),
                             bend({30, 82}, {34, 81}, {34, 79}),
                             line(67, 66),
                             bend({70, 68}, {74, 65}, {72, 62}),
                             bend({73, 60}, {72, 58}, {70, 58})};

constexpr std::array left_glass{to(25, 33), line(45, 18), line(48, 22), line(28, 37)};
constexpr std::array right_glass{to(52, 22), line(55, 18), line(75, 33), line(72, 37)};
constexpr std::array left_drop{to(33, 36), bend({36, 41}, {35, 43}, {33, 43}),
                               bend({31, 43}, {30, 41}, {33, 36})};
constexpr std::array right_drop{to(67, 36), bend({70, 41}, {69, 43}, {67, 43}),
                                bend({65, 43}, {64, 41}, {67, 36})};
constexpr std::array metal{to(20, 45),   line(30, 45), line(32, 48), line(35, 48),
                           line(37, 45), line(47, 45), line(47, 49), line(20, 49)};
constexpr std::array hand{to(53, 47),
                          bend({56, 43}, {60, 44}, {63, 45}),
                          line(65, 48),
                          line(69, 48),
                          line(71, 45),
                          line(80, 45),
                          line(80, 49),
                          line(56, 49),
                          bend({54, 49}, {53, 48}, {53, 47})};

constexpr std::array flame_shapes{Shape{flame, black}, Shape{bar, black}};
constexpr std::array circle_shapes{Shape{small_flame, black}, Shape{disc, black},
                                   Shape{hole, yellow}};
constexpr std::array skull_shapes{Shape{skull, black},     Shape{left_eye, white},
                                  Shape{right_eye, white}, Shape{nose, white},
                                  Shape{left_gap, white},  Shape{right_gap, white},
                                  Shape{bone_down, black}, Shape{bone_up, black}};
constexpr std::array drop_shapes{Shape{left_glass, black}, Shape{right_glass, black},
                                 Shape{left_drop, black},  Shape{right_drop, black},
                                 Shape{metal, black},      Shape{hand, black}};

constexpr std::array<Pictogram, 4> pictograms{{{"T", white, {}, skull_shapes},
                                               {"C", white, black, drop_shapes},
                                               {"I", red, {}, flame_shapes},
                                               {"R", yellow, {}, circle_shapes}}};

}  // namespace

const Pictogram* pictogram_of(std::string_view hazard) {
    const auto* const found = std::ranges::find(pictograms, hazard, &Pictogram::hazard);
    return found == pictograms.end() ? nullptr : found;
}

void draw(Paper& paper, const Box& box, const Pictogram& pictogram) {
    const double side = std::min(box.width, box.height);
    const Box square{box.x + (box.width - side) / 2, box.y + (box.height - side) / 2, side, side};
    paper.draw(square, {edge, black});
    paper.draw(square, {ground, pictogram.ground});
    if (pictogram.lower) paper.draw(square, {lower_half, *pictogram.lower});
    for (const Shape& shape : pictogram.shapes) paper.draw(square, shape);
}

}  // namespace liuhen::print
