// SQL of how many bytes of each device were archived on its latest day.
#pragma once

#include <pqxx/transaction_base>

#include <cstdint>
#include <string>
#include <vector>

namespace liuhen::server::store {

struct DeviceDay {
    std::string number;  ///< of the register
    std::int64_t day{};  ///< days since 1970 in China
    std::uint64_t bytes{};
    friend bool operator==(const DeviceDay&, const DeviceDay&) = default;
};

/// The latest day of every device.
std::vector<DeviceDay> read_device_days(pqxx::transaction_base& db);
/// Puts these in the place of what was known of the same devices, in one statement.
void keep_device_days(pqxx::transaction_base& db, const std::vector<DeviceDay>& days);

}  // namespace liuhen::server::store
