#include "server/fault_keeping.hpp"

#include "server/log.hpp"
#include "server/store/device_faults.hpp"

#include <boost/asio/steady_timer.hpp>

namespace liuhen::server {
namespace {

constexpr std::chrono::seconds every{5};

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

awaitable<void> keep_faults(Database& database, std::vector<std::unique_ptr<DeviceFloor>>& floors,
                            const Health& health) {
    auto executor = co_await asio::this_coro::executor;
    asio::steady_timer timer{executor};
    while (!health.stopping) {
        timer.expires_after(every);
        co_await timer.async_wait(asio::use_awaitable);
        auto storing = store_faults(database, floors);
        co_await std::move(storing);
    }
}

}  // namespace liuhen::server
