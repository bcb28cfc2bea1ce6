#include "server/storage_clock.hpp"

#include "manifest/custody/ledger.hpp"
#include "server/log.hpp"
#include "server/store/books.hpp"

namespace liuhen::server {

using manifest::custody::ending_before;
using manifest::custody::overdue_before;

awaitable<std::int64_t> StorageClock::pass() {
    const Instant now = clock_.now();
    auto work = [now](pqxx::work& db) {
        // What is over is not told as about to end.
        const auto over = store::tell_of_storage(db, "STORAGE_OVERDUE", overdue_before(now), now);
        return over + store::tell_of_storage(db, "STORAGE_ENDS_SOON", ending_before(now), now);
    };
    auto telling = database_.transact(std::move(work));
    const auto told = co_await std::move(telling);
    if (told > 0) log::info("storage.told", {{"fillings", told}});
    co_return told;
}

}  // namespace liuhen::server
