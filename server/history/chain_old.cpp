#include "server/history/chain_old.hpp"

#include "server/store/history.hpp"
#include "server/store/sql_text.hpp"

#include <nlohmann/json.hpp>
#include <pqxx/pqxx>

namespace liuhen::server::history {
namespace {

constexpr const char* manifests_at_once = "200";

Instant instant(const pqxx::field& field) { return Instant{Duration{field.as<std::int64_t>()}}; }

std::string text(const pqxx::field& field) { return field.is_null() ? "" : field.c_str(); }

Happening happening(const pqxx::row& row, const std::string& now) {
    return {.manifest = text(row["manifest_id"]),
            .version = row["version"].as<std::uint32_t>(),
            .transition = text(row["transition"]),
            .event = text(row["event"]),
            .role = text(row["role"]),
            .party = text(row["party_id"]),
            .delegate = {},
            .token = text(row["token_id"]),
            .person = text(row["person"]),
            .origin = {},
            .at = instant(row["at_ms"]),
            .recorded_at = instant(row["recorded_ms"]),
            .chained_at = now,
            .request = text(row["request"]),
            .document = nlohmann::json::parse(row["document"].c_str()).dump()};
}

std::size_t chain_some(pqxx::work& db) {
    const auto now = db.exec1("SELECT floor(extract(epoch FROM now()) * 1000)::bigint");
    const std::string chained_at = to_iso(instant(now[0]));
    const auto rows = db.exec_params(
        "WITH oldest AS (SELECT DISTINCT manifest_id FROM manifest_events_unchained"
        " ORDER BY manifest_id LIMIT $1::int), taken AS (DELETE FROM manifest_events_unchained u"
        " USING oldest WHERE u.manifest_id = oldest.manifest_id RETURNING u.*)"
        " SELECT *, (extract(epoch FROM at) * 1000)::bigint AS at_ms,"
        " (extract(epoch FROM recorded_at) * 1000)::bigint AS recorded_ms FROM taken"
        " ORDER BY manifest_id, version",
        manifests_at_once);
    for (const auto& row : rows) {
        const Happening one = happening(row, chained_at);
        store::append_record(db, one, store::previous_digests(db, one.manifest, one.version));
    }
    return rows.size();
}

}  // namespace

std::size_t chain_old_events(pqxx::connection& connection) {
    for (std::size_t all = 0;;) {
        pqxx::work db{connection};
        const auto there = db.exec1("SELECT to_regclass('manifest_events_unchained') IS NOT NULL");
        const std::size_t chained = there[0].as<bool>() ? chain_some(db) : 0;
        if (chained == 0) db.exec0("DROP TABLE IF EXISTS manifest_events_unchained");
        db.commit();
        all += chained;
        if (chained == 0) return all;
    }
}

}  // namespace liuhen::server::history
