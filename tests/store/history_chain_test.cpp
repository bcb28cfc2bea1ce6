// The chain of records: made with each event, for nobody to change.
#include "server/history/record.hpp"
#include "server/store/history.hpp"
#include "tests/support/http_house.hpp"

#include <catch2/catch.hpp>

using namespace liuhen;
using liuhen::test::ScratchDatabase;
using liuhen::test::Valley;
using nlohmann::json;
namespace fs = std::filesystem;
namespace history = liuhen::server::history;

namespace {

// A database as it was before there was a chain, with two manifests of `versions` events each.
class OldDatabase {
public:
    OldDatabase() {
        const std::string like = first_.conninfo();
        conninfo_ = like.substr(0, like.rfind('=') + 1) + name_;
        pqxx::connection connection{first_.conninfo("liuhen_owner")};
        pqxx::nontransaction work{connection};
        work.exec("CREATE DATABASE " + name_);
        std::string pattern = "/tmp/lh-sql-XXXXXX";
        folder_ = ::mkdtemp(pattern.data());
        for (const auto& file : fs::directory_iterator{fs::path{LIUHEN_SOURCE_DIR} / "sql"}) {
            if (file.path().filename() < fs::path{"014"}) fs::copy(file.path(), folder_);
        }
        server::migrate(conninfo_, folder_);
    }
    ~OldDatabase() { fs::remove_all(folder_); }
    OldDatabase(const OldDatabase&) = delete;
    OldDatabase& operator=(const OldDatabase&) = delete;

    pqxx::result sql(const std::string& statements) const {
        pqxx::connection connection{conninfo_ + " user=liuhen_owner"};
        pqxx::work work{connection};
        auto result = work.exec(statements);
        work.commit();
        return result;
    }
    [[nodiscard]] const std::string& conninfo() const { return conninfo_; }

private:
    ScratchDatabase first_;
    std::string name_ = "old" + std::to_string(::getpid());
    std::string conninfo_;
    fs::path folder_;
};

constexpr const char* two_old_manifests =
    "INSERT INTO parties (id, name, roles) VALUES"
    " ('10000000-0000-4000-8000-000000000000', 'Old Works', '{producer}');"
    "INSERT INTO manifests (id, kind, state, version, producer_id, document, updated_at)"
    " SELECT id, 'HW', 'DRAFT', 3, '10000000-0000-4000-8000-000000000000', '{\"version\": 3}',"
    " '2026-03-01Z' FROM unnest('{019ca6e0-0000-7000-8000-000000000001,"
    " 019ca6e0-0000-7000-8000-000000000002}'::uuid[]) AS id;"
    "INSERT INTO manifest_events SELECT m.id, n, 'T01', 'edit', 'producer', m.producer_id, NULL,"
    " 'Li', '2026-03-01Z', '2026-03-01 00:00:01.5Z', '{\"b\": 1, \"a\": 2}',"
    " jsonb_build_object('version', n) FROM manifests m, generate_series(3, 1, -1) AS n;";

}  // namespace

TEST_CASE("each event of a manifest is a record chained to the one before") {
    const Valley place;
    const std::string id = place.draft();
    REQUIRE(place.act("producer", id, "submit").status == 200);
    REQUIRE(place.act("carrier", id, "carrier_accept", place.acceptance()).status == 200);
    const auto rows = place.database.sql(
        "SELECT record, encode(sha256, 'hex'), encode(sm3, 'hex'), origin, event FROM"
        " manifest_events ORDER BY version");
    REQUIRE(rows.size() == 3);
    history::Digests last = history::before_the_first;
    for (const auto& row : rows) {
        last = history::chained(last, row[0].c_str());
        CHECK(history::hex(last.sha256) == row[1].c_str());
        CHECK(history::hex(last.sm3) == row[2].c_str());
        const auto record = json::parse(row[0].c_str());
        CHECK(record.dump() == row[0].c_str());
        CHECK(record["origin"] == "127.0.0.1");
        CHECK(record["event"] == row[4].c_str());
        CHECK(record["document"]["id"] == id);
    }
    const auto record = json::parse(rows[2][0].c_str());
    CHECK(record["person"] == "carrier person");
    CHECK(record["party"] == place.party.at("carrier"));
    CHECK(record["request"]["waybill_no"] == "WB-2026-0001");
    CHECK(json::parse(place.database.value<std::string>("SELECT document FROM manifests")) ==
          record["document"]);
}

TEST_CASE("a refused event leaves no record, and none of a token's secret is in any") {
    const Valley place;
    const std::string id = place.draft();
    CHECK(place.act("producer", id, "close").status == 409);
    CHECK(place.act("producer", id, "submit", {{"colour", 1}}).status == 422);
    CHECK(place.database.value<int>("SELECT count(*) FROM manifest_events") == 1);
    CHECK(place.database.value<int>("SELECT count(*) FROM history_pending") == 1);
    CHECK(place.database.value<std::string>("SELECT record FROM manifest_events")
              .find(place.tokens.at("producer")) == std::string::npos);
}

TEST_CASE("nobody but the owner changes, removes or empties the history") {
    const Valley place;
    (void)place.draft();
    for (const char* role : {"liuhen_http", "liuhen_core", "liuhen_reader"}) {
        for (const char* statement :
             {"UPDATE manifest_events SET person = 'x'", "DELETE FROM manifest_events",
              "TRUNCATE manifest_events", "UPDATE history_anchors SET list = ''",
              "DELETE FROM history_anchors", "TRUNCATE history_anchors",
              "UPDATE history_heads SET version = 9", "DELETE FROM history_heads",
              "UPDATE history_keys SET sm2 = ''", "DELETE FROM history_keys",
              "UPDATE history_pending SET version = 9", "TRUNCATE history_pending",
              "SELECT * FROM manifest_events_rest", "DROP TABLE manifest_events"}) {
            INFO(role << ": " << statement);
            CHECK_THROWS_AS(place.database.sql_as(role, statement), pqxx::insufficient_privilege);
        }
    }
    CHECK_THROWS_AS(place.database.sql_as("liuhen_http", "DELETE FROM history_pending"),
                    pqxx::insufficient_privilege);
}

TEST_CASE("records lie by the Chinese year of their manifest, and years are made ahead") {
    const ScratchDatabase database;
    database.sql("SELECT ensure_history_partitions(2026, 2027)");
    CHECK(database.value<int>("SELECT ensure_history_partitions(2026, 2027)") == 0);
    CHECK(database.value<std::string>("SELECT history_floor(2027)") ==
          "01a2ccd4-6000-0000-0000-000000000000");
    database.sql(
        "INSERT INTO parties (id, name, roles) VALUES"
        " ('10000000-0000-4000-8000-000000000000', 'Old Works', '{producer}');"
        "INSERT INTO manifests (id, kind, state, version, producer_id, document, updated_at)"
        " SELECT id, 'HW', 'DRAFT', 1, '10000000-0000-4000-8000-000000000000', '{}', now() FROM"
        " unnest('{01a2ccd4-5fff-7000-8000-000000000001, 01a2ccd4-6000-7000-8000-000000000001,"
        " 00000000-0000-7000-8000-000000000000}'::uuid[]) AS id;"
        "INSERT INTO manifest_events (manifest_id, version, transition, event, role, at,"
        " recorded_at, record, sha256, sm3) SELECT id, 1, 'T01', 'create', 'producer', now(),"
        " now(), '{}', sha256(''), sha256('') FROM manifests");
    const auto where = [&database](const std::string& id) {
        return database.value<std::string>(
            "SELECT tableoid::regclass FROM manifest_events WHERE manifest_id = '" + id + "'");
    };
    CHECK(where("01a2ccd4-5fff-7000-8000-000000000001") == "manifest_events_2026");
    CHECK(where("01a2ccd4-6000-7000-8000-000000000001") == "manifest_events_2027");
    CHECK(where("00000000-0000-7000-8000-000000000000") == "manifest_events_rest");
}

TEST_CASE("events older than the chain are taken into it once, whatever their order") {
    const OldDatabase old;
    old.sql(two_old_manifests);
    const auto policies = "SELECT count(*) FROM pg_policies WHERE tablename = 'manifest_events'";
    const int before = old.sql(policies)[0][0].as<int>();
    server::migrate(old.conninfo(), fs::path{LIUHEN_SOURCE_DIR} / "sql");
    CHECK(old.sql(policies)[0][0].as<int>() == before);
    CHECK(old.sql("SELECT to_regclass('manifest_events_unchained')")[0][0].is_null());
    CHECK(old.sql("SELECT count(*) FROM history_pending")[0][0].as<int>() == 6);
    // The feed of changes tells each once, as it stands.
    CHECK(old.sql("SELECT count(*) FROM manifest_changes_pending WHERE version = 3")[0][0]
              .as<int>() == 2);
    const auto rows = old.sql(
        "SELECT record, encode(sm3, 'hex'), version, tableoid::regclass::text FROM"
        " manifest_events ORDER BY manifest_id, version");
    REQUIRE(rows.size() == 6);
    history::Digests last;
    for (const auto& row : rows) {
        if (row[2].as<int>() == 1) last = history::before_the_first;
        last = history::chained(last, row[0].c_str());
        CHECK(history::hex(last.sm3) == row[1].c_str());
        CHECK(row[3].c_str() == std::string{"manifest_events_2026"});
        const auto record = json::parse(row[0].c_str());
        CHECK(record["recorded_at"] == "2026-03-01T00:00:01.500Z");
        CHECK(record.contains("chained_at"));
        CHECK(record["document"]["version"] == row[2].as<int>());
    }
    CHECK(server::migrate(old.conninfo(), fs::path{LIUHEN_SOURCE_DIR} / "sql").empty());
}
