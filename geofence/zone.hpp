// Sites and zones: fenced shapes with a kind and a time of validity, and a grid to find them.
#pragma once

#include "base/geo.hpp"
#include "base/ids.hpp"
#include "base/result.hpp"
#include "base/time.hpp"
#include "base/units.hpp"
#include "geofence/fault.hpp"
#include "geofence/flat.hpp"

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace liuhen::geofence {

inline constexpr std::size_t max_polygon_vertices = 10'000;
inline constexpr std::size_t max_sites = 100'000;

enum class SiteKind : std::uint8_t {
    producer,
    receiver,
    storage,
    yard,
    fuel,
    rest,
    weighbridge,
    water_source,  ///< drinking-water source protection zone
    restricted,    ///< closed to hazardous loads: reserve, school, hospital, order of the police
    suspect,       ///< many trucks stood there away from sites, and a person calls it suspect
    other,
    count_,
};
/// "producer", "water_source", …
std::string_view code(SiteKind kind);
std::optional<SiteKind> site_kind_from_code(std::string_view code);

/// Protection level of a drinking-water source (Law on Prevention of Water Pollution, art. 63-67).
enum class Protection : std::uint8_t {
    unstated,  ///< counts as the strictest
    level_1,
    level_2,
    quasi,  ///< the belt around them
    count_,
};
/// "level_1", "level_2", "quasi"; empty when unstated.
std::string_view code(Protection level);
std::optional<Protection> protection_from_code(std::string_view code);

/// What a kind of site means to the watch.
struct SiteTraits {
    bool may_stop;       ///< a stop here is no unplanned stop, being here is no deviation
    bool may_open_lock;  ///< a lock may be open here
    bool is_protected;   ///< entry off the approved road is an alert; raises the grade of others
};
SiteTraits traits(SiteKind kind);

/// A polygon with holes, or a circle. Edges are straight in longitude and latitude.
class Shape {
public:
    /// The first ring is the outline, others are holes; either direction, closed or not.
    static Result<Shape, GeoFault> polygon(const std::vector<Path>& rings);
    /// `radius` 5..100000 m.
    static Result<Shape, GeoFault> circle(LatLon centre, Metres radius);

    [[nodiscard]] bool contains(LatLon where) const { return signed_distance(where).value <= 0; }
    /// Metres to the boundary, negative inside. Good to 1 % near shapes of up to 100 km.
    [[nodiscard]] Metres signed_distance(LatLon where) const;
    [[nodiscard]] LatLon low() const { return low_; }    ///< south-west corner of its box
    [[nodiscard]] LatLon high() const { return high_; }  ///< north-east corner of its box

private:
    Shape() = default;
    FlatPlane plane_;
    std::vector<std::vector<FlatPoint>> rings_;  ///< empty for a circle
    double radius_{};
    LatLon low_, high_;
};

struct Site {
    SiteId id;
    std::string name;
    SiteKind kind = SiteKind::other;
    Shape shape;
    Interval valid;         ///< outside of it the site does not exist
    Metres hysteresis{30};  ///< one is out only this far beyond the boundary, 0..1000 m
    Protection protection = Protection::unstated;  ///< of a water source
};

/// A site and how far its boundary is; negative inside.
struct Presence {
    const Site* site{};
    Metres distance;
};
inline constexpr Metres max_reach{1'000};

/// Every site known at a time. Immutable; pointers into it live as long as it does.
class Places {
public:
    Places() = default;
    static Result<Places, GeoFault> from(std::vector<Site> sites);

    /// Sites that are valid at `at` and contain the point, in the order they were given.
    [[nodiscard]] std::vector<const Site*> at(LatLon where, Instant at) const;
    /// Sites that are valid at `at` and whose boundary is at most `reach` (0..1000 m) away, those
    /// that contain the point included, in the order they were given.
    [[nodiscard]] std::vector<Presence> near(LatLon where, Instant at, Metres reach) const;
    /// Null when unknown.
    [[nodiscard]] const Site* find(const SiteId& id) const;
    [[nodiscard]] const std::vector<Site>& all() const { return sites_; }

private:
    std::vector<Site> sites_;
    std::unordered_map<SiteId, std::uint32_t> by_id_;
    struct Box {
        LatLon low, high;
    };
    /// A square of the grid with sites in or near it: `count` of `in_cells_` from `first` on.
    struct Cell {
        std::uint64_t key{};
        std::uint32_t first{}, count{};  ///< no sites: an empty slot
    };
    [[nodiscard]] std::span<const std::uint32_t> around(LatLon where) const;
    void add_grid();

    std::vector<Box> boxes_;   ///< of the sites, apart from all else that is known of them
    std::vector<Cell> cells_;  ///< hashed by key, the next free slot on; a power of two many
    std::vector<std::uint32_t> in_cells_;
    std::vector<std::uint32_t> wide_;  ///< sites too large for the grid, looked at always
};

}  // namespace liuhen::geofence
