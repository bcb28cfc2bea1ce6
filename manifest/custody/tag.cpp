#include "manifest/custody/tag.hpp"

#include "manifest/codes.hpp"

#include <algorithm>
#include <charconv>

namespace liuhen::manifest::custody {
namespace {

struct SegmentRow {
    std::string_view name;
    Segment segment;
    std::size_t least, most;  ///< widths, characters
};
constexpr SegmentRow segments[] = {
    {"uscc", Segment::uscc, 18, 18}, {"code", Segment::code, 8, 8},
    {"date", Segment::date, 8, 8},   {"serial", Segment::serial, 1, 12},
    {"text", Segment::text, 1, 40},
};

constexpr std::string_view digits = "0123456789";

bool all_digits(std::string_view text) {
    return text.find_first_not_of(digits) == std::string_view::npos;
}

int number(std::string_view text) {
    int value = 0;
    std::from_chars(text.data(), text.data() + text.size(), value);
    return value;
}

std::optional<std::chrono::sys_days> read_day(std::string_view text) {
    if (!all_digits(text)) return std::nullopt;
    const std::chrono::year_month_day day{
        std::chrono::year{number(text.substr(0, 4))},
        std::chrono::month{static_cast<unsigned>(number(text.substr(4, 2)))},
        std::chrono::day{static_cast<unsigned>(number(text.substr(6, 2)))}};
    if (!day.ok() || day.year() < std::chrono::year{2000}) return std::nullopt;
    return std::chrono::sys_days{day};
}

bool is_letter_or_digit(char c) {
    return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
}

// False: the piece cannot stand in such a segment.
bool take(TagParts& parts, Segment segment, std::string_view piece) {
    switch (segment) {
        case Segment::uscc:
            parts.uscc = piece;
            return is_uscc(piece);
        case Segment::code: {
            const auto code = all_digits(piece) ? normal_waste_code(piece) : std::nullopt;
            parts.waste_code = code.value_or("");
            return code.has_value();
        }
        case Segment::date:
            parts.packed_on = read_day(piece);
            return parts.packed_on.has_value();
        case Segment::serial:
            parts.serial = piece;
            return all_digits(piece);
        case Segment::text:
            return std::ranges::all_of(piece, is_letter_or_digit);
    }
    return false;
}

std::optional<TagParts> read_by(const TagPattern& pattern, std::string_view tag) {
    TagParts parts;
    for (const auto& part : pattern.parts) {
        if (tag.size() < part.width) return std::nullopt;
        if (!take(parts, part.segment, tag.substr(0, part.width))) return std::nullopt;
        tag.remove_prefix(part.width);
    }
    if (!tag.empty()) return std::nullopt;
    return parts;
}

std::optional<TagPattern::Part> parse_part(std::string_view text) {
    const auto at = text.find_first_of(digits);
    if (at == std::string_view::npos || text.size() - at > 2 || !all_digits(text.substr(at)))
        return std::nullopt;
    const auto width = static_cast<std::size_t>(number(text.substr(at)));
    const auto* const row = std::ranges::find(segments, text.substr(0, at), &SegmentRow::name);
    if (row == std::end(segments) || width < row->least || width > row->most) return std::nullopt;
    return TagPattern::Part{row->segment, width};
}

}  // namespace

std::optional<TagPattern> parse_pattern(std::string_view text) {
    TagPattern pattern;
    for (bool more = true; more;) {
        const auto stop = text.find('+');
        const auto part = parse_part(text.substr(0, stop));
        if (!part || pattern.parts.size() == max_pattern_segments) return std::nullopt;
        pattern.parts.push_back(*part);
        more = stop != std::string_view::npos;
        if (more) text.remove_prefix(stop + 1);
    }
    return pattern;
}

std::optional<TagParts> read_tag(std::span<const TagPattern> patterns, std::string_view tag) {
    for (const auto& pattern : patterns) {
        if (auto parts = read_by(pattern, tag)) return parts;
    }
    return std::nullopt;
}

}  // namespace liuhen::manifest::custody
