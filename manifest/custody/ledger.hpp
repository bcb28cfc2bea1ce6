// The ledger of containers: every movement as weight that leaves one book and enters another.
//
// Movements are never changed. What a container holds, in whose book, since when, and what a month
// came to are sums over them, so that the order in which they were handed in does not matter.
#pragma once

#include "base/ids.hpp"
#include "base/result.hpp"
#include "base/time.hpp"
#include "base/units.hpp"

#include <array>
#include <chrono>
#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

namespace liuhen::manifest::custody {

using ContainerId = Id<struct ContainerTag>;  ///< one filling of a drum, bag or tank (uuid v7)

/// `code()`: "PRODUCED", "LABELLED", "STORED", "REGROUPED_INTO", "REGROUPED_FROM", "LOADED",
/// "HANDED_OVER", "RECEIVED", "REFUSED", "TREATED", "CORRECTED".
enum class MovementKind : std::uint8_t {
    produced,        ///< out of nothing into its producer's book
    labelled,        ///< no weight moves
    stored,          ///< put in a place; no weight moves
    regrouped_into,  ///< poured out of this container into another of the same book
    regrouped_from,  ///< poured into this one
    loaded,          ///< producer -> carrier
    handed_over,     ///< carrier -> next carrier
    received,        ///< carrier -> receiver, as accepted
    refused,         ///< carrier -> producer: its own again, wherever it stands
    treated,         ///< out of the book: used or disposed of
    corrected,       ///< a weighing, a count or a reversal; with its reason
    count_,
};
std::string_view code(MovementKind kind);
std::optional<MovementKind> movement_kind_from_code(std::string_view code);

/// One entry. An empty party is the outside: where waste comes from and goes to for good.
struct Movement {
    MovementKind kind{};
    ContainerId container;
    PartyId from;
    PartyId to;
    Grams weight;                  ///< >= 0
    Instant at;                    ///< when it happened, as stated
    std::optional<Instant> since;  ///< what comes in has been stored since; empty: since `at`
    std::optional<MovementKind> corrects;  ///< of a correction: the kind of entry it puts right
    friend bool operator==(const Movement&, const Movement&) = default;
};

/// What the movements of one container come to.
struct Standing {
    std::map<PartyId, Grams> stock;  ///< by book; books that hold nothing are not in it
    PartyId holder;                  ///< whose book the last movement of weight led to
    std::optional<MovementKind> last;
    /// Its oldest waste has been in the holder's book since. What comes back into a book (taken off
    /// again, refused, found again by a correction) is as old as what had left it; only what is
    /// filled or poured in is new.
    std::optional<Instant> since;
    std::map<PartyId, Instant> since_in;  ///< the same by book
    friend bool operator==(const Standing&, const Standing&) = default;
};
/// Of one container's movements, in any order.
Standing standing_of(std::vector<Movement> movements);

/// What a book held of the container whose movements these are, with all of that moment.
Grams held_at(std::span<const Movement> movements, const PartyId& book, Instant at);

/// What is wrong with movements that are to be added.
struct LedgerFault {
    enum class What : std::uint8_t {
        stock_exceeded,      ///< at some time the book would hold less than nothing
        regroup_unbalanced,  ///< what is poured out is not what is poured in
    } what{};
    ContainerId container;
    Grams off;  ///< how much is lacking, or over
    friend bool operator==(const LedgerFault&, const LedgerFault&) = default;
};
/// `known` are all movements of the containers concerned; `added` is one operation. At no time may
/// it take from a book what the book does not hold, and what one operation pours out, it pours in.
/// Where the entries that stand have a book below nothing already (a filling that was dated after
/// its loading), only what makes that worse is a fault: nobody pays for another's date.
Result<void, LedgerFault> judge_movements(std::span<const Movement> known,
                                          std::span<const Movement> added);

/// False: hazardous waste is not poured into waste that is none (Solid Waste Law 2020 art. 81), nor
/// medical waste (HW01) into any other (Medical Waste Regulations art. 14). Either would lose its
/// storage time.
bool may_pour(std::string_view waste_code, std::string_view into);

/// How long waste of a code may be stored since it came in: hazardous waste a year (Solid Waste Law
/// 2020 art. 81), until the end of the same day of the next year in China, of 29 February the 28th;
/// medical waste (HW01) two days, 48 hours (Medical Waste Regulations art. 17). Empty: general
/// waste, of which no limit is known here.
std::optional<Instant> storage_until(std::string_view waste_code, Instant since);
/// What has been stored since before these is overdue, and nothing else is.
struct StorageCuts {
    Instant hazardous;  ///< but for medical waste
    Instant medical;
    friend bool operator==(const StorageCuts&, const StorageCuts&) = default;
};
StorageCuts overdue_before(Instant now);
/// The same for what will be overdue in 30 days, medical waste in 12 hours (project values).
StorageCuts ending_before(Instant now);

/// Weight into and out of a book.
struct Turnover {
    Grams in;
    Grams out;
    friend bool operator==(const Turnover&, const Turnover&) = default;
};
using Turnovers = std::array<Turnover, static_cast<std::size_t>(MovementKind::count_)>;

/// What one kind of movement came to in a month of China's calendar.
struct Tally {
    std::chrono::year_month month;
    MovementKind kind{};
    Turnover turnover;
};
/// One month of one book: closing = opening + everything in - everything out, to the gram.
struct MonthBalance {
    std::chrono::year_month month;
    Grams opening;
    Turnovers turnovers{};  ///< by kind
    Grams closing;
    friend bool operator==(const MonthBalance&, const MonthBalance&) = default;
};
/// The month in China.
std::chrono::year_month month_in_china(Instant at);
/// Tallies of one book's movements.
std::vector<Tally> tallies(std::span<const Movement> movements, const PartyId& book);
/// Month by month without gaps, from the first tally to the last; tallies in any order.
std::vector<MonthBalance> month_balances(std::span<const Tally> tallies);

}  // namespace liuhen::manifest::custody
