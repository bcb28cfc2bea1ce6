#include "server/store/waste_lists.hpp"

#include "manifest/papers.hpp"
#include "server/crypto.hpp"
#include "server/days.hpp"
#include "server/store/statement.hpp"

#include <nlohmann/json.hpp>
#include <pqxx/pqxx>

#include <algorithm>
#include <array>

namespace liuhen::server::store {
namespace {

using manifest::ListKind;
using nlohmann::json;

json entries_of(const WasteList& list) {
    json entries = json::array();
    for (const auto& one : list.codes) {
        entries.push_back({{"code", one.code},
                           {"category", one.category},
                           {"category_name", one.category_name},
                           {"hazards", one.hazards},
                           {"name", one.name}});
        if (one.lock) entries.back()["lock"] = true;
    }
    for (const auto& one : list.exemptions) {
        entries.push_back({{"rule", one.rule},
                           {"subject", one.subject},
                           {"condition", one.condition},
                           {"place", entries.size()}});
    }
    return entries;
}

std::string last_day(const WasteList& list) {
    return list.valid_to ? to_text(*list.valid_to) : std::string{};
}

void insert_entries(pqxx::transaction_base& db, const WasteList& list, const json& entries) {
    if (list.kind == ListKind::exemption) {
        db.exec_params0(
            "INSERT INTO transport_exemptions (edition, rule, subject, condition, place)"
            " SELECT $1, rule, subject, condition, place FROM jsonb_to_recordset($2::jsonb)"
            " AS entry(rule text, subject text, condition text, place int)",
            list.edition, entries.dump());
        return;
    }
    db.exec_params0(
        "INSERT INTO waste_codes (kind, edition, code, category, category_name, hazards, name,"
        "  lock)"
        " SELECT $1, $2, code, category, category_name,"
        " ARRAY(SELECT jsonb_array_elements_text(hazards)), name, coalesce(lock, false)"
        " FROM jsonb_to_recordset($3::jsonb) AS entry(code text, category text,"
        " category_name text, hazards jsonb, name text, lock boolean)",
        std::string{code(list.kind)}, list.edition, entries.dump());
}

std::vector<std::string> texts(const pqxx::field& array) {
    return json::parse(array.c_str()).get<std::vector<std::string>>();
}

std::string edition_on(pqxx::transaction_base& db, ListKind kind, const std::string& day) {
    return db
        .exec_params1("SELECT coalesce(waste_list_on($1, $2::date), '')", std::string{code(kind)},
                      day)[0]
        .as<std::string>();
}

constexpr Statement editions_on{
    "editions_on",
    "SELECT coalesce(max(edition) FILTER (WHERE kind = $1), ''),"
    " coalesce(max(edition) FILTER (WHERE kind = $2), ''),"
    " coalesce(max(edition) FILTER (WHERE kind = $3), '')"
    " FROM (SELECT DISTINCT ON (kind) kind, edition FROM waste_lists"
    "  WHERE valid_from <= $4::date AND (valid_to IS NULL OR $4::date <= valid_to)"
    "  ORDER BY kind, valid_from DESC, edition DESC) in_force"};
constexpr Statement codes_listed{
    "codes_listed",
    "SELECT code, category, category_name, array_to_json(hazards), name, lock FROM waste_codes"
    " WHERE (kind, edition) IN (('HW', $1), ('GENERAL', $2))"
    " AND code IN (SELECT jsonb_array_elements_text($3::jsonb))"};
constexpr Statement exemptions_listed{
    "exemptions_listed",
    "SELECT rule, subject, condition FROM transport_exemptions WHERE edition = $1"
    " AND rule IN (SELECT jsonb_array_elements_text($2::jsonb))"};

}  // namespace

std::string_view code(Imported outcome) {
    constexpr std::array<std::string_view, 3> names{"made", "changed", "unchanged"};
    return names.at(static_cast<std::size_t>(outcome));
}

Imported import_list(pqxx::transaction_base& db, const WasteList& list, const Origin& origin) {
    const std::string kind{code(list.kind)};
    const json entries = entries_of(list);
    const json whole{kind, list.edition, to_text(list.valid_from), last_day(list), entries};
    const std::string hash = sha256_hex(whole.dump());
    db.exec_params("SELECT pg_advisory_xact_lock(hashtextextended('waste list ' || $1, 0))", kind);
    const auto before = db.exec_params(
        "SELECT encode(source_sha256, 'hex') FROM waste_lists WHERE kind = $1 AND edition = $2",
        kind, list.edition);
    if (!before.empty() && before[0][0].as<std::string>() == hash) return Imported::unchanged;
    db.exec_params0("DELETE FROM waste_lists WHERE kind = $1 AND edition = $2", kind, list.edition);
    db.exec_params0(
        "INSERT INTO waste_lists (kind, edition, valid_from, valid_to, entries, source,"
        " source_sha256, imported_at, imported_by) VALUES ($1, $2, $3::date, NULLIF($4, '')::date,"
        " $5::int, $6, decode($7, 'hex'), $8::timestamptz, $9)",
        kind, list.edition, to_text(list.valid_from), last_day(list),
        std::to_string(entries.size()), origin.source, hash, to_iso(origin.at), origin.by);
    insert_entries(db, list, entries);
    return before.empty() ? Imported::made : Imported::changed;
}

manifest::ListsInForce lists_in_force(pqxx::transaction_base& db, const manifest::Manifest& draft,
                                      Instant now) {
    const auto day = to_text(manifest::civil_day(draft.planned_depart_at.value_or(now)));
    manifest::ListsInForce lists;
    const auto editions =
        ask(db, editions_on, std::string{code(ListKind::hazardous)},
            std::string{code(ListKind::general)}, std::string{code(ListKind::exemption)}, day);
    lists.hazardous = editions[0][0].as<std::string>();
    lists.general = editions[0][1].as<std::string>();
    lists.exemption = editions[0][2].as<std::string>();
    json codes = json::array();
    json rules = json::array();
    for (const auto& line : draft.lines) {
        codes.push_back(line.code);
        rules.push_back(line.exempt_rule);
    }
    const auto listed = ask(db, codes_listed, lists.hazardous, lists.general, codes.dump());
    for (const auto& row : listed) {
        lists.listed.push_back({row[0].as<std::string>(), row[1].as<std::string>(),
                                row[2].as<std::string>(), texts(row[3]), row[4].as<std::string>(),
                                row[5].as<bool>()});
    }
    const auto exempt = ask(db, exemptions_listed, lists.exemption, rules.dump());
    for (const auto& row : exempt) {
        lists.exemptions.push_back(
            {row[0].as<std::string>(), row[1].as<std::string>(), row[2].as<std::string>()});
    }
    return lists;
}

std::vector<json> waste_lists(pqxx::transaction_base& db) {
    std::vector<json> found;
    const auto rows = db.exec(
        "SELECT json_strip_nulls(json_build_object('kind', kind, 'edition', edition,"
        " 'valid_from', valid_from, 'valid_to', valid_to, 'entries', entries, 'source', source,"
        " 'sha256', encode(source_sha256, 'hex'), 'imported_by', imported_by, 'imported_at',"
        " to_char(imported_at AT TIME ZONE 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS.MS\"Z\"')))::text"
        " FROM waste_lists ORDER BY kind, valid_from DESC, edition DESC");
    for (const auto& row : rows) found.push_back(json::parse(row[0].c_str()));
    return found;
}

CodePage find_codes(pqxx::transaction_base& db, const CodeQuery& query) {
    CodePage page;
    const auto day = to_text(query.on);
    page.edition = edition_on(db, query.kind, day);
    const auto rows = db.exec_params(
        "SELECT json_build_object('code', c.code, 'category', c.category, 'category_name',"
        " c.category_name, 'hazards', c.hazards, 'name', c.name, 'lock', c.lock,"
        " 'exemptions',"
        " coalesce((SELECT json_agg(json_build_object('rule', x.rule, 'condition', x.condition)"
        "  ORDER BY x.place) FROM transport_exemptions x"
        "  WHERE x.edition = waste_list_on('EXEMPTION', $3::date)"
        "  AND x.subject IN (c.code, c.category)), '[]'))::text"
        " FROM waste_codes c WHERE c.kind = $1 AND c.edition = $2 AND c.code > $5"
        " AND ($4 = '' OR strpos(lower(c.code), lower($4)) > 0 OR c.category = upper($4)"
        "  OR strpos(replace(c.code, '-', ''), $4) = 1 OR strpos(lower(c.name), lower($4)) > 0"
        "  OR strpos(c.category_name, $4) > 0)"
        " ORDER BY c.code LIMIT $6::int",
        std::string{code(query.kind)}, page.edition, day, query.text, query.after,
        std::to_string(query.limit));
    for (const auto& row : rows) page.items.push_back(json::parse(row[0].c_str()));
    return page;
}

}  // namespace liuhen::server::store
