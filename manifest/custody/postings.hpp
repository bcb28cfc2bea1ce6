// What a manifest makes of the ledger: both sides of its transfer, to the gram.
//
// The manifest says what must stand in the ledger; what stands there already is taken off, and the
// rest is posted. Asked twice, nothing is posted twice; a load that was taken off again, or a
// weight that a revision changed, is put right by further entries.
#pragma once

#include "manifest/custody/carried.hpp"
#include "manifest/manifest.hpp"

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

namespace liuhen::manifest::custody {

/// What became of a load where the receiver's decision does not say it: weighed at home (T28), or
/// settled after an authority had closed it. What was not found is lost on the way.
struct Ending {
    enum class Book : std::uint8_t { producer, receiver } book{};  ///< which has what was found
    Grams found;                                                   ///< of all lines
    Instant at;
};

/// What is to be posted, in an order in which no book is overdrawn:
/// - LOADED producer -> first carrier, the weight sent; a drum leaves whole, so that a book that
///   said otherwise is corrected by the weighing; what no book held is PRODUCED as it leaves;
/// - HANDED_OVER carrier -> carrier for each leg taken over;
/// - after the receiver's decision RECEIVED carrier -> receiver what was accepted and REFUSED
///   carrier -> producer the rest; what was gained or lost on the way is CORRECTED;
/// - with an `ending` as if that were the decision.
/// Which drums of a line accepted in part stayed no event says: they are filled in their order.
/// `now` dates what is put right.
std::vector<Movement> postings(const Manifest& manifest, std::span<const Carried> carried,
                               Instant now, const std::optional<Ending>& ending = {});

/// What a container of the manifest still holds at the receiver, and what was treated of it there.
struct AtReceiver {
    Grams held;
    Grams treated;
};
/// What of the line's reported treatments nobody has entered yet, out of what its own containers
/// still hold: a drum that a clerk entered as treated is not treated twice. `there` is in the order
/// of `carried`. What was poured into others is treated there. `last` dates the entries.
std::vector<Movement> treatment_postings(const Manifest& manifest, const Treatment& last,
                                         std::span<const Carried> carried,
                                         std::span<const AtReceiver> there);

}  // namespace liuhen::manifest::custody
