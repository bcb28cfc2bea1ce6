// Row-level security, table by table: a firm with no part in what happened sees nothing of it, and
// changes, removes and forges nothing.
#include "tests/support/people_house.hpp"
#include "tests/support/privileges.hpp"

#include <catch2/catch.hpp>

#include <set>

namespace {

using namespace liuhen;
using namespace liuhen::test::privileges;
using liuhen::test::PeopleHouse;

// A house in which much has happened, seen by firms that have no part in it.
struct Populated : PeopleHouse {
    Populated() {
        const auto desk = as("operator");
        person(desk, "he.lin", {{"party", party.at("producer")}, {"rank", "admin"}});
        made(desk, "clients",
             {{"name", "Weighbridge"}, {"role", "producer"}, {"party", party.at("producer")}});
        stranger = made(desk, "parties",
                        {{"name", "Nobody's Trade"},
                         {"uscc", "91331100MA2E0EEE5U"},
                         {"roles", {"producer", "carrier", "receiver"}},
                         {"division", "440100"}});
    }
    std::string stranger;
};

const Populated& populated() {
    static const Populated one;
    return one;
}

struct Caller {
    pqxx::connection connection{populated().database.conninfo("liuhen_http")};
    pqxx::work work{connection};
    Caller(const std::string& role, const std::string& party) {
        work.exec_params(
            "SELECT set_config('liuhen.role', $1, true), set_config('liuhen.party', $2, true),"
            " set_config('liuhen.rank', 'admin', true), set_config('liuhen.account', 'x', true)",
            role, party);
    }
};

// What everybody may read although rows are somebody's: names, codes and licences that filings
// need.
const std::set<std::string> common{
    "licences",  "quotas",         "register_events",      "calendars",        "holidays",
    "parties",   "routes",         "waste_codes",          "waste_lists",      "tag_patterns",
    "rule_sets", "route_versions", "transport_exemptions", "rule_set_periods", "route_decisions"};

std::vector<std::string> filled(const Page& page) {
    std::vector<std::string> names;
    for (const auto& [table, line] : page) {
        if (line.rows == "own" &&
            populated().database.value<bool>("SELECT EXISTS (SELECT FROM " + table + ")"))
            names.push_back(table);
    }
    return names;
}

// Columns that `liuhen_http` may name in that verb.
std::string columns(const std::string& table, const std::string& verb) {
    return populated().database.value<std::string>(
        "SELECT coalesce(string_agg(quote_ident(attname), ', ' ORDER BY attnum), '')"
        " FROM pg_attribute WHERE attrelid = '" +
        table +
        "'::regclass AND attnum > 0 AND NOT"
        " attisdropped AND attgenerated = '' AND attidentity = ''"
        " AND has_column_privilege('liuhen_http', attrelid, attnum, '" +
        verb + "')");
}

struct Outcome {
    std::size_t rows = 0;
    bool refused = false;
};
Outcome tried(const std::string& role, const std::string& party, const std::string& statement) {
    Caller caller{role, party};
    try {
        return {caller.work.exec(statement).affected_rows(), false};
    } catch (const pqxx::sql_error&) {
        return {0, true};
    }
}

TEST_CASE("a firm sees, changes, removes and forges nothing of another firm's, in any table") {
    const Page page = written();
    const auto names = filled(page);
    CHECK(names.size() >= 20);
    for (const char* role : {"producer", "carrier", "driver", "receiver", ""}) {
        const std::string party = *role == '\0' ? "" : populated().stranger;
        for (const auto& table : names) {
            const std::string& may = page.at(table).may.at("liuhen_http");
            INFO(role << ' ' << table);
            if (has(may, 'S') && !common.contains(table)) {
                const auto readable = columns(table, "SELECT");
                CHECK(tried(role, party, "SELECT " + readable + " FROM " + table).rows == 0);
            }
            if (has(may, 'U')) {
                const auto all = columns(table, "UPDATE");
                const std::string change =
                    "UPDATE " + table + " SET " + all.substr(0, all.find(',')) + " = NULL";
                const std::string but_own =
                    table == "parties" ? " WHERE id <> '" + populated().stranger + "'" : "";
                CHECK(tried(role, party, change + but_own).rows == 0);
            }
            if (has(may, 'D')) CHECK(tried(role, party, "DELETE FROM " + table).rows == 0);
        }
    }
}

TEST_CASE("a firm forges no row in another firm's name, in any table") {
    const Page page = written();
    std::size_t forged = 0;
    for (const auto& table : filled(page)) {
        if (!has(page.at(table).may.at("liuhen_http"), 'I') || common.contains(table)) continue;
        INFO(table);
        const auto writable = columns(table, "INSERT");
        const auto rows = populated().database.sql("SELECT to_json(t)::text FROM (SELECT " +
                                                   writable + " FROM " + table + " LIMIT 3) t");
        for (const auto& row : rows) {
            pqxx::connection quoting{populated().database.conninfo("liuhen_http")};
            const std::string copy = "INSERT INTO " + table + " (" + writable + ") SELECT " +
                                     writable + " FROM json_populate_record(NULL::" + table + ", " +
                                     quoting.quote(row[0].c_str()) + ")";
            const auto outcome = tried("producer", populated().stranger, copy);
            CHECK(outcome.refused);
            ++forged;
        }
    }
    CHECK(forged >= 15);
}

}  // namespace
