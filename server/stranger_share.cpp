#include "server/stranger_share.hpp"

#include "server/newcomers.hpp"

#include <utility>

namespace liuhen::server {
namespace {

template <class Unit>
std::int64_t number_of(Instant at) {
    return std::chrono::floor<Unit>(at).time_since_epoch().count();
}

}  // namespace

bool StrangerShare::take(const std::string& address, std::size_t bytes, Instant now) {
    const auto minute = number_of<std::chrono::minutes>(now);
    const auto day = number_of<std::chrono::days>(now);
    if (std::exchange(minute_, minute) != minute) this_minute_ = 0;
    if (std::exchange(day_, day) != day) {
        today_ = 0;
        of_address_.clear();
    }
    if (this_minute_ >= limits_.a_minute || today_ >= limits_.a_day) return false;
    Taken& own = of_address_[household_of(address)];
    if (own.pieces >= limits_.of_address || own.bytes + bytes > limits_.bytes_of_address) {
        return false;
    }
    ++own.pieces;
    own.bytes += bytes;
    ++today_;
    ++this_minute_;
    return true;
}

}  // namespace liuhen::server
