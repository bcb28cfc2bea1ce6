// The server's own side of an unlock house, and what became of its windows and orders.
#pragma once

#include "server/lock_safe.hpp"
#include "server/orders.hpp"
#include "server/windows.hpp"
#include "tests/support/await.hpp"
#include "tests/support/unlock_house.hpp"

#include <catch2/catch.hpp>

namespace liuhen::test {

/// The server's own side of the house: windows, orders and what locks tell.
struct CoreSide {
    explicit CoreSide(const UnlockHouse& place)
        : house(place), database(place.database.conninfo(), 2, 1) {}
    ~CoreSide() { database.stop(); }
    CoreSide(const CoreSide&) = delete;
    CoreSide& operator=(const CoreSide&) = delete;

    std::size_t sweep(std::chrono::minutes later) {
        const server::Clock then{server::DemoClock{house.house.now() + later, 1}};
        server::Windows windows{database, then, [this](const TerminalId& terminal) {
                                    nudged.push_back(terminal.text);
                                }};
        return await(windows.sweep());
    }
    std::size_t sweep_left() {
        server::Windows windows{database, clock, {}};
        return await(windows.sweep_left());
    }
    /// How often it has been said with this; 0: it must not be.
    int saying(const std::string& order) {
        server::Orders orders{database, clock, {}, {}};
        return await(orders.saying(order));
    }
    void tells_password() {
        server::LockSafe safe{database, HttpHouse::vault()};
        await(safe.keep({{{"7100001"}, "314159", house.house.now()}}));
    }
    const UnlockHouse& house;
    server::Clock clock;
    server::Database database;
    std::vector<std::string> nudged;
};

/// What was ordered, in the order of time.
inline std::string verbs(const UnlockHouse& place) {
    return place.database.value<std::string>(
        "SELECT coalesce(string_agg(coalesce(command ->> 'verb', command ->> 'doors'), ' '"
        " ORDER BY e.id), '') FROM orders o JOIN order_events e ON e.order_id = o.id"
        " WHERE e.what = 'queued'");
}

/// Why the windows closed, in the order of their requests.
inline std::string whys(const UnlockHouse& place) {
    return place.database.value<std::string>(
        "SELECT coalesce(string_agg(coalesce(closed_why, 'open'), ' ' ORDER BY request_id), '')"
        " FROM unlock_windows");
}

inline std::string outcome(const UnlockHouse& place, const std::string& order) {
    return place.database.value<std::string>(
        "SELECT state || ': ' || detail FROM orders WHERE id ="
        " '" +
        order + "'");
}

/// A granted unlocking whose order waits for the lock.
inline std::string granted(const UnlockHouse& place, const std::string& role) {
    const auto reply = place.unlock(role);
    REQUIRE(reply.status == 202);
    return reply.json().at("order");
}

inline void ten_minutes_ago(const UnlockHouse& place) {
    place.database.sql(
        "UPDATE unlock_windows SET opened_at = opened_at - interval '10 minutes',"
        " until = until - interval '10 minutes'");
}

inline void hold(const UnlockHouse& place) {
    place.database.sql(
        "UPDATE manifests SET document = jsonb_set(document, '{overlays,held}',"
        " '{\"since\":\"2026-03-01T00:00:00Z\",\"cause\":\"order 7\"}')");
}

}  // namespace liuhen::test
