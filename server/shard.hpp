// One thread with its vehicles: their devices' sockets, their watches, their journal.
#pragma once

#include "server/clock.hpp"
#include "server/database.hpp"
#include "server/journal.hpp"
#include "server/store/batch.hpp"
#include "server/store/directory.hpp"
#include "server/vehicle_watches.hpp"

#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>

#include <functional>
#include <memory>
#include <thread>
#include <unordered_map>
#include <vector>

namespace liuhen::server {

/// What one chunk of a device holds about one vehicle.
struct Report {
    VehicleId vehicle;
    std::vector<store::StoredSighting> seen;  ///< in stored form, plausible in time
    store::Entry entry;                       ///< the same as rows, with frames
    Instant received;
};

/// What a shard needs of the rest of the server; everything outlives it.
struct ShardWorld {
    const Clock& clock;
    Database& database;
    const DirectoryBoard& board;
    Metrics& metrics;
    Health& health;
    std::function<void()> alerts_stored;                          ///< from any thread
    std::function<awaitable<void>(geofence::Milestone)> reached;  ///< awaited on the shard
};

class Shard {
public:
    Shard(ShardWorld world, const std::string& conninfo, std::size_t vehicles_kept);
    ~Shard();
    Shard(const Shard&) = delete;
    Shard& operator=(const Shard&) = delete;

    asio::io_context::executor_type executor() { return context_.get_executor(); }

    /// Judges and stores a report; returns after the commit. Everything that changes one vehicle
    /// goes through its turnstile, in the order of calls. Throws NotStored.
    awaitable<void> record(Report report);
    /// Stores what concerns no vehicle. Throws NotStored.
    awaitable<void> keep(store::Entry entry);
    /// The vehicle's legs changed, or its watches are wanted in memory. Throws DatabaseDown,
    /// NotStored.
    awaitable<void> arm(VehicleId vehicle);
    /// The same for many, some of them at a time, so that storage is read for them together. When
    /// it fails for one, it fails for those that are not begun yet.
    awaitable<void> arm_each(std::vector<VehicleId> vehicles);
    /// Places or routes changed: all watches in memory are tasked anew.
    awaitable<void> arm_all();
    /// Judges silence on every open trip.
    awaitable<void> tick();

    /// Transactions in which watches were read, so far.
    [[nodiscard]] std::size_t reading_transactions() const { return lives_.transactions(); }

    void start();
    /// Stores what is under way for at most `patience`, then ends the thread.
    void stop(std::chrono::milliseconds patience);

    /// Vehicles that are armed at the same time.
    static constexpr std::size_t most_arming = 2 * Lives::lanes * lives_together;

private:
    using Watches = std::shared_ptr<VehicleWatches>;
    struct Arming;
    Watches watches_of(const VehicleId& vehicle);
    awaitable<void> arm_next(std::shared_ptr<Arming> all);
    awaitable<void> rest(Watches watches);
    awaitable<Judgement> judge_with_storage(Watches watches, Report& report);
    awaitable<void> load_patiently(Watches watches, store::Entry& entry);
    awaitable<Judgement> retask(Watches watches);
    awaitable<void> fold_again(Watches watches);
    awaitable<void> settle(Watches watches, Judgement judgement, store::Entry entry);
    awaitable<void> tell_milestones(Watches watches);
    void add_alerts(store::Entry& entry, const Judgement& judgement) const;
    void make_room();
    void count_trips(std::size_t before, std::size_t after) const;

    ShardWorld world_;
    std::size_t vehicles_kept_;
    asio::io_context context_{1};
    asio::executor_work_guard<asio::io_context::executor_type> busy_{context_.get_executor()};
    Lives lives_;
    std::unordered_map<VehicleId, Watches> vehicles_;
    Journal journal_;
    std::thread thread_;
};

/// All shards; a vehicle belongs to one of them for the life of the process.
class ShardSet {
public:
    explicit ShardSet(std::vector<std::unique_ptr<Shard>> shards) : shards_(std::move(shards)) {}
    [[nodiscard]] Shard& owner_of(const VehicleId& vehicle) {
        return *shards_[std::hash<VehicleId>{}(vehicle) % shards_.size()];
    }
    [[nodiscard]] Shard& at(std::size_t index) { return *shards_[index % shards_.size()]; }
    [[nodiscard]] std::size_t size() const { return shards_.size(); }
    [[nodiscard]] auto begin() { return shards_.begin(); }
    [[nodiscard]] auto end() { return shards_.end(); }

private:
    std::vector<std::unique_ptr<Shard>> shards_;
};

}  // namespace liuhen::server
