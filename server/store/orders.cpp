#include "server/store/orders.hpp"

#include "server/crypto.hpp"
#include "server/store/text_array.hpp"
#include "server/store/whereabouts.hpp"
#include "server/store/windows.hpp"

#include <pqxx/pqxx>

namespace liuhen::server::store {
namespace {

using telematics::OrderState;
using telematics::Untold;

std::string text_of(const TerminalId& terminal) { return terminal.text; }

// The line of the trail for the rows that an UPDATE named `changed` gave back: $1 is the time.
std::string with_trail(const std::string& update, const std::string& what) {
    return "WITH changed AS (" + update +
           " RETURNING id, state, said, message, detail)"
           " INSERT INTO order_events (order_id, what, at, said, message, detail)"
           " SELECT id, " +
           what + ", $1::timestamptz, said, message, detail FROM changed";
}

const std::string& say_statement() {
    static const std::string text =
        with_trail(
            "UPDATE orders SET state = 'said', said = said + 1, said_at = $1::timestamptz"
            " WHERE id = $2::uuid AND state = 'queued' AND expires_at > $1::timestamptz",
            "state") +
        " RETURNING said";
    return text;
}

const std::string& drop_statement() {
    static const std::string text = with_trail(
        "UPDATE orders SET state = 'expired', ended_at = $1::timestamptz, detail = $3"
        " WHERE id = $2::uuid AND state = 'queued'",
        "state");
    return text;
}

const std::string& take_back_statement() {
    static const std::string text = with_trail(
        "UPDATE orders SET state = 'queued', said = said - 1, detail = $3"
        " WHERE id = $2::uuid AND state = 'said'",
        "'reopened'");
    return text;
}

const std::string& end_statement() {
    static const std::string text = with_trail(
        "UPDATE orders SET state = $3, ended_at = $1::timestamptz, detail = $4"
        " WHERE id = $2::uuid AND ended_at IS NULL",
        "state");
    return text;
}

const std::string& acknowledge_statement() {
    static const std::string text = with_trail(
        "UPDATE orders SET state = 'acknowledged', message = $3::int, detail = $4,"
        " serial = NULLIF($6, '')::int"
        " WHERE id = $2::uuid AND number = $5 AND state = 'said'",
        "state");
    return text;
}

const std::string& answer_statement() {
    static const std::string text = with_trail(
        "UPDATE orders SET state = $6, ended_at = $1::timestamptz, message = $3::int, detail = $4"
        " WHERE id = $2::uuid AND number = $5 AND ended_at IS NULL",
        "state");
    return text;
}

// What was said on a line that ended, and is still unanswered, where `those` holds.
std::string reopen_statement(const std::string& those) {
    return with_trail(
        "UPDATE orders SET"
        " state = CASE WHEN said < most_said THEN 'queued' ELSE 'timed_out' END,"
        " ended_at = CASE WHEN said < most_said THEN NULL ELSE $1::timestamptz END,"
        " detail = CASE WHEN said < most_said THEN 'the line ended before an answer'"
        "               ELSE 'said on ' || said || ' lines, each ended before an answer' END"
        " WHERE ended_at IS NULL AND state = 'said' AND " +
            those,
        "CASE state WHEN 'queued' THEN 'reopened' ELSE state END");
}

// What was never said has expired; what was said had no answer in time.
const std::string& overdue_statement() {
    static const std::string text =
        "WITH changed AS (UPDATE orders SET"
        "  state = CASE WHEN said = 0 THEN 'expired' ELSE 'timed_out' END,"
        "  ended_at = $1::timestamptz,"
        "  detail = CASE WHEN said = 0 THEN 'the device was not on line in time'"
        "                ELSE 'no answer in time' END"
        "  WHERE ended_at IS NULL AND expires_at <= $1::timestamptz"
        "  RETURNING id, number, state, said, message, detail),"
        " noted AS (INSERT INTO order_events (order_id, what, at, said, message, detail)"
        "  SELECT id, state, $1::timestamptz, said, message, detail FROM changed)"
        " SELECT number FROM changed";
    return text;
}

// The words of why an order could not be said; nullopt when it stays open.
struct Ending {
    std::string_view state;
    std::string_view detail;
};
std::optional<Ending> ending_of(Untold why) {
    switch (why) {
        case Untold::not_supported:
            return Ending{"unsupported", "this device has no such order"};
        case Untold::too_long:
            return Ending{"refused", "more than a message to this device holds"};
        case Untold::busy:
        case Untold::not_ready:
        case Untold::count_:
            break;
    }
    return std::nullopt;
}

// Judged anew as it is said; false: the order is over instead. What is aboard stays as it is until
// the saying is committed, so that a hold comes before it or after it.
bool is_still_granted(pqxx::work& db, const std::string& id, const std::string& request,
                      Instant now) {
    hold_what_allowed(db, request);
    if (const auto why = why_over(db, id, now)) {
        db.exec_params0(drop_statement(), to_iso(now), id, std::string{words_of_end(*why)});
        return false;
    }
    const auto away = left_the_place(db, request, now);
    if (away) {
        end_order(db, id, "refused", std::string{*away} + ": the truck left before it was said",
                  now);
    }
    return !away;
}

}  // namespace

std::optional<PlacedOrder> insert_order(pqxx::work& db, const NewOrder& order) {
    const auto known =
        db.exec_params("SELECT number FROM terminals WHERE id = $1::uuid", order.terminal);
    if (known.empty()) return std::nullopt;
    PlacedOrder placed{order.id.empty() ? uuid_v7(order.now) : order.id,
                       {known[0][0].as<std::string>()}};
    db.exec_params0(
        "INSERT INTO orders (id, terminal_id, number, manifest_id, kind, command, most_said, "
        "sealed,"
        " token_id, person, role, party_id, reason, created_at, expires_at) VALUES ($1::uuid,"
        " $2::uuid, $3, NULLIF($4, '')::uuid, $5, $6::jsonb, $7::int, NULLIF($8, '')::jsonb,"
        " NULLIF($9, '')::uuid, $10, $11, NULLIF($12, '')::uuid, $13, $14::timestamptz, "
        "$15::timestamptz)",
        placed.id, order.terminal, placed.terminal.text, order.manifest, order.kind, order.command,
        std::to_string(order.most_said), order.sealed, order.by.token_id, order.by.person,
        order.by.role, order.by.party, order.reason, to_iso(order.now), to_iso(order.expires_at));
    db.exec_params0(
        "INSERT INTO order_events (order_id, what, at, said, detail, token_id, role, person)"
        " VALUES ($1::uuid, 'queued', $2::timestamptz, 0, $3, NULLIF($4, '')::uuid, $5, $6)",
        placed.id, to_iso(order.now), order.reason, order.by.token_id, order.by.role,
        order.by.person);
    return placed;
}

std::vector<std::vector<OpenOrder>> orders_to_say(pqxx::work& db,
                                                  const std::vector<TerminalId>& terminals,
                                                  Instant now) {
    const auto rows = db.exec_params(
        "SELECT asked.place, o.* FROM unnest($1::text[]) WITH ORDINALITY AS asked (number, place)"
        " CROSS JOIN LATERAL (SELECT id, kind, coalesce(sealed, command) FROM orders"
        "  WHERE number = asked.number AND ended_at IS NULL AND state = 'queued'"
        "  AND expires_at > $2::timestamptz ORDER BY id LIMIT 100) o ORDER BY asked.place, o.id",
        text_array(terminals, text_of), to_iso(now));
    std::vector<std::vector<OpenOrder>> open(terminals.size());
    for (const auto& row : rows)
        open[row[0].as<std::size_t>() - 1].push_back(
            {row[1].as<std::string>(), row[2].as<std::string>(), row[3].as<std::string>()});
    return open;
}

std::vector<std::vector<OpenOrder>> orders_acknowledged(pqxx::work& db,
                                                        const std::vector<TerminalId>& terminals) {
    const auto rows = db.exec_params(
        "SELECT asked.place, o.* FROM unnest($1::text[]) WITH ORDINALITY AS asked (number, place)"
        " CROSS JOIN LATERAL (SELECT id, kind, command, serial FROM orders"
        "  WHERE number = asked.number AND ended_at IS NULL AND state = 'acknowledged'"
        "  AND serial IS NOT NULL ORDER BY id LIMIT 100) o ORDER BY asked.place, o.id",
        text_array(terminals, text_of));
    std::vector<std::vector<OpenOrder>> taken(terminals.size());
    for (const auto& row : rows)
        taken[row[0].as<std::size_t>() - 1].push_back(
            {row[1].as<std::string>(), row[2].as<std::string>(), row[3].as<std::string>(),
             static_cast<std::uint16_t>(row[4].as<int>())});
    return taken;
}

int note_saying(pqxx::work& db, const std::string& id, Instant now) {
    const std::string request = unlock_behind(db, id);
    if (!request.empty() && !is_still_granted(db, id, request, now)) return 0;
    const auto noted = db.exec_params(say_statement(), to_iso(now), id);
    return noted.empty() ? 0 : noted[0][0].as<int>();
}

void note_untold(pqxx::work& db, const std::string& id, Untold why, Instant now) {
    if (const auto ending = ending_of(why)) {
        db.exec_params0(end_statement(), to_iso(now), id, std::string{ending->state},
                        std::string{ending->detail});
        return;
    }
    db.exec_params0(take_back_statement(), to_iso(now), id, std::string{telematics::code(why)});
}

void note_answer(pqxx::work& db, const TerminalId& terminal, const telematics::OrderAnswer& answer,
                 Instant now) {
    const std::string state{telematics::code(answer.state)};
    const std::string message = std::to_string(answer.message);
    const auto done = answer.state == OrderState::acknowledged
                          ? db.exec_params(acknowledge_statement(), to_iso(now), answer.order,
                                           message, answer.detail, terminal.text,
                                           answer.serial ? std::to_string(*answer.serial) : "")
                          : db.exec_params(answer_statement(), to_iso(now), answer.order, message,
                                           answer.detail, terminal.text, state);
    if (done.affected_rows() == 1) return;
    db.exec_params0(
        "INSERT INTO order_events (order_id, what, at, said, message, detail)"
        " SELECT id, 'late_answer', $1::timestamptz, said, $3::int, $4 FROM orders"
        " WHERE id = $2::uuid AND number = $5",
        to_iso(now), answer.order, message,
        answer.detail.empty() ? state : state + ": " + answer.detail, terminal.text);
}

void reopen_said(pqxx::work& db, const std::vector<TerminalId>& terminals, Instant now) {
    static const auto statement = reopen_statement("number = ANY($2::text[])");
    db.exec_params0(statement, to_iso(now), text_array(terminals, text_of));
}

void reopen_all_said(pqxx::work& db, Instant now) {
    static const auto statement = reopen_statement("true");
    db.exec_params0(statement, to_iso(now));
}

void reopen_unheard(pqxx::work& db, const std::string& id, int times, Instant now) {
    static const auto statement = reopen_statement("id = $2::uuid AND said = $3::int");
    db.exec_params0(statement, to_iso(now), id, std::to_string(times));
}

void end_order(pqxx::work& db, const std::string& id, const std::string& state,
               const std::string& why, Instant now) {
    db.exec_params0(end_statement(), to_iso(now), id, state, why);
}

std::vector<TerminalId> end_overdue(pqxx::work& db, Instant now) {
    std::vector<TerminalId> terminals;
    for (const auto& row : db.exec_params(overdue_statement(), to_iso(now)))
        terminals.push_back({row[0].as<std::string>()});
    return terminals;
}

std::vector<std::string> ended_of(pqxx::work& db, const std::vector<std::string>& orders) {
    std::string ids = "{";
    for (const auto& id : orders) ids += (ids.size() == 1 ? "" : ",") + id;
    std::vector<std::string> ended;
    for (const auto& row : db.exec_params("SELECT id FROM orders WHERE id = ANY ($1::uuid[])"
                                          " AND ended_at IS NOT NULL",
                                          ids + '}'))
        ended.push_back(row[0].as<std::string>());
    return ended;
}

// The device may have carried out what was said already; the words tell so.
std::optional<TerminalId> cancel_order(pqxx::work& db, const std::string& id, const Asker& by,
                                       Instant now) {
    const auto done = db.exec_params(
        "WITH changed AS (UPDATE orders SET state = 'cancelled', ended_at = $1::timestamptz,"
        " detail = CASE WHEN said = 0 THEN 'never said'"
        "               ELSE 'said before; the device may have acted' END"
        " WHERE id = $2::uuid AND ended_at IS NULL RETURNING id, number, said, detail),"
        " noted AS (INSERT INTO order_events"
        "  (order_id, what, at, said, detail, token_id, role, person)"
        "  SELECT id, 'cancelled', $1::timestamptz, said, detail, NULLIF($3, '')::uuid, $4, $5"
        "  FROM changed)"
        " SELECT number FROM changed",
        to_iso(now), id, by.token_id, by.role, by.person);
    if (done.empty()) return std::nullopt;
    return TerminalId{done[0][0].as<std::string>()};
}

}  // namespace liuhen::server::store
