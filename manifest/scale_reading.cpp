#include "manifest/scale_reading.hpp"

#include "manifest/load_limits.hpp"

#include <algorithm>

namespace liuhen::manifest {
namespace {

constexpr std::int64_t heaviest = largest_load.value;

bool in_range(const std::optional<Grams>& weight) {
    return !weight || (weight->value >= 0 && weight->value <= heaviest);
}

}  // namespace

Refusals reading_faults(const ScaleReading& reading) {
    Refusals faults;
    if (!reading.gross) faults.push_back(refuse("FIELD_REQUIRED", "/gross_g"));
    if (!reading.tare) faults.push_back(refuse("FIELD_REQUIRED", "/tare_g"));
    if (!faults.empty()) return faults;
    const bool possible = *reading.gross > *reading.tare &&
                          (reading.counter ? reading.tare->value >= 0 : reading.tare->value > 0) &&
                          reading.gross->value <= heaviest;
    if (!possible)
        return {refuse("WEIGHT_INVALID", "/gross_g", std::to_string(reading.gross->value))};
    if (reading.net && *reading.net != *reading.gross - *reading.tare) {
        return {refuse("WEIGHT_ARITHMETIC", "/net_g", std::to_string(reading.net->value))};
    }
    return {};
}

Refusals named_line_faults(const Manifest& manifest, const std::vector<LineWeight>& lines,
                           const std::string& field) {
    Refusals faults;
    std::vector<std::uint8_t> seen;
    for (std::size_t i = 0; i < lines.size(); ++i) {
        const auto pointer = "/lines/" + std::to_string(i);
        const auto number = lines[i].line_no;
        const bool exists =
            std::ranges::find(manifest.lines, number, &WasteLine::line_no) != manifest.lines.end();
        if (!exists || std::ranges::find(seen, number) != seen.end()) {
            faults.push_back(refuse("LINE_UNKNOWN", pointer + "/line_no", std::to_string(number)));
        }
        seen.push_back(number);
        const auto grams = lines[i].weight.value;
        if (grams < 0 || grams > heaviest) {
            faults.push_back(refuse("FIELD_RANGE", pointer + "/" + field, std::to_string(grams)));
        }
        if (lines[i].containers && *lines[i].containers > 9999) {
            faults.push_back(refuse("FIELD_RANGE", pointer + "/containers",
                                    std::to_string(*lines[i].containers)));
        }
    }
    return faults;
}

Refusals line_sum_faults(const Manifest& manifest, const std::vector<LineWeight>& lines, Grams net,
                         const std::string& field) {
    if (lines.empty()) return {};
    auto faults = named_line_faults(manifest, lines, field);
    if (!faults.empty()) return faults;
    Grams sum;
    for (const auto& line : lines) sum = sum + line.weight;
    if (lines.size() != manifest.lines.size() || sum != net) {
        faults.push_back(refuse("LINE_WEIGHTS_SUM", "/lines", std::to_string(sum.value)));
    }
    return faults;
}

Refusals split_line_faults(const Manifest& manifest, const std::vector<LineSplit>& lines) {
    Refusals faults;
    std::vector<std::uint8_t> seen;
    for (std::size_t i = 0; i < lines.size(); ++i) {
        const auto pointer = "/lines/" + std::to_string(i);
        const auto number = lines[i].line_no;
        const bool exists =
            std::ranges::find(manifest.lines, number, &WasteLine::line_no) != manifest.lines.end();
        if (!exists || std::ranges::find(seen, number) != seen.end()) {
            faults.push_back(refuse("LINE_UNKNOWN", pointer + "/line_no", std::to_string(number)));
        }
        seen.push_back(number);
        if (!in_range(lines[i].accepted_g)) {
            faults.push_back(refuse("FIELD_RANGE", pointer + "/accepted_g"));
        }
        if (!in_range(lines[i].refused_g)) {
            faults.push_back(refuse("FIELD_RANGE", pointer + "/refused_g"));
        }
    }
    return faults;
}

}  // namespace liuhen::manifest
