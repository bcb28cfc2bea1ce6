// What the server prepares before devices are let in, and does again and again from then on.
#include "server/change_order.hpp"
#include "server/fault_keeping.hpp"
#include "server/log.hpp"
#include "server/rounds.hpp"
#include "server/server.hpp"

namespace liuhen::server {
namespace {

using namespace std::chrono_literals;

constexpr auto orders_every = 1s;
constexpr auto windows_every = 1s;
constexpr auto left_every = 10s;  ///< of the server's clock: whether trucks have left windows open
constexpr auto jobs_every = 1s;   ///< looked for
constexpr auto expired_every = 60s;  ///< what jobs made
constexpr auto approvals_every = 10s;
constexpr auto cameras_every = 5s;
constexpr auto cameras_forget_every = 3600s;
constexpr auto places_every = 10s;
constexpr auto refresh_every = 60s;
constexpr auto partitions_every = 1h;
constexpr auto packing_every = 1h;
constexpr auto device_days_every = 1s;
constexpr auto refusals_every = 5s;  ///< counts of refused registrations go to the database
constexpr auto faults_every = 5s;    ///< as do those of what devices send wrongly
constexpr auto changes_every = 1s;   ///< those that nobody asks for
constexpr auto national_every = 250ms;
constexpr auto webhooks_every = 1s;
constexpr auto webhooks_forget_every = 1h;
constexpr auto due_times_every = 60s;  ///< of the server's own clock
constexpr auto storage_every = 300s;   ///< of the server's own clock
constexpr auto tick_every = 10s;       ///< of the server's own clock
constexpr auto shortest_tick = 100ms;

awaitable<history::AnchorKeeper::Written> write_anchors(history::AnchorKeeper& keeper) {
    co_return keeper.write();
}

// An interval of the server's own clock, as it passes here: a demo's clock runs faster.
std::chrono::milliseconds spaced(std::chrono::milliseconds every, const Clock& clock) {
    const std::chrono::duration<double, std::milli> real = every / clock.rate();
    return std::max(shortest_tick, std::chrono::duration_cast<std::chrono::milliseconds>(real));
}

awaitable<void> do_all(jobs::Worker& worker) {
    while (worker.do_next()) {
    }
    co_return;
}

awaitable<void> sweep(jobs::Worker& worker) {
    worker.sweep();
    co_return;
}

}  // namespace

// Devices are let in when it is known who they are: before that each would be a stranger.
awaitable<void> Server::upkeep() {
    while (!health_.stopping) {
        std::string waiting;
        try {
            auto preparing = prepare();
            co_await std::move(preparing);
            break;
        } catch (const std::exception& fault) {
            waiting = fault.what();
        }
        log::warn("server.waits", {{"fault", waiting}});
        auto sleeping = sleep_for(500ms);
        co_await std::move(sleeping);
    }
    begin_rounds();
    auto sleeping = sleep_for(refresh_every);  // what these do was done in preparation
    co_await std::move(sleeping);
    begin(Round{"server.refresh", refresh_every, [this] { return refresh(); }});
    begin(Round{"server.partitions", partitions_every, [this] { return make_partitions(); }});
    begin(
        Round{"server.packing", packing_every, [this] { return packing_.pass(health_.stopping); }});
}

template <class Work>
void Server::begin(Round<Work> round) {
    const char* const name = round.event;
    spawn(name, front_.get_executor(), go_round(health_, std::move(round)));
}

void Server::begin_rounds() {
    for (const auto& shard : shards_) {
        begin(Round{"server.tick", spaced(tick_every, clock_), [&shard = *shard] {
                        auto ticking = shard.tick();
                        return on(shard.executor(), std::move(ticking));
                    }});
    }
    begin(
        Round{"server.faults", faults_every, [this] { return store_faults(database_, floors_); }});
    begin(Round{"server.orders", orders_every, [this] { return orders_.sweep(); }});
    begin(Round{"server.changes", changes_every, [this] { return order_all_changes(database_); }});
    begin(Round{"server.national", national_every, [this] { return sender_.pass(); }});
    begin(Round{"server.windows", windows_every, [this] { return windows_.sweep(); }});
    begin(Round{"server.windows", spaced(left_every, clock_),
                [this] { return windows_.sweep_left(); }});
    begin(Round{"server.approvals", approvals_every, [this] { return approvals_.sweep(); }});
    begin(Round{"server.cameras", cameras_every, [this] { return cameras_.pass(); }});
    begin(Round{"server.cameras", cameras_forget_every, [this] { return cameras_.forget(); }});
    begin(Round{"server.places", places_every, [this] { return memory_.pass(); }});
    begin(Round{"server.due_times", spaced(due_times_every, clock_),
                [this] { return due_times_.pass(); }});
    begin(Round{"server.webhooks", webhooks_every, [this] { return webhooks_.pass(); }});
    begin(Round{"server.webhooks", webhooks_forget_every, [this] { return webhooks_.forget(); }});
    begin(
        Round{"server.storage", spaced(storage_every, clock_), [this] { return storage_.pass(); }});
    begin(
        Round{"server.refusals", refusals_every, [this] { return registrations_.store_counts(); }});
    begin(Round{"server.device_days", device_days_every, [this] { return budget_.store(); }});
    begin(Round{"server.jobs", jobs_every, [this] {
                    auto doing = do_all(jobs_);
                    return on(jobs_thread_.get_executor(), std::move(doing));
                }});
    begin(Round{"server.jobs_expired", expired_every, [this] {
                    auto sweeping = sweep(jobs_);
                    return on(jobs_thread_.get_executor(), std::move(sweeping));
                }});
    if (anchors_)
        begin(Round{"history.not_anchored", history::anchor_every, [this] { return anchor(); }});
}

awaitable<void> Server::prepare() {
    if (!health_.database) throw DatabaseDown{"the database cannot be reached yet"};
    auto partitions = make_partitions();
    co_await std::move(partitions);
    auto reporting = sender_.begin();
    co_await std::move(reporting);
    auto reading = dispatch_.places_changed();
    co_await std::move(reading);
    health_.directory = true;
    health_.journal = true;
    auto knowing = registrations_.load();
    co_await std::move(knowing);
    auto counting = budget_.load();
    co_await std::move(counting);
    auto reopening = orders_.begin();
    co_await std::move(reopening);
    auto letting_in = begin_devices();
    co_await std::move(letting_in);
    auto watching = dispatch_.catch_up();
    co_await std::move(watching);
    health_.watches = true;
    const auto directory = board_.read();
    log::info("server.ready",
              {{"vehicles", directory->vehicles()}, {"terminals", directory->terminals()}});
}

awaitable<void> Server::make_partitions() {
    auto work = [now = clock_.now()](pqxx::work& transaction) {
        transaction.exec_params(
            "SELECT ensure_partitions(($1::timestamptz AT TIME ZONE 'UTC')::date - 7, "
            "($1::timestamptz AT TIME ZONE 'UTC')::date + 7)",
            to_iso(now));
        transaction.exec_params(
            "SELECT ensure_cold_months(($1::timestamptz AT TIME ZONE 'UTC')::date - 400, "
            "($1::timestamptz AT TIME ZONE 'UTC')::date + 31)",
            to_iso(now));
        transaction.exec_params(
            "SELECT ensure_history_partitions(y, y + 1) FROM (SELECT extract(year FROM"
            " $1::timestamptz AT TIME ZONE 'Asia/Shanghai')::int) AS this(y)",
            to_iso(now));
        transaction.exec_params("DELETE FROM idempotency WHERE created_at < $1",
                                to_iso(now - std::chrono::hours{48}));
    };
    auto making = database_.transact(std::move(work));
    co_await std::move(making);
}

// What was missed (a call that failed, a binding that began) is caught up with.
awaitable<void> Server::refresh() {
    auto fleet = dispatch_.fleet_changed();
    co_await std::move(fleet);
    auto watching = dispatch_.catch_up();
    co_await std::move(watching);
}

awaitable<void> Server::anchor() {
    try {
        const auto lost = anchors_->lost_by_database();
        auto writing = write_anchors(*anchors_);
        const auto written = co_await on(anchor_thread_.get_executor(), std::move(writing));
        if (written.lists > 0)
            log::info("history.anchored", {{"lists", written.lists}, {"heads", written.heads}});
        if (anchors_->lost_by_database() > lost)
            log::error("history.database_behind",
                       {{"lists", anchors_->lost_by_database() - lost},
                        {"detail", "the folder has lists that the database had lost; verify"}});
    } catch (const history::AnchorsDisagree& fault) {
        log::error("history.anchors_disagree", {{"fault", fault.what()}});
    }
}

}  // namespace liuhen::server
