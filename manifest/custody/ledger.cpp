#include "manifest/custody/ledger.hpp"

#include "manifest/codes.hpp"
#include "manifest/names.hpp"
#include "manifest/papers.hpp"

#include <algorithm>
#include <tuple>
#include <utility>

namespace liuhen::manifest::custody {
namespace {

constexpr Names<MovementKind> kinds{"PRODUCED",       "LABELLED", "STORED",      "REGROUPED_INTO",
                                    "REGROUPED_FROM", "LOADED",   "HANDED_OVER", "RECEIVED",
                                    "REFUSED",        "TREATED",  "CORRECTED"};

constexpr std::chrono::hours medical_storage{48};

std::size_t place(MovementKind kind) { return static_cast<std::size_t>(kind); }

// What no book had before.
bool is_new(MovementKind kind) {
    return kind == MovementKind::produced || kind == MovementKind::regrouped_from;
}

// By time; of one moment first what comes from outside, last what goes there.
auto in_time(const Movement& m) {
    const int turn = m.from.empty() ? 0 : m.to.empty() ? 2 : 1;
    return std::tuple{m.at, turn, place(m.kind), m.from, m.to, m.weight};
}
void put_in_time(std::vector<Movement>& movements) {
    std::ranges::sort(movements,
                      [](const auto& a, const auto& b) { return in_time(a) < in_time(b); });
}

bool moves_weight(const Movement& m) { return m.from != m.to && m.weight > Grams{}; }

/// What a container has in each book, and since when there.
struct Books {
    struct Row {
        Grams stock;
        std::optional<Instant> since;
        std::optional<Instant> left;  ///< since when there was what left it last, all of it
    };
    std::map<PartyId, Row> rows;

    void add(const Movement& m) {
        if (!moves_weight(m)) return;
        if (!m.from.empty()) {
            auto& row = rows[m.from];
            row.stock = row.stock - m.weight;
            if (row.stock <= Grams{} && row.since) row.left = std::exchange(row.since, {});
        }
        if (m.to.empty()) return;
        auto& row = rows[m.to];
        row.stock = row.stock + m.weight;
        Instant since = m.since.value_or(m.at);
        if (!is_new(m.kind) && row.left) since = std::min(since, *row.left);
        row.since = row.since ? std::min(*row.since, since) : since;
    }
};

/// A movement, and whether it is to be added.
struct Judged {
    Movement movement;
    bool added = false;
};

// What stands is walked with what is added: a fault is where a book from which is taken would hold
// less than nothing, and less than it did without.
std::optional<LedgerFault> first_overdrawn(const std::vector<Judged>& of_container) {
    struct Level {
        Grams with, without;
    };
    std::map<PartyId, Level> levels;
    for (const auto& [m, added] : of_container) {
        if (!moves_weight(m)) continue;
        const auto put = [&levels, added = added](const PartyId& book, Grams weight) {
            if (book.empty()) return;
            auto& level = levels[book];
            level.with = level.with + weight;
            if (!added) level.without = level.without + weight;
        };
        put(m.to, m.weight);
        put(m.from, Grams{} - m.weight);
        const auto level = levels.find(m.from);
        if (level == levels.end()) continue;
        const auto& [with, without] = level->second;
        if (with < Grams{} && with < without)
            return LedgerFault{LedgerFault::What::stock_exceeded, m.container, Grams{} - with};
    }
    return std::nullopt;
}

}  // namespace

std::string_view code(MovementKind kind) { return name_in(kinds, kind); }
std::optional<MovementKind> movement_kind_from_code(std::string_view code) {
    return find_in(kinds, code);
}

Standing standing_of(std::vector<Movement> movements) {
    put_in_time(movements);
    Books books;
    Standing standing;
    for (const auto& m : movements) {
        books.add(m);
        standing.last = m.kind;
        if (moves_weight(m) && !m.to.empty()) standing.holder = m.to;
    }
    for (const auto& [party, row] : books.rows) {
        if (row.stock != Grams{}) standing.stock[party] = row.stock;
        if (row.since) standing.since_in[party] = *row.since;
    }
    const auto held = books.rows.find(standing.holder);
    if (held != books.rows.end()) standing.since = held->second.since;
    return standing;
}

Grams held_at(std::span<const Movement> movements, const PartyId& book, Instant at) {
    Grams held;
    for (const auto& m : movements) {
        if (m.at > at || !moves_weight(m)) continue;
        if (m.to == book) held = held + m.weight;
        if (m.from == book) held = held - m.weight;
    }
    return held;
}

Result<void, LedgerFault> judge_movements(std::span<const Movement> known,
                                          std::span<const Movement> added) {
    Grams poured;
    std::map<ContainerId, std::vector<Judged>> touched;
    for (const auto& m : added) {
        if (m.kind == MovementKind::regrouped_into) poured = poured - m.weight;
        if (m.kind == MovementKind::regrouped_from) poured = poured + m.weight;
        touched[m.container].push_back({m, true});
    }
    if (poured != Grams{})
        return fail(
            LedgerFault{LedgerFault::What::regroup_unbalanced, added.front().container, poured});
    for (const auto& m : known) {
        const auto found = touched.find(m.container);
        if (found != touched.end()) found->second.push_back({m, false});
    }
    for (auto& [container, movements] : touched) {
        std::ranges::sort(movements, [](const Judged& a, const Judged& b) {
            return in_time(a.movement) < in_time(b.movement);
        });
        if (const auto fault = first_overdrawn(movements)) return fail(*fault);
    }
    return {};
}

bool may_pour(std::string_view waste_code, std::string_view into) {
    const auto from = normal_waste_code(waste_code);
    if (!from) return true;
    const auto to = normal_waste_code(into);
    return to && (category_of(*from) != "HW01" || category_of(*to) == "HW01");
}

std::optional<Instant> storage_until(std::string_view waste_code, Instant since) {
    const auto code = normal_waste_code(waste_code);
    if (!code) return std::nullopt;
    if (category_of(*code) == "HW01") return since + medical_storage;
    const std::chrono::year_month_day day{civil_day(since)};
    std::chrono::year_month_day until{day.year() + std::chrono::years{1}, day.month(), day.day()};
    if (!until.ok()) until = until.year() / until.month() / std::chrono::last;
    return Instant{std::chrono::sys_days{until} + std::chrono::days{1}} - china_standard_time;
}

StorageCuts overdue_before(Instant now) {
    const std::chrono::year_month_day today{civil_day(now)};
    const std::chrono::year_month_day last_year{today.year() - std::chrono::years{1}, today.month(),
                                                today.day()};
    // On 29 February what came in on the 28th a year before has had its time.
    const auto first = last_year.ok()
                           ? std::chrono::sys_days{last_year}
                           : std::chrono::sys_days{last_year.year() / std::chrono::March / 1};
    // What came in exactly so long ago is overdue, too.
    return {Instant{first} - china_standard_time,
            now - medical_storage + std::chrono::milliseconds{1}};
}

StorageCuts ending_before(Instant now) {
    return {overdue_before(now + std::chrono::days{30}).hazardous,
            overdue_before(now + std::chrono::hours{12}).medical};
}

std::chrono::year_month month_in_china(Instant at) {
    const std::chrono::year_month_day day{civil_day(at)};
    return {day.year(), day.month()};
}

std::vector<Tally> tallies(std::span<const Movement> movements, const PartyId& book) {
    std::vector<Tally> all;
    for (const auto& m : movements) {
        if (!moves_weight(m)) continue;
        const auto month = month_in_china(m.at);
        if (m.to == book) all.push_back({month, m.kind, {m.weight, {}}});
        if (m.from == book) all.push_back({month, m.kind, {{}, m.weight}});
    }
    return all;
}

std::vector<MonthBalance> month_balances(std::span<const Tally> tallies) {
    if (tallies.empty()) return {};
    std::map<std::chrono::year_month, Turnovers> by_month;
    for (const auto& one : tallies) {
        auto& turnover = by_month[one.month].at(place(one.kind));
        turnover = {turnover.in + one.turnover.in, turnover.out + one.turnover.out};
    }
    std::vector<MonthBalance> balances;
    Grams stock;
    const auto last = by_month.rbegin()->first;
    for (auto month = by_month.begin()->first; month <= last; month += std::chrono::months{1}) {
        MonthBalance balance{.month = month, .opening = stock, .turnovers = {}, .closing = {}};
        if (const auto found = by_month.find(month); found != by_month.end())
            balance.turnovers = found->second;
        for (const auto& turnover : balance.turnovers) stock = stock + turnover.in - turnover.out;
        balance.closing = stock;
        balances.push_back(balance);
    }
    return balances;
}

}  // namespace liuhen::manifest::custody
