#include "tests/world/audit.hpp"

#include <algorithm>
#include <map>
#include <set>
#include <tuple>

namespace liuhen::world {
namespace {

using geofence::Alert;

std::string name_of(int truck) { return "truck " + std::to_string(truck); }

// Alerts are told apart by what they say; keys and revisions depend on the order of arrival.
bool says_the_same(const Alert& a, const Alert& b) {
    return std::tie(a.kind, a.tier, a.grade, a.since, a.until) ==
               std::tie(b.kind, b.tier, b.grade, b.since, b.until) &&
           a.evidence == b.evidence;
}

void sort_by_time(std::vector<Alert>& alerts) {
    std::ranges::stable_sort(alerts, {}, [](const Alert& one) {
        return std::tuple{one.since, one.kind};
    });
}

std::string in_words(const std::vector<Alert>& alerts) {
    std::string text;
    for (const Alert& one : alerts) {
        text += ' ' + std::string{geofence::code(one.kind)} + ' ' + to_iso(one.since) + ".." +
                (one.until ? to_iso(*one.until) : "");
    }
    return text;
}

std::vector<Alert> standing(const Tables& tables, const std::string& trip) {
    std::map<std::string, const store::AlertRow*> newest;
    for (const auto& [key, row] : tables.alerts) {
        if (row.trip_id == trip) newest[key.alert] = &row;
    }
    std::vector<Alert> alerts;
    for (const auto& [key, row] : newest) {
        auto alert = store::to_alert(*row);
        if (!alert.withdrawn) alerts.push_back(std::move(alert));
    }
    sort_by_time(alerts);
    return alerts;
}

}  // namespace

void audit_observations(Stage& stage, const Truck& truck) {
    const auto complain = [&](const std::string& what, Instant at) {
        stage.account.complain(name_of(truck.no()) + ": its fix of " + to_iso(at) + ' ' + what);
    };
    for (const Instant at : truck.tally().acked) {
        if (!is_kept(stage, truck.no(), at)) complain("was acknowledged and is not stored", at);
    }
    for (const auto& [key, rows] : stage.database.tables.observations) {
        if (key.terminal != truck.no() + 1) continue;
        if (rows.size() != 1) complain("is stored more than once", key.at);
        if (key.kind == 1 && !truck.tally().sent.contains(key.at))
            complain("is stored and was never sent", key.at);
    }
}

void audit_alerts(Stage& stage, int truck, Instant end) {
    const auto& trip = stage.trucks[static_cast<std::size_t>(truck)].trip;
    geofence::Watch watch{trip};
    std::vector<Sighting> seen;
    for (const auto& [key, rows] : stage.database.tables.observations) {
        if (key.terminal == truck + 1) seen.push_back(store::to_sighting(rows.front()));
    }
    watch.refold(seen, end);
    watch.tick(end);
    auto wanted = watch.standing();
    sort_by_time(wanted);
    const auto told = standing(stage.database.tables, trip->id.text);
    if (!std::ranges::equal(wanted, told, says_the_same))
        stage.account.complain(name_of(truck) + ": told" + in_words(told) + ", one fold says" +
                               in_words(wanted));
    std::map<std::string, std::int32_t> newest;
    for (const auto& [key, row] : stage.database.tables.alerts) {
        if (row.trip_id == trip->id.text && key.revision != ++newest[key.alert])
            stage.account.complain(key.alert + " has no revision before " +
                                   std::to_string(key.revision));
    }
}

void audit_reader(Stage& stage, const Reader& reader) {
    std::map<std::string, std::int32_t> newest;
    std::int64_t last = 0;
    for (const auto& [no, key] : reader.lines) {
        if (no <= last) stage.account.complain("feed numbers do not rise");
        if (key.revision != ++newest[key.alert])
            stage.account.complain("a reader got revision " + std::to_string(key.revision) +
                                   " of " + key.alert + " out of its order");
        last = no;
    }
    if (reader.lines.size() != stage.database.tables.alerts.size())
        stage.account.complain("a reader got " + std::to_string(reader.lines.size()) + " of " +
                               std::to_string(stage.database.tables.alerts.size()) + " revisions");
}

void audit_quarantine(Stage& stage) {
    for (const auto& row : stage.database.tables.quarantine) {
        if (row.fault != "observation_refused") {
            stage.account.complain("something lies in quarantine as " + row.fault);
            continue;
        }
        store::ObservationRow refused;
        refused.hash = key_in(row).hash;
        if (!stage.database.is_poison(refused))
            stage.account.complain("a good fix lies in quarantine");
    }
}

void sum_up(Stage& stage) {
    auto& account = stage.account;
    const auto& tables = stage.database.tables;
    account.alerts = tables.alerts.size();
    account.quarantined = tables.quarantine.size();
    account.unknown_outcomes = stage.database.lost_after_commit;
    for (const auto& [key, rows] : tables.observations)
        account.note(to_iso(key.at) + to_iso(rows.front().received_at));
    for (const auto& [no, key] : tables.feed) account.note(key.alert + std::to_string(no));
    for (const auto& [id, one] : tables.manifests) account.note(id + std::to_string(one.version));
    account.note(std::to_string(stage.schedule.happened()));
}

}  // namespace liuhen::world
