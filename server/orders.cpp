#include "server/orders.hpp"

#include "server/json/command_json.hpp"
#include "server/log.hpp"
#include "server/store/manifest_routes.hpp"
#include "server/store/orders.hpp"

#include <utility>

namespace liuhen::server {
namespace {

using telematics::LockCommand;
using telematics::Order;

// What is stored as commands of this server's own making can be read; an older or a newer server
// may have left others, which end rather than wait for ever.
std::vector<Order> readable(pqxx::work& db, const std::vector<store::OpenOrder>& stored,
                            const Orders::Secret& secret, Instant now) {
    std::vector<Order> orders;
    for (const auto& one : stored) {
        auto command = parse_command(one.kind, one.command);
        if (!command) {
            store::end_order(db, one.id, "refused", "this server cannot read the order", now);
            continue;
        }
        auto* const to_lock = std::get_if<LockCommand>(&*command);
        if (to_lock != nullptr && secret) secret(db, *to_lock);
        orders.push_back({one.id, *std::move(command)});
    }
    return orders;
}

}  // namespace

Orders::Orders(Database& database, const Clock& clock, Nudge nudge, Secret secret)
    : database_(database),
      clock_(clock),
      nudge_(std::move(nudge)),
      secret_(std::move(secret)),
      open_(database, orders_together,
            [this](pqxx::work& db, const std::vector<TerminalId>& terminals) {
                return read_open(db, terminals);
            }),
      taken_up_(database, orders_together,
                [this](pqxx::work& db, const std::vector<TerminalId>& terminals) {
                    return take_up(db, terminals);
                }) {}

std::vector<std::vector<Order>> Orders::read_open(pqxx::work& db,
                                                  const std::vector<TerminalId>& terminals) const {
    const Instant now = clock_.now();
    std::vector<std::vector<Order>> all;
    for (const auto& stored : store::orders_to_say(db, terminals, now)) {
        all.push_back(readable(db, stored, secret_, now));
    }
    return all;
}

std::vector<std::vector<Awaited>> Orders::take_up(pqxx::work& db,
                                                  const std::vector<TerminalId>& terminals) const {
    store::reopen_said(db, terminals, clock_.now());
    std::vector<std::vector<Awaited>> all;
    for (const auto& stored : store::orders_acknowledged(db, terminals)) {
        auto& awaited = all.emplace_back();
        for (const auto& one : stored) {
            if (auto command = parse_command(one.kind, one.command))
                awaited.push_back({{one.id, *std::move(command)}, one.serial});
        }
    }
    return all;
}

awaitable<std::vector<Order>> Orders::open_for(TerminalId terminal) {
    return open_.ask(std::move(terminal));
}

awaitable<int> Orders::saying(std::string order) {
    auto work = [order = std::move(order), now = clock_.now()](pqxx::work& db) {
        return store::note_saying(db, order, now);
    };
    auto noting = database_.transact(std::move(work));
    co_return co_await std::move(noting);
}

awaitable<void> Orders::untold(std::string order, telematics::Untold why) {
    auto work = [order = std::move(order), why, now = clock_.now()](pqxx::work& db) {
        store::note_untold(db, order, why, now);
    };
    auto noting = database_.transact(std::move(work));
    co_await std::move(noting);
}

awaitable<void> Orders::answered(TerminalId terminal,
                                 std::vector<telematics::OrderAnswer> answers) {
    if (answers.empty()) co_return;
    auto work = [terminal = std::move(terminal), answers = std::move(answers),
                 now = clock_.now()](pqxx::work& db) {
        for (const auto& answer : answers) store::note_answer(db, terminal, answer, now);
    };
    auto noting = database_.transact(std::move(work));
    co_await std::move(noting);
}

awaitable<std::vector<std::string>> Orders::ended_of(std::vector<std::string> orders) {
    auto work = [orders = std::move(orders)](pqxx::work& db) {
        return store::ended_of(db, orders);
    };
    auto asking = database_.transact(std::move(work));
    co_return co_await std::move(asking);
}

awaitable<void> Orders::cut_off(TerminalId terminal) {
    auto work = [terminal = std::move(terminal), now = clock_.now()](pqxx::work& db) {
        store::reopen_said(db, {terminal}, now);
    };
    auto reopening = database_.transact(std::move(work));
    co_await std::move(reopening);
}

awaitable<std::vector<Awaited>> Orders::taken_up(TerminalId terminal) {
    return taken_up_.ask(std::move(terminal));
}

awaitable<void> Orders::taken_over(TerminalId terminal, std::map<std::string, int> told) {
    auto work = [told = std::move(told), now = clock_.now()](pqxx::work& db) {
        for (const auto& [order, times] : told) store::reopen_unheard(db, order, times, now);
    };
    auto reopening = database_.transact(std::move(work));
    co_await std::move(reopening);
    nudge(terminal);
}

awaitable<void> Orders::begin() {
    auto work = [now = clock_.now()](pqxx::work& db) {
        store::reopen_all_said(db, now);
        store::end_manifest_routes(db, std::nullopt, now);
    };
    auto reopening = database_.transact(std::move(work));
    co_await std::move(reopening);
}

awaitable<std::size_t> Orders::sweep() {
    auto work = [now = clock_.now()](pqxx::work& db) { return store::end_overdue(db, now); };
    auto ending = database_.transact(std::move(work));
    const auto overdue = co_await std::move(ending);
    for (const TerminalId& terminal : overdue) nudge(terminal);
    co_return overdue.size();
}

awaitable<void> Orders::manifest_changed(ManifestId manifest) {
    auto work = [manifest = std::move(manifest), now = clock_.now()](pqxx::work& db) {
        return store::end_manifest_routes(db, manifest, now);
    };
    auto ending = database_.transact(std::move(work));
    const auto told = co_await std::move(ending);
    for (const TerminalId& terminal : told) nudge(terminal);
}

void Orders::nudge(const TerminalId& terminal) const {
    if (nudge_) nudge_(terminal);
}

}  // namespace liuhen::server
