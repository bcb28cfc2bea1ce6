#include "server/camera_watch.hpp"

#include "geofence/episode.hpp"
#include "server/store/alerts.hpp"
#include "server/store/rule_sets.hpp"

#include <nlohmann/json.hpp>
#include <pqxx/pqxx>

#include <algorithm>
#include <cmath>
#include <tuple>

namespace liuhen::server {
namespace {

using geofence::Alert;
using geofence::AlertChange;
using store::PassageDay;
using store::PassagePair;
using What = AlertChange::What;

constexpr std::string_view trip_prefix = "cameras-";  // no trip: no watch remembers its alerts

auto order_of(const PassagePair& pair) {
    return std::tie(pair.at, pair.camera, pair.where, pair.other_at, pair.other_camera,
                    pair.other_where);
}

Fix fix_of(const PassagePair& pair) {
    Fix fix;
    fix.at = pair.other_at;
    fix.where = pair.other_where;
    fix.speed = pair.other_speed;
    return fix;
}

// The fixes of impossible pairs, each once, by time.
std::vector<Fix> own_fixes(const std::vector<PassagePair>& pairs) {
    std::vector<Fix> fixes;
    for (const PassagePair& pair : pairs) {
        if (pair.other_camera.empty()) fixes.push_back(fix_of(pair));
    }
    std::ranges::sort(fixes, {}, &Fix::at);
    const auto same = std::ranges::unique(fixes, {}, &Fix::at);
    fixes.erase(same.begin(), same.end());
    return fixes;
}

std::size_t passages_in(const std::vector<PassagePair>& pairs) {
    std::size_t count = 0;
    for (std::size_t i = 0; i < pairs.size(); ++i) {
        const bool same = i > 0 && pairs[i].at == pairs[i - 1].at &&
                          pairs[i].camera == pairs[i - 1].camera &&
                          pairs[i].where == pairs[i - 1].where;
        if (!same) ++count;
    }
    return count;
}

geofence::Evidence evidence_of(const std::vector<PassagePair>& pairs, Speed limit) {
    const auto fastest = std::ranges::max_element(pairs, {}, needed_speed);
    geofence::Evidence evidence;
    evidence.path = own_fixes(pairs);
    evidence.fixes_total = static_cast<std::uint32_t>(evidence.path.size());
    if (evidence.path.size() > geofence::max_evidence_fixes)
        evidence.path.resize(geofence::max_evidence_fixes);
    const double apart_s =
        std::abs(std::chrono::duration<double>(fastest->at - fastest->other_at).count());
    evidence.terms = {{"needed_speed_kmh", to_kmh(needed_speed(*fastest)), to_kmh(limit), 1},
                      {"camera_distance_m", fastest->apart.value, camera_slack.value, 0},
                      {"camera_apart_s", apart_s, static_cast<double>(camera_clock.count()), 0},
                      {"impossible_passages", static_cast<double>(passages_in(pairs)), 1, 0}};
    evidence.where = fastest->where;
    evidence.place = "camera " + fastest->camera;
    if (!fastest->other_camera.empty()) evidence.place += ", camera " + fastest->other_camera;
    evidence.would_clear =
        "positions of the truck itself that lead to the camera at the time of the passage";
    return *geofence::as_published(std::move(evidence));
}

std::string key_of(const PassageDay& day) {
    return std::string{trip_prefix} + day.vehicle.text + '.' +
           std::string{code(geofence::Kind::clone_plate)} + '.' + std::to_string(day.number);
}

std::optional<Alert> told_before(pqxx::transaction_base& db, const PassageDay& day) {
    const auto rows = store::newest_revisions(db, std::string{trip_prefix} + day.vehicle.text);
    const auto found = std::ranges::find(rows, key_of(day), &store::AlertRow::alert);
    return found == rows.end() ? std::nullopt : std::optional{store::to_alert(*found)};
}

bool says_the_same(const Alert& told, const Alert& found) {
    return !told.withdrawn && told.since == found.since && told.until == found.until &&
           told.evidence == found.evidence && told.manifest_nos == found.manifest_nos;
}

// What there is to tell of a day beyond what was told.
std::optional<AlertChange> change_of(std::optional<Alert> told, std::optional<Alert> found,
                                     Instant now) {
    if (!found) {
        if (!told || told->withdrawn) return std::nullopt;
        told->withdrawn = true;
        ++told->revision;
        return AlertChange{What::withdrawn, std::move(*told)};
    }
    if (told && says_the_same(*told, *found)) return std::nullopt;
    found->detected_at = told ? told->detected_at : now;
    found->late = told ? told->late : now - found->since > store::passage_reach;
    found->revision = told ? told->revision + 1 : 1;
    const bool anew = !told || told->withdrawn;
    return AlertChange{anew ? What::raised : What::amended, std::move(*found)};
}

std::size_t judge(pqxx::transaction_base& db, const PassageDay& day, const RuleHistory& rules,
                  Instant now) {
    auto found = clone_plate(store::pairs_of(db, day), *rules.at(day.from));
    if (found) {
        found->key = key_of(day);
        found->trip = {std::string{trip_prefix} + day.vehicle.text};
        found->vehicle = day.vehicle;
        found->manifest_nos =
            store::manifests_on(db, day.vehicle, found->since, found->until.value());
    }
    store::looked_at(db, day, now);
    const auto change = change_of(told_before(db, day), std::move(found), now);
    if (!change) return 0;
    db.exec_params0(std::string{store::insert_statement()},
                    store::to_records({store::to_row(*change, day.carrier_id, day.plate, now)}));
    return 1;
}

}  // namespace

Speed needed_speed(const PassagePair& pair) {
    const double metres = std::max(0.0, pair.apart.value - camera_slack.value);
    const double seconds =
        std::abs(std::chrono::duration<double>(pair.at - pair.other_at).count()) +
        std::chrono::duration<double>(camera_clock).count();
    return {metres / seconds};
}

std::optional<Alert> clone_plate(std::vector<PassagePair> pairs, const geofence::RuleSet& rules) {
    std::erase_if(pairs, [&](const auto& pair) { return needed_speed(pair) <= rules.impossible; });
    if (pairs.empty()) return std::nullopt;
    std::ranges::sort(pairs, {}, order_of);
    Alert alert;
    alert.kind = geofence::Kind::clone_plate;
    alert.grade = 1;
    alert.tier = geofence::tier_of(alert.kind, alert.grade);
    alert.since = pairs.front().at;
    alert.until = pairs.back().at;
    alert.rule_set = rules.version;
    alert.evidence = evidence_of(pairs, rules.impossible);
    return alert;
}

std::size_t judge_passages(pqxx::transaction_base& db, Instant now, int most_days) {
    const auto days = store::passage_days_due(db, now, most_days);
    if (days.empty()) return 0;
    const auto rules = RuleHistory::read(db);
    std::size_t changes = 0;
    for (const PassageDay& day : days) changes += judge(db, day, rules, now);
    return changes;
}

awaitable<std::size_t> CameraWatch::pass() {
    auto work = [now = clock_.now()](pqxx::work& db) { return judge_passages(db, now); };
    auto judging = database_.transact(std::move(work));
    const auto changes = co_await std::move(judging);
    if (changes > 0) told_();
    co_return changes;
}

awaitable<std::size_t> CameraWatch::forget() {
    auto work = [now = clock_.now()](pqxx::work& db) { return store::forget_passages(db, now); };
    auto forgetting = database_.transact(std::move(work));
    co_return co_await std::move(forgetting);
}

}  // namespace liuhen::server
