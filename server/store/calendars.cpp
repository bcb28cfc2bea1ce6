#include "server/store/calendars.hpp"

#include "server/days.hpp"

#include <nlohmann/json.hpp>
#include <pqxx/pqxx>

namespace liuhen::server::store {
namespace {

using nlohmann::json;

YearDays days_of(pqxx::transaction_base& db, int year) {
    YearDays days;
    const auto rows = db.exec_params(
        "SELECT day::text, kind FROM holidays WHERE year = $1::smallint", std::to_string(year));
    for (const auto& row : rows) {
        days.emplace(parse_day(row[0].c_str()).value(),
                     row[1].as<std::string>() == "holiday" ? DayKind::holiday : DayKind::workday);
    }
    return days;
}

}  // namespace

std::string_view code(DayKind kind) { return kind == DayKind::holiday ? "holiday" : "workday"; }

std::optional<DayKind> day_kind_from_code(std::string_view code) {
    if (code == "holiday") return DayKind::holiday;
    if (code == "workday" || code == "make-up workday") return DayKind::workday;
    return std::nullopt;
}

CalendarNow read_calendar(pqxx::transaction_base& db) {
    CalendarNow now;
    for (const auto& row : db.exec("SELECT year, revision FROM calendars")) {
        now.calendar.years.insert(row[0].as<int>());
        now.revision = std::max(now.revision, row[1].as<std::int64_t>());
    }
    for (const auto& row : db.exec("SELECT day::text, kind FROM holidays")) {
        const auto day = parse_day(row[0].c_str()).value();
        const bool free = row[1].as<std::string>() == "holiday";
        (free ? now.calendar.holidays : now.calendar.workdays).insert(day);
    }
    return now;
}

Imported import_calendar(pqxx::transaction_base& db, int year, const YearDays& days,
                         const Origin& origin) {
    const auto number = std::to_string(year);
    db.exec("SELECT pg_advisory_xact_lock(hashtextextended('calendars', 0))");
    const bool known =
        !db.exec_params("SELECT 1 FROM calendars WHERE year = $1::smallint", number).empty();
    if (known && days_of(db, year) == days) return Imported::unchanged;
    db.exec_params0(
        "INSERT INTO calendars (year, revision, source, imported_at, imported_by)"
        " VALUES ($1::smallint, nextval('calendar_revisions'), $2, $3::timestamptz, $4)"
        " ON CONFLICT (year) DO UPDATE SET revision = excluded.revision,"
        " source = excluded.source, imported_at = excluded.imported_at,"
        " imported_by = excluded.imported_by",
        number, origin.source, to_iso(origin.at), origin.by);
    db.exec_params0("DELETE FROM holidays WHERE year = $1::smallint", number);
    json entries = json::array();
    for (const auto& [day, kind] : days) {
        entries.push_back({{"day", to_text(day)}, {"kind", code(kind)}});
    }
    db.exec_params0(
        "INSERT INTO holidays (day, year, kind) SELECT day, $1::smallint, kind"
        " FROM jsonb_to_recordset($2::jsonb) AS entry(day date, kind text)",
        number, entries.dump());
    return known ? Imported::changed : Imported::made;
}

std::optional<json> find_calendar(pqxx::transaction_base& db, int year) {
    const auto rows = db.exec_params(
        "SELECT json_build_object('year', year, 'revision', revision, 'source', source,"
        " 'imported_by', imported_by, 'imported_at',"
        " to_char(imported_at AT TIME ZONE 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS.MS\"Z\"'),"
        " 'days', coalesce((SELECT json_agg(json_build_object('date', day, 'kind', kind)"
        "  ORDER BY day) FROM holidays h WHERE h.year = c.year), '[]'))::text"
        " FROM calendars c WHERE year = $1::smallint",
        std::to_string(year));
    if (rows.empty()) return std::nullopt;
    return json::parse(rows[0][0].c_str());
}

}  // namespace liuhen::server::store
