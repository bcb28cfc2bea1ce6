#include "server/tools/backtest.hpp"

#include "geofence/episode.hpp"
#include "geofence/watch.hpp"
#include "server/database.hpp"
#include "server/store/directory.hpp"
#include "server/store/legs.hpp"
#include "server/store/observations.hpp"
#include "server/tasking.hpp"
#include "server/vehicle_watches.hpp"

#include <pqxx/pqxx>

#include <algorithm>
#include <stdexcept>

namespace liuhen::server::backtest {
namespace {

using geofence::Alert;
using geofence::Trip;
using geofence::Watch;

bool overlap(const Alert& a, const Alert& b) {
    return !(a.until && *a.until < b.since) && !(b.until && *b.until < a.since);
}

bool concerns_the_same(const Alert& a, const Alert& b) {
    return a.kind == b.kind &&
           geofence::subject_of(a.kind, a.evidence) == geofence::subject_of(b.kind, b.evidence);
}

Change change_between(const Alert& before, const Alert& after) {
    if (before.grade != after.grade || before.tier != after.tier) return Change::regraded;
    const bool same = before.since == after.since && before.until == after.until &&
                      before.evidence.path == after.evidence.path &&
                      before.evidence.locks == after.evidence.locks;
    return same ? Change::same : Change::moved;
}

/// A trip's history folded under two sets of rules, side by side.
class Pair {
public:
    Pair(std::shared_ptr<const Trip> trip, std::shared_ptr<const geofence::RuleSet> rules)
        : before_(trip), after_([&] {
              auto other = std::make_shared<Trip>(*trip);
              other->rules = std::move(rules);
              return other;
          }()) {
        before_.begin_refold();
        after_.begin_refold();
    }
    void fold(const std::vector<Sighting>& piece) {
        before_.fold_more(piece);
        after_.fold_more(piece);
    }
    std::vector<Difference> end(const Options& options, Instant until) {
        for (Watch* one : {&before_, &after_}) {
            one->end_refold(until);
            one->tick(until);
        }
        const auto within = [&](const Watch& watch) {
            auto alerts = watch.standing();
            std::erase_if(alerts, [&](const Alert& alert) {
                return alert.since < options.from || alert.since >= options.to;
            });
            return alerts;
        };
        return compare(within(before_), within(after_));
    }

private:
    Watch before_, after_;
};

/// The reading of one vehicle.
class Reading {
public:
    Reading(pqxx::work& db, const Directory& directory, const KnownVehicle& vehicle)
        : db_(db), directory_(directory), vehicle_(vehicle) {}

    template <class See>
    void pages(Instant from, Instant until, const See& see) const {
        const store::HistoryAsked asked{.vehicle_key = vehicle_.key, .from = from, .until = until};
        std::optional<store::HistoryPlace> after;
        do {
            auto page = store::history(db_, asked, after, history_page);
            std::vector<Sighting> seen;
            for (auto& one : page.seen) {
                const Instant at = time_of(one.seen.what);
                if (kind_of(one.seen.what) == ObservationKind::lock ||
                    directory_.moves(vehicle_.id, one.terminal_key, at)) {
                    seen.push_back(std::move(one.seen));
                }
            }
            see(seen);
            after = page.next;
        } while (after);
    }

private:
    pqxx::work& db_;
    const Directory& directory_;
    const KnownVehicle& vehicle_;
};

std::vector<VehicleId> vehicles_asked(pqxx::work& db, const std::string& asked) {
    const auto rows = db.exec_params(
        "SELECT id FROM vehicles WHERE $1 = '' OR id::text = lower($1) OR plate = $1 ORDER BY id",
        asked);
    if (rows.empty() && !asked.empty()) {
        throw std::runtime_error{"there is no vehicle with the id or plate " + asked};
    }
    std::vector<VehicleId> ids;
    for (const auto& row : rows) ids.push_back({row[0].c_str()});
    return ids;
}

struct Run {
    const Options& options;
    const std::function<void(const Difference&)>& tell;
    const std::function<void(const Report&)>& progress;
    Report report;

    void one_trip(const Reading& reading, std::shared_ptr<const Trip> trip, Instant from,
                  Instant until) {
        const std::string plate = trip->plate;
        Pair pair(std::move(trip), options.rules);
        reading.pages(from, until, [&](const std::vector<Sighting>& seen) {
            pair.fold(seen);
            report.sightings += seen.size();
            progress(report);
        });
        for (Difference& one : pair.end(options, until)) {
            const Alert& alert = one.before ? *one.before : *one.after;
            ++report
                  .kinds[static_cast<std::size_t>(alert.kind)][static_cast<std::size_t>(one.what)];
            one.plate = plate;
            if (one.what != Change::same) tell(one);
        }
        ++report.trips;
    }

    void one_vehicle(pqxx::work& db, const Directory& directory, const KnownVehicle& vehicle) {
        const Reading reading(db, directory, vehicle);
        const auto legs = store::legs_of(db, vehicle.id);
        for (const auto& leg : legs) {
            if (leg.armed_at >= options.to || (leg.ended_at && *leg.ended_at <= options.from)) {
                continue;
            }
            const Instant until = std::min(leg.ended_at.value_or(options.to), options.to);
            one_trip(reading, make_trip(leg, directory), leg.armed_at, until);
        }
        one_trip(reading, make_roaming(vehicle.id, legs, directory), options.from - roaming_memory,
                 options.to);
    }
};

}  // namespace

std::string_view code(Change change) {
    constexpr std::string_view names[] = {"same", "withdrawn", "raised", "regraded", "moved"};
    static_assert(std::size(names) == static_cast<std::size_t>(Change::count_));
    return names[static_cast<std::size_t>(change)];
}

std::vector<Difference> compare(std::vector<Alert> before, std::vector<Alert> after) {
    std::vector<Difference> all;
    std::vector<bool> paired(before.size(), false), taken(after.size(), false);
    const auto pair_up = [&](const auto& fits) {
        for (std::size_t b = 0; b < before.size(); ++b) {
            for (std::size_t a = 0; a < after.size() && !paired[b]; ++a) {
                if (taken[a] || !concerns_the_same(before[b], after[a])) continue;
                if (!fits(before[b], after[a])) continue;
                paired[b] = taken[a] = true;
                all.push_back({.what = change_between(before[b], after[a]),
                               .plate = {},
                               .before = before[b],
                               .after = after[a]});
            }
        }
    };
    pair_up([](const Alert& b, const Alert& a) { return b.since == a.since; });
    pair_up(overlap);
    for (std::size_t b = 0; b < before.size(); ++b) {
        if (paired[b]) continue;
        all.push_back({.what = Change::withdrawn,
                       .plate = {},
                       .before = std::move(before[b]),
                       .after = std::nullopt});
    }
    for (std::size_t a = 0; a < after.size(); ++a) {
        if (taken[a]) continue;
        all.push_back({.what = Change::raised,
                       .plate = {},
                       .before = std::nullopt,
                       .after = std::move(after[a])});
    }
    return all;
}

Report run(const Options& options, const std::function<void(const Difference&)>& tell,
           const std::function<void(const Report&)>& progress) {
    pqxx::connection connection{conninfo_as(options.database, options.role)};
    pqxx::work db{connection};
    db.exec0("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY");
    db.exec("SELECT set_config('liuhen.role', 'operator', true)");
    const auto directory =
        Directory::read(db, Ground::read(db), options.to, Directory::Secrets::left_out);
    Run run{.options = options, .tell = tell, .progress = progress, .report = {}};
    const auto vehicles = vehicles_asked(db, options.vehicle);
    run.report.of_vehicles = vehicles.size();
    for (const VehicleId& id : vehicles) {
        const KnownVehicle* known = directory->vehicle(id);
        if (known != nullptr) run.one_vehicle(db, *directory, *known);
        ++run.report.vehicles;
        progress(run.report);
    }
    return run.report;
}

}  // namespace liuhen::server::backtest
