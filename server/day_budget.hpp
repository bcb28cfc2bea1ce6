// How many bytes of each device are archived a day: in memory for those who must not wait, and in
// the database over restarts.
#pragma once

#include "base/time.hpp"
#include "server/database.hpp"
#include "server/store/device_days.hpp"

#include <cstddef>
#include <cstdint>
#include <mutex>
#include <string>
#include <unordered_map>
#include <unordered_set>

namespace liuhen::server {

/// A day is one of China's. A device that has spent its bytes is told so at each message and gets
/// new ones at midnight. What was taken reaches the database each time it has grown by a
/// `write_share` of the budget: an honest one is written a few times a day, and a restart forgets
/// no more than that and what came since the last call of `store`. Safe from any thread.
class DayBudget {
public:
    /// `bytes_a_day` is at least 1.
    DayBudget(Database& database, std::uint64_t bytes_a_day)
        : database_(database), bytes_a_day_(bytes_a_day) {}

    /// Reads what was taken; before devices are let in. Throws DatabaseDown.
    awaitable<void> load();
    /// Takes so many bytes of the device's day. False: they do not fit, nothing is taken, and the
    /// first time of a day a line of the log says so.
    [[nodiscard]] bool take(const std::string& number, std::size_t bytes, Instant now);
    /// Throws DatabaseDown; then what was taken waits for the next call.
    awaitable<void> store();

    static constexpr std::uint64_t write_share = 64;

private:
    struct Spent {
        std::int64_t day{};  ///< days since 1970 in China
        std::uint64_t bytes{};
        std::uint64_t stored{};  ///< of these, known to the database
        bool told = false;       ///< that something did not fit
    };
    [[nodiscard]] std::vector<store::DeviceDay> owed();

    Database& database_;
    std::uint64_t bytes_a_day_;
    std::mutex mutex_;                              // guards what follows
    std::unordered_map<std::string, Spent> spent_;  // by number; devices of the register only
    std::unordered_set<std::string> owed_;          // whose spending is to be stored
};

}  // namespace liuhen::server
