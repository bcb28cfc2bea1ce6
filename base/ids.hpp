// Names as types: a vehicle's id cannot be handed over where a manifest's is wanted.
#pragma once

#include <compare>
#include <cstddef>
#include <functional>
#include <string>

namespace liuhen {

/// An opaque name. Equality and order are those of the text.
template <class Of>
struct Id {
    std::string text;
    friend auto operator<=>(const Id&, const Id&) = default;
    [[nodiscard]] bool empty() const { return text.empty(); }
};

using PartyId = Id<struct PartyTag>;        ///< producer, carrier or receiver organisation (uuid)
using SiteId = Id<struct SiteTag>;          ///< a fenced place (uuid)
using VehicleId = Id<struct VehicleTag>;    ///< a truck (uuid)
using TerminalId = Id<struct TerminalTag>;  ///< a device as it names itself: phone, lock number
using LockId = Id<struct LockTag>;          ///< an electronic lock's number as printed on it
using RouteId = Id<struct RouteTag>;        ///< an approved corridor (uuid)
using ManifestId = Id<struct ManifestTag>;  ///< a transfer manifest (uuid v7)
using TripId = Id<struct TripTag>;          ///< a leg of a manifest under watch, or "vehicle-<id>"

}  // namespace liuhen

template <class Of>
struct std::hash<liuhen::Id<Of>> {
    std::size_t operator()(const liuhen::Id<Of>& id) const noexcept {
        return std::hash<std::string>{}(id.text);
    }
};
