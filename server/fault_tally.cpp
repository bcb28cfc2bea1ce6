#include "server/fault_tally.hpp"

#include <algorithm>

namespace liuhen::server {
namespace {

std::int64_t day_of(Instant at) {
    return std::chrono::floor<std::chrono::days>(at).time_since_epoch().count();
}

void join(FaultCount& into, FaultCount&& from) {
    into.count += from.count;
    into.first_at = std::min(into.first_at, from.first_at);
    if (from.last_at < into.last_at) return;
    into.last_at = from.last_at;
    into.last_bytes = std::move(from.last_bytes);
}

}  // namespace

void FaultTally::count(const std::string& number, std::string_view kind,
                       std::span<const std::byte> bytes, Instant now) {
    const std::int64_t day = day_of(now);
    FaultCount one{.number = number,
                   .kind = std::string{kind},
                   .day = day,
                   .count = 1,
                   .first_at = now,
                   .last_at = now,
                   .last_bytes = {bytes.begin(), bytes.end()}};
    const Key key{number, one.kind, day};
    const auto [place, is_new] = counts_.try_emplace(key, one);
    if (!is_new) join(place->second, std::move(one));
}

bool FaultTally::note(const std::string& number, std::string_view kind,
                      std::span<const std::byte> bytes, Instant now) {
    count(number, kind, bytes, now);
    const std::int64_t day = day_of(now);
    Day& today = days_[number];
    if (today.day != day) today = Day{.day = day, .pieces = 0, .bytes = 0, .of_kind = {}};
    int& of_kind = today.of_kind[std::string{kind}];
    const bool fits = today.pieces < limits_.pieces && of_kind < limits_.pieces_of_kind &&
                      today.bytes + bytes.size() <= limits_.bytes;
    if (of_kind > 0 && !fits) return false;
    ++of_kind;
    ++today.pieces;
    today.bytes += bytes.size();
    return true;
}

std::vector<FaultCount> FaultTally::take() {
    std::vector<FaultCount> taken;
    taken.reserve(counts_.size());
    for (auto& [key, count] : counts_) taken.push_back(std::move(count));
    counts_.clear();
    return taken;
}

void FaultTally::put_back(std::vector<FaultCount> counts) {
    for (FaultCount& one : counts) {
        const Key key{one.number, one.kind, one.day};
        const auto [place, is_new] = counts_.try_emplace(key, one);
        if (!is_new) join(place->second, std::move(one));
    }
}

}  // namespace liuhen::server
