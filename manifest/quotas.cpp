#include "manifest/quotas.hpp"

#include "manifest/codes.hpp"
#include "manifest/filing.hpp"
#include "manifest/names.hpp"

#include <algorithm>
#include <map>
#include <tuple>

namespace liuhen::manifest {
namespace {

constexpr Names<Register> registers{"plan", "licence", "approval"};

/// What is said when no row fits, none in force does, or none has enough left.
struct Words {
    const char* missing;
    const char* expired;
    const char* exceeded;
};
constexpr Words words[] = {{"PLAN_MISSING", "PLAN_MISSING", "PLAN_EXCEEDED"},
                           {"LICENCE_SCOPE", "LICENCE_EXPIRED", "LICENCE_EXCEEDED"},
                           {"XPROV_MISSING", "XPROV_EXPIRED", "XPROV_EXCEEDED"}};

bool fits(const QuotaRow& row, const WasteLine& line, Kind kind) {
    const bool whole_category = row.of == Register::licence && row.code == category_of(line.code);
    if (row.code != line.code && !whole_category) return false;
    const bool by_method = is_hazardous(kind, line.code) || !line.method_planned.empty();
    if (by_method && !row.method.empty() && row.method != line.method_planned) return false;
    return !line.purpose || row.purposes.has(*line.purpose);
}

void add(Check& check, const char* code, std::string pointer, std::string value) {
    check.outcome = Check::Outcome::failed;
    check.findings.push_back({code, std::move(pointer), std::move(value)});
}

// Draws lines from rows, one after the other; what an earlier line took is no longer there.
class Allotter {
public:
    Allotter(const Manifest& manifest, LineMeasure by, std::vector<QuotaRow> rows)
        : manifest_(manifest), by_(by), rows_(std::move(rows)), day_(*planned_day(manifest)) {
        // The row of the code itself before that of its category; of two papers in force, the one
        // that ends first.
        std::ranges::sort(rows_, {}, [](const QuotaRow& row) {
            return std::tuple{row.code.starts_with("HW"), row.to, row.id};
        });
    }

    // The paper drawn on; empty when the check failed.
    std::string draw(std::size_t index, Register from, Check& check) {
        const auto& line = manifest_.lines[index];
        const auto& say = words[static_cast<std::size_t>(from)];
        const std::string at = "/lines/" + std::to_string(index);
        if (check.outcome == Check::Outcome::not_required)
            check.outcome = Check::Outcome::satisfied;
        bool known = false;
        std::optional<Grams> most_left;
        for (const QuotaRow& row : rows_) {
            if (row.of != from || !named(row) || !fits(row, line, manifest_.kind)) continue;
            known = true;
            if (day_ < row.from || row.to < day_) continue;
            const Grams left = row.limit - row.held - drawn_[row.id];
            if (*(line.*by_.weight) <= left) {
                drawn_[row.id] = drawn_[row.id] + *(line.*by_.weight);
                if (from == Register::licence)
                    licence_ends = std::min(licence_ends.value_or(row.to), row.to);
                holdings.push_back({row.id, line.line_no, *(line.*by_.weight)});
                return row.paper;
            }
            most_left = std::max(most_left.value_or(left), left);
        }
        if (most_left) {
            add(check, say.exceeded, at + '/' + std::string{by_.field},
                std::to_string(most_left->value));
        } else {
            add(check, known ? say.expired : say.missing, at, line.code);
        }
        return {};
    }

    std::vector<Holding> holdings;
    std::optional<std::chrono::sys_days> licence_ends;

private:
    // A filing may name the plan and the approval that it means.
    [[nodiscard]] bool named(const QuotaRow& row) const {
        if (row.of == Register::licence) return true;
        const auto& meant = row.of == Register::plan ? manifest_.plan_id : manifest_.approval_id;
        return meant.empty() || meant == row.paper;
    }

    const Manifest& manifest_;
    LineMeasure by_;
    std::vector<QuotaRow> rows_;
    std::chrono::sys_days day_;
    std::map<std::int64_t, Grams> drawn_;
};

}  // namespace

std::string_view code(Register one) { return name_in(registers, one); }

bool leaves_province(const Manifest& manifest) {
    const auto province = [](const Party& party) { return party.division.substr(0, 2); };
    return !manifest.producer.division.empty() && !manifest.receiver.division.empty() &&
           province(manifest.producer) != province(manifest.receiver);
}

std::optional<std::chrono::sys_days> planned_day(const Manifest& manifest) {
    if (!manifest.planned_depart_at) return std::nullopt;
    return std::chrono::floor<std::chrono::days>(*manifest.planned_depart_at + china_standard_time);
}

Allotment allot(const Manifest& manifest, LineMeasure by, const std::vector<QuotaRow>& rows,
                bool licensed) {
    Allotment allotment;
    if (!planned_day(manifest)) return allotment;
    Allotter allotter{manifest, by, rows};
    const bool crossing = leaves_province(manifest);
    if (!manifest.receiver.id.empty() && manifest.receiver.division.empty())
        add(allotment.approval, "DIVISION_UNKNOWN", "/receiver/division", {});
    for (std::size_t i = 0; i < manifest.lines.size(); ++i) {
        const auto& line = manifest.lines[i];
        if (line.code.empty() || !(line.*by.weight)) continue;
        if (is_hazardous(manifest.kind, line.code)) {
            const auto plan = allotter.draw(i, Register::plan, allotment.plan);
            if (allotment.plan_id.empty()) allotment.plan_id = plan;
            if (licensed) {
                allotter.draw(i, Register::licence, allotment.licence);
            } else if (allotment.licence.outcome != Check::Outcome::failed) {
                add(allotment.licence, "LICENCE_EXPIRED", "/receiver", manifest.receiver.id.text);
            }
        }
        if (!crossing) continue;
        const auto approval = allotter.draw(i, Register::approval, allotment.approval);
        if (allotment.approval_id.empty()) allotment.approval_id = approval;
    }
    allotment.holdings = std::move(allotter.holdings);
    allotment.licence_ends = allotter.licence_ends;
    return allotment;
}

std::vector<Holding> kept_by_receiver(std::vector<Holding> held, const Manifest& manifest) {
    for (Holding& one : held) {
        const auto line = std::ranges::find(manifest.lines, one.line_no, &WasteLine::line_no);
        const Grams kept =
            line == manifest.lines.end() ? Grams{} : line->accepted_g.value_or(Grams{});
        one.weight = std::min(one.weight, kept);
    }
    return held;
}

}  // namespace liuhen::manifest
