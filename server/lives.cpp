#include "server/lives.hpp"

#include "server/store/told_alerts.hpp"
#include "server/tasking.hpp"

#include <utility>

namespace liuhen::server {
namespace {

// The watches that will be made of the lives: the vehicle's key and the beginning to fill in.
struct Begun {
    TripId trip;
    std::int32_t key;
    Beginning* with;
};

std::vector<Begun> begin(const std::vector<LifeAsked>& asked, std::vector<Life>& lives) {
    std::vector<Begun> all;
    for (std::size_t i = 0; i < asked.size(); ++i) {
        if (asked[i].part != LifePart::whole) continue;
        const Instant until = asked[i].now + store::newest_plausible;
        const auto add = [&](const TripId& trip, Instant from) {
            Beginning& one = lives[i].begun[trip];
            one.window = {from, until};
            all.push_back({trip, asked[i].key, &one});
        };
        for (const auto& leg : lives[i].legs) {
            if (leg.is_open()) add(leg.id, leg.armed_at);
        }
        add(roaming_trip(asked[i].vehicle), asked[i].now - roaming_memory);
    }
    return all;
}

void read_alerts(pqxx::transaction_base& transaction, const std::vector<Begun>& all) {
    std::vector<std::string> trips;
    std::multimap<std::string, Beginning*> by_trip;  // somebody may ask twice
    for (const auto& one : all) {
        trips.push_back(one.trip.text);
        by_trip.emplace(one.trip.text, one.with);
    }
    for (const auto& row : store::newest_revisions(transaction, trips)) {
        const auto [first, last] = by_trip.equal_range(row.trip_id);
        for (auto one = first; one != last; ++one) {
            one->second->told.push_back(store::to_alert(row));
        }
    }
}

void read_histories(pqxx::transaction_base& transaction, const std::vector<Begun>& all) {
    std::vector<store::HistoryAsked> wanted;
    for (const auto& one : all) {
        wanted.push_back({.vehicle_key = one.key,
                          .from = one.with->window.from,
                          .until = one.with->window.until});
    }
    auto pages = store::first_pages(transaction, wanted, first_page);
    for (std::size_t i = 0; i < all.size(); ++i) all[i].with->first = std::move(pages[i]);
}

}  // namespace

std::vector<Life> lives_of(pqxx::transaction_base& transaction,
                           const std::vector<LifeAsked>& asked) {
    std::vector<VehicleId> vehicles;
    for (const auto& one : asked) vehicles.push_back(one.vehicle);
    std::vector<Life> lives(asked.size());
    auto legs = store::legs_of(transaction, vehicles);
    for (std::size_t i = 0; i < lives.size(); ++i) lives[i].legs = std::move(legs[i]);
    const auto all = begin(asked, lives);
    if (all.empty()) return lives;
    read_alerts(transaction, all);
    read_histories(transaction, all);
    return lives;
}

}  // namespace liuhen::server
