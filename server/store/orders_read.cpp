#include "server/store/orders_read.hpp"

#include <nlohmann/json.hpp>
#include <pqxx/pqxx>

#define LIUHEN_ISO(column) \
    "to_char(" column " AT TIME ZONE 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS.MS\"Z\"')"
#define LIUHEN_MESSAGE_ID \
    "CASE WHEN message > 0 THEN '0x' || upper(lpad(to_hex(message), 4, '0')) END"

namespace liuhen::server::store {

using nlohmann::json;

const Register orders{
    "orders",
    "json_build_object('id', id, 'terminal', terminal_id, 'number', number,"
    " 'vehicle', vehicle_id, 'manifest', manifest_id, 'kind', kind, 'command', command,"
    " 'state', state, 'said', said, 'reason', NULLIF(reason, ''),"
    " 'asked_by', json_build_object('role', role, 'party', party_id, 'person', NULLIF(person, ''),"
    " 'token', token_id),"
    " 'created_at', " LIUHEN_ISO("created_at") ", 'expires_at', " LIUHEN_ISO(
        "expires_at") ", 'said_at', " LIUHEN_ISO("said_at") ", 'ended_at', " LIUHEN_ISO(
        "ended_at") ", 'answered_by', " LIUHEN_MESSAGE_ID ", 'detail', NULLIF(detail, ''))"};

json trail_of(pqxx::transaction_base& db, const std::string& order) {
    const auto row = db.exec_params1(
        "SELECT coalesce(json_agg(json_strip_nulls(json_build_object('what', what,"
        " 'at', " LIUHEN_ISO(
            "at") ", 'said', said, 'message', " LIUHEN_MESSAGE_ID
                  ", 'detail', NULLIF(detail, ''), 'token', token_id, 'role', NULLIF(role, ''),"
                  " 'person', NULLIF(person, ''))) ORDER BY id), '[]')::text"
                  " FROM order_events WHERE order_id = $1::uuid",
        order);
    return json::parse(row[0].c_str());
}

// What a device sends is stored with the turn in which it answers, or in one shortly before.
#define LIUHEN_OF_ORDER " FROM orders o JOIN terminals t ON t.id = o.terminal_id JOIN "
#define LIUHEN_IN_TIME                                                            \
    " AND w.received_at BETWEEN o.said_at AND o.ended_at + interval '10 seconds'" \
    " WHERE o.id = $1::uuid"

json held_in_answer(pqxx::transaction_base& db, const std::string& order) {
    const auto row = db.exec_params1(
        "SELECT json_strip_nulls(json_build_object('position', (SELECT json_build_object("
        "'at', " LIUHEN_ISO("w.at") ", 'lat', w.lat / 1e7, 'lon', w.lon / 1e7,"
        " 'speed_kmh', round(w.speed * 0.036, 1))" LIUHEN_OF_ORDER
        "LATERAL (SELECT * FROM sightings s WHERE s.terminal_key = t.key"
        "  AND s.piece_from > o.created_at - interval '25 hours'"
        "  AND s.piece_from < o.ended_at + interval '1 day' OFFSET 0) w ON w.message = o.message"
        " AND w.at > o.created_at - interval '1 day'"
        " AND w.at < o.ended_at + interval '1 day'" LIUHEN_IN_TIME
        " AND w.kind = 1 AND w.lat IS NOT NULL ORDER BY w.received_at DESC LIMIT 1),"
        " 'document', (SELECT json_build_object('id', w.id, 'content', w.content)" LIUHEN_OF_ORDER
        "documents w ON w.terminal_key = t.key AND w.message = o.message" LIUHEN_IN_TIME
        " ORDER BY w.received_at DESC LIMIT 1),"
        " 'media', (SELECT json_agg(w.id ORDER BY w.id)" LIUHEN_OF_ORDER
        "media w ON w.terminal_key = t.key AND w.event = 0"
        " AND w.received_at BETWEEN o.said_at AND o.expires_at"
        " WHERE o.id = $1::uuid AND o.kind IN ('photo', 'record_sound', 'send_media'))))::text",
        order);
    return json::parse(row[0].c_str());
}

RowPage list_orders(pqxx::transaction_base& db, const OrdersWanted& wanted) {
    const auto rows = db.exec_params(
        "SELECT json_strip_nulls(" + std::string{orders.shown} +
            ")::text FROM orders WHERE terminal_id = $1::uuid"
            " AND ($2 = '' OR state = $2 OR ($2 = 'open' AND ended_at IS NULL))"
            " AND ($3 = '' OR id > NULLIF($3, '')::uuid) ORDER BY id LIMIT $4::int",
        wanted.terminal, wanted.state, wanted.after, std::to_string(wanted.limit + 1));
    RowPage page;
    for (const auto& row : rows) {
        if (page.items.size() == static_cast<std::size_t>(wanted.limit)) {
            page.next = page.items.back().at("id").get<std::string>();
            break;
        }
        page.items.push_back(json::parse(row[0].c_str()));
    }
    return page;
}

Reach reach_of(pqxx::transaction_base& db, const std::string& terminal, const std::string& carrier,
               const std::string& at) {
    const auto rows = db.exec_params(
        "SELECT 1 FROM terminals t WHERE t.id = $1::uuid AND (caller_sees_all() OR EXISTS (SELECT 1"
        " FROM bindings b JOIN vehicles v ON v.id = b.vehicle_id WHERE b.terminal_id = t.id"
        " AND b.during @> $3::timestamptz AND ($2 = '' OR v.carrier_id = NULLIF($2, '')::uuid))"
        " OR ($2 = '' AND EXISTS (SELECT 1 FROM orders o WHERE o.terminal_id = t.id)))",
        terminal, carrier, at);
    return rows.empty() ? Reach::beyond : Reach::within;
}

}  // namespace liuhen::server::store
