// Times on their way out of SQL.
#pragma once

#include "base/time.hpp"

#include <cstdint>

namespace liuhen::server::store {

/// From `(extract(epoch FROM column) * 1000)::bigint`.
inline Instant instant_from_ms(std::int64_t milliseconds) {
    return Instant{Duration{milliseconds}};
}

}  // namespace liuhen::server::store
