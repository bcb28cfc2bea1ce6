#include "manifest/custody/ledger.hpp"

#include "manifest/codes.hpp"
#include "manifest/names.hpp"
#include "manifest/papers.hpp"

#include <algorithm>
#include <tuple>

namespace liuhen::manifest::custody {
namespace {

constexpr Names<MovementKind> kinds{"PRODUCED",       "LABELLED", "STORED",      "REGROUPED_INTO",
                                    "REGROUPED_FROM", "LOADED",   "HANDED_OVER", "RECEIVED",
                                    "REFUSED",        "TREATED",  "CORRECTED"};

constexpr std::chrono::hours medical_storage{48};

std::size_t place(MovementKind kind) { return static_cast<std::size_t>(kind); }

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
    };
    std::map<PartyId, Row> rows;

    void add(const Movement& m) {
        if (!moves_weight(m)) return;
        if (!m.from.empty()) {
            auto& row = rows[m.from];
            row.stock = row.stock - m.weight;
            if (row.stock <= Grams{}) row.since.reset();
        }
        if (m.to.empty()) return;
        auto& row = rows[m.to];
        row.stock = row.stock + m.weight;
        const Instant since = m.since.value_or(m.at);
        row.since = row.since ? std::min(*row.since, since) : since;
    }
};

std::optional<LedgerFault> first_overdrawn(const std::vector<Movement>& of_container) {
    Books books;
    for (const auto& m : of_container) {
        books.add(m);
        const auto row = books.rows.find(m.from);
        if (row != books.rows.end() && row->second.stock < Grams{})
            return LedgerFault{LedgerFault::What::stock_exceeded, m.container,
                               Grams{} - row->second.stock};
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
    }
    const auto held = books.rows.find(standing.holder);
    if (held != books.rows.end()) standing.since = held->second.since;
    return standing;
}

Result<void, LedgerFault> judge_movements(std::span<const Movement> known,
                                          std::span<const Movement> added) {
    Grams poured;
    std::map<ContainerId, std::vector<Movement>> touched;
    for (const auto& m : added) {
        if (m.kind == MovementKind::regrouped_into) poured = poured - m.weight;
        if (m.kind == MovementKind::regrouped_from) poured = poured + m.weight;
        touched[m.container].push_back(m);
    }
    if (poured != Grams{})
        return fail(
            LedgerFault{LedgerFault::What::regroup_unbalanced, added.front().container, poured});
    for (const auto& m : known) {
        const auto found = touched.find(m.container);
        if (found != touched.end()) found->second.push_back(m);
    }
    for (auto& [container, movements] : touched) {
        put_in_time(movements);
        if (const auto fault = first_overdrawn(movements)) return fail(*fault);
    }
    return {};
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
