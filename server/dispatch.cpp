#include "server/dispatch.hpp"

#include "manifest/lifecycle.hpp"
#include "server/clock.hpp"
#include "server/desk.hpp"
#include "server/shard.hpp"
#include "server/store/directory.hpp"
#include "server/store/legs.hpp"
#include "server/tasking.hpp"

#include <map>

namespace liuhen::server {
namespace {

using What = geofence::Milestone::What;

// A denial undoes what the desk began.
struct Denied {
    std::string code;
};

manifest::Request request_of(const geofence::Milestone& milestone) {
    manifest::Request request;
    const bool departed = milestone.what == What::departed;
    request.event = departed ? manifest::Event::depart : manifest::Event::arrive;
    request.by.role = manifest::Role::system;
    request.at = milestone.at;
    if (departed) {
        request.body = manifest::Departure{};
    } else {
        request.body = manifest::Arrival{};
    }
    return request;
}

std::string code_of(const Denial& denial) {
    const auto* refusals = std::get_if<manifest::Refusals>(&denial);
    if (refusals == nullptr || refusals->empty()) return "UNKNOWN_MANIFEST";
    return std::string{refusals->front().code};
}

}  // namespace

Dispatch::Dispatch(Database& database, DirectoryBoard& board, ShardSet& shards, const Clock& clock)
    : database_(database), board_(board), shards_(shards), clock_(clock) {}

awaitable<void> Dispatch::arm(std::vector<VehicleId> vehicles) {
    std::map<Shard*, std::vector<VehicleId>> by_shard;
    for (auto& vehicle : vehicles) {
        by_shard[&shards_.owner_of(vehicle)].push_back(std::move(vehicle));
    }
    for (auto& [shard, mine] : by_shard) {
        auto arming = shard->arm_each(std::move(mine));
        co_await on(shard->executor(), std::move(arming));
    }
}

awaitable<void> Dispatch::manifest_changed(ManifestId manifest) {
    auto work = [manifest = std::move(manifest)](pqxx::work& transaction) {
        return store::vehicles_of(transaction, manifest);
    };
    auto reading = database_.transact(std::move(work));
    auto vehicles = co_await std::move(reading);
    auto arming = arm(std::move(vehicles));
    co_await std::move(arming);
}

awaitable<void> Dispatch::openings_changed(VehicleId vehicle) {
    Shard& shard = shards_.owner_of(vehicle);
    auto arming = shard.arm(std::move(vehicle));
    co_await on(shard.executor(), std::move(arming));
}

awaitable<void> Dispatch::fleet_changed() {
    auto work = [ground = board_.read()->ground(), now = clock_.now()](pqxx::work& transaction) {
        return Directory::read(transaction, Ground::refreshed(transaction, ground), now);
    };
    auto reading = database_.transact(std::move(work));
    auto directory = co_await std::move(reading);
    board_.post(std::move(directory));
}

awaitable<void> Dispatch::places_changed() {
    auto work = [ground = board_.read()->ground(), now = clock_.now()](pqxx::work& transaction) {
        return Directory::read(transaction, Ground::read(transaction, ground), now);
    };
    auto reading = database_.transact(std::move(work));
    auto directory = co_await std::move(reading);
    board_.post(std::move(directory));
    for (const auto& shard : shards_) {
        auto arming = shard->arm_all();
        co_await on(shard->executor(), std::move(arming));
    }
}

awaitable<void> Dispatch::catch_up() {
    auto work = [](pqxx::work& transaction) { return store::vehicles_under_way(transaction); };
    auto reading = database_.transact(std::move(work));
    auto vehicles = co_await std::move(reading);
    auto arming = arm(std::move(vehicles));
    co_await std::move(arming);
}

awaitable<void> Dispatch::reached(geofence::Milestone milestone) {
    if (is_roaming(milestone.trip)) co_return;
    auto work = [milestone, now = clock_.now()](pqxx::work& transaction) {
        const auto manifest = store::manifest_of(transaction, milestone.trip);
        if (manifest.empty()) throw Denied{"UNKNOWN_TRIP"};
        const auto acted = act(transaction, manifest, request_of(milestone), {}, "{}", now);
        if (!acted) throw Denied{code_of(acted.error())};
    };
    const auto* what = milestone.what == What::departed ? "departed" : "arrived";
    std::string denied;
    try {
        auto acting = database_.transact(std::move(work));
        co_await std::move(acting);
    } catch (const Denied& denial) {  // a person was quicker, or the state does not allow it
        denied = denial.code;
    } catch (const std::exception& fault) {
        denied = fault.what();
    }
    log::info("trip.milestone", {{"trip", milestone.trip.text},
                                 {"what", what},
                                 {"at", to_iso(milestone.at)},
                                 {"denied", denied}});
}

}  // namespace liuhen::server
