// Declarations (月报、季报、年报) from one book of the ledger: HJ 1259-2022 section 6 wants, for
// each waste, what there was, what came and went, and what is left. Books are those of producers
// and receivers; a carrier declares nothing.
#pragma once

#include "manifest/custody/ledger.hpp"

#include <chrono>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace liuhen::manifest::custody {

/// A month, quarter or year of China's calendar.
struct Period {
    enum class Length : std::uint8_t { month, quarter, year } length{};
    std::chrono::year_month first;  ///< its first month
    friend bool operator==(const Period&, const Period&) = default;
};
/// "2026-02", "2026-Q1", "2026"; years 2000 to 9998.
std::optional<Period> period_from_text(std::string_view text);
std::string to_text(const Period& period);
/// From its first midnight in China until that of the next.
Interval interval_of(const Period& period);
/// The last day on which it may be declared: the 15th of the month after a month or quarter, the
/// 31st of March after a year.
std::chrono::year_month_day declared_by(const Period& period);

/// What one kind of movement came to for one waste, before the period and within it.
struct WasteTally {
    std::string waste_code;
    MovementKind kind{};  ///< of a correction that takes an entry back: that entry's
    Turnover before;
    Turnover within;
};

/// One waste's line. closing = opening + produced + received + returned - sent - treated +
/// regrouped + corrected, to the gram.
struct DeclaredWaste {
    std::string waste_code;
    Grams opening;
    Grams produced;
    Grams received;   ///< from a carrier, as accepted
    Grams returned;   ///< sent, and refused by its receiver, or brought back
    Grams sent;       ///< handed to a carrier
    Grams treated;    ///< used or disposed of
    Grams regrouped;  ///< poured in from another waste's containers, less what was poured out
    Grams corrected;  ///< found by weighing or counting; below zero: found missing
    Grams closing;
    friend bool operator==(const DeclaredWaste&, const DeclaredWaste&) = default;
};
/// By waste code; wastes of which there was nothing and nothing moved are left out.
std::vector<DeclaredWaste> declaration(std::span<const WasteTally> tallies);

}  // namespace liuhen::manifest::custody
