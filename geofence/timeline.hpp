// Observations of one trip by device time, and the state that folding them comes to.
#pragma once

#include "base/observation.hpp"

#include <algorithm>
#include <compare>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <list>
#include <memory>
#include <optional>
#include <span>
#include <tuple>
#include <utility>
#include <vector>

namespace liuhen::geofence {

/// An observation with the part of its identity that orders it among others of its instant.
struct Seen {
    Observation what;
    std::uint64_t hash{};
};

/// The one order in which observations are folded: device time, kind, hash, lock.
inline auto order_of(const Seen& seen) {
    const auto* lock = std::get_if<LockEvent>(&seen.what);
    const std::string_view name = lock == nullptr ? std::string_view{} : lock->lock.text;
    return std::tuple{time_of(seen.what), kind_of(seen.what), seen.hash, name};
}
inline bool precedes(const Seen& a, const Seen& b) { return order_of(a) < order_of(b); }
inline bool same(const Seen& a, const Seen& b) { return order_of(a) == order_of(b); }

inline constexpr std::size_t timeline_window = 256;  ///< observations kept for late insertion
inline constexpr std::size_t timeline_stride = 64;   ///< observations between two snapshots

/// What became of a batch.
struct Taken {
    std::size_t fresh{};           ///< observations that were not known before
    std::optional<Instant> since;  ///< device time of the oldest fresh one
    bool too_old = false;          ///< one is older than the oldest snapshot; nothing was taken
};

/// A value that takes no memory while it is as it began.
template <class Value>
class Latent {
public:
    Latent() = default;
    Latent(const Latent& other)
        : changed_(other.changed_ ? std::make_unique<Value>(*other.changed_) : nullptr) {}
    Latent(Latent&&) noexcept = default;
    Latent& operator=(const Latent& other) { return *this = Latent{other}; }
    Latent& operator=(Latent&&) noexcept = default;
    ~Latent() = default;
    Latent& operator=(const Value& value) {
        change() = value;
        return *this;
    }

    [[nodiscard]] const Value& get() const {
        static const Value initial{};
        return changed_ ? *changed_ : initial;
    }
    Value& change() {
        if (!changed_) changed_ = std::make_unique<Value>();
        return *changed_;
    }

private:
    std::unique_ptr<Value> changed_;
};

/// Keeps the newest observations in order, with a copy of the state each `timeline_stride`, and
/// folds again from the nearest copy when one arrives late. `Fold` is called as
/// `fold(State&, const Observation&)` and must depend on nothing else that changes.
template <class State>
class Timeline {
public:
    template <class Fold>
    Taken take(std::span<const Seen> batch, const Fold& fold) {
        std::vector<Seen> fresh{batch.begin(), batch.end()};
        std::ranges::sort(fresh, precedes);
        fresh.erase(std::unique(fresh.begin(), fresh.end(), same), fresh.end());
        if (base_ && !fresh.empty() && !precedes(*base_, fresh.front()))
            return {.fresh = 0, .since = std::nullopt, .too_old = true};
        std::erase_if(fresh, [this](const Seen& one) { return knows(one); });
        if (fresh.empty()) return {};
        const Taken taken{.fresh = fresh.size(), .since = time_of(fresh.front().what)};
        const auto first = static_cast<std::size_t>(place_of(fresh.front()) - entries_.begin());
        const auto middle = static_cast<std::ptrdiff_t>(entries_.size());
        for (Seen& one : fresh) entries_.push_back(std::move(one));
        std::inplace_merge(entries_.begin() + static_cast<std::ptrdiff_t>(first),
                           entries_.begin() + middle, entries_.end(), precedes);
        rewind(first);
        advance(fold);
        return taken;
    }

    /// Folds what `keep` admits again from nothing, and drops the rest; only while nothing was
    /// forgotten.
    template <class Fold, class Keep>
    void again(const Fold& fold, const Keep& keep) {
        std::erase_if(entries_, [&](const Seen& one) { return !keep(one.what); });
        marks_.clear();
        state_ = Latent<State>{};
        folded_ = 0;
        advance(fold);
    }

    [[nodiscard]] const State& state() const { return state_.get(); }
    [[nodiscard]] std::size_t size() const { return entries_.size(); }
    /// Device time of the newest observation.
    [[nodiscard]] std::optional<Instant> newest() const {
        if (entries_.empty()) return std::nullopt;
        return time_of(entries_.back().what);
    }
    /// Device time of the newest observation that was forgotten. Nullopt: none was.
    [[nodiscard]] std::optional<Instant> horizon() const {
        if (!base_) return std::nullopt;
        return time_of(base_->what);
    }

private:
    struct Mark {
        std::size_t folded{};  ///< entries before it
        State state;
    };

    [[nodiscard]] auto place_of(const Seen& one) const {
        if (entries_.empty() || precedes(entries_.back(), one)) return entries_.end();
        return std::lower_bound(entries_.begin(), entries_.end(), one, precedes);
    }
    [[nodiscard]] bool knows(const Seen& one) const {
        const auto place = place_of(one);
        return place != entries_.end() && same(*place, one);
    }

    void rewind(std::size_t first) {
        if (first >= folded_) return;
        while (!marks_.empty() && marks_.back().folded > first) marks_.pop_back();
        folded_ = 0;
        state_ = Latent<State>{};
        if (marks_.empty()) return;
        folded_ = marks_.back().folded;
        state_ = marks_.back().state;
    }

    template <class Fold>
    void advance(const Fold& fold) {
        while (folded_ < entries_.size()) {
            fold(state_.change(), entries_[folded_].what);
            ++folded_;
            const std::size_t last = marks_.empty() ? 0 : marks_.back().folded;
            if (folded_ - last >= timeline_stride) marks_.push_back({folded_, state_.get()});
            if (folded_ >= timeline_window + timeline_stride) forget();
        }
    }

    /// Drops what lies before the first mark and counts from there.
    void forget() {
        if (marks_.front().folded == 0) marks_.pop_front();
        const std::size_t gone = marks_.front().folded;
        base_ = entries_[gone - 1];
        entries_.erase(entries_.begin(), entries_.begin() + static_cast<std::ptrdiff_t>(gone));
        for (Mark& mark : marks_) mark.folded -= gone;
        folded_ -= gone;
    }

    std::deque<Seen> entries_;
    std::list<Mark> marks_;     ///< once something was forgotten the first one stands at 0
    std::optional<Seen> base_;  ///< the newest observation forgotten
    Latent<State> state_;
    std::size_t folded_ = 0;  ///< entries that `state_` holds
};

}  // namespace liuhen::geofence
