#include "server/store/containers.hpp"

#include "server/store/container_rows.hpp"
#include "server/store/sql_text.hpp"

#include <fmt/format.h>
#include <pqxx/pqxx>

#include <algorithm>

namespace liuhen::server::store {
namespace {

using namespace manifest::custody;

// An array of PostgreSQL; ids are UUIDs and need no quotes.
std::string array_of(const std::vector<ContainerId>& ids) {
    std::vector<std::string_view> texts;
    for (const auto& id : ids) texts.emplace_back(id.text);
    return fmt::format("{{{}}}", fmt::join(texts, ","));
}

StoredMovement read_movement(const pqxx::row& row) {
    StoredMovement stored;
    stored.id = row[0].as<std::int64_t>();
    auto& m = stored.movement;
    m.kind = kind_of(row[1]);
    m.container = {row[2].c_str()};
    m.from = {row[3].c_str()};
    m.to = {row[4].c_str()};
    m.weight = Grams{row[5].as<std::int64_t>()};
    m.at = instant_from_ms(row[6].as<std::int64_t>());
    if (!row[7].is_null()) m.since = instant_from_ms(row[7].as<std::int64_t>());
    if (!row[8].is_null()) m.corrects = kind_of(row[8]);
    stored.words = {
        row[9].c_str(),    {row[10].c_str()}, row[11].c_str(),
        row[12].c_str(),   row[13].c_str(),   row[14].c_str(),
        {row[15].c_str()}, row[16].c_str(),   instant_from_ms(row[17].as<std::int64_t>()),
        row[18].c_str()};
    return stored;
}

}  // namespace

void insert_container(pqxx::transaction_base& db, const StoredContainer& container,
                      const Clerk& by) {
    const auto tare = container.tare ? std::to_string(container.tare->value) : std::string{};
    db.exec_params0(
        "INSERT INTO containers (id, party_id, code, tag, waste_code, waste_name, package, tare_g,"
        " made_at, token_id, person) VALUES ($1::uuid, $2::uuid, $3, NULLIF($4, ''), $5, $6,"
        " NULLIF($7, ''), NULLIF($8, '')::bigint, $9::timestamptz, $10::uuid, $11)",
        container.id.text, container.party.text, container.code, container.tag,
        container.waste_code, container.waste_name, container.package, tare, to_iso(by.now),
        by.token_id, by.person);
}

void relabel(pqxx::transaction_base& db, const ContainerId& container, const std::string& tag) {
    db.exec_params0("UPDATE containers SET tag = $2 WHERE id = $1::uuid", container.text, tag);
}

std::optional<StoredContainer> find_container(pqxx::transaction_base& db, const ContainerId& id) {
    const auto rows = db.exec_params(
        fmt::format("SELECT {} FROM containers c WHERE c.id = $1::uuid", container_columns),
        id.text);
    return rows.empty() ? std::nullopt : std::optional{read_container(rows[0])};
}

void hold_containers(pqxx::transaction_base& db, std::vector<ContainerId> ids) {
    std::ranges::sort(ids);
    for (const auto& id : ids)
        db.exec_params("SELECT pg_advisory_xact_lock(hashtextextended('container ' || $1, 0))",
                       id.text);
}

std::vector<StoredContainer> list_containers(pqxx::transaction_base& db,
                                             const ContainerQuery& query) {
    // From the book to its containers: what others have is not read to be passed over.
    const std::string from = query.book.empty()
                                 ? "containers c WHERE $5 = ''"
                                 : "container_stock s JOIN containers c ON c.id = s.container_id"
                                   " WHERE s.party_id = NULLIF($5, '')::uuid";
    const std::string id = query.book.empty() ? "c.id" : "s.container_id";
    std::vector<StoredContainer> found;
    for (const auto& row :
         db.exec_params(fmt::format("SELECT {} FROM {} AND ($1 = '' OR c.code = $1)"
                                    " AND ($2 = '' OR c.tag = $2)"
                                    " AND ($3 = '' OR {} > NULLIF($3, '')::uuid)"
                                    " ORDER BY {} LIMIT $4::int",
                                    container_columns, from, id, id),
                        query.code, query.tag, query.after, query.limit, query.book.text))
        found.push_back(read_container(row));
    return found;
}

void add_movements(pqxx::transaction_base& db, const std::vector<Movement>& movements,
                   const MovementWords& words, const Clerk& by) {
    for (const auto& m : movements) {
        db.exec_params0(
            "INSERT INTO container_movements (operation, container_id, kind, from_party, to_party,"
            " grams, at, since, site_id, place, method, reason, tag, token_id, person,"
            " recorded_at, batch) VALUES ($1::uuid, $2::uuid, $3, NULLIF($4, '')::uuid,"
            " NULLIF($5, '')::uuid, $6::bigint, $7::timestamptz, NULLIF($8, '')::timestamptz,"
            " NULLIF($9, '')::uuid, NULLIF($10, ''), NULLIF($11, ''), NULLIF($12, ''),"
            " NULLIF($13, ''), $14::uuid, $15, $16::timestamptz, NULLIF($17, ''))",
            words.operation, m.container.text, std::string{code(m.kind)}, m.from.text, m.to.text,
            std::to_string(m.weight.value), to_iso(m.at), m.since ? to_iso(*m.since) : "",
            words.site.text, words.place, words.method, words.reason, words.tag, by.token_id,
            by.person, to_iso(by.now), words.batch);
    }
}

std::vector<StoredMovement> movements_of(pqxx::transaction_base& db,
                                         const std::vector<ContainerId>& containers) {
    std::vector<StoredMovement> found;
    for (const auto& row : db.exec_params(
             "SELECT id, kind, container_id::text, coalesce(from_party::text, ''),"
             " coalesce(to_party::text, ''), grams, floor(extract(epoch FROM at) * 1000)::bigint,"
             " floor(extract(epoch FROM since) * 1000)::bigint, corrects, operation::text,"
             " coalesce(site_id::text, ''), coalesce(place, ''), coalesce(method, ''),"
             " coalesce(reason, ''), coalesce(tag, ''), coalesce(manifest_id::text, ''), person,"
             " floor(extract(epoch FROM recorded_at) * 1000)::bigint, coalesce(batch, '')"
             " FROM container_movements WHERE container_id = ANY ($1::uuid[])"
             " ORDER BY at, id LIMIT $2::int",
             array_of(containers), most_movements))
        found.push_back(read_movement(row));
    return found;
}

std::optional<std::vector<Movement>> weights_of(pqxx::transaction_base& db,
                                                const std::vector<ContainerId>& containers) {
    std::vector<Movement> found;
    for (const auto& row : db.exec_params(
             "SELECT kind, container_id::text, coalesce(from_party::text, ''),"
             " coalesce(to_party::text, ''), grams, floor(extract(epoch FROM at) * 1000)::bigint,"
             " floor(extract(epoch FROM since) * 1000)::bigint, corrects FROM container_movements"
             " WHERE container_id = ANY ($1::uuid[]) AND grams > 0"
             " AND from_party IS DISTINCT FROM to_party LIMIT $2::int",
             array_of(containers), most_judged + 1)) {
        Movement m{kind_of(row[0]),
                   {row[1].c_str()},
                   {row[2].c_str()},
                   {row[3].c_str()},
                   Grams{row[4].as<std::int64_t>()},
                   instant_from_ms(row[5].as<std::int64_t>()),
                   {},
                   {}};
        if (!row[6].is_null()) m.since = instant_from_ms(row[6].as<std::int64_t>());
        if (!row[7].is_null()) m.corrects = kind_of(row[7]);
        found.push_back(std::move(m));
    }
    if (found.size() > most_judged) return std::nullopt;
    return found;
}

std::map<ContainerId, std::string> wastes_of(pqxx::transaction_base& db,
                                             const std::vector<ContainerId>& containers) {
    std::map<ContainerId, std::string> found;
    for (const auto& row :
         db.exec_params("SELECT id::text, waste_code FROM containers WHERE id = ANY ($1::uuid[])",
                        array_of(containers)))
        found[{row[0].c_str()}] = row[1].c_str();
    return found;
}

std::vector<Movement> plain(const std::vector<StoredMovement>& stored) {
    std::vector<Movement> movements;
    movements.reserve(stored.size());
    for (const auto& one : stored) movements.push_back(one.movement);
    return movements;
}

void add_regroupings(pqxx::transaction_base& db, const std::vector<Regrouping>& poured,
                     const std::string& operation, const PartyId& by) {
    for (const auto& one : poured) {
        db.exec_params0(
            "INSERT INTO container_regroupings (operation, from_id, into_id, grams, at, party_id)"
            " VALUES ($1::uuid, $2::uuid, $3::uuid, $4::bigint, $5::timestamptz, $6::uuid)",
            operation, one.from.text, one.into.text, std::to_string(one.weight.value),
            to_iso(one.at), by.text);
    }
}

Trace trace(pqxx::transaction_base& db, const ContainerId& id) {
    // Breadth first, so that what is cut off is what is furthest away. UNION drops what was reached
    // before at the same distance; waste poured back and forth ends at the depth.
    const auto rows = db.exec_params(
        fmt::format(
            "WITH RECURSIVE walk (way, id, depth) AS ("
            " SELECT way, $1::uuid, 0 FROM (VALUES (-1), (1)) ways (way)"
            " UNION"
            " SELECT w.way, step.id, w.depth + 1 FROM walk w CROSS JOIN LATERAL ("
            "   SELECT r.into_id AS id FROM container_regroupings r"
            "   WHERE w.way = 1 AND r.from_id = w.id"
            "   UNION ALL"
            "   SELECT r.from_id FROM container_regroupings r"
            "   WHERE w.way = -1 AND r.into_id = w.id) step"
            " WHERE w.depth <= $2::int),"
            " reached AS (SELECT * FROM walk LIMIT $3::int + 1),"
            " nearest AS (SELECT id, min(depth) FILTER (WHERE way = -1) AS back,"
            "  min(depth) FILTER (WHERE way = 1) AS forward FROM reached GROUP BY id),"
            " beyond AS MATERIALIZED (SELECT (SELECT count(*) > $3::int FROM reached)"
            "  OR coalesce(bool_or(least(back, forward) > $2::int), false) AS cut FROM nearest)"
            " SELECT {}, n.back, n.forward, b.cut FROM nearest n JOIN containers c ON c.id = n.id,"
            " beyond b WHERE least(n.back, n.forward) <= $2::int"
            " ORDER BY least(n.back, n.forward), c.id",
            container_columns),
        id.text, trace_depth, trace_breadth);
    Trace found;
    std::vector<ContainerId> ids;
    for (const auto& row : rows) {
        TraceNode node{read_container(row), -1, -1};
        if (!row[container_width].is_null()) node.back = row[container_width].as<int>();
        if (!row[container_width + 1].is_null()) node.forward = row[container_width + 1].as<int>();
        found.cut = row[container_width + 2].as<bool>();
        ids.push_back(node.container.id);
        found.nodes.push_back(std::move(node));
    }
    for (const auto& row :
         db.exec_params("SELECT from_id::text, into_id::text, grams,"
                        " floor(extract(epoch FROM at) * 1000)::bigint FROM container_regroupings"
                        " WHERE from_id = ANY ($1::uuid[]) AND into_id = ANY ($1::uuid[])"
                        " ORDER BY at, operation, from_id",
                        array_of(ids)))
        found.edges.push_back({{row[0].c_str()},
                               {row[1].c_str()},
                               Grams{row[2].as<std::int64_t>()},
                               instant_from_ms(row[3].as<std::int64_t>())});
    return found;
}

}  // namespace liuhen::server::store
