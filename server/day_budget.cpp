#include "server/day_budget.hpp"

#include "server/log.hpp"

#include <utility>

namespace liuhen::server {
namespace {

std::int64_t day_in_china(Instant at) {
    return std::chrono::floor<std::chrono::days>(at + china_standard_time)
        .time_since_epoch()
        .count();
}

}  // namespace

awaitable<void> DayBudget::load() {
    auto work = [](pqxx::work& db) { return store::read_device_days(db); };
    auto reading = database_.transact(std::move(work));
    const auto all = co_await std::move(reading);
    const std::lock_guard lock{mutex_};
    for (const auto& one : all) {
        spent_[one.number] = {.day = one.day, .bytes = one.bytes, .stored = one.bytes};
    }
}

bool DayBudget::take(const std::string& number, std::size_t bytes, Instant now) {
    const std::int64_t day = day_in_china(now);
    const std::lock_guard lock{mutex_};
    Spent& spent = spent_[number];
    if (spent.day != day) spent = {.day = day};
    if (spent.bytes > bytes_a_day_ || bytes > bytes_a_day_ - spent.bytes) {
        if (!std::exchange(spent.told, true)) {
            log::warn("device.over_budget", {{"terminal", number}, {"bytes", spent.bytes}});
            owed_.insert(number);
        }
        return false;
    }
    spent.bytes += bytes;
    if (spent.bytes - spent.stored > bytes_a_day_ / write_share) owed_.insert(number);
    return true;
}

std::vector<store::DeviceDay> DayBudget::owed() {
    const std::lock_guard lock{mutex_};
    std::vector<store::DeviceDay> days;
    days.reserve(owed_.size());
    for (const auto& number : owed_) {
        const Spent& spent = spent_[number];
        days.push_back({.number = number, .day = spent.day, .bytes = spent.bytes});
    }
    owed_.clear();
    return days;
}

awaitable<void> DayBudget::store() {
    const auto days = owed();
    if (days.empty()) co_return;
    std::exception_ptr fault;
    try {
        auto work = [days](pqxx::work& db) { store::keep_device_days(db, days); };
        auto storing = database_.transact(std::move(work));
        co_await std::move(storing);
    } catch (...) {
        fault = std::current_exception();
    }
    const std::lock_guard lock{mutex_};
    for (const auto& one : days) {
        if (fault) {
            owed_.insert(one.number);
            continue;
        }
        Spent& spent = spent_[one.number];
        if (spent.day == one.day) spent.stored = one.bytes;
    }
    if (fault) std::rethrow_exception(fault);
}

}  // namespace liuhen::server
