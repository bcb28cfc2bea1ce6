#include "server/packing.hpp"

#include "server/log.hpp"
#include "server/rounds.hpp"
#include "server/store/cold.hpp"

#include <chrono>

namespace liuhen::server {
namespace {

using namespace std::chrono_literals;

constexpr std::size_t days_a_pass = 40;
constexpr std::size_t rows_a_transaction = 20'000;
constexpr auto pause = 50ms;  ///< between transactions: others have the disk and the processor

}  // namespace

awaitable<void> Packing::pass(const std::atomic<bool>& stopping) {
    const Instant now = clock_.now();
    const Instant horizon = now - std::chrono::hours{24} * keeping_.hot;
    auto ask = [horizon](pqxx::work& db) { return store::days_to_pack(db, horizon, days_a_pass); };
    auto asking = database_.transact(std::move(ask));
    const auto days = co_await std::move(asking);
    for (const auto& day : days) {
        if (stopping) co_return;
        auto packing = pack(day, stopping);
        co_await std::move(packing);
    }
    auto dropping = drop();
    co_await std::move(dropping);
}

// A terminal is never cut in two, so that rows which stay (they cannot be packed) are not met
// twice.
awaitable<void> Packing::pack(const std::string& day, const std::atomic<bool>& stopping) {
    store::Packed sum;
    for (std::optional<std::int32_t> behind = -1; behind && !stopping;) {
        auto work = [&day, from = *behind](pqxx::work& db) {
            return store::pack_some(db, day, from, rows_a_transaction);
        };
        auto packing = database_.transact(std::move(work));
        const auto some = co_await std::move(packing);
        metrics_.rows_packed(some.rows, some.bytes);
        sum.rows += some.rows;
        sum.pieces += some.pieces;
        sum.repeated += some.repeated;
        sum.bytes += some.bytes;
        behind = some.behind;
        auto sleeping = sleep_for(pause);
        co_await std::move(sleeping);
    }
    auto empty = [&day](pqxx::work& db) { return store::empty_day(db, day); };
    auto emptying = database_.transact(std::move(empty));
    const bool emptied = co_await std::move(emptying);
    log::info("storage.packed", {{"day", day},
                                 {"rows", sum.rows},
                                 {"repeated", sum.repeated},
                                 {"pieces", sum.pieces},
                                 {"bytes", sum.bytes},
                                 {"emptied", emptied}});
}

awaitable<void> Packing::drop() {
    auto work = [now = clock_.now(), keeping = keeping_](pqxx::work& db) {
        return store::drop_expired(db, keeping, now);
    };
    auto dropping = database_.transact(std::move(work));
    const auto dropped = co_await std::move(dropping);
    for (const auto& name : dropped) log::info("storage.dropped", {{"partition", name}});
    auto ask = [now = clock_.now()](pqxx::work& db) { return store::storage_state(db, now); };
    auto asking = database_.transact(std::move(ask));
    const auto state = co_await std::move(asking);
    metrics_.storage({state.days_ahead, state.rows_elsewhere, state.hot_bytes, state.cold_bytes,
                      state.frame_bytes});
}

}  // namespace liuhen::server
