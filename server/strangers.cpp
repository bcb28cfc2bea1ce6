#include "server/strangers.hpp"

#include <algorithm>

namespace liuhen::server {
namespace {

const std::string all_others = "*";

}  // namespace

double Strangers::taken_now(const Taken& taken, Monotonic now) const {
    const std::chrono::duration<double> since = now - taken.at;
    return std::max(0.0, taken.tokens - since.count() * refill_);
}

const std::string& Strangers::bucket_of(const std::string& peer) const {
    return taken_.contains(peer) || taken_.size() < max_addresses ? peer : all_others;
}

bool Strangers::may_try(const std::string& peer, Monotonic now) const {
    const auto found = taken_.find(bucket_of(peer));
    return found == taken_.end() || taken_now(found->second, now) <= tokens_ - 1;
}

void Strangers::charge(const std::string& peer, Monotonic now) {
    if (taken_.size() >= max_addresses && now >= drop_after_) drop_refilled(now);
    Taken& taken = taken_[bucket_of(peer)];
    taken = {std::min(tokens_, taken_now(taken, now) + 1), now};
}

void Strangers::drop_refilled(Monotonic now) {
    drop_after_ = now + std::chrono::seconds{1};
    std::erase_if(taken_, [&](const auto& one) { return taken_now(one.second, now) == 0; });
}

}  // namespace liuhen::server
