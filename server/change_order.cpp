#include "server/change_order.hpp"

#include "server/store/changes.hpp"

namespace liuhen::server {
namespace {

constexpr std::size_t at_once = 2'000;  ///< a transaction; who reads waits for no more than that

}  // namespace

awaitable<std::int64_t> order_changes(Database& database) {
    auto numbering = database.transact([](pqxx::work& db) {
        store::number_changes(db, at_once);
        return store::newest_change(db);
    });
    co_return co_await std::move(numbering);
}

awaitable<void> order_all_changes(Database& database) {
    for (std::size_t numbered = at_once; numbered == at_once;) {
        auto numbering =
            database.transact([](pqxx::work& db) { return store::number_changes(db, at_once); });
        numbered = co_await std::move(numbering);
    }
}

}  // namespace liuhen::server
