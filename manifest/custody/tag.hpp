// The digital identification code on a container's label: configured forms, taken apart and
// checked.
//
// The lengths of HJ 1276's code are not settled in public, so that forms are texts which the
// operator enters. A code that fits none of them is kept as it was read.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace liuhen::manifest::custody {

inline constexpr std::size_t max_tag_length = 512;       ///< characters, as read
inline constexpr std::size_t max_pattern_segments = 12;  ///< of one form

/// What stands in a part of a code.
enum class Segment : std::uint8_t {
    uscc,    ///< unified social credit code, 18 characters with its check character
    code,    ///< waste code without dashes, 8 digits
    date,    ///< day of packing, YYYYMMDD
    serial,  ///< 1-12 digits
    text,    ///< 1-40 letters and digits that mean nothing here
};

/// One form of codes: "uscc18+code8+date8+serial8" is 42 characters.
struct TagPattern {
    struct Part {
        Segment segment{};
        std::size_t width{};  ///< characters
        friend bool operator==(const Part&, const Part&) = default;
    };
    std::vector<Part> parts;
    friend bool operator==(const TagPattern&, const TagPattern&) = default;
};
/// Nullopt: an unknown segment, a width that it cannot have, too many segments or none.
std::optional<TagPattern> parse_pattern(std::string_view text);
inline constexpr std::string_view usual_pattern = "uscc18+code8+date8+serial8";

/// What a code says. Parts that its form does not have are empty.
struct TagParts {
    std::string uscc;
    std::string waste_code;  ///< "336-054-17"
    std::optional<std::chrono::sys_days> packed_on;
    std::string serial;
    friend bool operator==(const TagParts&, const TagParts&) = default;
};
/// By the first form that fits, every segment of it; nullopt when none does. Nothing is folded:
/// a full-width digit or a lower-case credit code fits no form.
std::optional<TagParts> read_tag(std::span<const TagPattern> patterns, std::string_view tag);

}  // namespace liuhen::manifest::custody
