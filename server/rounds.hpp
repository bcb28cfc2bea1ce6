// Work that is done again and again until the server stops.
#pragma once

#include "server/health.hpp"
#include "server/spawn.hpp"

#include <boost/asio/steady_timer.hpp>

#include <chrono>

namespace liuhen::server {

/// Resumes the caller after `time`, on its own executor.
inline awaitable<void> sleep_for(std::chrono::milliseconds time) {
    auto executor = co_await asio::this_coro::executor;
    asio::steady_timer timer{executor, time};
    co_await timer.async_wait(asio::use_awaitable);
}

/// One task of the rounds: `work` makes the awaitable of one pass.
template <class Work>
struct Round {
    const char* event;                ///< under which a pass that failed is logged
    std::chrono::milliseconds every;  ///< between the end of one pass and the next
    Work work;
};

/// Passes at once and then every so often. A pass that throws is logged, and the next one comes
/// all the same.
template <class Work>
awaitable<void> go_round(const Health& health, Round<Work> round) {
    while (!health.stopping) {
        try {
            auto pass = round.work();
            co_await std::move(pass);
        } catch (const std::exception& fault) {
            log::warn(round.event, {{"fault", fault.what()}});
        }
        auto sleeping = sleep_for(round.every);
        co_await std::move(sleeping);
    }
}

}  // namespace liuhen::server
