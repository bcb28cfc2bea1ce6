#include "geofence/ledger.hpp"

#include <algorithm>
#include <charconv>
#include <tuple>

namespace liuhen::geofence {
namespace {

bool overlap(const Alert& alert, const Episode& episode) {
    const bool ends_before = alert.until && *alert.until < episode.since;
    const bool begins_after = episode.until && *episode.until < alert.since;
    return !ends_before && !begins_after;
}

bool concerns_the_same(const Alert& alert, const Episode& episode) {
    return alert.kind == episode.kind &&
           subject_of(alert.kind, alert.evidence) == subject_of(episode.kind, *episode.evidence);
}

bool says_the_same(const Alert& alert, const std::shared_ptr<const Evidence>& from,
                   const Episode& episode) {
    return !alert.withdrawn && alert.grade == episode.grade && alert.since == episode.since &&
           alert.until == episode.until &&
           (from == episode.evidence || alert.evidence == *episode.evidence);
}

bool is_unchanged(const Episode& a, const Episode& b) {
    return a.evidence == b.evidence && a.grade == b.grade && a.since == b.since &&
           a.until == b.until;
}

std::size_t number_of(const std::string& key) {
    std::size_t number = 0;
    const std::size_t dot = key.rfind('.');
    if (dot == std::string::npos) return 0;
    std::from_chars(key.data() + dot + 1, key.data() + key.size(), number);
    return number;
}

void restate(Alert& alert, const Episode& episode, const Trip& trip) {
    alert.tier = tier_of(episode.kind, episode.grade);
    alert.grade = episode.grade;
    alert.since = episode.since;
    alert.until = episode.until;
    alert.manifest_nos = trip.manifest_nos;
    alert.rule_set = trip.rules->version;
    alert.evidence = *episode.evidence;
}

}  // namespace

void Ledger::remember(std::vector<Alert> published) {
    published_.reset();
    for (Alert& alert : published) {
        const auto known = std::ranges::find(entries_, alert.key,
                                             [](const Entry& entry) { return entry.alert.key; });
        if (known == entries_.end()) {
            entries_.push_back({std::move(alert), nullptr});
        } else if (known->alert.revision < alert.revision) {
            *known = {std::move(alert), nullptr};
        }
    }
}

std::vector<std::optional<std::size_t>> Ledger::match(const Episodes& episodes) const {
    std::vector<std::optional<std::size_t>> matched(episodes.size());
    std::vector<bool> taken(entries_.size(), false);
    const auto pair_up = [&](const auto& fits) {
        for (std::size_t e = 0; e < episodes.size(); ++e) {
            if (matched[e]) continue;
            for (std::size_t i = 0; i < entries_.size(); ++i) {
                const Alert& alert = entries_[i].alert;
                if (taken[i] || !concerns_the_same(alert, episodes[e])) continue;
                if (!fits(alert, episodes[e])) continue;
                matched[e] = i;
                taken[i] = true;
                break;
            }
        }
    };
    const auto same_start = [](const Alert& alert, const Episode& episode) {
        return alert.since == episode.since;
    };
    pair_up([&](const Alert& alert, const Episode& episode) {
        return !alert.withdrawn && same_start(alert, episode);
    });
    pair_up(same_start);
    pair_up([](const Alert& alert, const Episode& episode) {
        return !alert.withdrawn && overlap(alert, episode);
    });
    pair_up(overlap);
    return matched;
}

std::vector<AlertChange> Ledger::publish(const Episodes& episodes, const Trip& trip,
                                         std::optional<Instant> forgotten_until,
                                         const Receipt& receipt) {
    std::vector<AlertChange> changes;
    if (published_ && std::ranges::equal(episodes, *published_, is_unchanged)) return changes;
    published_ = episodes;
    const auto matched = match(episodes);
    std::vector<bool> stands(entries_.size(), false);
    for (const auto& one : matched) {
        if (one) stands[*one] = true;
    }
    for (std::size_t i = 0; i < stands.size(); ++i) {
        Alert& alert = entries_[i].alert;
        const bool is_final = forgotten_until && alert.until && *alert.until <= *forgotten_until;
        if (stands[i] || alert.withdrawn || is_final) continue;
        alert.withdrawn = true;
        ++alert.revision;
        changes.push_back({AlertChange::What::withdrawn, alert});
    }
    for (std::size_t e = 0; e < episodes.size(); ++e) {
        const Episode& episode = episodes[e];
        if (!matched[e]) {
            changes.push_back(raise(episode, trip, receipt));
            continue;
        }
        Entry& entry = entries_[*matched[e]];
        if (!says_the_same(entry.alert, entry.from, episode)) {
            const auto what =
                entry.alert.withdrawn ? AlertChange::What::raised : AlertChange::What::amended;
            entry.alert.withdrawn = false;
            ++entry.alert.revision;
            restate(entry.alert, episode, trip);
            changes.push_back({what, entry.alert});
        }
        entry.from = episode.evidence;
    }
    return changes;
}

AlertChange Ledger::raise(const Episode& episode, const Trip& trip, const Receipt& receipt) {
    Alert alert;
    alert.key = next_key(trip.id, episode.kind);
    alert.trip = trip.id;
    alert.vehicle = trip.vehicle;
    alert.kind = episode.kind;
    alert.detected_at = receipt.received;
    alert.late = receipt.late_before && episode.since < *receipt.late_before;
    restate(alert, episode, trip);
    entries_.push_back({alert, episode.evidence});
    return {AlertChange::What::raised, alert};
}

std::string Ledger::next_key(const TripId& trip, Kind kind) const {
    std::size_t newest = 0;
    for (const Entry& entry : entries_) {
        if (entry.alert.kind == kind) newest = std::max(newest, number_of(entry.alert.key));
    }
    return trip.text + "." + std::string(code(kind)) + "." + std::to_string(newest + 1);
}

std::vector<Alert> Ledger::standing() const {
    std::vector<Alert> alerts;
    for (const Entry& entry : entries_) {
        if (!entry.alert.withdrawn) alerts.push_back(entry.alert);
    }
    std::ranges::stable_sort(alerts, {}, [](const Alert& alert) {
        return std::tuple{alert.since, alert.kind};
    });
    return alerts;
}

}  // namespace liuhen::geofence
