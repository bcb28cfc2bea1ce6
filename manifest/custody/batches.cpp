#include "manifest/custody/batches.hpp"

#include "manifest/codes.hpp"
#include "manifest/papers.hpp"

#include <algorithm>
#include <array>
#include <chrono>

namespace liuhen::manifest::custody {
namespace {

using Kind = MovementKind;

struct StageRow {
    Kind kind;
    std::array<std::string_view, 5> stages;
};
constexpr StageRow rows[] = {
    {Kind::produced, {"HWCS"}},
    {Kind::stored, {"HWRK"}},
    {Kind::received, {"HWRK"}},
    {Kind::loaded, {"HWCK", "HWWWLY", "HWWWCZ", "HWCKLY", "HWCKCZ"}},
    {Kind::treated, {"HWZXLY", "HWZXCZ"}},
};

bool has_stage(Kind kind, std::string_view stage) {
    const auto* const row = std::ranges::find(rows, kind, &StageRow::kind);
    return row != std::end(rows) && std::ranges::find(row->stages, stage) != row->stages.end();
}

}  // namespace

std::string_view batch_fault(std::string_view text, MovementKind kind, Instant at) {
    const auto batch = parse_batch_code(text);
    if (!batch) return "BATCH_CODE_FORM";
    if (!has_stage(kind, batch->stage)) return "BATCH_STAGE";
    const std::chrono::year_month_day said{std::chrono::year{batch->year},
                                           std::chrono::month{batch->month},
                                           std::chrono::day{batch->day}};
    return said == std::chrono::year_month_day{civil_day(at)} ? "" : "BATCH_DAY";
}

}  // namespace liuhen::manifest::custody
