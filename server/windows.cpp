#include "server/windows.hpp"

#include "server/json/command_json.hpp"
#include "server/log.hpp"
#include "server/store/orders.hpp"

#include <nlohmann/json.hpp>
#include <pqxx/pqxx>

#include <algorithm>

namespace liuhen::server {
namespace {

using nlohmann::json;
using telematics::LockCommand;

constexpr int most_at_once = 100;
constexpr std::chrono::hours end_is_told_for{
    24};  // a lock that is away hears of it when it is back

struct Ending {
    std::string request, what, lock_number, terminal, manifest, why;
    bool is_sealed = false;  // by its own last word
    bool is_shared = false;  // another window of the lock is still open
};

// A window is over when its time is, or when its lock was opened within it and sealed after that.
std::vector<Ending> find_endings(pqxx::work& db, Instant now) {
    const auto rows = db.exec_params(
        "SELECT w.request_id, r.what, coalesce(l.number, '') AS number,"
        " coalesce(l.terminal_id, doors.terminal_id)::text AS terminal, r.manifest_id,"
        " resealed.at IS NOT NULL AS sealed_again, coalesce(last.action = 0, false) AS is_sealed,"
        " EXISTS (SELECT 1 FROM unlock_windows o WHERE o.lock_id = w.lock_id"
        "  AND o.request_id <> w.request_id AND o.closed_at IS NULL"
        "  AND o.until > $1::timestamptz) AS shared"
        " FROM unlock_windows w JOIN unlock_requests r ON r.id = w.request_id"
        " JOIN vehicles v ON v.id = w.vehicle_id LEFT JOIN locks l ON l.id = w.lock_id"
        " LEFT JOIN LATERAL (SELECT b.terminal_id FROM bindings b"
        "  JOIN terminals t ON t.id = b.terminal_id WHERE w.lock_id IS NULL"
        "  AND b.vehicle_id = w.vehicle_id AND b.during @> $1::timestamptz"
        "  AND t.protocol = 'jt808' ORDER BY t.number LIMIT 1) doors ON true"
        " LEFT JOIN LATERAL (SELECT o.at FROM observations o WHERE o.vehicle_key = v.key"
        "  AND o.kind = 2 AND o.lock_number = l.number AND o.action = 0 AND o.flags & 4 = 0"
        "  AND o.at > (SELECT min(u.at) FROM observations u WHERE u.vehicle_key = v.key"
        "   AND u.kind = 2 AND u.lock_number = l.number AND u.action = 1 AND u.flags & 4 = 0"
        "   AND u.at >= w.opened_at AND u.at <= $1::timestamptz + interval '5 minutes')"
        "  AND o.at <= $1::timestamptz + interval '5 minutes' LIMIT 1) resealed ON true"
        " LEFT JOIN LATERAL (SELECT o.action FROM observations o WHERE o.vehicle_key = v.key"
        "  AND o.kind = 2 AND o.lock_number = l.number AND o.action IN (0, 1, 3, 5)"
        "  AND o.flags & 4 = 0 AND o.at >= w.opened_at - interval '1 day'"
        "  AND o.at <= $1::timestamptz + interval '5 minutes'"
        "  ORDER BY o.at DESC, o.hash LIMIT 1) last ON true"
        " WHERE w.closed_at IS NULL AND (w.until <= $1::timestamptz OR resealed.at IS NOT NULL)"
        " ORDER BY w.until LIMIT $2 FOR UPDATE OF w SKIP LOCKED",
        to_iso(now), most_at_once);
    std::vector<Ending> endings;
    for (const auto& row : rows) {
        endings.push_back({row["request_id"].c_str(), row["what"].c_str(), row["number"].c_str(),
                           row["terminal"].c_str(), row["manifest_id"].c_str(),
                           row["sealed_again"].as<bool>() ? "sealed" : "time",
                           row["is_sealed"].as<bool>(), row["shared"].as<bool>()});
    }
    return endings;
}

json lock_verb(const Ending& ending, LockCommand::Verb verb) {
    LockCommand command;
    command.verb = verb;
    command.lock = ending.lock_number;
    return lock_command_json(command);
}

struct Wanted {
    const char* kind;
    json command;
};
// What a device is to be told so that nothing that was granted can be used any longer.
std::vector<Wanted> closing_orders(const Ending& ending) {
    if (ending.is_shared || ending.terminal.empty()) return {};
    std::vector<Wanted> wanted;
    if (ending.what == "doors") {
        wanted.push_back({"doors", json{{"doors", "lock"}}});
        return wanted;
    }
    if (ending.what == "one_time_password")
        wanted.push_back({"lock", lock_verb(ending, LockCommand::Verb::refuse_passwords)});
    if (!ending.is_sealed) wanted.push_back({"lock", lock_verb(ending, LockCommand::Verb::seal)});
    return wanted;
}

std::vector<TerminalId> close(pqxx::work& db, const Ending& ending, Instant now) {
    std::vector<TerminalId> told;
    std::string orders = "{";
    for (const Wanted& wanted : closing_orders(ending)) {
        const store::NewOrder order{
            .terminal = ending.terminal,
            .kind = wanted.kind,
            .command = wanted.command.dump(),
            .by = {.token_id = "", .person = "", .role = "system", .party = ""},
            .reason = "end of unlock request " + ending.request,
            .now = now,
            .expires_at = now + end_is_told_for,
            .most_said = 3,
            .manifest = ending.manifest};
        const auto placed = store::insert_order(db, order);
        if (!placed) continue;
        orders += (orders.size() == 1 ? "" : ",") + placed->id;
        told.push_back(placed->terminal);
    }
    db.exec_params0(
        "UPDATE unlock_windows SET closed_at = $2::timestamptz, closed_why = $3,"
        " orders = $4::uuid[] WHERE request_id = $1::uuid AND closed_at IS NULL",
        ending.request, to_iso(now), ending.why, orders + '}');
    return told;
}

struct Swept {
    std::size_t closed = 0;
    std::vector<TerminalId> told;
};
Swept close_all(pqxx::work& db, Instant now) {
    Swept swept;
    for (const Ending& ending : find_endings(db, now)) {
        const auto told = close(db, ending, now);
        swept.told.insert(swept.told.end(), told.begin(), told.end());
        ++swept.closed;
    }
    return swept;
}

}  // namespace

awaitable<std::size_t> Windows::sweep() {
    auto work = [now = clock_.now()](pqxx::work& db) { return close_all(db, now); };
    auto sweeping = database_.transact(std::move(work));
    const Swept swept = co_await std::move(sweeping);
    for (const TerminalId& terminal : swept.told) {
        if (nudge_) nudge_(terminal);
    }
    if (swept.closed > 0) log::info("unlock.windows_closed", {{"count", swept.closed}});
    co_return swept.closed;
}

}  // namespace liuhen::server
