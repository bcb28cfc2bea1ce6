// Manifests that hang on each other, and papers entered once.
#include "server/json/manifest_json.hpp"
#include "server/store/facts.hpp"

#include <nlohmann/json.hpp>
#include <pqxx/pqxx>

namespace liuhen::server::store {
namespace {

using namespace manifest;

Relative relative(const Manifest& m) {
    Relative found;
    found.id = m.id;
    found.no = m.no;
    found.state = m.state;
    found.producer = m.producer.id;
    found.receiver = m.receiver.id;
    found.load =
        total(m, &WasteLine::sent_g).value_or(total(m, &WasteLine::planned_g).value_or(Grams{}));
    if (m.parent) {
        found.relation = m.parent->relation;
        found.parent_no = m.parent->no;
    }
    return found;
}

}  // namespace

std::optional<Relative> find_parent(pqxx::transaction_base& db, const std::string& no) {
    const auto rows = db.exec_params(
        "WITH RECURSIVE above AS ("
        " SELECT document, 0 AS depth FROM manifests WHERE no = $1"
        " UNION ALL SELECT m.document, a.depth + 1 FROM above a JOIN manifests m"
        "  ON m.id = (a.document -> 'parent' ->> 'id')::uuid WHERE a.depth < 20)"
        " SELECT document, max(depth) OVER () FROM above ORDER BY depth LIMIT 1",
        no);
    if (rows.empty()) return std::nullopt;
    auto found = relative(manifest_from_json(nlohmann::json::parse(rows[0][0].c_str())));
    found.depth = rows[0][1].as<int>();
    return found;
}

std::vector<Relative> find_children(pqxx::transaction_base& db,
                                    const std::vector<std::string>& numbers) {
    std::vector<Relative> found;
    for (const std::string& no : numbers) {
        const auto rows = db.exec_params("SELECT document FROM manifests WHERE no = $1", no);
        if (rows.empty()) continue;
        found.push_back(relative(manifest_from_json(nlohmann::json::parse(rows[0][0].c_str()))));
    }
    return found;
}

bool paper_no_taken(pqxx::transaction_base& db, const Manifest& manifest,
                    const BackfillForm& paper) {
    if (paper.paper_no.empty() || !paper.departed_at) return false;
    db.exec_params("SELECT pg_advisory_xact_lock(hashtextextended('paper ' || $1 || $2, 0))",
                   manifest.producer.id.text, paper.paper_no);
    return !db.exec_params(
                  "SELECT 1 FROM manifests WHERE producer_id = $1::uuid AND id <> $2::uuid"
                  " AND document ->> 'paper_no' = $3 AND state <> 'VOIDED'"
                  " AND date_part('year', (document -> 'backfill' ->> 'departed_at')::timestamptz"
                  "  AT TIME ZONE 'Asia/Shanghai') ="
                  " date_part('year', $4::timestamptz AT TIME ZONE 'Asia/Shanghai') LIMIT 1",
                  manifest.producer.id.text, manifest.id.text, paper.paper_no,
                  to_iso(*paper.departed_at))
                .empty();
}

bool backfill_contradicts(pqxx::transaction_base& db, const ManifestId& manifest) {
    return db.exec_params1("SELECT backfill_contradicts($1::uuid)", manifest.text)[0].as<bool>();
}

}  // namespace liuhen::server::store
