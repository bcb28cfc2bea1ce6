#include "server/store/past_fixes.hpp"

#include "server/store/text_array.hpp"
#include "telematics/archive/piece.hpp"

#include <pqxx/pqxx>

#include <algorithm>
#include <functional>
#include <set>
#include <string>
#include <tuple>

namespace liuhen::server::store {
namespace {

using telematics::archive::Column;

constexpr std::int64_t hour_ms = 3'600'000;
constexpr std::int64_t implausible = 4;  // of sql/005_observations.sql, `flags`

std::int64_t hour_of(std::int64_t ms) { return (ms - (ms < 0 ? hour_ms - 1 : 0)) / hour_ms; }

std::int64_t ms_of(Instant t) { return t.time_since_epoch().count(); }

/// A fix with the speed that comes with it.
struct Moving {
    PastFix fix;
    std::optional<std::int64_t> speed;
};
using Take = std::function<void(const Moving&)>;

void unpack_fixes(std::int32_t vehicle, std::int32_t terminal, std::span<const std::byte> payload,
                  const Take& take) {
    const auto read = telematics::archive::unpack_columns(payload, Column::source);
    if (!read) throw std::runtime_error{"a piece of the past is damaged"};
    const auto column = [&](Column c) -> const auto& {
        return (*read)[static_cast<std::size_t>(c)];
    };
    const auto &at = column(Column::at), &kind = column(Column::kind), &lat = column(Column::lat),
               &lon = column(Column::lon), &flags = column(Column::flags),
               &source = column(Column::source), &speed = column(Column::speed);
    for (std::size_t i = 0; i < at.size(); ++i) {
        if (kind[i] != 1 || source[i] != 0 || !lat[i] || !lon[i] || !flags[i] ||
            (*flags[i] & implausible) != 0)
            continue;
        take({{vehicle, terminal, *at[i], static_cast<std::int32_t>(*lat[i]),
               static_cast<std::int32_t>(*lon[i])},
              speed[i]});
    }
}

// Some thousand pieces at a time: a question may meet more than memory holds.
void each_piece(pqxx::transaction_base& db, const std::string& pieces, const Take& take) {
    db.exec0(
        "DECLARE past NO SCROLL CURSOR FOR SELECT p.vehicle_key, p.terminal_key, p.payload FROM " +
        pieces);
    for (bool more = true; more;) {
        const auto rows = db.exec("FETCH 2000 FROM past");
        more = !rows.empty();
        for (const auto& row : rows) {
            const pqxx::binarystring payload{row[2]};
            unpack_fixes(row[0].as<std::int32_t>(), row[1].as<std::int32_t>(),
                         {reinterpret_cast<const std::byte*>(payload.data()), payload.size()},
                         take);
        }
    }
    db.exec0("CLOSE past");
}

constexpr const char* is_fix =
    " o.kind = 1 AND o.source = 0 AND o.flags & 4 = 0 AND o.lat IS NOT NULL AND o.lon IS NOT NULL"
    " AND o.vehicle_key IS NOT NULL";

PastFix read_fix(const pqxx::row& row) {
    return {row[0].as<std::int32_t>(), row[1].as<std::int32_t>(), row[2].as<std::int64_t>(),
            row[3].as<std::int32_t>(), row[4].as<std::int32_t>()};
}

// A box of PostgreSQL: east is its x.
std::string box_text(const PlaceBox& box) {
    return "(" + std::to_string(box.high_lon) + "," + std::to_string(box.high_lat) + "),(" +
           std::to_string(box.low_lon) + "," + std::to_string(box.low_lat) + ")";
}

// Tenths of a degree that the squares lie in, as an array of boxes.
std::string coarse_boxes(const std::unordered_set<std::int64_t>& squares) {
    std::set<std::pair<std::int64_t, std::int64_t>> tenths;
    const auto floored = [](std::int64_t v, std::int64_t by) {
        return (v - (v < 0 ? by - 1 : 0)) / by;
    };
    constexpr std::int64_t width = 100'000, half = width / 2, tenth = 1'000'000;
    for (const std::int64_t square : squares) {
        const auto north = floored(square + half, width);
        tenths.emplace(floored(north, 10), floored(square - north * width, 10));
    }
    std::string all;
    for (const auto& [north, east] : tenths) {
        all += (all.empty() ? "" : ";") + box_text({static_cast<std::int32_t>(north * tenth),
                                                    static_cast<std::int32_t>((north + 1) * tenth),
                                                    static_cast<std::int32_t>(east * tenth),
                                                    static_cast<std::int32_t>((east + 1) * tenth)});
    }
    return "'{" + all + "}'::box[]";
}

bool lies_in(const PastFix& fix, const PastQuestion& asked) {
    return fix.at_ms >= ms_of(asked.from) && fix.at_ms < ms_of(asked.until) &&
           fix.lat >= asked.box.low_lat && fix.lat <= asked.box.high_lat &&
           fix.lon >= asked.box.low_lon && fix.lon <= asked.box.high_lon &&
           (asked.squares.empty() || asked.squares.contains(square_of(fix.lat, fix.lon)));
}

void add_rows(pqxx::transaction_base& db, const PastQuestion& asked, std::vector<PastFix>& found) {
    const auto rows = db.exec_params(
        std::string{
            "SELECT o.vehicle_key, o.terminal_key, (extract(epoch FROM o.at) * 1000)::bigint,"
            " o.lat, o.lon FROM observations o WHERE o.at >= $1::timestamptz"
            " AND o.at < $2::timestamptz AND o.lat BETWEEN $3::int AND $4::int"
            " AND o.lon BETWEEN $5::int AND $6::int AND coalesce(o.speed, 0) <= $7::int"
            " AND ($8::bigint[] = '{}' OR floor(o.lat / 1e5)::bigint * 100000"
            "  + floor(o.lon / 1e5)::bigint = ANY($8::bigint[])) AND"} +
            is_fix,
        to_iso(asked.from), to_iso(asked.until), asked.box.low_lat, asked.box.high_lat,
        asked.box.low_lon, asked.box.high_lon,
        asked.fastest.value_or(std::numeric_limits<std::int32_t>::max()),
        number_array(asked.squares, std::identity{}));
    for (const auto& row : rows) found.push_back(read_fix(row));
}

void add_packed(pqxx::transaction_base& db, const PastQuestion& asked,
                std::vector<PastFix>& found) {
    const std::string from = db.quote(to_iso(asked.from)) + "::timestamptz";
    std::string where =
        "cold_pieces p WHERE piece_hour(p.first_at) BETWEEN " +
        std::to_string(hour_of(ms_of(asked.from)) - 1) + " AND " +
        std::to_string(hour_of(ms_of(asked.until))) +
        " AND box(point(p.west, p.south), point(p.east, p.north)) && box '" + box_text(asked.box) +
        "' AND p.south IS NOT NULL AND p.vehicle_key IS NOT NULL AND p.first_at > " + from +
        " - interval '1 hour' AND p.first_at < " + db.quote(to_iso(asked.until)) +
        "::timestamptz AND p.last_at >= " + from;
    if (!asked.squares.empty()) {
        where += " AND EXISTS (SELECT 1 FROM unnest(" + coarse_boxes(asked.squares) +
                 ") b WHERE b && box(point(p.west, p.south), point(p.east, p.north)))";
    }
    each_piece(db, where, [&](const Moving& one) {
        if (asked.fastest && one.speed.value_or(0) > *asked.fastest) return;
        if (lies_in(one.fix, asked)) found.push_back(one.fix);
    });
}

// Spans that touch, as one: the rows and pieces of a stay are asked for once.
std::vector<Between> joined(std::span<const Between> spans) {
    std::vector<Between> runs;
    for (const Between& one : spans) {
        if (!runs.empty() && runs.back().vehicle_key == one.vehicle_key &&
            runs.back().before_ms >= one.after_ms)
            runs.back().before_ms = std::max(runs.back().before_ms, one.before_ms);
        else
            runs.push_back(one);
    }
    return runs;
}

void add_rows(pqxx::transaction_base& db, const std::vector<Between>& runs, const Take& take) {
    const auto rows = db.exec_params(
        std::string{"SELECT f.* FROM unnest($1::int[], $2::bigint[], $3::bigint[]) r (vehicle, "
                    "since, until)"
                    " CROSS JOIN LATERAL (SELECT o.vehicle_key, o.terminal_key,"
                    " (extract(epoch FROM o.at) * 1000)::bigint, o.lat, o.lon FROM observations o"
                    " WHERE o.vehicle_key = r.vehicle AND o.at > to_timestamp(r.since / 1000.0)"
                    " AND o.at < to_timestamp(r.until / 1000.0) AND"} +
            is_fix + " OFFSET 0) f",
        number_array(runs, [](const Between& r) { return r.vehicle_key; }),
        number_array(runs, [](const Between& r) { return r.after_ms; }),
        number_array(runs, [](const Between& r) { return r.before_ms; }));
    for (const auto& row : rows) take({read_fix(row), std::nullopt});
}

// Each piece begins in one hour, so that none comes twice.
void add_packed(pqxx::transaction_base& db, const std::vector<Between>& runs, const Take& take) {
    std::set<std::pair<std::int32_t, std::int64_t>> hours;
    for (const Between& run : runs) {
        for (auto hour = hour_of(run.after_ms); hour <= hour_of(run.before_ms); ++hour)
            hours.emplace(run.vehicle_key, hour);
    }
    each_piece(db,
               "unnest('" + number_array(hours, [](const auto& h) { return h.first; }) +
                   "'::int[], '" + number_array(hours, [](const auto& h) { return h.second; }) +
                   "'::bigint[]) h (vehicle, hour) CROSS JOIN LATERAL (SELECT * FROM cold_pieces c"
                   " WHERE c.vehicle_key = h.vehicle AND c.first_at >= to_timestamp(h.hour * 3600)"
                   " AND c.first_at < to_timestamp((h.hour + 1) * 3600) OFFSET 0) p",
               take);
}

}  // namespace

std::vector<PastFix> fixes_of_all(pqxx::transaction_base& db, const PastQuestion& asked) {
    std::vector<PastFix> found;
    add_rows(db, asked, found);
    add_packed(db, asked, found);
    return found;
}

std::vector<bool> reported_between(pqxx::transaction_base& db, std::span<const Between> spans) {
    std::vector<bool> reported(spans.size(), false);
    if (spans.empty()) return reported;
    std::vector<PastFix> inside;
    std::vector<std::size_t> of_span;
    const Take take = [&](const Moving& one) {
        const auto& fix = one.fix;
        const auto behind = std::ranges::lower_bound(
            spans, std::tuple{fix.vehicle_key, fix.at_ms}, {}, [](const Between& s) {
                return std::tuple{s.vehicle_key, s.after_ms};
            });
        if (behind == spans.begin()) return;
        const auto span = std::prev(behind);
        if (span->vehicle_key != fix.vehicle_key || fix.at_ms >= span->before_ms) return;
        inside.push_back(fix);
        of_span.push_back(static_cast<std::size_t>(span - spans.begin()));
    };
    const auto runs = joined(spans);
    add_rows(db, runs, take);
    add_packed(db, runs, take);
    const auto moves = moving(db, inside);
    for (std::size_t i = 0; i < inside.size(); ++i)
        if (moves[i]) reported[of_span[i]] = true;
    return reported;
}

std::vector<bool> moving(pqxx::transaction_base& db, std::span<const PastFix> fixes) {
    std::set<std::int32_t> terminals;
    for (const PastFix& fix : fixes) terminals.insert(fix.terminal_key);
    std::unordered_set<std::int32_t> of_trucks;  // the rest is asked one by one
    for (const auto& row : db.exec_params(
             "SELECT key FROM terminals WHERE protocol = 'jt808' AND key = ANY($1::int[])",
             number_array(terminals, std::identity{})))
        of_trucks.insert(row[0].as<std::int32_t>());
    std::vector<bool> moves(fixes.size(), true);
    std::vector<std::size_t> doubtful;
    for (std::size_t i = 0; i < fixes.size(); ++i) {
        if (of_trucks.contains(fixes[i].terminal_key)) continue;
        moves[i] = false;
        doubtful.push_back(i);
    }
    if (doubtful.empty()) return moves;
    for (const auto& row : db.exec_params(
             "SELECT f.n FROM unnest($1::int[], $2::int[], $3::bigint[], $4::bigint[])"
             " f (vehicle, terminal, at_ms, n)"
             " WHERE moves_vehicle(f.terminal, f.vehicle, to_timestamp(f.at_ms / 1000.0))",
             number_array(doubtful, [&](std::size_t i) { return fixes[i].vehicle_key; }),
             number_array(doubtful, [&](std::size_t i) { return fixes[i].terminal_key; }),
             number_array(doubtful, [&](std::size_t i) { return fixes[i].at_ms; }),
             number_array(doubtful, std::identity{})))
        moves[row[0].as<std::size_t>()] = true;
    return moves;
}

}  // namespace liuhen::server::store
