#include "server/store/windows.hpp"

#include "manifest/unlock.hpp"
#include "server/store/whereabouts.hpp"

#include <pqxx/pqxx>

#include <algorithm>
#include <array>

namespace liuhen::server::store {
namespace {

constexpr std::size_t most_at_once = 100;

struct EndWords {
    std::string_view why;
    std::string_view words;
};
constexpr std::array end_words{
    EndWords{"time", "the window was over"},
    EndWords{"sealed", "the lock was sealed again"},
    EndWords{"moved", "the lock or terminal has left the vehicle"},
    EndWords{"held", "an authority held what is on the vehicle"},
    EndWords{"state", "the manifest is no longer where this role may open it"},
    EndWords{"left", "the truck left the place that it was granted at"},
    EndWords{"none", "no window stands behind it"},
};

std::string as_array(const std::vector<std::string>& texts) {
    std::string array = "{";
    for (const auto& text : texts) array += (array.size() == 1 ? "" : ",") + text;
    return array + '}';
}

// 'ground/role/state' of every cell of the table, as an array of PostgreSQL. A grant lasts as long
// as its ground: a producer may open before and after the load is signed.
const std::string& open_cells() {
    static const std::string text = [] {
        std::vector<std::string> cells;
        for (const auto& row : manifest::unlock_table()) {
            for (std::size_t r = 0; r < static_cast<std::size_t>(manifest::Role::count_); ++r) {
                const auto role = static_cast<manifest::Role>(r);
                for (std::size_t s = 0; s < static_cast<std::size_t>(manifest::State::count_);
                     ++s) {
                    const auto state = static_cast<manifest::State>(s);
                    if (!row.roles.has(role) || !row.states.has(state)) continue;
                    cells.push_back(std::string{code(row.ground)} + '/' + std::string{code(role)} +
                                    '/' + std::string{code(state)});
                }
            }
        }
        return as_array(cells);
    }();
    return text;
}

// $1: the time. A lock was sealed again when it was open within the window, by its word then or by
// its last one before, and sealed after that. What came in before the window is not of it, though
// the lock's clock may be ahead.
constexpr const char* resealed =
    " LEFT JOIN LATERAL (SELECT o.at FROM sightings o WHERE o.vehicle_key = v.key"
    "  AND o.kind = 2 AND o.lock_number = l.number AND o.action = 0 AND o.flags & 4 = 0"
    "  AND o.at > least((SELECT min(u.at) FROM sightings u WHERE u.vehicle_key = v.key"
    "   AND u.piece_from > w.opened_at - interval '1 hour'"
    "   AND u.piece_from <= $1::timestamptz + interval '5 minutes'"
    "   AND u.kind = 2 AND u.lock_number = l.number AND u.action = 1 AND u.flags & 4 = 0"
    "   AND u.at >= w.opened_at AND u.at <= $1::timestamptz + interval '5 minutes'"
    "   AND u.received_at >= w.opened_at),"
    "   (SELECT CASE WHEN before.action <> 0 THEN w.opened_at END FROM (SELECT p.action"
    "    FROM sightings p WHERE p.vehicle_key = v.key"
    "    AND p.piece_from > w.opened_at - interval '25 hours'"
    "    AND p.piece_from < w.opened_at + interval '5 minutes'"
    "    AND p.kind = 2 AND p.lock_number = l.number AND p.action IN (0, 1, 3, 5)"
    "    AND p.flags & 4 = 0 AND p.received_at < w.opened_at"
    "    AND p.at >= w.opened_at - interval '1 day'"
    "    ORDER BY p.at DESC, p.hash LIMIT 1) before))"
    "  AND o.received_at >= w.opened_at"
    "  AND o.piece_from > w.opened_at - interval '1 hour'"
    "  AND o.piece_from <= $1::timestamptz + interval '5 minutes'"
    "  AND o.at <= $1::timestamptz + interval '5 minutes' LIMIT 1) resealed ON true";

// $1: the time. The lock's own last word.
constexpr const char* last_word =
    " LEFT JOIN LATERAL (SELECT o.action FROM sightings o WHERE o.vehicle_key = v.key"
    "  AND o.piece_from > w.opened_at - interval '25 hours'"
    "  AND o.piece_from <= $1::timestamptz + interval '5 minutes'"
    "  AND o.kind = 2 AND o.lock_number = l.number AND o.action IN (0, 1, 3, 5)"
    "  AND o.flags & 4 = 0 AND o.at >= w.opened_at - interval '1 day'"
    "  AND o.at <= $1::timestamptz + interval '5 minutes'"
    "  ORDER BY o.at DESC, o.hash LIMIT 1) last ON true";

// $1: the time. The terminal that works the doors of the vehicle.
constexpr const char* door_terminal =
    " LEFT JOIN LATERAL (SELECT b.terminal_id FROM bindings b"
    "  JOIN terminals t ON t.id = b.terminal_id WHERE w.lock_id IS NULL"
    "  AND b.vehicle_id = w.vehicle_id AND b.during @> $1::timestamptz"
    "  AND t.protocol = 'jt808' ORDER BY t.number LIMIT 1) doors ON true";

// $2: a request. The windows of its lock or doors, and since when one or another of those that
// closed with it was open without a pause.
constexpr const char* stretch =
    "WITH RECURSIVE here AS (SELECT w.request_id, w.opened_at, w.closed_at, r.what"
    "  FROM unlock_windows mine JOIN unlock_windows w ON CASE WHEN mine.lock_id IS NULL"
    "   THEN w.lock_id IS NULL AND w.vehicle_id = mine.vehicle_id"
    "   ELSE w.lock_id = mine.lock_id END"
    "  JOIN unlock_requests r ON r.id = w.request_id WHERE mine.request_id = $2::uuid),"
    " stretch (since) AS (SELECT opened_at FROM here WHERE request_id = $2::uuid"
    "  UNION SELECT h.opened_at FROM here h, stretch s"
    "  WHERE h.opened_at < s.since AND h.closed_at >= s.since)";

}  // namespace

std::vector<EndingWindow> find_endings(pqxx::work& db, Instant now) {
    db.exec("SELECT pg_advisory_xact_lock(hashtextextended('unlock windows', 0))");
    const auto rows = db.exec_params(
        "SELECT w.request_id, coalesce(w.lock_id, w.vehicle_id) AS place, w.vehicle_id,"
        " CASE WHEN resealed.at IS NOT NULL THEN 'sealed'"
        "  WHEN w.until <= $1::timestamptz THEN 'time' ELSE gone.why END AS why"
        " FROM unlock_windows w JOIN vehicles v ON v.id = w.vehicle_id"
        " LEFT JOIN locks l ON l.id = w.lock_id" +
            std::string{resealed} +
            " CROSS JOIN LATERAL grant_gone(w.request_id, $2::text[], $1::timestamptz) gone (why)"
            " WHERE w.closed_at IS NULL AND (w.until <= $1::timestamptz"
            "  OR resealed.at IS NOT NULL OR gone.why IS NOT NULL)"
            " ORDER BY w.until LIMIT $3 FOR UPDATE OF w",
        to_iso(now), open_cells(), most_at_once);
    std::vector<EndingWindow> endings;
    for (const auto& row : rows)
        endings.push_back({row["request_id"].c_str(),
                           row["place"].c_str(),
                           {row["vehicle_id"].c_str()},
                           row["why"].c_str()});
    return endings;
}

std::vector<EndingWindow> find_left_behind(pqxx::work& db, Instant now) {
    db.exec("SELECT pg_advisory_xact_lock(hashtextextended('unlock windows', 0))");
    const auto rows = db.exec_params(
        "SELECT w.request_id, coalesce(w.lock_id, w.vehicle_id) AS place, w.vehicle_id"
        " FROM unlock_windows w"
        " WHERE w.closed_at IS NULL AND w.until > $1::timestamptz ORDER BY w.opened_at LIMIT 2000",
        to_iso(now));
    std::vector<EndingWindow> endings;
    for (const auto& row : rows) {
        if (endings.size() >= most_at_once) break;
        const std::string request = row["request_id"].c_str();
        if (!left_the_place(db, request, now)) continue;
        db.exec_params("SELECT 1 FROM unlock_windows WHERE request_id = $1::uuid FOR UPDATE",
                       request);
        endings.push_back({request, row["place"].c_str(), {row["vehicle_id"].c_str()}, "left"});
    }
    return endings;
}

std::string unlock_behind(pqxx::work& db, const std::string& order) {
    const auto rows =
        db.exec_params("SELECT id FROM unlock_requests WHERE order_id = $1::uuid", order);
    return rows.empty() ? std::string{} : rows[0][0].as<std::string>();
}

void hold_what_allowed(pqxx::work& db, const std::string& request) {
    db.exec_params(
        "SELECT 1 FROM manifests m WHERE m.id IN ("
        " SELECT r.manifest_id FROM unlock_requests r WHERE r.id = $1::uuid"
        " UNION SELECT a.id FROM unlock_requests r JOIN manifests a ON a.vehicle_id = r.vehicle_id"
        "  WHERE r.id = $1::uuid AND a.state IN ('CARRIER_ASSIGNED', 'LOADED', 'IN_TRANSIT',"
        "   'HANDOVER_PENDING', 'ARRIVED', 'REJECTED', 'RETURNING'))"
        " ORDER BY m.id FOR SHARE",
        request);
}

std::optional<std::string> why_over(pqxx::work& db, const std::string& order, Instant now) {
    const auto rows = db.exec_params(
        "SELECT coalesce(w.closed_why, CASE WHEN w.request_id IS NULL THEN 'none'"
        "  WHEN resealed.at IS NOT NULL THEN 'sealed'"
        "  WHEN w.until <= $1::timestamptz THEN 'time' END,"
        " grant_gone(r.id, $3::text[], $1::timestamptz)) FROM unlock_requests r"
        " LEFT JOIN unlock_windows w ON w.request_id = r.id LEFT JOIN vehicles v ON v.id = "
        "w.vehicle_id"
        " LEFT JOIN locks l ON l.id = w.lock_id" +
            std::string{resealed} + " WHERE r.order_id = $2::uuid",
        to_iso(now), order, open_cells());
    if (rows.empty() || rows[0][0].is_null()) return std::nullopt;
    return rows[0][0].as<std::string>();
}

std::string_view words_of_end(std::string_view why) {
    const auto* const found = std::ranges::find(end_words, why, &EndWords::why);
    return found == end_words.end() ? std::string_view{} : found->words;
}

std::vector<TerminalId> close_window(pqxx::work& db, const EndingWindow& window, Instant now) {
    db.exec_params0(
        "UPDATE unlock_windows SET closed_at = $2::timestamptz, closed_why = $3"
        " WHERE request_id = $1::uuid AND closed_at IS NULL",
        window.request, to_iso(now), window.why);
    const auto rows = db.exec_params(
        "WITH changed AS (UPDATE orders o SET"
        "  state = CASE o.state WHEN 'queued' THEN 'expired' ELSE 'timed_out' END,"
        "  ended_at = $2::timestamptz, detail = $3 FROM unlock_requests r"
        "  WHERE r.id = $1::uuid AND o.id = r.order_id AND o.state IN ('queued', 'said')"
        "  RETURNING o.id, o.number, o.state, o.said, o.message, o.detail),"
        " noted AS (INSERT INTO order_events (order_id, what, at, said, message, detail)"
        "  SELECT id, state, $2::timestamptz, said, message, detail FROM changed)"
        " SELECT number FROM changed",
        window.request, to_iso(now), std::string{words_of_end(window.why)});
    std::vector<TerminalId> terminals;
    for (const auto& row : rows) terminals.push_back({row[0].as<std::string>()});
    return terminals;
}

std::optional<Debt> debt_after(pqxx::work& db, const std::string& last, Instant now) {
    const auto row = db.exec_params1(
        std::string{stretch} +
            " SELECT coalesce(l.number, '') AS number, r.manifest_id,"
            " coalesce(l.terminal_id, doors.terminal_id)::text AS terminal,"
            " coalesce(last.action = 0, false) AS is_sealed,"
            " EXISTS (SELECT 1 FROM here WHERE closed_at IS NULL) AS is_open,"
            " EXISTS (SELECT 1 FROM here WHERE what = 'one_time_password'"
            "  AND opened_at >= (SELECT min(since) FROM stretch)) AS passwords"
            " FROM unlock_windows w JOIN unlock_requests r ON r.id = w.request_id"
            " JOIN vehicles v ON v.id = w.vehicle_id LEFT JOIN locks l ON l.id = w.lock_id" +
            door_terminal + last_word + " WHERE w.request_id = $2::uuid",
        to_iso(now), last);
    if (row["is_open"].as<bool>()) return std::nullopt;
    return Debt{row["number"].c_str(), row["terminal"].c_str(), row["manifest_id"].c_str(),
                row["passwords"].as<bool>(), row["is_sealed"].as<bool>()};
}

void note_closing_orders(pqxx::work& db, const std::string& request,
                         const std::vector<std::string>& orders) {
    db.exec_params0("UPDATE unlock_windows SET orders = $2::uuid[] WHERE request_id = $1::uuid",
                    request, as_array(orders));
}

}  // namespace liuhen::server::store
