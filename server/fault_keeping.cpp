#include "server/fault_keeping.hpp"

#include "server/log.hpp"
#include "server/store/device_faults.hpp"

namespace liuhen::server {
namespace {

awaitable<std::vector<FaultCount>> take(FaultTally& tally) { co_return tally.take(); }

awaitable<void> put_back(FaultTally& tally, std::vector<FaultCount> counts) {
    tally.put_back(std::move(counts));
    co_return;
}

}  // namespace

awaitable<void> store_faults(Database& database,
                             std::vector<std::unique_ptr<DeviceFloor>>& floors) {
    for (const auto& floor : floors) {
        auto taking = take(floor->faults);
        auto counts = co_await on(floor->shard.executor(), std::move(taking));
        if (counts.empty()) continue;
        bool stored = false;
        try {
            auto work = [counts](pqxx::work& db) { store::add_device_faults(db, counts); };
            auto storing = database.transact(std::move(work));
            co_await std::move(storing);
            stored = true;
        } catch (const std::exception& fault) {
            log::warn("faults.not_stored", {{"fault", fault.what()}});
        }
        if (stored) continue;
        auto returning = put_back(floor->faults, std::move(counts));
        co_await on(floor->shard.executor(), std::move(returning));
    }
}

}  // namespace liuhen::server
