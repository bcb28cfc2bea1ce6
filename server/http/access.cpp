#include "server/http/access.hpp"

#include <algorithm>
#include <cmath>

namespace liuhen::server::http {
namespace {

double seconds(Monotonic from, Monotonic to) {
    return std::chrono::duration<double>(to - from).count();
}

bool equal_ignoring_case(std::string_view a, std::string_view b) {
    const auto lower = [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; };
    return a.size() == b.size() &&
           std::equal(a.begin(), a.end(), b.begin(),
                      [lower](char x, char y) { return lower(x) == lower(y); });
}

}  // namespace

double RateLimit::left(const Bucket& bucket, Monotonic now) const {
    return std::min(burst_, bucket.left + seconds(bucket.at, now) * per_second_);
}

std::chrono::seconds RateLimit::until_one(double left) const {
    if (left >= 1) return std::chrono::seconds{0};
    return std::chrono::seconds{static_cast<long>(std::ceil((1 - left) / per_second_))};
}

std::chrono::seconds RateLimit::take(const std::string& who, Monotonic now) {
    if (buckets_.size() >= max_remembered && !buckets_.contains(who)) forget_full(now);
    auto& bucket = buckets_.try_emplace(who, Bucket{burst_, now}).first->second;
    bucket = {left(bucket, now), now};
    const auto wait = until_one(bucket.left);
    if (wait.count() == 0) bucket.left -= 1;
    return wait;
}

std::chrono::seconds RateLimit::wait(const std::string& who, Monotonic now) const {
    const auto found = buckets_.find(who);
    return found == buckets_.end() ? std::chrono::seconds{0} : until_one(left(found->second, now));
}

RateLimit::Standing RateLimit::standing(const std::string& who, Monotonic now) const {
    const auto found = buckets_.find(who);
    if (found == buckets_.end()) return {quota(), std::chrono::seconds{0}};
    const Bucket& bucket = found->second;
    const double left = std::min(burst_, bucket.left + seconds(bucket.at, now) * per_second_);
    const double lacking = std::ceil((burst_ - left) / per_second_);
    return {static_cast<long>(left), std::chrono::seconds{static_cast<long>(lacking)}};
}

std::chrono::seconds RateLimit::window() const {
    return std::chrono::seconds{static_cast<long>(std::ceil(burst_ / per_second_))};
}

// Buckets that have filled up again say nothing; if none has, all are forgotten: the limit is kept
// by the size of the memory, not by the memory of everybody.
void RateLimit::forget_full(Monotonic now) {
    std::erase_if(buckets_, [this, now](const auto& entry) {
        return entry.second.left + seconds(entry.second.at, now) * per_second_ >= burst_;
    });
    if (buckets_.size() >= max_remembered) buckets_.clear();
}

std::optional<Caller> TokenCache::find(const std::string& digest, Monotonic now) const {
    const auto found = entries_.find(digest);
    if (found == entries_.end() || found->second.until < now) return std::nullopt;
    return found->second.caller;
}

void TokenCache::keep(const std::string& digest, const Caller& caller, Monotonic now) {
    if (entries_.size() >= max_remembered) entries_.clear();
    entries_.insert_or_assign(digest, Entry{caller, now + remembered_for});
}

void TokenCache::forget(const std::string& token_id) {
    std::erase_if(entries_, [&token_id](const auto& entry) {
        return entry.second.caller.token_id == token_id;
    });
}

HeldPlaces::Place::Place(std::shared_ptr<std::unordered_map<std::string, std::size_t>> held,
                         std::string who)
    : held_(std::move(held)), who_(std::move(who)) {
    ++(*held_)[who_];
    ++(*held_)[{}];
}

HeldPlaces::Place::~Place() {
    --(*held_)[{}];
    if (--(*held_)[who_] == 0) held_->erase(who_);
}

std::unique_ptr<HeldPlaces::Place> HeldPlaces::take(const std::string& token_id) {
    const auto count = [this](const std::string& who) {
        const auto found = held_->find(who);
        return found == held_->end() ? 0 : found->second;
    };
    if (count(token_id) >= limits_.of_token || count({}) >= limits_.of_all) return nullptr;
    return std::make_unique<Place>(held_, token_id);
}

std::string bearer_token(const Request& request) {
    const std::string value = request.header("authorization");
    const auto space = value.find(' ');
    if (space == std::string::npos || !equal_ignoring_case(value.substr(0, space), "bearer"))
        return {};
    const auto first = value.find_first_not_of(' ', space);
    return first == std::string::npos ? std::string{} : value.substr(first);
}

}  // namespace liuhen::server::http
