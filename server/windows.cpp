#include "server/windows.hpp"

#include "server/json/command_json.hpp"
#include "server/log.hpp"
#include "server/store/orders.hpp"
#include "server/store/windows.hpp"

#include <nlohmann/json.hpp>
#include <pqxx/pqxx>

#include <map>
#include <set>

namespace liuhen::server {
namespace {

using nlohmann::json;
using telematics::LockCommand;

// A lock that is away hears of it when it is back.
constexpr std::chrono::hours end_is_told_for{24};

json lock_verb(const store::Debt& debt, LockCommand::Verb verb) {
    LockCommand command;
    command.verb = verb;
    command.lock = debt.lock_number;
    return lock_command_json(command);
}

struct Wanted {
    const char* kind;
    json command;
};
// What a device is to be told so that nothing that was granted can be used any longer.
std::vector<Wanted> closing_orders(const store::Debt& debt) {
    if (debt.terminal.empty()) return {};
    std::vector<Wanted> wanted;
    if (debt.lock_number.empty()) {
        wanted.push_back({"doors", json{{"doors", "lock"}}});
        return wanted;
    }
    if (debt.passwords)
        wanted.push_back({"lock", lock_verb(debt, LockCommand::Verb::refuse_passwords)});
    if (!debt.is_sealed) wanted.push_back({"lock", lock_verb(debt, LockCommand::Verb::seal)});
    return wanted;
}

struct Swept {
    std::size_t closed = 0;
    std::vector<TerminalId> told;
    std::set<VehicleId> changed;  ///< whose window ended before its time
};

using Requests = std::vector<std::string>;

// Pays what the windows of one place owed, if these were the last of it.
void settle(pqxx::work& db, const Requests& closed, Instant now, Swept& swept) {
    const auto debt = store::debt_after(db, closed.back(), now);
    if (!debt) return;
    std::vector<std::string> orders;
    for (const Wanted& wanted : closing_orders(*debt)) {
        const store::NewOrder order{
            .terminal = debt->terminal,
            .kind = wanted.kind,
            .command = wanted.command.dump(),
            .by = {.token_id = "", .person = "", .role = "system", .party = ""},
            .reason = "end of unlock request " + closed.back(),
            .now = now,
            .expires_at = now + end_is_told_for,
            .most_said = 3,
            .manifest = debt->manifest};
        const auto placed = store::insert_order(db, order);
        if (!placed) continue;
        orders.push_back(placed->id);
        swept.told.push_back(placed->terminal);
    }
    for (const auto& request : closed) store::note_closing_orders(db, request, orders);
}

Swept close_all(pqxx::work& db, const std::vector<store::EndingWindow>& endings, Instant now) {
    Swept swept;
    std::map<std::string, Requests> places;
    for (const auto& ending : endings) {
        const auto ended = store::close_window(db, ending, now);
        swept.told.insert(swept.told.end(), ended.begin(), ended.end());
        places[ending.place].push_back(ending.request);
        if (ending.why != "time") swept.changed.insert(ending.vehicle);
        ++swept.closed;
    }
    for (const auto& [place, closed] : places) settle(db, closed, now, swept);
    return swept;
}

}  // namespace

awaitable<std::size_t> Windows::sweep() { return close(store::find_endings); }

awaitable<std::size_t> Windows::sweep_left() { return close(store::find_left_behind); }

awaitable<std::size_t> Windows::close(Find find) {
    auto work = [find, now = clock_.now()](pqxx::work& db) {
        return close_all(db, find(db, now), now);
    };
    auto sweeping = database_.transact(std::move(work));
    const Swept swept = co_await std::move(sweeping);
    for (const TerminalId& terminal : swept.told) {
        if (nudge_) nudge_(terminal);
    }
    for (VehicleId vehicle : swept.changed) {
        if (!changed_) break;
        auto telling = changed_(std::move(vehicle));
        co_await std::move(telling);
    }
    if (swept.closed > 0) log::info("unlock.windows_closed", {{"count", swept.closed}});
    co_return swept.closed;
}

}  // namespace liuhen::server
