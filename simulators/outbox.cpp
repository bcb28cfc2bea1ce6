#include "simulators/outbox.hpp"

#include <algorithm>
#include <iterator>
#include <utility>

namespace liuhen::simulators {

void Outbox::add(Entry entry) { waiting_.push_back(std::move(entry)); }

std::vector<Entry> Outbox::take(Instant now, std::size_t limit, std::uint16_t serial,
                                Monotonic when) {
    std::vector<Entry> taken;
    for (auto it = waiting_.begin(); it != waiting_.end() && taken.size() < limit;) {
        const bool other_kind = !taken.empty() && (it->origin != taken.front().origin ||
                                                   it->kind != taken.front().kind);
        if (it->not_before > now || other_kind) {
            ++it;
            continue;
        }
        taken.push_back(std::move(*it));
        it = waiting_.erase(it);
    }
    if (taken.empty()) return taken;
    auto& flight = flights_[taken.front().serial.value_or(
        serial)];  // a serial that came round again: its entries wait once more
    wait_again(std::exchange(flight.entries, taken));
    flight.since = when;
    return taken;
}

std::vector<Entry> Outbox::acknowledged(std::uint16_t serial) {
    const auto flight = flights_.find(serial);
    if (flight == flights_.end()) return {};
    auto entries = std::move(flight->second.entries);
    flights_.erase(flight);
    return entries;
}

void Outbox::wait_again(std::vector<Entry> entries) {
    for (Entry& entry : entries) {
        entry.origin = Entry::Origin::kept;
        waiting_.push_back(std::move(entry));
    }
}

void Outbox::give_up(Monotonic before) {
    for (auto it = flights_.begin(); it != flights_.end();) {
        if (it->second.since >= before) {
            ++it;
            continue;
        }
        wait_again(std::move(it->second.entries));
        it = flights_.erase(it);
    }
}

void Outbox::connection_lost() { give_up(Monotonic::max()); }

}  // namespace liuhen::simulators
