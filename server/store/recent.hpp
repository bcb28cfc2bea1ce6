// How much of something was said of late, for limits by time.
#pragma once

#include "base/time.hpp"

#include <pqxx/row>

#include <cstdint>

namespace liuhen::server::store {

/// What was counted within a time that ends now.
struct Recent {
    int count = 0;
    Instant oldest;  ///< when the first of it was recorded; says nothing when there is none
};

/// What a count and a least time select, as their columns.
inline constexpr const char* recent_columns =
    "count(*), coalesce(floor(extract(epoch FROM min(recorded_at)) * 1000)::bigint, 0)";
inline Recent read_recent(const pqxx::row& row) {
    return {row[0].as<int>(), Instant{Duration{row[1].as<std::int64_t>()}}};
}

}  // namespace liuhen::server::store
