#include "server/store/observations.hpp"

#include "geofence/fold.hpp"
#include "server/store/sql_text.hpp"
#include "server/store/text_array.hpp"

#include <pqxx/pqxx>

#include <algorithm>
#include <bit>
#include <cmath>
#include <limits>

namespace liuhen::server::store {
namespace {

constexpr double degrees_grid = 1e7;
constexpr double speed_grid = 100;
constexpr std::int16_t observation_fields = 28;

// The nearest whole number of grid steps, held within what the column takes.
template <class Stored>
Stored to_grid(double value, double steps_per_unit) {
    constexpr auto low = static_cast<double>(std::numeric_limits<Stored>::min());
    constexpr auto high = static_cast<double>(std::numeric_limits<std::int32_t>::max());
    const double top = std::min(high, static_cast<double>(std::numeric_limits<Stored>::max()));
    if (std::isnan(value)) return 0;
    return static_cast<Stored>(std::clamp(std::round(value * steps_per_unit), low, top));
}

void put_place(ObservationRow& row, LatLon where) {
    row.lat = to_grid<std::int32_t>(where.lat, degrees_grid);
    row.lon = to_grid<std::int32_t>(where.lon, degrees_grid);
}

void put_what(ObservationRow& row, const Fix& fix) {
    put_place(row, fix.where);
    row.speed = to_grid<std::int32_t>(fix.speed.value, speed_grid);
    const double heading = std::round(fix.heading.value);
    row.heading = static_cast<std::int16_t>(heading >= 0 && heading < 360 ? heading : 0);
    row.source = static_cast<std::int16_t>(fix.source);
    row.load = static_cast<std::int16_t>(fix.load);
    if (fix.satellites) row.satellites = static_cast<std::int16_t>(*fix.satellites);
    if (fix.odometer) row.odometer = to_grid<std::int64_t>(fix.odometer->value, 1);
    if (fix.signals != Signals{}) row.signals = std::bit_cast<std::int16_t>(fix.signals.bits);
    if (fix.mass) row.mass = fix.mass->value;
    if (fix.recorder_speed)
        row.recorder_speed = to_grid<std::int32_t>(fix.recorder_speed->value, speed_grid);
}

void put_what(ObservationRow& row, const LockEvent& event) {
    row.action = static_cast<std::int16_t>(event.action);
    row.means = static_cast<std::int16_t>(event.means);
    row.lock_number = event.lock.text;
    if (!event.actor.empty()) row.actor = event.actor;
    if (event.where) put_place(row, *event.where);
    if (event.cuts) row.cuts = *event.cuts;
}

std::optional<LatLon> place_of(const ObservationRow& row) {
    if (!row.lat || !row.lon) return std::nullopt;
    return LatLon{.lat = *row.lat / degrees_grid, .lon = *row.lon / degrees_grid};
}

Observation what_of(const ObservationRow& row) {
    if (row.kind == static_cast<std::int16_t>(ObservationKind::fix)) {
        Fix fix;
        fix.at = row.at;
        fix.where = place_of(row).value_or(LatLon{});
        fix.speed = {row.speed.value_or(0) / speed_grid};
        fix.heading = {static_cast<double>(row.heading.value_or(0))};
        fix.source = static_cast<FixSource>(row.source.value_or(0));
        fix.load = static_cast<Load>(row.load.value_or(0));
        if (row.satellites) fix.satellites = static_cast<std::uint8_t>(*row.satellites);
        if (row.odometer) fix.odometer = Metres{static_cast<double>(*row.odometer)};
        if (row.signals) fix.signals = {std::bit_cast<std::uint16_t>(*row.signals)};
        if (row.mass) fix.mass = Grams{*row.mass};
        if (row.recorder_speed) fix.recorder_speed = Speed{*row.recorder_speed / speed_grid};
        return fix;
    }
    LockEvent event;
    event.at = row.at;
    event.lock = {row.lock_number.value_or("")};
    event.action = static_cast<LockAction>(row.action.value_or(0));
    event.means = static_cast<LockMeans>(row.means.value_or(0));
    event.actor = row.actor.value_or("");
    event.where = place_of(row);
    if (row.cuts) event.cuts = static_cast<std::uint16_t>(*row.cuts);
    return event;
}

bool is_plausible(Instant at, Instant received) {
    return at >= received - oldest_plausible && at <= received + newest_plausible;
}

template <class T>
std::optional<T> optional_at(const pqxx::row& row, const char* column) {
    const auto field = row[column];
    if (field.is_null()) return std::nullopt;
    return field.as<T>();
}

ObservationRow read_row(const pqxx::row& row) {
    ObservationRow out;
    out.terminal_key = row["terminal_key"].as<std::int32_t>();
    out.at = instant_from_ms(row["at_ms"].as<std::int64_t>());
    out.kind = row["kind"].as<std::int16_t>();
    out.hash = row["hash"].as<std::int64_t>();
    out.message = row["message"].as<std::int32_t>();
    out.flags = row["flags"].as<std::int16_t>();
    out.alarm = row["alarm"].as<std::int32_t>();
    out.status = row["status"].as<std::int32_t>();
    out.lat = optional_at<std::int32_t>(row, "lat");
    out.lon = optional_at<std::int32_t>(row, "lon");
    out.speed = optional_at<std::int32_t>(row, "speed");
    out.heading = optional_at<std::int16_t>(row, "heading");
    out.altitude = optional_at<std::int16_t>(row, "altitude");
    out.source = optional_at<std::int16_t>(row, "source");
    out.load = optional_at<std::int16_t>(row, "load");
    out.satellites = optional_at<std::int16_t>(row, "satellites");
    out.odometer = optional_at<std::int64_t>(row, "odometer");
    out.signals = optional_at<std::int16_t>(row, "signals");
    out.mass = optional_at<std::int64_t>(row, "mass_g");
    out.recorder_speed = optional_at<std::int32_t>(row, "recorder_speed");
    out.action = optional_at<std::int16_t>(row, "action");
    out.means = optional_at<std::int16_t>(row, "means");
    out.lock_number = optional_at<std::string>(row, "lock_number");
    out.actor = optional_at<std::string>(row, "actor");
    out.cuts = optional_at<std::int32_t>(row, "cuts");
    return out;
}

}  // namespace

ObservationRow to_row(const Sighting& seen, const Arrival& arrival) {
    ObservationRow row;
    row.terminal_key = arrival.terminal_key;
    row.vehicle_key = arrival.vehicle_key;
    row.at = time_of(seen.what);
    row.kind = static_cast<std::int16_t>(kind_of(seen.what));
    row.hash = std::bit_cast<std::int64_t>(seen.hash);
    row.received_at = arrival.received;
    row.message = seen.message;
    const bool plausible = is_plausible(row.at, arrival.received);
    row.flags = static_cast<std::int16_t>(
        (seen.undated ? Flag::undated : 0) | (seen.backlog ? Flag::backlog : 0) |
        (seen.unsound ? Flag::unsound : 0) | (plausible ? 0 : Flag::implausible_time));
    row.alarm = std::bit_cast<std::int32_t>(seen.alarm);
    row.status = std::bit_cast<std::int32_t>(seen.status);
    row.altitude = seen.altitude_m;
    row.raw = seen.raw;
    std::visit([&row](const auto& what) { put_what(row, what); }, seen.what);
    return row;
}

Sighting to_sighting(const ObservationRow& row) {
    Sighting seen;
    seen.what = what_of(row);
    seen.hash = std::bit_cast<std::uint64_t>(row.hash);
    seen.undated = (row.flags & Flag::undated) != 0;
    seen.backlog = (row.flags & Flag::backlog) != 0;
    seen.unsound = (row.flags & Flag::unsound) != 0;
    seen.message = static_cast<std::uint16_t>(row.message);
    seen.alarm = std::bit_cast<std::uint32_t>(row.alarm);
    seen.status = std::bit_cast<std::uint32_t>(row.status);
    seen.altitude_m = row.altitude.value_or(0);
    seen.raw = row.raw;
    return seen;
}

Sighting canonical(const Sighting& seen) {
    return to_sighting(to_row(seen, {.terminal_key = 0, .vehicle_key = {}, .received = {}}));
}

std::string_view observation_columns() {
    return "(terminal_key, vehicle_key, at, kind, hash, received_at, message, flags, alarm, "
           "status, lat, lon, speed, heading, altitude, source, load, satellites, odometer, "
           "signals, mass_g, recorder_speed, action, means, lock_number, actor, cuts, raw)";
}

void put(CopyBuffer& buffer, const ObservationRow& row) {
    buffer.row(observation_fields);
    buffer.put(row.terminal_key);
    buffer.put(row.vehicle_key);
    buffer.put(row.at);
    buffer.put(row.kind);
    buffer.put(row.hash);
    buffer.put(row.received_at);
    buffer.put(row.message);
    buffer.put(row.flags);
    buffer.put(row.alarm);
    buffer.put(row.status);
    buffer.put(row.lat);
    buffer.put(row.lon);
    buffer.put(row.speed);
    buffer.put(row.heading);
    buffer.put(row.altitude);
    buffer.put(row.source);
    buffer.put(row.load);
    buffer.put(row.satellites);
    buffer.put(row.odometer);
    buffer.put(row.signals);
    buffer.put(row.mass);
    buffer.put(row.recorder_speed);
    buffer.put(row.action);
    buffer.put(row.means);
    buffer.put(row.lock_number);
    buffer.put(row.actor);
    buffer.put(row.cuts);
    buffer.put(std::span{row.raw});
}

namespace {

// The device time `most` rows on, in the order of the index: sorting then is a page's and not the
// history's. Nullopt: fewer are left.
std::optional<Instant> page_end(pqxx::transaction_base& transaction, const HistoryAsked& asked,
                                Instant from, std::size_t most) {
    const auto rows = transaction.exec_params(
        "SELECT (extract(epoch FROM at) * 1000)::bigint FROM sightings WHERE vehicle_key = $1"
        " AND piece_from > $2::timestamptz - interval '1 hour'"
        " AND piece_from < $3 AND at >= $2 AND at < $3 ORDER BY at OFFSET $4 "
        "LIMIT 1",
        asked.vehicle_key, to_iso(from), to_iso(asked.until), most);
    if (rows.empty()) return std::nullopt;
    return Instant{Duration{rows[0][0].as<std::int64_t>()}};
}

// A row that was told again after it was packed is there twice until both are joined.
bool is_again(const std::vector<StoredSighting>& seen, const ObservationRow& row) {
    if (seen.empty() || seen.back().terminal_key != row.terminal_key) return false;
    const Sighting& last = seen.back().seen;
    return last.hash == std::bit_cast<std::uint64_t>(row.hash) && time_of(last.what) == row.at &&
           static_cast<std::int16_t>(kind_of(last.what)) == row.kind;
}

// Device times are stored in whole milliseconds.
HistoryPlace behind_all_of(Instant at) { return {.at = at + Duration{1}}; }

// The `nth` row of a page; one that is full ends with its last row.
void add_to(HistoryPage& page, const ObservationRow& row, std::size_t nth, std::size_t most) {
    if (!is_again(page.seen, row)) page.seen.push_back({row.terminal_key, to_sighting(row)});
    if (nth < most) return;
    page.next = HistoryPlace{
        .at = row.at, .kind = row.kind, .hash = row.hash, .terminal_key = row.terminal_key};
}

}  // namespace

// A hash is unsigned where things are folded, and signed in the database.
HistoryPage history(pqxx::transaction_base& transaction, const HistoryAsked& asked,
                    const std::optional<HistoryPlace>& after, std::size_t most) {
    const HistoryPlace from = after.value_or(HistoryPlace{.at = asked.from});
    const auto end = page_end(transaction, asked, from.at, most);
    const auto rows = transaction.exec_params(
        "SELECT *, (extract(epoch FROM at) * 1000)::bigint AS at_ms FROM ("
        " SELECT *, dense_rank() OVER (PARTITION BY at, kind, terminal_key"
        "  ORDER BY hash < 0, hash) AS nth"
        " FROM sightings WHERE vehicle_key = $1 AND piece_from > $2::timestamptz - interval '1 "
        "hour'"
        " AND piece_from < $3"
        "  AND piece_from <= $9 AND at >= $2 AND at < $3 AND at <= $9"
        "  AND flags & 4 = 0) o "
        "WHERE (kind <> 1 OR nth <= $4) AND (at, kind, hash < 0, hash, terminal_key) > "
        "($2::timestamptz, $5::smallint, $6::bigint < 0, $6::bigint, $7::integer) "
        "ORDER BY at, kind, hash < 0, hash, terminal_key LIMIT $8",
        asked.vehicle_key, to_iso(from.at), to_iso(asked.until), geofence::max_fixes_an_instant,
        from.kind, from.hash, from.terminal_key, most, to_iso(end.value_or(asked.until)));
    HistoryPage page;
    page.seen.reserve(rows.size());
    if (end) page.next = behind_all_of(*end);
    std::size_t count = 0;
    for (const auto& row : rows) {
        add_to(page, read_row(row), ++count, most);
    }
    return page;
}

// One row a sighting, and one without a sighting of who has none; `end_ms` is that of the page.
std::vector<HistoryPage> first_pages(pqxx::transaction_base& transaction,
                                     const std::vector<HistoryAsked>& asked, std::size_t most) {
    const auto rows = transaction.exec_params(
        "SELECT asked.place, (extract(epoch FROM page.at) * 1000)::bigint AS end_ms, o.*,"
        " (extract(epoch FROM o.at) * 1000)::bigint AS at_ms"
        " FROM unnest($1::integer[], $2::timestamptz[], $3::timestamptz[])"
        "  WITH ORDINALITY AS asked (vehicle_key, since, until, place)"
        " LEFT JOIN LATERAL (SELECT at FROM sightings WHERE vehicle_key = asked.vehicle_key"
        "  AND piece_until >= asked.since AND piece_from < asked.until"
        "  AND at >= asked.since AND at < asked.until ORDER BY at OFFSET $4 LIMIT 1) page ON true"
        " LEFT JOIN LATERAL (SELECT * FROM ("
        "   SELECT *, dense_rank() OVER (PARTITION BY at, kind, terminal_key"
        "    ORDER BY hash < 0, hash) AS nth"
        "   FROM sightings WHERE vehicle_key = asked.vehicle_key"
        "    AND piece_until >= asked.since AND piece_from < asked.until"
        "    AND piece_from <= coalesce(page.at, asked.until)"
        "    AND at >= asked.since AND at < asked.until AND at <= coalesce(page.at, asked.until)"
        "    AND flags & 4 = 0) own"
        "  WHERE kind <> 1 OR nth <= $5"
        "  ORDER BY at, kind, hash < 0, hash, terminal_key LIMIT $4) o ON true"
        " ORDER BY asked.place, o.at, o.kind, o.hash < 0, o.hash, o.terminal_key",
        text_array(asked, [](const auto& one) { return std::to_string(one.vehicle_key); }),
        text_array(asked, [](const auto& one) { return to_iso(one.from); }),
        text_array(asked, [](const auto& one) { return to_iso(one.until); }), most,
        geofence::max_fixes_an_instant);
    std::vector<HistoryPage> pages(asked.size());
    std::vector<std::size_t> counts(asked.size());
    for (const auto& row : rows) {
        const auto place = row["place"].as<std::size_t>() - 1;
        HistoryPage& page = pages[place];
        if (!row["end_ms"].is_null() && page.seen.empty()) {
            page.next = behind_all_of(Instant{Duration{row["end_ms"].as<std::int64_t>()}});
        }
        if (row["at_ms"].is_null()) continue;
        add_to(page, read_row(row), ++counts[place], most);
    }
    return pages;
}

std::vector<StoredSighting> not_stored(pqxx::transaction_base& transaction,
                                       std::vector<StoredSighting> seen) {
    std::string terminals, times, kinds, hashes;
    for (const auto& [terminal_key, one] : seen) {
        const char* const comma = terminals.empty() ? "" : ",";
        terminals += comma + std::to_string(terminal_key);
        times += comma + to_iso(time_of(one.what));
        kinds += comma + std::to_string(static_cast<int>(kind_of(one.what)));
        hashes += comma + std::to_string(std::bit_cast<std::int64_t>(one.hash));
    }
    const auto rows = transaction.exec_params(
        "SELECT n FROM unnest(string_to_array($1, ',')::int[], string_to_array($2, ',')"
        "::timestamptz[], string_to_array($3, ',')::smallint[], string_to_array($4, "
        "',')::bigint[]) "
        "WITH ORDINALITY AS asked (terminal_key, at, kind, hash, n) WHERE NOT EXISTS ("
        " SELECT 1 FROM observations o WHERE o.terminal_key = asked.terminal_key"
        " AND o.at = asked.at AND o.kind = asked.kind AND o.hash = asked.hash) AND ("
        " SELECT true FROM sightings o WHERE o.terminal_key = asked.terminal_key"
        " AND o.piece_from <= asked.at AND o.piece_from > asked.at - interval '1 hour' AND o.at = "
        "asked.at"
        " AND o.kind = asked.kind AND o.hash = asked.hash LIMIT 1) IS NULL ORDER BY n",
        terminals, times, kinds, hashes);
    std::vector<StoredSighting> fresh;
    for (const auto& row : rows) {
        fresh.push_back(std::move(seen[row[0].as<std::size_t>() - 1]));
    }
    return fresh;
}

}  // namespace liuhen::server::store
