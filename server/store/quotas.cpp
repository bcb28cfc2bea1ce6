#include "server/store/quotas.hpp"

#include "manifest/codes.hpp"
#include "server/store/statement.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>

namespace liuhen::server::store {
namespace {

using namespace manifest;

constexpr Statement lock_rows{
    "lock_quotas",
    "SELECT id, register, paper, kind, code, method, limit_g, held_g, valid_from - date 'epoch',"
    " valid_to - date 'epoch' FROM lock_quotas($1::uuid, NULLIF($2, '')::uuid,"
    " NULLIF($3, '')::uuid, date 'epoch' + $4::int,"
    " ARRAY(SELECT json_array_elements_text($5::json)))"};
constexpr Statement any_licence{"any_licence",
                                "SELECT 1 FROM licences WHERE receiver_id = NULLIF($1, '')::uuid"
                                " AND date 'epoch' + $2::int BETWEEN valid_from AND valid_to"};
constexpr Statement covering_row{
    "covering_licence",
    "SELECT 1 FROM licences l JOIN quotas q ON q.licence_id = l.id"
    " WHERE l.receiver_id = NULLIF($1, '')::uuid"
    " AND date 'epoch' + $2::int BETWEEN l.valid_from AND l.valid_to"
    " AND q.year = extract(year FROM date 'epoch' + $2::int) AND q.code IN ($3, $4)"
    " AND q.method = $5 AND q.limit_g > 0"};
constexpr Statement held_now{
    "quantities_held",
    "SELECT quota_id, line_no, sum(grams)::bigint FROM quota_entries WHERE manifest_id = $1::uuid"
    " GROUP BY quota_id, line_no HAVING sum(grams) > 0 ORDER BY quota_id, line_no"};
constexpr Statement hold_rows{"hold_quantities",
                              "SELECT hold_quantities($1::uuid, $2::int, $3, $4::timestamptz,"
                              " $5::bigint[], $6::smallint[], $7::bigint[])"};

std::chrono::sys_days day(const pqxx::field& since_epoch) {
    return std::chrono::sys_days{std::chrono::days{since_epoch.as<int>()}};
}
std::string number(std::chrono::sys_days day) {
    return std::to_string(day.time_since_epoch().count());
}

// A collector's licence only lets it store; what was merely filed may only be used.
struct PurposeRow {
    std::string_view kind;
    EnumSet<Purpose> purposes;
};
constexpr PurposeRow purposes[] = {{"collection", Purpose::store}, {"filing", Purpose::use}};

QuotaRow read(const pqxx::row& row) {
    QuotaRow quota;
    quota.id = row[0].as<std::int64_t>();
    quota.of = static_cast<Register>(row[1].as<int>());
    quota.paper = row[2].c_str();
    for (const PurposeRow& one : purposes) {
        if (one.kind == row[3].c_str()) quota.purposes = one.purposes;
    }
    quota.code = row[4].c_str();
    quota.method = row[5].c_str();
    quota.limit = Grams{row[6].as<std::int64_t>()};
    quota.held = Grams{row[7].as<std::int64_t>()};
    quota.from = day(row[8]);
    quota.to = day(row[9]);
    return quota;
}

std::string codes_of(const Manifest& of) {
    auto codes = nlohmann::json::array();
    for (const auto& line : of.lines) {
        codes.push_back(line.code);
        codes.push_back(category_of(line.code));
    }
    return codes.dump();
}

bool is_licensed(pqxx::transaction_base& db, const Manifest& of) {
    return !ask(db, any_licence, of.receiver.id.text, number(*planned_day(of))).empty();
}

}  // namespace

Allotment allot_quantities(pqxx::transaction_base& db, const Manifest& of, LineMeasure by) {
    const auto planned = planned_day(of);
    if (!planned) return {};
    std::vector<QuotaRow> rows;
    for (const auto& row : ask(db, lock_rows, of.id.text, of.producer.id.text, of.receiver.id.text,
                               number(*planned), codes_of(of)))
        rows.push_back(read(row));
    auto allotment = allot(of, by, rows, true);
    // Which of its two words the licence fails by is asked for only when it fails.
    if (allotment.licence.outcome == Check::Outcome::failed && !is_licensed(db, of))
        return allot(of, by, rows, false);
    return allotment;
}

std::vector<Holding> quantities_held(pqxx::transaction_base& db, const ManifestId& of) {
    std::vector<Holding> held;
    for (const auto& row : ask(db, held_now, of.text)) {
        held.push_back({row[0].as<std::int64_t>(), static_cast<std::uint8_t>(row[1].as<int>()),
                        Grams{row[2].as<std::int64_t>()}});
    }
    return held;
}

void hold_quantities(pqxx::transaction_base& db, const Manifest& stored, Event event, Instant at,
                     const std::vector<Holding>& holdings) {
    std::vector<std::int64_t> quotas;
    std::vector<int> lines;
    std::vector<std::int64_t> weights;
    for (const Holding& one : holdings) {
        if (one.weight <= Grams{}) continue;
        quotas.push_back(one.quota);
        lines.push_back(one.line_no);
        weights.push_back(one.weight.value);
    }
    ask(db, hold_rows, stored.id.text, std::to_string(stored.version), std::string{code(event)},
        to_iso(at), fmt::format("{{{}}}", fmt::join(quotas, ",")),
        fmt::format("{{{}}}", fmt::join(lines, ",")),
        fmt::format("{{{}}}", fmt::join(weights, ",")));
}

bool licence_covers(pqxx::transaction_base& db, const Manifest& of, const std::string& waste_code,
                    const std::string& method) {
    const auto planned = planned_day(of);
    return planned && !ask(db, covering_row, of.receiver.id.text, number(*planned), waste_code,
                           category_of(waste_code), method)
                           .empty();
}

}  // namespace liuhen::server::store
