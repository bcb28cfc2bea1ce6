#include "server/migrate.hpp"

#include "tests/support/scratch_db.hpp"

#include <catch2/catch.hpp>

#include <filesystem>
#include <fstream>

using namespace liuhen;
namespace fs = std::filesystem;

namespace {

struct SqlFolder {
    SqlFolder() {
        std::string pattern = "/tmp/lh-sql-XXXXXX";
        path = ::mkdtemp(pattern.data());
    }
    ~SqlFolder() { fs::remove_all(path); }
    SqlFolder(const SqlFolder&) = delete;
    SqlFolder& operator=(const SqlFolder&) = delete;
    void write(const std::string& name, const std::string& sql) const {
        std::ofstream{path / name} << sql;
    }
    void copy_ours() const {
        fs::copy(fs::path{LIUHEN_SOURCE_DIR} / "sql", path, fs::copy_options::recursive);
    }
    fs::path path;
};

}  // namespace

TEST_CASE("migrating twice applies nothing the second time") {
    const test::ScratchDatabase database;
    const auto again = server::migrate(database.conninfo(), fs::path{LIUHEN_SOURCE_DIR} / "sql");
    CHECK(again.empty());
    CHECK(database.value<int>("SELECT count(*) FROM schema_migrations") >= 6);
}

TEST_CASE("a migration that was edited after it was applied is refused by name") {
    const test::ScratchDatabase database;
    const SqlFolder folder;
    folder.copy_ours();
    std::ofstream{folder.path / "002_parties.sql", std::ios::app} << "-- edited\n";
    CHECK_THROWS_WITH(server::migrate(database.conninfo(), folder.path),
                      Catch::Contains("002_parties.sql was changed"));
}

TEST_CASE(
    "numbers entered in upper case are reachable after the migration, twins left as they are") {
    const test::ScratchDatabase database;
    const auto enter = [&](const char* number) {
        database.sql(std::string{"INSERT INTO terminals (id, number, protocol, auth_code) VALUES"
                                 " (gen_random_uuid(), '"} +
                     number + "', 'jt808', 'code')");
    };
    for (const char* const number : {"4EB6FB", "abc", "ABC", "DEF", "dEF", "139"}) enter(number);
    std::ifstream file{fs::path{LIUHEN_SOURCE_DIR} / "sql/064_hex_numbers.sql"};
    const std::string sql{std::istreambuf_iterator<char>{file}, {}};
    REQUIRE_FALSE(sql.empty());
    for (int i = 0; i < 2; ++i) database.sql(sql);
    CHECK(database.value<std::string>("SELECT string_agg(number, ' ' ORDER BY key)"
                                      " FROM terminals") == "4eb6fb abc ABC def dEF 139");
}

TEST_CASE("a program older than its database refuses to migrate") {
    const test::ScratchDatabase database;
    const SqlFolder folder;
    folder.copy_ours();
    fs::remove(folder.path / "006_alerts.sql");
    CHECK_THROWS_WITH(server::migrate(database.conninfo(), folder.path),
                      Catch::Contains("006_alerts.sql was applied"));
}

TEST_CASE("a migration that comes before an applied one is refused") {
    const test::ScratchDatabase database;
    const SqlFolder folder;
    folder.copy_ours();
    folder.write("000_early.sql", "CREATE TABLE early ();");
    CHECK_THROWS_AS(server::migrate(database.conninfo(), folder.path), server::MigrationRefused);
    CHECK(database.sql("SELECT to_regclass('early')").at(0).at(0).is_null());
}

TEST_CASE("a migration that fails half-way leaves nothing of itself behind") {
    const test::ScratchDatabase database;
    const SqlFolder folder;
    folder.copy_ours();
    folder.write("900_good.sql", "CREATE TABLE good ();");
    folder.write("901_bad.sql", "CREATE TABLE half (); SELECT nonsense;");
    CHECK_THROWS(server::migrate(database.conninfo(), folder.path));
    CHECK_FALSE(database.sql("SELECT to_regclass('good')").at(0).at(0).is_null());
    CHECK(database.sql("SELECT to_regclass('half')").at(0).at(0).is_null());
}
