#include "tests/score/harness.hpp"

#include "geofence/watch.hpp"

#include <algorithm>
#include <cmath>
#include <sstream>

namespace liuhen::score {
namespace {

using geofence::AlertChange;
using geofence::Outcome;
using geofence::Tier;
using geofence::Watch;

constexpr std::chrono::seconds tick_each{60};
constexpr std::chrono::seconds early{60};

/// Device times farther ahead of the receipt are stored and not judged (docs/wire-jtt808.md).
constexpr std::chrono::minutes farthest_ahead{10};

bool is_judged(const Arrival& one) {
    return time_of(one.what.what) <= one.received + farthest_ahead;
}

/// A watch and what it was told, as the service stores it.
class Service {
public:
    explicit Service(std::shared_ptr<const geofence::Trip> trip) : watch_(std::move(trip)) {}

    Outcome hear(std::span<const Sighting> seen, Instant received) {
        stored_.insert(stored_.end(), seen.begin(), seen.end());
        Outcome outcome = watch_.observe(seen, received);
        if (outcome.needs_history) outcome = watch_.refold(stored_, received);
        return outcome;
    }
    Outcome tick(Instant now) { return watch_.tick(now); }
    [[nodiscard]] const Watch& watch() const { return watch_; }

private:
    Watch watch_;
    std::vector<Sighting> stored_;
};

/// What stands at the end, as text: kind, times, grade, reasons.
std::string standing(const Watch& watch) {
    std::ostringstream text;
    text.precision(12);
    for (const geofence::Alert& alert : watch.standing()) {
        text << code(alert.kind) << ' ' << to_iso(alert.since) << ' '
             << (alert.until ? to_iso(*alert.until) : "-") << ' ' << int{alert.grade} << ' '
             << alert.evidence.fixes_total;
        for (const geofence::Term& term : alert.evidence.terms) {
            text << ' ' << term.name << '=' << term.value << '*' << term.share;
        }
        text << '\n';
    }
    return text.str();
}

bool is_within(const Raise& raise, const Label& label) {
    return label.kinds.has(raise.kind) && raise.at >= label.start - early &&
           raise.at <= label.counts_until;
}

}  // namespace

std::vector<Raise> watched(const Journey& journey) {
    Service service(journey.trip);
    std::map<std::string, Raise> raises;
    const auto note = [&](const Outcome& outcome, Instant now) {
        for (const AlertChange& change : outcome.changes) {
            const auto& alert = change.alert;
            const bool gone = change.what == AlertChange::What::withdrawn;
            const auto [at, fresh] = raises.try_emplace(
                alert.key, Raise{.kind = alert.kind, .tier = alert.tier, .at = now});
            at->second.withdrawn = gone;
            at->second.alert = alert;
            if (!fresh && alert.tier < at->second.tier) {  // graver now: told to others
                raises.try_emplace(
                    alert.key + "+",
                    Raise{.kind = alert.kind, .tier = alert.tier, .at = now, .alert = alert});
            }
        }
    };
    Instant tick = journey.arrivals.empty() ? journey.ends : journey.arrivals.front().received;
    for (const Arrival& one : journey.arrivals) {
        for (; tick < one.received; tick += tick_each) note(service.tick(tick), tick);
        if (is_judged(one)) note(service.hear({&one.what, 1}, one.received), one.received);
    }
    for (; tick < journey.ends; tick += tick_each) note(service.tick(tick), tick);
    std::vector<Raise> all;
    for (auto& [key, raise] : raises) all.push_back(raise);
    std::ranges::stable_sort(all, {}, &Raise::at);
    return all;
}

bool same_in_any_order(const Journey& journey, int orders, Random random) {
    std::vector<Sighting> seen;
    for (const Arrival& one : journey.arrivals) {
        if (is_judged(one)) seen.push_back(one.what);
    }
    std::string first;
    for (int order = 0; order <= orders; ++order) {
        if (order > 0) random.shuffle(seen);
        Service service(journey.trip);
        for (std::size_t from = 0; from < seen.size();) {
            const auto count = order == 0 ? 1 : static_cast<std::size_t>(random.whole(1, 60));
            const auto piece = std::min(count, seen.size() - from);
            service.hear(std::span(seen).subspan(from, piece), journey.ends);
            from += piece;
        }
        service.tick(journey.ends);
        const std::string last = standing(service.watch());
        if (order == 0) first = last;
        if (last != first) return false;
    }
    return true;
}

void Tally::add(const Journey& journey, const std::vector<Raise>& raises) {
    ++journeys;
    hours += journey.hours;
    undecidable += journey.undecidable ? 1 : 0;
    std::vector<bool> explained(raises.size(), false);
    for (const Label& label : journey.labels) {
        ++labels;
        for (auto [tier, limit] :
             {std::pair{&a, geofence::Tier::a}, {&b, geofence::Tier::b}, {&c, geofence::Tier::c}}) {
            const bool suffices = label.tier <= limit;
            if (suffices) ++tier->labels;
            for (std::size_t i = 0; i < raises.size(); ++i) {
                if (raises[i].tier > limit || !is_within(raises[i], label)) continue;
                if (suffices) ++tier->hits;
                ++tier->finds;
                const double delay = seconds_between(label.observable, raises[i].at);
                tier->delays.push_back(std::max(0.0, delay));
                if (tier == &b && journey.step == 10) at_10_s.push_back(std::max(0.0, delay));
                if (tier == &c) ++hit_kinds[std::string(code(raises[i].kind))];
                if (tier == &c && label.long_stop) stop_delays.push_back(std::max(0.0, delay));
                break;
            }
        }
        bool first = true;
        for (std::size_t i = 0; i < raises.size(); ++i) {
            if (explained[i] || !is_within(raises[i], label)) continue;
            explained[i] = true;
            if (!first) ++duplicates;
            first = false;
        }
    }
    for (std::size_t i = 0; i < raises.size(); ++i) {
        ++raised;
        withdrawn += raises[i].withdrawn ? 1 : 0;
        if (explained[i]) continue;
        if (journey.tolerated.has(raises[i].kind)) {
            ++tolerated;
            continue;
        }
        Tier& tier = raises[i].tier == geofence::Tier::a   ? a
                     : raises[i].tier == geofence::Tier::b ? b
                                                           : c;
        ++tier.false_alarms;
        ++false_kinds[std::string(code(raises[i].kind))];
    }
}

void Tally::add(const Tally& other) {
    journeys += other.journeys;
    labels += other.labels;
    undecidable += other.undecidable;
    hours += other.hours;
    for (auto [mine, its] : {std::pair{&a, &other.a}, {&b, &other.b}, {&c, &other.c}}) {
        mine->labels += its->labels;
        mine->hits += its->hits;
        mine->finds += its->finds;
        mine->false_alarms += its->false_alarms;
        mine->delays.insert(mine->delays.end(), its->delays.begin(), its->delays.end());
    }
    for (const auto& [kind, count] : other.false_kinds) false_kinds[kind] += count;
    for (const auto& [kind, count] : other.hit_kinds) hit_kinds[kind] += count;
    at_10_s.insert(at_10_s.end(), other.at_10_s.begin(), other.at_10_s.end());
    stop_delays.insert(stop_delays.end(), other.stop_delays.begin(), other.stop_delays.end());
    raised += other.raised;
    withdrawn += other.withdrawn;
    duplicates += other.duplicates;
    tolerated += other.tolerated;
}

Bounds poisson_bounds(int count) {
    const auto side = [](double k, double z) {
        return k * std::pow(1 - 1 / (9 * k) + z / (3 * std::sqrt(k)), 3);
    };
    return {count == 0 ? 0 : side(count, -1.96), count == 0 ? 3.689 : side(count + 1.0, 1.96)};
}

Bounds share_bounds(int hits, int of) {
    if (of == 0) return {0, 1};
    constexpr double z = 1.96;
    const double n = of;
    const double p = hits / n;
    const double middle = (p + z * z / (2 * n)) / (1 + z * z / n);
    const double half = z / (1 + z * z / n) * std::sqrt(p * (1 - p) / n + z * z / (4 * n * n));
    return {std::max(0.0, middle - half), std::min(1.0, middle + half)};
}

double quantile(std::vector<double> values, double share) {
    if (values.empty()) return std::nan("");
    const auto rank = static_cast<std::ptrdiff_t>(
        std::floor(share * (static_cast<double>(values.size()) - 1) + 0.5));
    std::nth_element(values.begin(), values.begin() + rank, values.end());
    return values[static_cast<std::size_t>(rank)];
}

double share(int hits, int of) { return of == 0 ? std::nan("") : 1.0 * hits / of; }

double f1(double precision, double recall) {
    return precision + recall > 0 ? 2 * precision * recall / (precision + recall) : 0;
}

}  // namespace liuhen::score
