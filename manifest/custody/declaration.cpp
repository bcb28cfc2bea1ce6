#include "manifest/custody/declaration.hpp"

#include <charconv>
#include <map>

namespace liuhen::manifest::custody {
namespace {

using namespace std::chrono;

// Into which member the movements of a kind count, as what came in or as what went out. Labels and
// places move no weight.
enum class Sense : std::uint8_t { in, out };
struct KindRow {
    MovementKind kind;
    Grams DeclaredWaste::*member;
    Sense sense;
};
constexpr KindRow kinds[] = {
    {MovementKind::produced, &DeclaredWaste::produced, Sense::in},
    {MovementKind::regrouped_into, &DeclaredWaste::regrouped, Sense::in},
    {MovementKind::regrouped_from, &DeclaredWaste::regrouped, Sense::in},
    {MovementKind::loaded, &DeclaredWaste::sent, Sense::out},
    {MovementKind::handed_over, &DeclaredWaste::received, Sense::in},
    {MovementKind::received, &DeclaredWaste::received, Sense::in},
    {MovementKind::refused, &DeclaredWaste::returned, Sense::in},
    {MovementKind::treated, &DeclaredWaste::treated, Sense::out},
    {MovementKind::corrected, &DeclaredWaste::corrected, Sense::in},
};

Grams net(const Turnover& turnover) { return turnover.in - turnover.out; }

void count(DeclaredWaste& line, const WasteTally& tally) {
    for (const KindRow& row : kinds) {
        if (row.kind != tally.kind) continue;
        auto& member = line.*row.member;
        member = row.sense == Sense::in ? member + net(tally.within) : member - net(tally.within);
        return;
    }
}

std::optional<int> digits(std::string_view text) {
    int value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (text.empty() || text.front() < '0' || text.front() > '9' || error != std::errc{} ||
        end != text.data() + text.size())
        return std::nullopt;
    return value;
}

std::string two(unsigned number) { return (number < 10 ? "0" : "") + std::to_string(number); }

months length_of(Period::Length length) {
    constexpr int counts[] = {1, 3, 12};
    return months{counts[static_cast<std::size_t>(length)]};
}

Instant midnight(year_month month) { return Instant{sys_days{month / 1}} - china_standard_time; }

}  // namespace

std::optional<Period> period_from_text(std::string_view text) {
    const auto of_year = digits(text.substr(0, 4));
    if (!of_year || *of_year < 2000 || *of_year > 9998 || text.size() < 4) return std::nullopt;
    const year in{*of_year};
    if (text.size() == 4) return Period{Period::Length::year, in / January};
    if (text.size() != 7 || text[4] != '-') return std::nullopt;
    if (text[5] == 'Q') {
        const auto quarter = digits(text.substr(6));
        if (!quarter || *quarter < 1 || *quarter > 4) return std::nullopt;
        return Period{Period::Length::quarter, in / month{static_cast<unsigned>(3 * *quarter - 2)}};
    }
    const auto of_month = digits(text.substr(5));
    if (!of_month || *of_month < 1 || *of_month > 12) return std::nullopt;
    return Period{Period::Length::month, in / month{static_cast<unsigned>(*of_month)}};
}

std::string to_text(const Period& period) {
    const std::string in = std::to_string(static_cast<int>(period.first.year()));
    const auto number = static_cast<unsigned>(period.first.month());
    switch (period.length) {
        case Period::Length::month:
            return in + '-' + two(number);
        case Period::Length::quarter:
            return in + "-Q" + std::to_string((number + 2) / 3);
        case Period::Length::year:
            break;
    }
    return in;
}

Interval interval_of(const Period& period) {
    return {midnight(period.first), midnight(period.first + length_of(period.length))};
}

year_month_day declared_by(const Period& period) {
    const year_month after = period.first + length_of(period.length);
    return period.length == Period::Length::year ? after.year() / March / 31 : after / 15;
}

std::vector<DeclaredWaste> declaration(std::span<const WasteTally> tallies) {
    std::map<std::string, DeclaredWaste> lines;
    for (const auto& tally : tallies) {
        auto& line = lines[tally.waste_code];
        line.waste_code = tally.waste_code;
        line.opening = line.opening + net(tally.before);
        line.closing = line.closing + net(tally.before) + net(tally.within);
        count(line, tally);
    }
    std::vector<DeclaredWaste> declared;
    for (auto& [code, line] : lines) {
        DeclaredWaste nothing;
        nothing.waste_code = code;
        if (line != nothing) declared.push_back(std::move(line));
    }
    return declared;
}

}  // namespace liuhen::manifest::custody
