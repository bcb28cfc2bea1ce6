// Time since this process began: what repeats and times out in conversations is counted in it.
#pragma once

#include "server/clock.hpp"

namespace liuhen::server {

inline const Monotonic process_began = monotonic();

inline std::chrono::milliseconds uptime() {
    return std::chrono::duration_cast<std::chrono::milliseconds>(monotonic() - process_began);
}

}  // namespace liuhen::server
