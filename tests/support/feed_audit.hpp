// The audit of the feed: every alert is in it once and in order.
#pragma once

#include "tests/support/scratch_db.hpp"

#include <catch2/catch.hpp>

namespace liuhen::test {

/// Feed numbers are 1, 2, 3 … and each revision of each alert has exactly one.
inline void check_feed(const ScratchDatabase& database) {
    CHECK(database.value<long>("SELECT count(*) FROM alert_revisions a LEFT JOIN feed f"
                               " USING (alert, revision) WHERE f.no IS NULL") == 0);
    CHECK(database.value<long>("SELECT coalesce(max(no) - min(no) + 1 - count(*), 0) FROM feed") ==
          0);
    CHECK(database.value<long>("SELECT count(*) FROM (SELECT alert FROM alert_revisions GROUP BY"
                               " alert HAVING max(revision) <> count(*)) gaps") == 0);
}

}  // namespace liuhen::test
