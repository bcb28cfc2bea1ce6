// What the quotas of a database hold, and that their ledger explains it.
#pragma once

#include "tests/support/scratch_db.hpp"

#include <catch2/catch.hpp>

#include <string>

namespace liuhen::test {

/// Each quota holds what its entries say, and nothing is below nothing or above its limit.
inline void check_quota_ledger(const ScratchDatabase& database) {
    CHECK(database.value<int>(
              "SELECT count(*) FROM quotas q LEFT JOIN (SELECT quota_id, sum(grams) AS grams FROM"
              " quota_entries GROUP BY quota_id) e ON e.quota_id = q.id"
              " WHERE q.held_g <> coalesce(e.grams, 0) OR q.held_g < 0 OR q.held_g > q.limit_g") ==
          0);
    CHECK(database.value<int>(
              "SELECT count(*) FROM (SELECT 1 FROM quota_entries GROUP BY manifest_id, line_no,"
              " quota_id HAVING sum(grams) < 0) below") == 0);
}

/// Grams held of all quotas of a register: `plan`, `licence` or `approval`.
inline long held_quota(const ScratchDatabase& database, const std::string& register_name) {
    return database.value<long>("SELECT sum(held_g) FROM quotas WHERE " + register_name +
                                "_id IS NOT NULL");
}

}  // namespace liuhen::test
