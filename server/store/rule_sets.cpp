#include "server/store/rule_sets.hpp"

#include "server/json/rule_set_json.hpp"
#include "server/log.hpp"
#include "server/store/sql_text.hpp"

#include <nlohmann/json.hpp>
#include <pqxx/pqxx>

#include <algorithm>
#include <map>

#define LIUHEN_ISO(column) \
    "to_char(" column " AT TIME ZONE 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS.MS\"Z\"')"

namespace liuhen::server {
namespace {

using geofence::RuleSet;

constexpr int most_periods = 1'000;  // the newest; older ones no open or reopened trip asks for

std::shared_ptr<const RuleSet> standard_rules() {
    static const auto rules = std::make_shared<const RuleSet>(RuleSet::standard());
    return rules;
}

}  // namespace

RuleHistory RuleHistory::read(pqxx::transaction_base& db) {
    RuleHistory history;
    std::map<std::string, std::shared_ptr<const RuleSet>> known;
    const auto rows = db.exec_params(
        "SELECT (extract(epoch FROM p.in_force_from) * 1000)::bigint, s.version, s.body"
        " FROM rule_set_periods p JOIN rule_sets s ON s.id = p.rule_set_id"
        " ORDER BY p.in_force_from DESC LIMIT $1",
        most_periods);
    for (const auto& row : rows) {
        const std::string version = row[1].c_str();
        auto& rules = known[version];
        if (!rules) {
            Faults faults;
            auto read = read_rule_set(nlohmann::json::parse(row[2].c_str()), "", faults);
            if (!read) {
                log::warn("rule_set.left_out",
                          {{"version", version}, {"pointer", faults.front().pointer}});
                continue;
            }
            rules = std::make_shared<const RuleSet>(std::move(*read));
        }
        history.periods_.push_back({store::instant_from_ms(row[0].as<std::int64_t>()), rules});
    }
    std::ranges::reverse(history.periods_);
    return history;
}

std::shared_ptr<const RuleSet> RuleHistory::at(Instant time) const {
    const auto later = std::ranges::upper_bound(periods_, time, {}, &Period::from);
    return later == periods_.begin() ? standard_rules() : std::prev(later)->rules;
}

std::shared_ptr<const RuleSet> RuleHistory::newest() const {
    return periods_.empty() ? standard_rules() : periods_.back().rules;
}

}  // namespace liuhen::server

namespace liuhen::server::store {

const Register rule_sets{
    "rule_sets",
    "json_build_object('id', id, 'version', version, 'why', why, 'account', account,"
    " 'created_at', " LIUHEN_ISO("created_at") ","
    " 'in_force', version IS NOT DISTINCT FROM rule_set_in_force())"};

void insert_rule_set(pqxx::transaction_base& db, const std::string& id, const RuleSet& rules,
                     const RuleSetAct& act) {
    db.exec_params0(
        "INSERT INTO rule_sets (id, version, body, why, account, created_by, created_at)"
        " VALUES ($1::uuid, $2, $3::json, $4, $5, $6::uuid, $7::timestamptz)",
        id, rules.version, to_json(rules).dump(), act.why, act.account, act.token, to_iso(act.now));
}

void put_in_force(pqxx::transaction_base& db, const std::string& period_id, const std::string& id,
                  const RuleSetAct& act) {
    db.exec_params0(
        "INSERT INTO rule_set_periods (id, rule_set_id, in_force_from, why, account, created_by)"
        " VALUES ($1::uuid, $2::uuid, $3::timestamptz, $4, $5, $6::uuid)",
        period_id, id, to_iso(act.now), act.why, act.account, act.token);
}

std::optional<nlohmann::json> show_rule_set(pqxx::transaction_base& db, const std::string& id) {
    auto row = find_row(db, rule_sets, id);
    if (!row) return std::nullopt;
    const auto body = db.exec_params1("SELECT body FROM rule_sets WHERE id = $1::uuid", id);
    (*row)["rules"] = nlohmann::json::parse(body[0].c_str());
    const auto periods = db.exec_params1(
        "SELECT coalesce(json_agg(json_build_object('from', " LIUHEN_ISO("in_force_from") ","
        " 'why', why, 'account', account) ORDER BY in_force_from), '[]')"
        " FROM rule_set_periods WHERE rule_set_id = $1::uuid",
        id);
    (*row)["put_in_force"] = nlohmann::json::parse(periods[0].c_str());
    return row;
}

std::optional<std::string> rule_set_of_version(pqxx::transaction_base& db,
                                               const std::string& version) {
    const auto rows = db.exec_params("SELECT id FROM rule_sets WHERE version = $1", version);
    if (rows.empty()) return std::nullopt;
    return rows[0][0].c_str();
}

std::string version_in_force(pqxx::transaction_base& db) {
    const auto row = db.exec1("SELECT coalesce(rule_set_in_force(), '')");
    const std::string version = row[0].c_str();
    return version.empty() ? geofence::RuleSet::standard().version : version;
}

}  // namespace liuhen::server::store
