// Who may have a truck opened, when and where: one table, and `may_unlock`, which asks it.
//
// The rule (transfer rules of the project, manifest page §2.5): a lock is opened from afar only
// while some manifest on the truck is at the point of its life, and the truck at the place, where
// the load is lawfully touched; else under a grant of an authority. The caller looks up the facts
// and stores the decision, granted or refused: each is a link of the chain of custody. Nothing here
// reads a clock, a map or a database. docs/unlocking.md holds the table and its reasons.
#pragma once

#include "base/ids.hpp"
#include "base/result.hpp"
#include "base/time.hpp"
#include "base/units.hpp"
#include "manifest/enum_set.hpp"
#include "manifest/manifest.hpp"
#include "manifest/refusal.hpp"
#include "manifest/requests.hpp"

#include <chrono>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace liuhen::manifest {

/// Why a lock may be opened; `code()`: "loading", "receipt", "return", "swap", "inspection".
enum class UnlockGround : std::uint8_t {
    loading,     ///< at the producer's: to load, or to correct a load that has not left
    receipt,     ///< at the receiver's, after arrival
    return_,     ///< a refused load back at its producer's
    swap,        ///< the load of a broken truck goes over to a spare one
    inspection,  ///< an authority looks inside
    count_,
};
std::string_view code(UnlockGround ground);

/// Where the truck has to be; `code()`: "origin", "destination", "swap_place", "anywhere".
enum class UnlockSpot : std::uint8_t {
    origin,       ///< inside the fence of the manifest's producer
    destination,  ///< inside the fence of the manifest's receiver
    swap_place,   ///< within the circle that the swap was granted for
    anywhere,     ///< a position is not even needed
    count_,
};
std::string_view code(UnlockSpot spot);
/// The code of the refusal when the truck is elsewhere; empty for `anywhere`.
std::string_view code_when_away(UnlockSpot spot);

/// How long a granted window stays open.
inline constexpr std::chrono::minutes unlock_window{15};
/// A position older than this says nothing of where the truck is now: 5 minutes are 5 km of road.
inline constexpr std::chrono::minutes unlock_fix_age{5};
/// An order that waits to be said is withheld once a newer fix lies this far outside the fence as
/// the watch sees it: less is how the fixes of a truck that stands wander.
inline constexpr Metres unlock_left_tolerance{50};
/// A device's clock may be this far ahead.
inline constexpr std::chrono::minutes unlock_clock_tolerance{5};

/// A manifest that the truck carries, or is to carry: CARRIER_ASSIGNED to the end of unloading.
struct Aboard {
    ManifestId id;
    State state{};  ///< LOADED as soon as the producer has signed the load, before the driver has
    PartyId producer, carrier, receiver;
    SiteId origin, destination;
    std::string driver;  ///< account named for the leg; empty: any driver of the carrier
    bool held = false;   ///< stopped by an authority (T36)
};

/// What is known of where the truck is.
struct Whereabouts {
    /// Newest satellite fix: the earlier of its device time and its receipt.
    std::optional<Instant> fixed_at;
    std::optional<Instant> cell_at;  ///< newest fix by cell tower only
    std::vector<SiteId> inside;      ///< sites that hold the satellite fix at the time of it
};

/// Leave of an authority to move a manifest's load over to another truck.
struct SwapGrant {
    std::string id;
    ManifestId manifest;
    Interval during;
    bool here = false;  ///< the satellite fix is within the place granted
};

/// Leave of an authority to look inside a vehicle.
struct Inspection {
    std::string id;
    Interval during;
};

/// Who asks, and for the sake of which manifest; empty: whichever allows it.
struct UnlockRequest {
    Actor by;
    ManifestId manifest;
};

struct UnlockFacts {
    Instant now;
    bool on_vehicle = true;  ///< the lock is mounted on a vehicle now
    std::vector<Aboard> aboard;
    Whereabouts truck;
    std::vector<SwapGrant> swaps;
    std::vector<Inspection> inspections;
};

/// One row of the table: a manifest in one of these states, the truck at this spot, asked for by
/// one of these roles of that manifest.
struct UnlockRow {
    std::string_view row;  ///< "U1"
    UnlockGround ground{};
    EnumSet<State> states{};  ///< empty: whatever is aboard, and if nothing is
    UnlockSpot spot{};
    EnumSet<Role> roles{};
    std::string_view because;  ///< one sentence
};
std::span<const UnlockRow> unlock_table();

/// The lock may be opened until `until`, and then no more.
struct UnlockGranted {
    std::string_view row;
    UnlockGround ground{};
    ManifestId manifest;  ///< the one that allows it; empty with an inspection
    std::string grant;    ///< id of the swap or inspection; empty: none was needed
    Instant until;        ///< now + `unlock_window`, or the end of the grant if that is earlier
};

/// Why not, and what would be needed: the rows open to the caller's role, all rows if none is.
struct UnlockRefusal {
    std::string_view code;  ///< of `unlock_refusals()`
    RefusalKind kind{};
    std::string_view message_en, message_zh;
    std::optional<State> state;  ///< of the manifest that came closest, where there is one
    std::vector<const UnlockRow*> needed;
};

/// Judges one request. The first row that holds for a manifest aboard, in the table's order,
/// grants; the refusal is that of the row which came closest.
Result<UnlockGranted, UnlockRefusal> may_unlock(const UnlockRequest& request,
                                                const UnlockFacts& facts);

/// Every code that a refusal can bear, with its kind and words.
std::span<const RefusalText> unlock_refusals();

/// True while a manifest occupies its truck, terminal and locks.
bool occupies_vehicle(State state);

}  // namespace liuhen::manifest
