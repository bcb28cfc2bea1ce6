// What each role of the database may do: sql/PRIVILEGES.md against the catalogue, and every role
// logged in and trying what it must not do.
#include "tests/support/privileges.hpp"

#include "tests/support/scratch_db.hpp"

#include <catch2/catch.hpp>

#include <set>

namespace {

using namespace liuhen;
using namespace liuhen::test::privileges;
using liuhen::test::ScratchDatabase;

// Tables and views of the schema, without partitions and what belongs to an extension.
constexpr const char* tables =
    "pg_class c WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r','p','v','m')"
    " AND NOT c.relispartition AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.objid = c.oid"
    " AND d.deptype = 'e')";

Page in_force(const ScratchDatabase& database) {
    Page page;
    for (const char* role : roles) {
        const std::string grants =
            "SELECT c.relname, c.relrowsecurity, (SELECT coalesce(string_agg(CASE"
            " WHEN has_table_privilege('" +
            std::string{role} + "', c.oid, p) THEN l WHEN n < 4 AND has_any_column_privilege('" +
            role +
            "', c.oid, p) THEN lower(l) ELSE '' END, '' ORDER BY n), '') FROM (VALUES"
            " (1, 'SELECT', 'S'), (2, 'INSERT', 'I'), (3, 'UPDATE', 'U'), (4, 'DELETE', 'D'),"
            " (5, 'TRUNCATE', 'T'), (6, 'REFERENCES', 'R'), (7, 'TRIGGER', 'G')) x (n, p, l))"
            " FROM " +
            tables;
        for (const auto& row : database.sql(grants)) {
            Line& line = page[row[0].c_str()];
            line.may[role] = row[2].c_str();
            line.rows = row[1].as<bool>() ? "own" : "all";
        }
    }
    for (auto& [name, line] : page) {
        const bool asked = !line.may["liuhen_http"].empty() || !line.may["liuhen_reader"].empty();
        if (line.rows == "all" && !asked) line.rows = "";
    }
    return page;
}

// How the server answers one statement, which leaves nothing behind.
struct Attempt {
    pqxx::connection connection;
    Attempt(const ScratchDatabase& database, const char* role)
        : connection(database.conninfo(role)) {}
    bool refused(const std::string& statement) {
        try {
            pqxx::work work{connection};
            work.exec(statement);
            return false;
        } catch (const pqxx::insufficient_privilege&) {
            return true;
        } catch (const pqxx::sql_error& other) {
            // 42809, 55000: a view is no table.
            return std::set<std::string>{"42501", "42809", "55000"}.contains(other.sqlstate());
        }
    }
};

// A role, a table and a statement that the page does not allow, but was let through.
std::vector<std::string> let_through(const ScratchDatabase& database, const char* role,
                                     const Page& page) {
    Attempt attempt{database, role};
    std::vector<std::string> passed;
    for (const auto& [table, line] : page) {
        const std::string& may = line.may.at(role);
        const auto lacks = [&may](char letter) { return !has(may, letter); };
        std::vector<std::string> forbidden{"TRUNCATE " + table,
                                           "ALTER TABLE " + table + " ADD COLUMN own int",
                                           "DROP TABLE " + table};
        if (line.rows == "own")
            forbidden.push_back("ALTER TABLE " + table + " DISABLE ROW LEVEL SECURITY");
        if (lacks('S')) forbidden.push_back("EXPLAIN SELECT * FROM " + table);
        if (lacks('I')) forbidden.push_back("EXPLAIN INSERT INTO " + table + " DEFAULT VALUES");
        if (lacks('D')) forbidden.push_back("EXPLAIN DELETE FROM " + table);
        if (lacks('U')) {
            const auto column = database.value<std::string>(
                "SELECT attname FROM pg_attribute WHERE attnum > 0 AND NOT attisdropped"
                " AND attgenerated = '' AND attidentity = '' AND attrelid = '" +
                table + "'::regclass LIMIT 1");
            forbidden.push_back("EXPLAIN UPDATE " + table + " SET " + column + " = NULL");
        }
        for (const auto& statement : forbidden)
            if (!attempt.refused(statement)) passed.push_back(std::string{role} + ": " + statement);
    }
    return passed;
}

const ScratchDatabase& database() {
    static const ScratchDatabase one;
    return one;
}

TEST_CASE("each table has its line in PRIVILEGES.md, and is granted what stands there") {
    const Page said = written();
    const Page real = in_force(database());
    CHECK(real.size() > 90);
    for (const auto& [table, line] : real) {
        INFO(table);
        REQUIRE(said.contains(table));
        CHECK(said.at(table).may == line.may);
        CHECK(said.at(table).rows == line.rows);
    }
    for (const auto& [table, line] : said) {
        INFO(table);
        CHECK(real.contains(table));
    }
}

TEST_CASE("a table that nobody thought of, or a grant too much, does not pass") {
    const ScratchDatabase careless;
    careless.sql(
        "CREATE TABLE forgotten (party_id uuid); GRANT SELECT ON forgotten TO liuhen_http;"
        "GRANT DELETE ON manifests TO liuhen_http;"
        "ALTER TABLE plans DISABLE ROW LEVEL SECURITY;");
    const Page said = written();
    const Page real = in_force(careless);
    CHECK(real.at("forgotten").rows == "all");
    CHECK_FALSE(said.contains("forgotten"));
    CHECK_FALSE(said.at("manifests") == real.at("manifests"));
    CHECK_FALSE(said.at("plans") == real.at("plans"));
    const auto passed = let_through(careless, "liuhen_http", said);
    CHECK(passed == std::vector<std::string>{"liuhen_http: EXPLAIN DELETE FROM manifests"});
}

TEST_CASE("logged in as each role, what PRIVILEGES.md does not give is refused") {
    const Page page = written();
    for (const char* role : roles) {
        CHECK(let_through(database(), role, page) == std::vector<std::string>{});
    }
}

TEST_CASE("no role gets at partitions, files, programs, other roles or the schema") {
    const auto partitions = database().sql(
        "SELECT c.relname FROM pg_class c WHERE c.relispartition AND c.relkind IN ('r', 'p')"
        " AND c.relnamespace = 'public'::regnamespace");
    CHECK(partitions.size() > 5);
    for (const char* role : roles) {
        INFO(role);
        Attempt attempt{database(), role};
        for (const auto& row : partitions)
            CHECK(attempt.refused(std::string{"EXPLAIN SELECT * FROM "} + row[0].c_str()));
        for (const char* statement :
             {"CREATE TABLE public.own (a int)", "CREATE SCHEMA own", "SET ROLE liuhen_owner",
              "SET ROLE postgres", "CREATE ROLE own", "ALTER ROLE liuhen_core SUPERUSER",
              "CREATE EXTENSION file_fdw", "SELECT pg_read_file('/etc/passwd')",
              "SELECT * FROM pg_authid", "COPY (SELECT 1) TO PROGRAM 'cat'",
              "COPY (SELECT 1) TO '/tmp/own'", "SET session_replication_role = replica",
              "SELECT lo_import('/etc/passwd')", "ALTER FUNCTION caller_party() STRICT",
              "DROP POLICY seen ON manifests", "SET session_authorization = liuhen_owner"}) {
            INFO(statement);
            CHECK(attempt.refused(statement));
        }
    }
    CHECK(database().value<int>(
              "SELECT count(*) FROM pg_roles WHERE rolname LIKE 'liuhen%'"
              " AND (rolsuper OR rolbypassrls OR rolreplication"
              " OR (rolname <> 'liuhen_owner' AND (rolcreatedb OR rolcreaterole)))") == 0);
}

TEST_CASE(
    "functions with the owner's rights have a fixed path, and strangers run only those named") {
    const auto loose = database().sql(
        "SELECT p.proname FROM pg_proc p WHERE p.prosecdef AND p.pronamespace = "
        "'public'::regnamespace"
        " AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.objid = p.oid AND d.deptype = 'e')"
        " AND NOT coalesce('search_path=public, pg_temp' = ANY (p.proconfig), false)");
    CHECK(loose.empty());
    const auto open = database().sql(
        "SELECT p.proname FROM pg_proc p WHERE p.prosecdef AND p.pronamespace = "
        "'public'::regnamespace"
        " AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.objid = p.oid AND d.deptype = 'e')"
        " AND p.prorettype <> 'trigger'::regtype"
        " AND has_function_privilege('public', p.oid, 'EXECUTE')");
    std::set<std::string> named;
    for (const auto& row : open) named.insert(row[0].c_str());
    // Two ask of the caller himself, the third of the map: parts of policies.
    CHECK(named ==
          std::set<std::string>{"caller_reaches_vehicle", "caller_names_crew_of", "division_at"});
}

}  // namespace
