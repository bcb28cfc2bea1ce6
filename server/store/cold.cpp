#include "server/store/cold.hpp"

#include "server/store/sql_text.hpp"
#include "telematics/archive/piece.hpp"

#include <pqxx/pqxx>

#include <algorithm>
#include <array>
#include <chrono>
#include <map>
#include <stdexcept>
#include <tuple>

namespace liuhen::server::store {
namespace {

using telematics::archive::Column;
using telematics::archive::columns;
using telematics::archive::Row;

constexpr std::array<const char*, columns> column_names{
    "at_ms",  "received_ms", "kind",       "message",       "flags",   "alarm",
    "status", "lat",         "lon",        "speed",         "heading", "altitude",
    "source", "load",        "satellites", "odometer",      "action",  "means",
    "cuts",   "signals",     "mass_g",     "recorder_speed"};

/// Rows that share a piece.
struct Hour {
    std::int32_t terminal_key{};
    std::optional<std::int32_t> vehicle_key;
    std::int64_t begins_ms{};
    friend auto operator<=>(const Hour&, const Hour&) = default;
};
constexpr std::int64_t hour_ms = 3'600'000;

std::vector<std::byte> bytes_of(const pqxx::field& field) {
    const pqxx::binarystring binary{field};
    const auto* first = reinterpret_cast<const std::byte*>(binary.data());
    return {first, first + binary.size()};
}

template <class T>
std::optional<T> optional_of(const pqxx::field& field) {
    if (field.is_null()) return std::nullopt;
    return field.as<T>();
}

Row read_row(const pqxx::row& from) {
    Row row;
    for (std::size_t c = 0; c < columns; ++c)
        row.numbers.at(c) = optional_of<std::int64_t>(from[static_cast<pqxx::row::size_type>(c)]);
    row.lock_number = optional_of<std::string>(from["lock_number"]);
    row.actor = optional_of<std::string>(from["actor"]);
    if (!from["raw"].is_null()) row.raw = bytes_of(from["raw"]);
    row.hash = from["hash"].as<std::int64_t>();
    return row;
}

// As a fold orders them: hashes are unsigned there.
auto order_of(const Row& row) {
    return std::tuple{*row[Column::at], *row[Column::kind], static_cast<std::uint64_t>(row.hash)};
}

struct Taken {
    std::map<Hour, std::vector<Row>> hours;
    std::size_t rows{};
    std::optional<std::int32_t> last_terminal;
};

Taken take_rows(pqxx::transaction_base& db, const std::string& day, std::int32_t behind,
                std::size_t most) {
    std::string sql =
        "SELECT (extract(epoch FROM at) * 1000)::bigint AS at_ms,"
        " (extract(epoch FROM received_at) * 1000)::bigint AS received_ms";
    for (std::size_t c = 2; c < columns; ++c) sql += std::string{", "} + column_names.at(c);
    sql +=
        ", lock_number, actor, raw, hash, terminal_key, vehicle_key"
        " FROM take_observations($1::date, $2::int, $3::int)";
    Taken taken;
    for (const auto& from : db.exec_params(sql, day, behind, most)) {
        Row row = read_row(from);
        const std::int64_t at = *row[Column::at];
        const auto terminal = from["terminal_key"].as<std::int32_t>();
        const Hour hour{terminal, optional_of<std::int32_t>(from["vehicle_key"]),
                        at - at % hour_ms};
        taken.hours[hour].push_back(std::move(row));
        taken.last_terminal = std::max(taken.last_terminal.value_or(terminal), terminal);
        ++taken.rows;
    }
    return taken;
}

// What is in pieces already comes first, so that of two with one identity it is the one that stays.
std::size_t join_pieces(pqxx::transaction_base& db, const Hour& hour, std::vector<Row>& rows) {
    const auto found = db.exec_params(
        "SELECT * FROM take_pieces($1::int, $2::int, $3::timestamptz, $4::timestamptz)",
        hour.terminal_key, hour.vehicle_key, to_iso(instant_from_ms(hour.begins_ms)),
        to_iso(instant_from_ms(hour.begins_ms + hour_ms)));
    std::vector<Row> all;
    for (const auto& piece : found) {
        auto old = telematics::archive::unpack(bytes_of(piece[0]));
        if (!old) throw std::runtime_error{"a piece of the past is damaged"};
        std::ranges::move(*old, std::back_inserter(all));
    }
    std::ranges::move(rows, std::back_inserter(all));
    std::ranges::stable_sort(all, {}, order_of);
    const auto repeated = std::ranges::unique(all, {}, order_of);
    const auto count = static_cast<std::size_t>(repeated.size());
    all.erase(repeated.begin(), repeated.end());
    rows = std::move(all);
    return count;
}

/// Least and most of a column; null without a number.
std::pair<std::optional<std::int64_t>, std::optional<std::int64_t>> range_of(
    std::span<const Row> rows, Column column) {
    std::optional<std::int64_t> least, most;
    for (const Row& row : rows) {
        if (!row[column]) continue;
        least = std::min(least.value_or(*row[column]), *row[column]);
        most = std::max(most.value_or(*row[column]), *row[column]);
    }
    return {least, most};
}

std::size_t write_piece(pqxx::transaction_base& db, const Hour& hour, std::span<const Row> rows) {
    const auto packed = telematics::archive::pack(rows);
    if (!packed) throw std::runtime_error{"rows of the past cannot be packed"};
    const auto back = telematics::archive::unpack(*packed);
    if (!back || !std::ranges::equal(*back, rows))
        throw std::logic_error{"packed rows would not come back"};
    const auto [south, north] = range_of(rows, Column::lat);
    const auto [west, east] = range_of(rows, Column::lon);
    const pqxx::binarystring payload{packed->data(), packed->size()};
    db.exec_params0(
        "INSERT INTO cold_pieces (terminal_key, vehicle_key, first_at, last_at, rows, south, north,"
        " west, east, of_manifest, payload) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9,"
        " lies_in_trip($2::int, $3::timestamptz, $4::timestamptz), $10)",
        hour.terminal_key, hour.vehicle_key, to_iso(instant_from_ms(*rows.front()[Column::at])),
        to_iso(instant_from_ms(*rows.back()[Column::at])), rows.size(), south, north, west, east,
        payload);
    return packed->size();
}

}  // namespace

std::vector<std::string> days_to_pack(pqxx::transaction_base& db, Instant horizon,
                                      std::size_t most) {
    std::vector<std::string> days;
    for (const auto& row : db.exec_params("SELECT day::text FROM days_to_pack($1, $2::int) day"
                                          " GROUP BY day ORDER BY day",
                                          to_iso(horizon), most))
        days.push_back(row[0].c_str());
    return days;
}

Packed pack_some(pqxx::transaction_base& db, const std::string& day, std::int32_t behind,
                 std::size_t most) {
    auto taken = take_rows(db, day, behind, most);
    Packed done{.rows = taken.rows};
    if (taken.rows >= most) done.behind = taken.last_terminal;
    for (auto& [hour, rows] : taken.hours) {
        done.repeated += join_pieces(db, hour, rows);
        for (std::span<const Row> left{rows}; !left.empty();) {
            const auto some =
                left.first(std::min(left.size(), telematics::archive::max_piece_rows));
            done.bytes += write_piece(db, hour, some);
            ++done.pieces;
            left = left.subspan(some.size());
        }
    }
    return done;
}

bool empty_day(pqxx::transaction_base& db, const std::string& day) {
    return db.exec_params1("SELECT empty_day($1::date)", day)[0].as<bool>();
}

std::vector<std::string> drop_expired(pqxx::transaction_base& db, const Keeping& keeping,
                                      Instant now) {
    constexpr int shell_days = 45;  // longer than late rows are believed (`oldest_plausible`)
    std::vector<std::string> dropped;
    for (const auto& row : db.exec_params(
             "SELECT drop_expired($1, $2::int, $3::int, $4::int, $5::int)", to_iso(now),
             keeping.manifest, keeping.rest, keeping.frames, std::max(shell_days, keeping.hot)))
        dropped.push_back(row[0].c_str());
    return dropped;
}

StorageState storage_state(pqxx::transaction_base& db, Instant now) {
    const auto row = db.exec_params1(
        "SELECT days_ahead, rows_elsewhere, hot_bytes, cold_bytes, frame_bytes"
        " FROM storage_state($1)",
        to_iso(now));
    return {row[0].as<int>(), row[1].as<std::int64_t>(), row[2].as<std::int64_t>(),
            row[3].as<std::int64_t>(), row[4].as<std::int64_t>()};
}

}  // namespace liuhen::server::store
