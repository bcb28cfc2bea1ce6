#include "server/place_memory.hpp"

#include "server/store/rule_sets.hpp"

#include <pqxx/pqxx>

#include <string>

namespace liuhen::server {
namespace {

constexpr int days_a_pass = 20;

}  // namespace

int gather_stays(pqxx::transaction_base& db, Instant now, int most) {
    const auto due = db.exec_params("SELECT * FROM days_to_gather($1::timestamptz, $2::int)",
                                    to_iso(now), std::to_string(most));
    if (due.empty()) return 0;
    const auto rules = RuleHistory::read(db).newest();
    const std::string least = std::to_string(rules->memory_stay.count()) + " s";
    for (const auto& day : due) {
        db.exec_params("SELECT gather_stays($1::int, $2::date, $3::interval, $4::timestamptz)",
                       day[0].c_str(), day[1].c_str(), least, to_iso(now));
    }
    return static_cast<int>(due.size());
}

int find_places(pqxx::transaction_base& db, Instant now) {
    const auto rules = RuleHistory::read(db).newest();
    const auto row = db.exec_params1(
        "SELECT find_places(($1::timestamptz AT TIME ZONE 'UTC')::date - $2::int, $3::float8,"
        " $4::int, $1::timestamptz)",
        to_iso(now), std::to_string(rules->memory_days), std::to_string(rules->memory_reach.value),
        std::to_string(rules->memory_trucks));
    return row[0].as<int>();
}

awaitable<int> PlaceMemory::pass() {
    auto gather = [now = clock_.now()](pqxx::work& db) {
        return gather_stays(db, now, days_a_pass);
    };
    auto gathering = database_.transact(std::move(gather));
    const int days = co_await std::move(gathering);
    fresh_ = fresh_ || days > 0;
    if (days == days_a_pass || !fresh_) co_return days;
    auto find = [now = clock_.now()](pqxx::work& db) { return find_places(db, now); };
    auto finding = database_.transact(std::move(find));
    co_await std::move(finding);
    fresh_ = false;
    co_return days;
}

}  // namespace liuhen::server
