#include "server/server.hpp"

#include "server/change_order.hpp"
#include "server/endpoints.hpp"
#include "server/fault_keeping.hpp"
#include "server/http/server.hpp"
#include "server/json/event_json.hpp"
#include "server/log.hpp"
#include "server/rounds.hpp"

#include <csignal>
#include <filesystem>
#include <stdexcept>
#include <unistd.h>

namespace liuhen::server {
namespace {

using namespace std::chrono_literals;

constexpr auto tenancy_every = 2s;
constexpr auto orders_every = 1s;
constexpr auto windows_every = 1s;
constexpr auto left_every = 10s;  ///< of the server's clock: whether trucks have left windows open
constexpr auto jobs_every = 1s;   ///< looked for
constexpr auto expired_every = 60s;  ///< what jobs made
constexpr auto approvals_every = 10s;
constexpr auto cameras_every = 5s;
constexpr auto cameras_forget_every = 3600s;
constexpr auto places_every = 10s;
constexpr std::chrono::seconds doubtful_after{5};  // without an answer to a SELECT 1
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
constexpr int tenancy_attempts = 10;     ///< at start: a former server's session may linger
constexpr auto tenancy_pause = 300'000;  ///< microseconds between them
constexpr unsigned core_connections = 3;

// Without a key nothing that is a secret can be kept; everything else works.
std::shared_ptr<const Vault> open_vault(const Config& config) {
    auto files = config.secret_keys;
    if (files.empty() && !config.endpoints.empty()) {
        const auto beside = secret_key_beside(config.endpoints);
        if (std::filesystem::exists(beside)) files = {beside};
    }
    if (files.empty()) log::warn("server.no_secret_key");
    return std::make_shared<const Vault>(Vault::from_files(files));
}

// Without a folder records are chained all the same, and wait for a server that has one.
std::unique_ptr<history::AnchorKeeper> open_anchors(const Config& config, const Clock& clock) {
    std::string folder = config.anchors;
    if (folder.empty() && !config.endpoints.empty())
        folder = std::filesystem::path{config.endpoints}.replace_filename("anchors");
    if (folder.empty()) {
        log::warn("server.no_anchors");
        return nullptr;
    }
    return std::make_unique<history::AnchorKeeper>(conninfo_as(config.database, "liuhen_core"),
                                                   folder, history::key_beside(folder), clock);
}

awaitable<history::AnchorKeeper::Written> write_anchors(history::AnchorKeeper& keeper) {
    co_return keeper.write();
}

// An interval of the server's own clock, as it passes here: a demo's clock runs faster.
std::chrono::milliseconds spaced(std::chrono::milliseconds every, const Clock& clock) {
    const std::chrono::duration<double, std::milli> real = every / clock.rate();
    return std::max(shortest_tick, std::chrono::duration_cast<std::chrono::milliseconds>(real));
}

awaitable<std::size_t> count_lines(const Lines& lines) { co_return lines.count(); }

awaitable<Tenancy::Outcome> check(Tenancy& tenancy) { co_return tenancy.check(); }

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

std::vector<std::unique_ptr<Shard>> Server::make_shards() {
    const ShardWorld world{.clock = clock_,
                           .database = database_,
                           .board = board_,
                           .metrics = metrics_,
                           .health = health_,
                           .alerts_stored = [this] { feed_.wake(); },
                           .reached =
                               [this](geofence::Milestone milestone) {
                                   return dispatch_.reached(std::move(milestone));
                               }};
    std::vector<std::unique_ptr<Shard>> shards;
    for (unsigned i = 0; i < config_.shards; ++i) {
        shards.push_back(std::make_unique<Shard>(world, config_.database,
                                                 config_.watches_kept / config_.shards));
    }
    return shards;
}

Server::Server(const Config& config)
    : config_(config),
      clock_(config.demo_clock),
      database_(config.database, core_connections, config.db_connections),
      feed_(
          front_, database_, metrics_,
          [](const store::NumberedAlert& one) { return event_json(one.row); }, config.feed_kept),
      shards_(make_shards()),
      dispatch_(database_, board_, shards_, clock_),
      exchange_(shards_.at(0).executor(), config_.devices, metrics_),
      ports_(config_, exchange_, floors_),
      safe_(database_, open_vault(config_)),
      orders_(
          database_, clock_, [this](const TerminalId& one) { exchange_.nudge(one); },
          [this](pqxx::work& db, telematics::LockCommand& command) { safe_.fill_in(db, command); }),
      windows_(
          database_, clock_, [this](const TerminalId& one) { orders_.nudge(one); },
          [this](VehicleId one) { return dispatch_.openings_changed(std::move(one)); }),
      approvals_(database_, clock_),
      cameras_(database_, clock_, [this] { feed_.wake(); }),
      memory_(database_, clock_),
      due_times_(database_, clock_),
      sender_(database_, clock_, config.national, config.outbound),
      storage_(database_, clock_),
      packing_(database_, clock_, metrics_, config.keeping),
      registrations_(database_, clock_),
      budget_(database_, config.devices.bytes_a_day),
      webhooks_(database_, feed_, safe_.vault(), config.outbound, [this] { return clock_.now(); }),
      app_{config_, clock_,         front_, database_, board_,  dispatch_,
           orders_, registrations_, feed_,  metrics_,  health_, safe_},
      anchors_(open_anchors(config, clock_)),
      jobs_(config.database, clock_, health_.stopping),
      tenancy_(conninfo_as(config.database, "liuhen_core")) {
    for (const auto& shard : shards_) {
        floors_.push_back(std::make_unique<DeviceFloor>(
            DeviceFloor{*shard, shards_, exchange_, board_, clock_, config_.devices, metrics_,
                        orders_, registrations_}));
        floors_.back()->safe = &safe_;
        floors_.back()->budget = &budget_;
    }
}

void Server::open() {
    listen_on(http_, config_.http, "HTTP");
    ports_.open();
    auto outcome = tenancy_.check();
    for (int i = 1; i < tenancy_attempts && outcome == Tenancy::Outcome::taken; ++i) {
        ::usleep(tenancy_pause);
        outcome = tenancy_.check();
    }
    if (outcome == Tenancy::Outcome::taken) {
        throw std::runtime_error{
            "another server works on this database; stop it first (one server a database)"};
    }
    health_.database = outcome == Tenancy::Outcome::held;
    if (!config_.endpoints.empty()) write_addresses();
}

void Server::write_addresses() const {
    auto endpoints = read_endpoints(config_.endpoints);
    endpoints.http = address_of(http_);
    ports_.tell(endpoints);
    write_endpoints(config_.endpoints, endpoints);
}

int Server::run() {
    for (const auto& shard : shards_) shard->start();
    Endpoints at;
    ports_.tell(at);
    log::info("server.started", {{"http", address_of(http_)},
                                 {"jt808", at.jt808},
                                 {"jt808_udp", at.jt808_udp},
                                 {"jt808_tls", at.jt808_tls},
                                 {"lock", at.lock},
                                 {"lock_tls", at.lock_tls},
                                 {"demo_clock", clock_.is_demo() ? clock_.rate() : 0.0}});
    start_parts();
    front_.run();
    for (const auto& shard : shards_) shard->stop(1s);
    sender_.stop();
    database_.stop();
    anchor_thread_.join();
    jobs_thread_.join();
    tenant_thread_.join();
    tenancy_.end();
    log::info("server.stopped");
    log::flush();
    return ended_by_fault_ ? 1 : 0;
}

void Server::start_parts() {
    spawn("signals", front_.get_executor(), await_signal());
    spawn("feed", front_.get_executor(), feed_.run());
    spawn("upkeep", front_.get_executor(), upkeep());
    spawn("tenancy", front_.get_executor(), guard_tenancy());
    spawn("doubt", front_.get_executor(), doubt_database());
    spawn("http", front_.get_executor(), serve_http(app_, std::move(http_)));
}

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

awaitable<void> Server::begin_devices() {
    if (std::exchange(devices_begun_, true)) co_return;
    for (const auto& floor : floors_) {
        spawn("sweep", floor->shard.executor(), floor->lines.sweep());
    }
    ports_.serve();
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

// A database that hangs lets the question of its tenancy wait; its lock stands, so the session
// stays, but nobody should be sent here.
awaitable<void> Server::doubt_database() {
    while (!health_.stopping) {
        auto sleeping = sleep_for(1s);
        co_await std::move(sleeping);
        if (tenancy_asked_at_ && monotonic() - *tenancy_asked_at_ > doubtful_after)
            health_.database = false;
    }
}

awaitable<void> Server::guard_tenancy() {
    while (!health_.stopping) {
        auto checking = check(tenancy_);
        tenancy_asked_at_ = monotonic();
        const auto outcome = co_await on(tenant_thread_.get_executor(), std::move(checking));
        tenancy_asked_at_.reset();
        health_.database = outcome == Tenancy::Outcome::held;
        if (outcome == Tenancy::Outcome::taken) {
            log::error("server.displaced", {{"detail", "another server took this database"}});
            ended_by_fault_ = true;
            std::raise(SIGTERM);
        }
        auto sleeping = sleep_for(tenancy_every);
        co_await std::move(sleeping);
    }
}

// No new device, no new chunk; what is under way is stored and answered, then the threads end.
awaitable<void> Server::await_signal() {
    asio::signal_set signals{front_, SIGTERM, SIGINT, SIGHUP};
    int number = SIGHUP;
    while (number == SIGHUP) {
        number = co_await signals.async_wait(asio::use_awaitable);
        if (number == SIGHUP) ports_.renew_certificate();
    }
    last_resort_.set(monotonic() + config_.stop_within - 1s);
    ::alarm(static_cast<unsigned>(config_.stop_within.count()));  // should even that hang
    log::info("server.stopping", {{"signal", number}});
    health_.stopping = true;
    webhooks_.stop();
    auto stopping = stop_devices();
    co_await std::move(stopping);
    feed_.stop();
    front_.stop();
}

awaitable<void> Server::stop_devices() {
    auto closing = ports_.close();
    co_await on(exchange_.executor(), std::move(closing));
    for (const auto& floor : floors_) {
        auto ending = floor->lines.end_all();
        co_await on(floor->shard.executor(), std::move(ending));
    }
    const auto patience = monotonic() + config_.stop_within / 2;
    for (const auto& floor : floors_) {
        std::size_t left = 1;
        while (left > 0 && monotonic() < patience) {
            auto counting = count_lines(floor->lines);
            left = co_await on(floor->shard.executor(), std::move(counting));
            if (left == 0) break;
            auto sleeping = sleep_for(20ms);
            co_await std::move(sleeping);
        }
    }
    auto storing = store_faults(database_, floors_);
    co_await std::move(storing);
    if (!anchors_) co_return;
    try {
        auto anchoring = anchor();
        co_await std::move(anchoring);
    } catch (const std::exception& fault) {
        log::warn("history.not_anchored", {{"fault", fault.what()}});
    }
}

}  // namespace liuhen::server
