#include "geofence/zone.hpp"

#include "geofence/rings.hpp"

#include <algorithm>
#include <array>
#include <bit>
#include <cmath>
#include <limits>
#include <numbers>

namespace liuhen::geofence {
namespace {

constexpr double cell_degrees = 0.01;         // some 1.1 km
constexpr std::size_t cells_at_most = 4'096;  // for one site; larger ones are looked at always
constexpr Metres min_radius{5};
constexpr Metres max_radius{100'000};
constexpr double metres_a_degree = 110'500;  // the least there is, along a meridian

/// Degrees of longitude that `metres` take at a latitude, generously.
double degrees_across(double metres, double lat) {
    const double shrink = std::cos(std::min(89.0, std::abs(lat)) * std::numbers::pi / 180);
    return metres / metres_a_degree / shrink;
}

struct SiteKindRow {
    SiteKind kind;
    std::string_view code;
    SiteTraits traits;
};
constexpr std::array<SiteKindRow, static_cast<std::size_t>(SiteKind::count_)> site_kinds{{
    // kind                  code            may_stop  may_open_lock  is_protected
    {SiteKind::producer, "producer", {true, true, false}},
    {SiteKind::receiver, "receiver", {true, true, false}},
    {SiteKind::storage, "storage", {true, true, false}},
    {SiteKind::yard, "yard", {true, false, false}},
    {SiteKind::fuel, "fuel", {true, false, false}},
    {SiteKind::rest, "rest", {true, false, false}},
    {SiteKind::weighbridge, "weighbridge", {true, false, false}},
    {SiteKind::water_source, "water_source", {false, false, true}},
    {SiteKind::restricted, "restricted", {false, false, true}},
    {SiteKind::suspect, "suspect", {false, false, false}},
    {SiteKind::other, "other", {false, false, false}},
}};

constexpr std::array<std::string_view, static_cast<std::size_t>(Protection::count_)> protections{
    "", "level_1", "level_2", "quasi"};

const SiteKindRow& row_of(SiteKind kind) { return site_kinds[static_cast<std::size_t>(kind)]; }

int cell_of(double degrees) { return static_cast<int>(std::floor(degrees / cell_degrees)); }
std::uint64_t cell_key(int row, int column) {
    return (static_cast<std::uint64_t>(static_cast<std::uint32_t>(row)) << 32) |
           static_cast<std::uint32_t>(column);
}

/// Where a key is looked for first among `slots`, a power of two (Fibonacci hashing).
std::size_t slot_of(std::uint64_t key, std::size_t slots) {
    const std::uint64_t mixed = (key ^ (key >> 32)) * 0x9E3779B97F4A7C15U;
    return static_cast<std::size_t>(mixed >> 32) & (slots - 1);
}

struct CellRange {
    int south, north, west, east;
    [[nodiscard]] std::size_t count() const {
        return static_cast<std::size_t>(north - south + 1) *
               static_cast<std::size_t>(east - west + 1);
    }
};
/// Cells that a shape touches, with the widest reach around it.
CellRange cells_of(const Shape& shape) {
    const double up = max_reach.value / metres_a_degree;
    const double lat = std::max(std::abs(shape.low().lat), std::abs(shape.high().lat));
    const double across = degrees_across(max_reach.value, lat + up);
    return {.south = cell_of(shape.low().lat - up),
            .north = cell_of(shape.high().lat + up),
            .west = cell_of(shape.low().lon - across),
            .east = cell_of(shape.high().lon + across)};
}

}  // namespace

std::string_view code(SiteKind kind) { return row_of(kind).code; }

std::optional<SiteKind> site_kind_from_code(std::string_view code) {
    const auto found = std::ranges::find(site_kinds, code, &SiteKindRow::code);
    if (found == site_kinds.end()) return std::nullopt;
    return found->kind;
}

std::string_view code(Protection level) { return protections[static_cast<std::size_t>(level)]; }

std::optional<Protection> protection_from_code(std::string_view code) {
    const auto found = std::ranges::find(protections, code);
    if (found == protections.end()) return std::nullopt;
    return static_cast<Protection>(found - protections.begin());
}

SiteTraits traits(SiteKind kind) { return row_of(kind).traits; }

Result<Shape, GeoFault> Shape::polygon(const std::vector<Path>& rings) {
    auto cleaned = clean_rings(rings);
    if (!cleaned) return fail(cleaned.error());
    Shape shape;
    shape.low_ = cleaned->front().front();
    shape.high_ = shape.low_;
    for (const LatLon p : cleaned->front()) {
        shape.low_ = {std::min(shape.low_.lat, p.lat), std::min(shape.low_.lon, p.lon)};
        shape.high_ = {std::max(shape.high_.lat, p.lat), std::max(shape.high_.lon, p.lon)};
    }
    shape.plane_ = FlatPlane({.lat = (shape.low_.lat + shape.high_.lat) / 2,
                              .lon = (shape.low_.lon + shape.high_.lon) / 2});
    for (const Path& ring : *cleaned) {
        std::vector<FlatPoint> flat;
        for (const LatLon p : ring) flat.push_back(shape.plane_.project(p));
        shape.rings_.push_back(std::move(flat));
    }
    if (auto fault = fault_in_rings(shape.rings_)) return fail(*fault);
    return shape;
}

Result<Shape, GeoFault> Shape::circle(LatLon centre, Metres radius) {
    if (!is_on_earth(centre)) {
        return fail(GeoFault{GeoFaultCode::off_earth, "the centre is not on earth", 0});
    }
    if (!(radius >= min_radius && radius <= max_radius)) {
        return fail(GeoFault{GeoFaultCode::bad_radius, "a radius is 5..100000 m", 0});
    }
    Shape shape;
    shape.plane_ = FlatPlane(centre);
    shape.radius_ = radius.value;
    const double up = radius.value / metres_a_degree * 1.01;
    const double across = degrees_across(radius.value * 1.01, std::abs(centre.lat) + up);
    shape.low_ = {.lat = centre.lat - up, .lon = centre.lon - across};
    shape.high_ = {.lat = centre.lat + up, .lon = centre.lon + across};
    if (shape.low_.lon < -180 || shape.high_.lon > 180) {
        return fail(
            GeoFault{GeoFaultCode::antimeridian, "the circle crosses 180 degrees of longitude", 0});
    }
    return shape;
}

Metres Shape::signed_distance(LatLon where) const {
    if (rings_.empty()) return flat_distance(plane_.origin(), where) - Metres{radius_};
    return {signed_distance_to(rings_, plane_.project(where))};
}

Result<Places, GeoFault> Places::from(std::vector<Site> sites) {
    if (sites.size() > max_sites) {
        return fail(GeoFault{GeoFaultCode::too_many_sites, "at most 100000 sites", max_sites});
    }
    Places places;
    places.sites_ = std::move(sites);
    for (std::uint32_t i = 0; i < places.sites_.size(); ++i) {
        const Site& site = places.sites_[i];
        if (!(site.hysteresis >= Metres{0} && site.hysteresis <= max_reach)) {
            return fail(GeoFault{GeoFaultCode::bad_hysteresis, "a hysteresis is 0..1000 m", i});
        }
        if (!places.by_id_.emplace(site.id, i).second) {
            return fail(GeoFault{GeoFaultCode::duplicate_id, "two sites are " + site.id.text, i});
        }
        places.boxes_.push_back({site.shape.low(), site.shape.high()});
    }
    places.add_grid();
    return places;
}

void Places::add_grid() {
    std::vector<std::pair<std::uint64_t, std::uint32_t>> touched;
    for (std::uint32_t i = 0; i < sites_.size(); ++i) {
        const CellRange range = cells_of(sites_[i].shape);
        if (range.count() > cells_at_most) {
            wide_.push_back(i);
            continue;
        }
        for (int row = range.south; row <= range.north; ++row) {
            for (int column = range.west; column <= range.east; ++column) {
                touched.emplace_back(cell_key(row, column), i);
            }
        }
    }
    std::ranges::sort(touched);
    cells_.resize(std::bit_ceil(2 * touched.size() + 1));
    for (std::size_t i = 0; i < touched.size();) {
        const auto first = static_cast<std::uint32_t>(i);
        const std::uint64_t key = touched[i].first;
        for (; i < touched.size() && touched[i].first == key; ++i) {
            in_cells_.push_back(touched[i].second);
        }
        std::size_t slot = slot_of(key, cells_.size());
        while (cells_[slot].count > 0) slot = (slot + 1) & (cells_.size() - 1);
        cells_[slot] = {.key = key, .first = first, .count = static_cast<std::uint32_t>(i) - first};
    }
}

std::span<const std::uint32_t> Places::around(LatLon where) const {
    const std::uint64_t key = cell_key(cell_of(where.lat), cell_of(where.lon));
    std::size_t slot = slot_of(key, cells_.size());
    for (; cells_[slot].count > 0; slot = (slot + 1) & (cells_.size() - 1)) {
        if (cells_[slot].key == key) {
            return std::span{in_cells_}.subspan(cells_[slot].first, cells_[slot].count);
        }
    }
    return {};
}

std::vector<Presence> Places::near(LatLon where, Instant at, Metres reach) const {
    std::vector<Presence> found;
    if (sites_.empty()) return found;
    const double up = reach.value / metres_a_degree * 1.02;
    const double across = degrees_across(reach.value * 1.02, where.lat);
    const auto look_at = [&](std::uint32_t index) {
        const auto& [low, high] = boxes_[index];
        if (where.lat < low.lat - up || where.lat > high.lat + up) return;
        if (where.lon < low.lon - across || where.lon > high.lon + across) return;
        const Site& site = sites_[index];
        if (!site.valid.contains(at)) return;
        const Metres distance = site.shape.signed_distance(where);
        if (distance <= reach) found.push_back({&site, distance});
    };
    std::ranges::for_each(around(where), look_at);
    if (!wide_.empty()) {
        std::ranges::for_each(wide_, look_at);
        std::ranges::sort(found, {}, &Presence::site);  // sites lie in one array: order as given
    }
    return found;
}

std::vector<const Site*> Places::at(LatLon where, Instant at) const {
    std::vector<const Site*> found;
    for (const Presence& presence : near(where, at, Metres{0})) found.push_back(presence.site);
    return found;
}

const Site* Places::find(const SiteId& id) const {
    const auto found = by_id_.find(id);
    return found == by_id_.end() ? nullptr : &sites_[found->second];
}

}  // namespace liuhen::geofence
