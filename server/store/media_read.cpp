#include "server/store/media_read.hpp"

#include "server/store/sql_text.hpp"

#include <pqxx/pqxx>

namespace liuhen::server::store {
namespace {

constexpr double grid = 1e7;  // stored units a degree

std::string ms(const std::string& column) {
    return "floor(extract(epoch FROM " + column + ") * 1000)::bigint";
}

Instant instant(const pqxx::field& field) { return instant_from_ms(field.as<std::int64_t>()); }

// Three columns from `first` on.
SeenMoment read_moment(const pqxx::row& row, int first) {
    SeenMoment moment{std::nullopt, instant(row[first + 1]), instant(row[first + 2])};
    if (!row[first].is_null()) moment.device_at = instant(row[first]);
    return moment;
}

std::string moment_columns(const std::string& table) {
    return ms(table + ".device_at") + ", " + ms(table + ".at") + ", " + ms(table + ".received_at");
}

std::string media_sql(const std::string& condition) {
    return "SELECT m.id, encode(m.sha256, 'hex'), m.size, m.number, m.kind, m.format, m.event,"
           " m.channel, coalesce(m.found, ''), " +
           moment_columns("m") +
           ", m.lat, m.lon, t.number, coalesce(on_vehicle.id::text, ''),"
           " (SELECT coalesce(json_agg(json_build_object('manifest', f.id, 'manifest_no', f.no)"
           "   ORDER BY p.id), '[]') FROM trips p JOIN manifests f ON f.id = p.manifest_id"
           "   WHERE p.vehicle_id = on_vehicle.id AND m.at >= p.armed_at"
           "   AND m.at < coalesce(p.ended_at, 'infinity'))"
           " FROM media m JOIN terminals t ON t.key = m.terminal_key"
           " CROSS JOIN LATERAL (SELECT vehicle_of(m.terminal_key, m.at) AS id) on_vehicle"
           " WHERE " +
           condition;
}

std::string documents_sql(const std::string& condition) {
    return "SELECT m.id, m.message, m.edition, encode(m.sha256, 'hex'), m.size, " +
           moment_columns("m") +
           ", t.number, coalesce(on_vehicle.id::text, ''), coalesce(m.content::text, ''),"
           " caller_owns(on_vehicle.id)"
           " FROM documents m JOIN terminals t ON t.key = m.terminal_key"
           " CROSS JOIN LATERAL (SELECT vehicle_of(m.terminal_key, m.at) AS id) on_vehicle"
           " WHERE " +
           condition;
}

// $1 vehicle, then what `page_sql` takes.
constexpr const char* on_vehicle_sql =
    "m.terminal_key IN (SELECT terminals_of($1::uuid)) AND on_vehicle.id = $1::uuid";
// $1 manifest.
constexpr const char* in_manifest_sql =
    "EXISTS (SELECT 1 FROM trips p WHERE p.manifest_id = $1::uuid"
    " AND p.vehicle_id = on_vehicle.id AND m.at >= p.armed_at"
    " AND m.at < coalesce(p.ended_at, 'infinity'))"
    " AND m.terminal_key IN (SELECT terminals_of(p.vehicle_id) FROM trips p"
    "  WHERE p.manifest_id = $1::uuid)";
// $2 from, $3 until, $4 after, $5 limit
constexpr const char* page_sql =
    " AND m.at >= coalesce(NULLIF($2, '')::timestamptz, '-infinity')"
    " AND m.at < coalesce(NULLIF($3, '')::timestamptz, 'infinity')"
    " AND ($4 = '' OR m.id > NULLIF($4, '')::uuid) ORDER BY m.id LIMIT $5::int";

std::string text(const std::optional<Instant>& time) { return time ? to_iso(*time) : ""; }

std::vector<SeenMedium> read_media(const pqxx::result& rows) {
    std::vector<SeenMedium> found;
    for (const auto& row : rows) {
        SeenMedium one;
        one.id = row[0].c_str();
        one.sha256 = row[1].c_str();
        one.size = row[2].as<int>();
        one.number = row[3].as<std::int64_t>();
        one.kind = row[4].as<int>();
        one.format = row[5].as<int>();
        one.event = row[6].as<int>();
        one.channel = row[7].as<int>();
        one.found = row[8].c_str();
        one.moment = read_moment(row, 9);
        if (!row[12].is_null() && !row[13].is_null())
            one.where = LatLon{.lat = row[12].as<int>() / grid, .lon = row[13].as<int>() / grid};
        one.terminal = row[14].c_str();
        one.vehicle = row[15].c_str();
        one.manifests = row[16].c_str();
        found.push_back(std::move(one));
    }
    return found;
}

std::vector<SeenDocument> read_documents(const pqxx::result& rows) {
    std::vector<SeenDocument> found;
    for (const auto& row : rows) {
        SeenDocument one;
        one.id = row[0].c_str();
        one.message = row[1].as<int>();
        one.edition = row[2].as<int>();
        one.sha256 = row[3].c_str();
        one.size = row[4].as<int>();
        one.moment = read_moment(row, 5);
        one.terminal = row[8].c_str();
        one.vehicle = row[9].c_str();
        one.content = row[10].c_str();
        one.of_own_truck = row[11].as<bool>(false);
        found.push_back(std::move(one));
    }
    return found;
}

pqxx::result page_of(pqxx::transaction_base& db, const std::string& sql, const std::string& of,
                     const PageOf& page) {
    return db.exec_params(sql + page_sql, of, text(page.from), text(page.until), page.after,
                          page.limit);
}

std::string message_sql(const PageOf& page) {
    return page.message == 0 ? std::string{} : " AND m.message = " + std::to_string(page.message);
}

// As an array of PostgreSQL; only for texts without quotes and commas.
std::string array_of(const std::vector<std::string>& texts) {
    std::string array = "{";
    for (const auto& one : texts) array += (array.size() > 1 ? "," : "") + one;
    return array + '}';
}

std::vector<SeenCard> read_cards(const pqxx::result& rows) {
    std::vector<SeenCard> cards;
    for (const auto& row : rows) cards.push_back({instant(row[0]), row[1].c_str()});
    return cards;
}

}  // namespace

std::vector<SeenMedium> media_of_vehicle(pqxx::transaction_base& db, const VehicleId& vehicle,
                                         const PageOf& page) {
    return read_media(page_of(db, media_sql(on_vehicle_sql), vehicle.text, page));
}

std::vector<SeenMedium> media_of_manifest(pqxx::transaction_base& db, const ManifestId& manifest,
                                          const PageOf& page) {
    return read_media(page_of(db, media_sql(in_manifest_sql), manifest.text, page));
}

std::vector<SeenMedium> media_near(pqxx::transaction_base& db, const VehicleId& vehicle,
                                   const std::vector<Instant>& times, Duration within, int limit) {
    std::vector<std::string> texts;
    for (const Instant time : times) texts.push_back(to_iso(time));
    const std::string near =
        " AND EXISTS (SELECT 1 FROM unnest($2::timestamptz[]) near"
        " WHERE m.at BETWEEN near - $3::interval AND near + $3::interval)"
        " ORDER BY m.at, m.id LIMIT $4::int";
    return read_media(db.exec_params(media_sql(on_vehicle_sql) + near, vehicle.text,
                                     array_of(texts),
                                     std::to_string(within.count()) + " milliseconds", limit));
}

std::optional<SeenMedium> find_medium(pqxx::transaction_base& db, const std::string& id) {
    auto found = read_media(db.exec_params(media_sql("m.id = $1::uuid"), id));
    if (found.empty()) return std::nullopt;
    return std::move(found.front());
}

std::string medium_bytes(pqxx::transaction_base& db, const std::string& id) {
    const auto row = db.exec_params1(
        "SELECT b.bytes FROM media m JOIN media_bytes b ON b.sha256 = m.sha256"
        " WHERE m.id = $1::uuid",
        id);
    return pqxx::binarystring{row[0]}.str();
}

std::vector<SeenDocument> documents_of_vehicle(pqxx::transaction_base& db, const VehicleId& vehicle,
                                               const PageOf& page) {
    return read_documents(
        page_of(db, documents_sql(on_vehicle_sql + message_sql(page)), vehicle.text, page));
}

std::vector<SeenDocument> documents_of_manifest(pqxx::transaction_base& db,
                                                const ManifestId& manifest, const PageOf& page) {
    return read_documents(
        page_of(db, documents_sql(in_manifest_sql + message_sql(page)), manifest.text, page));
}

bool is_open_on(pqxx::transaction_base& db, const VehicleId& vehicle, Instant at,
                const std::vector<std::string>& numbers) {
    return db
        .exec_params1("SELECT is_open_on($1::uuid, $2::timestamptz, $3::bpchar[])", vehicle.text,
                      to_iso(at), array_of(numbers))[0]
        .as<bool>();
}

std::optional<NamedManifest> manifest_with_number(pqxx::transaction_base& db,
                                                  const std::vector<std::string>& numbers) {
    const auto rows = db.exec_params(
        "SELECT id, no FROM manifests WHERE no = ANY ($1::bpchar[]) ORDER BY no LIMIT 1",
        array_of(numbers));
    if (rows.empty()) return std::nullopt;
    return NamedManifest{rows[0][0].c_str(), rows[0][1].c_str()};
}

std::vector<SeenCard> cards_of_vehicle(pqxx::transaction_base& db, const VehicleId& vehicle,
                                       Instant from, Instant until) {
    return read_cards(db.exec_params(
        "WITH cards AS (SELECT d.at, d.received_at, d.content FROM documents d"
        " WHERE d.message = 1794 AND d.content IS NOT NULL"
        " AND d.terminal_key IN (SELECT terminals_of($1::uuid))"
        " AND d.at >= $2::timestamptz - interval '7 days' AND d.at < $3::timestamptz"
        " AND vehicle_of(d.terminal_key, d.at) = $1::uuid)"
        " SELECT " +
            ms("at") +
            ", content FROM cards WHERE at >= coalesce("
            "(SELECT max(at) FROM cards WHERE at < $2::timestamptz), $2::timestamptz)"
            " ORDER BY at, received_at LIMIT 1000",
        vehicle.text, to_iso(from), to_iso(until)));
}

std::optional<SeenCard> card_of_another(pqxx::transaction_base& db, const TripId& trip,
                                        const std::string& name, const std::string& certificate) {
    const auto closed_up = [](const std::string& field) {
        return "translate(coalesce(content ->> '" + field + "', ''), U&' \\3000', '')";
    };
    auto found = read_cards(db.exec_params(
        "SELECT " + ms("at") +
            ", content FROM driver_cards_of_trip($1)"
            " WHERE coalesce(content ->> 'state', '1') <> '2' AND " +
            closed_up("driver") + " NOT IN ('', $2) AND (" + closed_up("certificate") +
            " = '' OR " + closed_up("certificate") + " <> $3) ORDER BY at, received_at LIMIT 1",
        trip.text, name, certificate));
    if (found.empty()) return std::nullopt;
    return std::move(found.front());
}

std::vector<TripId> trips_of(pqxx::transaction_base& db, const ManifestId& manifest) {
    std::vector<TripId> trips;
    for (const auto& row : db.exec_params(
             "SELECT id FROM trips WHERE manifest_id = $1::uuid ORDER BY id", manifest.text))
        trips.push_back({row[0].c_str()});
    return trips;
}

}  // namespace liuhen::server::store
