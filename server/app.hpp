// What one running server consists of, as its parts see each other. Built and torn down by
// `run_server`; every reference outlives every coroutine.
#pragma once

#include "server/clock.hpp"
#include "server/config.hpp"
#include "server/database.hpp"
#include "server/dispatch.hpp"
#include "server/feed.hpp"
#include "server/health.hpp"
#include "server/lock_safe.hpp"
#include "server/metrics.hpp"
#include "server/orders.hpp"
#include "server/registrations.hpp"

#include <boost/asio/io_context.hpp>

namespace liuhen::server {

class DirectoryBoard;

struct App {
    const Config& config;
    const Clock& clock;
    asio::io_context& front;  ///< HTTP and the feed
    Database& database;
    DirectoryBoard& board;  ///< server/store/directory.hpp
    Dispatch& dispatch;
    Orders& orders;
    Registrations& registrations;
    Feed& feed;
    Metrics& metrics;
    Health& health;
    const LockSafe& safe;
};

/// Serves until SIGTERM or SIGINT; the exit code. Fatal faults at start (a taken port, a second
/// server on the same database) are plain sentences on standard error.
int run_server(const Config& config);

}  // namespace liuhen::server
