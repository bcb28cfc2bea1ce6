#include "server/store/device_days.hpp"

#include <nlohmann/json.hpp>
#include <pqxx/pqxx>

namespace liuhen::server::store {

std::vector<DeviceDay> read_device_days(pqxx::transaction_base& db) {
    std::vector<DeviceDay> days;
    const auto rows = db.exec("SELECT number, day - date '1970-01-01', bytes FROM device_days");
    days.reserve(rows.size());
    for (const auto& row : rows) {
        days.push_back({row[0].c_str(), row[1].as<std::int64_t>(), row[2].as<std::uint64_t>()});
    }
    return days;
}

void keep_device_days(pqxx::transaction_base& db, const std::vector<DeviceDay>& days) {
    auto rows = nlohmann::json::array();
    for (const DeviceDay& one : days) {
        rows.push_back({{"number", one.number}, {"day", one.day}, {"bytes", one.bytes}});
    }
    db.exec_params0(
        "INSERT INTO device_days (number, day, bytes)"
        " SELECT number, date '1970-01-01' + day, bytes"
        " FROM json_to_recordset($1::json) AS r(number text, day integer, bytes bigint)"
        " ON CONFLICT (number) DO UPDATE SET day = excluded.day, bytes = excluded.bytes",
        rows.dump());
}

}  // namespace liuhen::server::store
