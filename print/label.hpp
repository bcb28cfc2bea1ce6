// The label of a container of hazardous waste (危险废物标签, HJ 1276-2022).
#pragma once

#include "base/result.hpp"
#include "base/time.hpp"
#include "base/units.hpp"
#include "manifest/terms.hpp"

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "print/typeface.hpp"
#include "print/unprintable.hpp"

namespace liuhen::print {

/// The three sizes, by what the container holds.
enum class LabelSize : std::uint8_t {
    small,   ///< up to 50 l: 100 mm
    medium,  ///< up to 450 l: 150 mm
    large,   ///< above: 200 mm; such a container carries two, on opposite sides

};
LabelSize label_size(double litres);
/// Width and height, which are equal, in millimetres.
double side_of(LabelSize size);
/// The least height of its text, in millimetres.
double least_text_of(LabelSize size);

/// What stands on a label; what is empty leaves its place open, to be filled in by hand.
struct Label {
    LabelSize size = LabelSize::small;
    std::string waste_name;
    std::string category;              ///< "HW49"
    std::string code;                  ///< "900-041-49"
    std::vector<std::string> hazards;  ///< of T, C, I, R, In
    std::optional<manifest::Form> form;
    std::string components;          ///< main components
    std::string harmful_components;  ///< those that make it hazardous
    std::string precautions;
    std::string tag_id;  ///< digital identification code
    std::string unit;    ///< who produced or collected it
    std::string contact;
    std::string phone;
    std::string produced_on;  ///< "2026-11-21"
    std::optional<Grams> weight;
    std::string note;
    std::string
        qr;  ///< what the code holds, 1-180 bytes: the digital identification code, or a URL
};

inline constexpr std::size_t most_labels = 2'000;  ///< of one file: containers of one manifest
inline constexpr std::size_t longest_label_qr = 180;

/// One page a label, as large as the label. `at` is the file's time: equal calls give equal bytes.
Result<std::string, Unprintable> label_pdf(const Typeface& typeface, std::span<const Label> labels,
                                           Instant at);

}  // namespace liuhen::print
