#include "server/server.hpp"

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
constexpr std::chrono::seconds doubtful_after{5};  // without an answer to a SELECT 1
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

awaitable<std::size_t> count_lines(const Lines& lines) { co_return lines.count(); }

awaitable<Tenancy::Outcome> check(Tenancy& tenancy) { co_return tenancy.check(); }

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
    http_.open();
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
    http_.tell(endpoints);
    ports_.tell(endpoints);
    write_endpoints(config_.endpoints, endpoints);
}

int Server::run() {
    for (const auto& shard : shards_) shard->start();
    Endpoints at;
    http_.tell(at);
    ports_.tell(at);
    log::info("server.started", {{"http", at.http},
                                 {"https", at.https},
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
    spawn("http", front_.get_executor(), serve_http(app_, http_.take()));
}

awaitable<void> Server::begin_devices() {
    if (std::exchange(devices_begun_, true)) co_return;
    for (const auto& floor : floors_) {
        spawn("sweep", floor->shard.executor(), floor->lines.sweep());
    }
    ports_.serve();
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
        if (number != SIGHUP) continue;
        ports_.renew_certificate();
        http_.renew_certificate();
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
