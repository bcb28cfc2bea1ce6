#include "server/newcomers.hpp"

#include "server/http/seats.hpp"

#include <algorithm>
#include <unordered_map>

namespace liuhen::server {

std::string household_of(const std::string& address) {
    boost::system::error_code fault;
    const auto ip = boost::asio::ip::make_address(address, fault);
    return fault ? address : http::household(ip);
}

bool Newcomers::take(const std::shared_ptr<Newcomer>& one, const std::string& address,
                     Monotonic now) {
    std::erase_if(standing_, [](const Standing& standing) {
        const auto who = standing.who.lock();
        return who == nullptr || !who->unproven();
    });
    auto household = household_of(address);
    if (!make_room(household, now)) return false;
    standing_.push_back({one, std::move(household), now});
    return true;
}

bool Newcomers::make_room(const std::string& household, Monotonic now) {
    const std::size_t own = places_of(household);
    const bool own_full = own >= limits_.of_address;
    if (!own_full && standing_.size() < limits_.places) return true;
    const std::string giving = own_full ? household : fullest();
    const Place place = oldest_of(giving);
    const bool equal = own_full || places_of(giving) <= own + 1;
    if (equal && now - place->since < limits_.patience) return false;
    const auto who = place->who.lock();
    standing_.erase(place);
    if (who != nullptr) who->send_away();
    return true;
}

std::size_t Newcomers::places_of(const std::string& household) const {
    const auto count = std::count_if(standing_.begin(), standing_.end(),
                                     [&](const auto& one) { return one.household == household; });
    return static_cast<std::size_t>(count);
}

Newcomers::Place Newcomers::oldest_of(const std::string& household) {
    return std::find_if(standing_.begin(), standing_.end(),
                        [&](const auto& one) { return one.household == household; });
}

// Of several that have as many, the one whose oldest came first.
std::string Newcomers::fullest() const {
    std::unordered_map<std::string_view, std::size_t> places;
    for (const auto& one : standing_) ++places[one.household];
    const auto most = std::max_element(
        standing_.begin(), standing_.end(), [&](const auto& one, const auto& other) {
            return places.at(one.household) < places.at(other.household);
        });
    return most->household;
}

}  // namespace liuhen::server
