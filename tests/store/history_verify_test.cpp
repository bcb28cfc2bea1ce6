// Whatever the database's owner does to the history, the verifier finds it.
#include "server/store/anchors.hpp"
#include "tests/support/files.hpp"
#include "tests/support/history_house.hpp"

#include <regex>
#include <sstream>

using namespace liuhen;
using namespace liuhen::server;
using liuhen::server::verify::Fault;
using liuhen::test::HistoryHouse;
using nlohmann::json;
namespace fs = std::filesystem;

namespace {

using Names = std::set<std::string>;

// Two manifests of two records each, listed.
struct Listed : HistoryHouse {
    Listed() : first(accepted()), second(accepted()) { REQUIRE(anchor().heads == 2); }
    std::string first, second;
    [[nodiscard]] std::string of(const std::string& id, int version) const {
        return "manifest_id = '" + id + "' AND version = " + std::to_string(version);
    }
};

int run(const HistoryHouse& house, std::vector<const char*> words, std::string& out) {
    const std::string conninfo = house.valley.database.conninfo();
    words.insert(words.begin(), {"liuhen-verify", "--database", conninfo.c_str()});
    std::ostringstream text, err;
    const int code = verify::main_of(static_cast<int>(words.size()), words.data(), text, err);
    out = text.str() + err.str();
    return code;
}

}  // namespace

TEST_CASE("an untouched history is sound, listed or waiting, by folder and by database") {
    const Listed house;
    REQUIRE(house.valley.act("carrier", house.first, "carrier_accept", house.valley.acceptance())
                .status == 200);
    const auto report = house.verify();
    CHECK(HistoryHouse::faults(report) == Names{});
    CHECK(report.manifests == 2);
    CHECK(report.records == 5);
    CHECK(report.lists == 1);
    CHECK(report.notes.empty());
    const auto by_database = house.verify(HistoryHouse::Against::database);
    CHECK(by_database.sound());
    CHECK(by_database.notes.size() == 1);
    CHECK(house.verify(HistoryHouse::Against::folder, house.first).records == 3);
}

TEST_CASE("a changed column of a record is found with its name") {
    const Listed house;
    house.tamper("UPDATE manifest_events SET person = 'Somebody' WHERE " +
                 house.of(house.first, 2));
    const auto report = house.verify();
    CHECK(HistoryHouse::faults(report) == Names{"RECORD_CHANGED"});
    const auto found = HistoryHouse::finding(report, Fault::record_changed);
    CHECK(found.field == "person");
    CHECK(found.manifest == house.first);
    CHECK(found.version == 2);
    CHECK(found.detail.find("Somebody") != std::string::npos);
}

TEST_CASE("a changed byte of a record breaks its chain") {
    const Listed house;
    house.tamper(
        "UPDATE manifest_events SET record = replace(record, 'plating', 'platinG') WHERE " +
        house.of(house.first, 1));
    const auto report = house.verify();
    CHECK(HistoryHouse::faults(report) == Names{"CHAIN_BROKEN"});
    CHECK(report.faults == 1);
    CHECK(HistoryHouse::finding(report, Fault::chain_broken).version == 1);
}

TEST_CASE("a chain hashed anew from a changed record on contradicts the signed list") {
    const Listed house;
    const auto rows =
        house.valley.database.sql("SELECT record FROM manifest_events WHERE manifest_id = '" +
                                  house.first + "' ORDER BY version");
    history::Digests last = history::before_the_first;
    for (const auto& row : rows) {
        const std::string record =
            std::regex_replace(row[0].c_str(), std::regex{"plating"}, "platinG");
        last = history::chained(last, record);
        house.tamper(
            "UPDATE manifest_events SET record = replace(record, 'plating', 'platinG'),"
            " sha256 = '\\x" +
            history::hex(last.sha256) + "', sm3 = '\\x" + history::hex(last.sm3) + "' WHERE " +
            house.of(house.first, static_cast<int>(row.num()) + 1));
    }
    house.tamper(
        "UPDATE manifests SET document = replace(document::text, 'plating',"
        " 'platinG')::jsonb WHERE id = '" +
        house.first + "'");
    const auto report = house.verify();
    CHECK(HistoryHouse::faults(report) == Names{"HEAD_CHANGED"});
    CHECK(HistoryHouse::finding(report, Fault::head_changed).manifest == house.first);
    house.tamper("UPDATE history_heads SET sha256 = '\\x" + history::hex(last.sha256) +
                 "', sm3 = '\\x" + history::hex(last.sm3) + "' WHERE manifest_id = '" +
                 house.first + "'");
    const auto again = HistoryHouse::faults(house.verify());
    CHECK(again.contains("LIST_CHANGED"));
    CHECK(HistoryHouse::faults(house.verify(HistoryHouse::Against::database))
              .contains("LIST_CHANGED"));
}

TEST_CASE("a removed record in the middle of a chain is found") {
    const Listed house;
    house.tamper("DELETE FROM manifest_events WHERE " + house.of(house.first, 1));
    const auto report = house.verify();
    CHECK(HistoryHouse::faults(report).contains("RECORD_MISSING"));
    CHECK(HistoryHouse::finding(report, Fault::record_missing).version == 1);
}

TEST_CASE("a chain cut off at its end, the manifest set back with it, is found by the list") {
    const Listed house;
    house.tamper("ALTER TABLE manifests DISABLE TRIGGER keep; DELETE FROM manifest_events WHERE " +
                 house.of(house.first, 2) +
                 "; UPDATE manifests m SET document = e.record::jsonb -> 'document', version = 1,"
                 " no = NULL, state = 'DRAFT' FROM manifest_events e WHERE e.manifest_id = m.id"
                 " AND m.id = '" +
                 house.first + "'");
    const auto faults = HistoryHouse::faults(house.verify());
    CHECK(faults == Names{"HEAD_MISSING", "NOT_LISTED", "TOTALS_WRONG"});
}

TEST_CASE("a manifest that is gone with all its records is found by name") {
    const Listed house;
    house.tamper(
        "DELETE FROM trips; DELETE FROM quota_entries; DELETE FROM inbox;"
        " DELETE FROM due_time_changes; DELETE FROM due_times;"
        " DELETE FROM manifest_events WHERE manifest_id = '" +
        house.second + "'; DELETE FROM manifests WHERE id = '" + house.second + "'");
    const auto report = house.verify();
    CHECK(HistoryHouse::faults(report) == Names{"MANIFEST_MISSING", "TOTALS_WRONG"});
    CHECK(HistoryHouse::finding(report, Fault::manifest_missing).manifest == house.second);
}

TEST_CASE("a manifest whose records are gone, and one that never had any, are found") {
    const Listed house;
    house.tamper("DELETE FROM manifest_events WHERE manifest_id = '" + house.second + "'");
    CHECK(HistoryHouse::faults(house.verify()).contains("HISTORY_MISSING"));
    CHECK(HistoryHouse::faults(house.verify()).contains("HEAD_MISSING"));
}

TEST_CASE("two records in each other's place are found, in one manifest and between two") {
    const Listed house;
    const auto swapped = [](const std::string& id, int from, const std::string& other, int to) {
        const auto copy = [](const std::string& a, int v, const std::string& b, int w) {
            return "UPDATE manifest_events e SET record = h.record, sha256 = h.sha256, sm3 = h.sm3"
                   " FROM held h WHERE e.manifest_id = '" +
                   a + "' AND e.version = " + std::to_string(v) + " AND h.manifest_id = '" + b +
                   "' AND h.version = " + std::to_string(w) + ";";
        };
        return "CREATE TEMP TABLE held AS SELECT * FROM manifest_events;" +
               copy(id, from, other, to) + copy(other, to, id, from);
    };
    house.tamper(swapped(house.first, 1, house.first, 2));
    CHECK(HistoryHouse::faults(house.verify()).contains("RECORD_MISPLACED"));
    house.tamper(swapped(house.first, 1, house.first, 2));
    CHECK(house.verify().sound());
    house.tamper(swapped(house.first, 2, house.second, 2));
    const auto report = house.verify();
    CHECK(HistoryHouse::faults(report).contains("RECORD_MISPLACED"));
    CHECK(HistoryHouse::faults(report).contains("HEAD_CHANGED"));
}

TEST_CASE("a current manifest that is not what its newest record led to is found by field") {
    const Listed house;
    house.tamper(
        "UPDATE manifests SET document = jsonb_set(document, '{lines,0,planned_g}', '1'),"
        " carrier_id = NULL WHERE id = '" +
        house.first + "'");
    const auto report = house.verify();
    CHECK(HistoryHouse::faults(report) == Names{"MANIFEST_CHANGED"});
    std::set<std::string> fields;
    for (const auto& one : report.findings) fields.insert(one.field);
    CHECK(fields == Names{"/lines/0/planned_g", "carrier_id"});
}

TEST_CASE("a list signed with another key is forged, and one that was changed does not hold") {
    const Listed house;
    const auto forger = history::SigningKeys::load_or_make(house.anchors() + "/../forger.key");
    auto said = *history::read_list(
        house.valley.database.value<std::string>("SELECT list FROM history_anchors"));
    said.records = 40;
    const std::string text = history::list_text(said);
    const auto signatures = forger.sign(text);
    house.tamper("UPDATE history_anchors SET list = '" + text + "', ed25519 = '\\x" +
                 history::hex_of(signatures.ed25519) + "', sm2 = '\\x" +
                 history::hex_of(signatures.sm2) + "'");
    CHECK(HistoryHouse::faults(house.verify(HistoryHouse::Against::database))
              .contains("LIST_FORGED"));
    CHECK(HistoryHouse::faults(house.verify()).contains("LIST_CHANGED"));
    house.tamper(
        "UPDATE history_anchors SET list = replace(list, '\"records\":40', '\"records\":4')");
    CHECK(HistoryHouse::faults(house.verify(HistoryHouse::Against::database)) ==
          Names{"LIST_FORGED"});
}

TEST_CASE("a key that only the database vouches for is not trusted beside a folder") {
    const Listed house;
    const auto forger = history::SigningKeys::load_or_make(house.anchors() + "/../forger.key");
    auto said = *history::read_list(
        house.valley.database.value<std::string>("SELECT list FROM history_anchors"));
    said.key_id = forger.keys().id;
    const std::string text = history::list_text(said);
    const auto signatures = forger.sign(text);
    const std::string keys = "INSERT INTO history_keys VALUES ('" + forger.keys().id + "', '" +
                             forger.keys().ed25519_pem + "', '" + forger.keys().sm2_pem +
                             "', now());";
    house.tamper(keys + "UPDATE history_anchors SET list = '" + text + "', ed25519 = '\\x" +
                 history::hex_of(signatures.ed25519) + "', sm2 = '\\x" +
                 history::hex_of(signatures.sm2) + "'");
    CHECK(house.verify(HistoryHouse::Against::database).sound());  // and a note says why
    CHECK(HistoryHouse::faults(house.verify()) == Names{"LIST_CHANGED"});
}

TEST_CASE("a removed list, and lists that do not follow each other, are found") {
    const Listed house;
    const auto keeper = house.keeper();
    for (int i = 0; i < 2; ++i) {
        (void)house.accepted();
        REQUIRE(keeper->write().lists == 1);
    }
    CHECK(house.verify().sound());
    house.tamper(
        "CREATE TABLE kept AS SELECT * FROM history_anchors;"
        "DELETE FROM history_anchors WHERE number = 2");
    CHECK(HistoryHouse::faults(house.verify()) == Names{"LIST_MISSING"});
    CHECK(HistoryHouse::faults(house.verify(HistoryHouse::Against::database)) ==
          Names{"LIST_MISSING"});
    house.tamper(
        "INSERT INTO history_anchors SELECT * FROM kept WHERE number = 2;"
        "UPDATE history_anchors a SET list = k.list FROM kept k WHERE a.number = 3"
        " AND k.number = 2");
    CHECK(HistoryHouse::faults(house.verify()).contains("LIST_CHANGED"));
}

TEST_CASE("a record that was slipped in beside the desk is found: nobody waits to list it") {
    const Listed house;
    const auto previous = house.valley.database.sql(
        "SELECT record, encode(sha256, 'hex'), encode(sm3, 'hex') FROM manifest_events WHERE " +
        house.of(house.first, 2));
    auto record = json::parse(previous[0][0].c_str());
    record["version"] = record["document"]["version"] = 3;
    const auto digests = history::chained({*history::digest_from_hex(previous[0][1].c_str()),
                                           *history::digest_from_hex(previous[0][2].c_str())},
                                          record.dump());
    house.tamper(
        "INSERT INTO manifest_events SELECT manifest_id, 3, transition, event, role,"
        " party_id, token_id, person, origin, at, recorded_at, '" +
        record.dump() + "', '\\x" + history::hex(digests.sha256) + "', '\\x" +
        history::hex(digests.sm3) + "' FROM manifest_events WHERE " + house.of(house.first, 2) +
        "; UPDATE manifests SET version = 3, document ="
        " jsonb_set(document, '{version}', '3') WHERE id = '" +
        house.first + "'");
    CHECK(HistoryHouse::faults(house.verify()) == Names{"NOT_LISTED", "TOTALS_WRONG"});
}

TEST_CASE("a record that waits for its list and is changed meanwhile is found") {
    const Listed house;
    const std::string third = house.accepted();
    house.tamper("DELETE FROM manifest_events WHERE " + house.of(third, 2));
    CHECK(HistoryHouse::faults(house.verify()).contains("PENDING_WRONG"));
}

TEST_CASE("the program says what it found, as text or JSON, and by its exit code") {
    const Listed house;
    std::string out;
    const std::string folder = house.anchors();
    CHECK(run(house, {"--anchors", folder.c_str()}, out) == 0);
    CHECK(out.find("2 manifests, 4 records, 1 lists: sound") != std::string::npos);
    const auto no = house.valley.database.value<std::string>(
        "SELECT no FROM manifests WHERE id = '" + house.first + "'");
    CHECK(run(house, {"--manifest", no.c_str(), "--json"}, out) == 0);
    CHECK(json::parse(out)["records"] == 2);
    CHECK(run(house, {"--from", "2031-01-01"}, out) == 0);
    CHECK(out.find("0 manifests") != std::string::npos);
    CHECK(run(house, {"--to", "2031-01-01", "--role", "liuhen_owner"}, out) == 0);
    CHECK(out.find("2 manifests") != std::string::npos);
    house.tamper("UPDATE manifest_events SET event = 'edit' WHERE " + house.of(house.first, 2));
    CHECK(run(house, {"--json"}, out) == 1);
    const auto found = json::parse(out)["findings"][0];
    CHECK(found["fault"] == "RECORD_CHANGED");
    CHECK(found["field"] == "event");
    CHECK(run(house, {"--manifest", "33119999000000"}, out) == 2);
    CHECK(run(house, {"--anchors", "/nonexistent"}, out) == 2);
    CHECK(run(house, {"--from", "yesterday"}, out) == 2);
    CHECK(run(house, {"--colour", "red"}, out) == 2);
}

TEST_CASE("a file that a record names is found when it is gone or has another content") {
    const HistoryHouse house;
    const auto& valley = house.valley;
    const std::string id = valley.draft();
    const std::string scan = test::file_of(valley.as("producer"));
    const json paper{{"origin_mode", "BACKFILL_ORDINARY"},
                     {"paper_no", "P-2026-9"},
                     {"paper_scan", scan},
                     {"departed_at", to_iso(valley.house.now() - std::chrono::hours{4})},
                     {"arrived_at", to_iso(valley.house.now() - std::chrono::hours{2})},
                     {"plate", "浙K12345"},
                     {"driver", "Wang Jun"},
                     {"lines", {{{"line_no", 1}, {"accepted_kg", 7990}}}}};
    REQUIRE(valley.act("producer", id, "submit_backfill", paper).status == 200);
    house.anchor();
    CHECK(house.verify().sound());
    house.tamper("ALTER TABLE files DROP CONSTRAINT files_sha256_fkey");
    SECTION("gone") { house.tamper("DELETE FROM media_bytes"); }
    SECTION("changed, and with it the hash that the database makes") {
        house.tamper("UPDATE media_bytes SET bytes = '\\xffd8ff'");
    }
    SECTION("changed under the old hash") {
        house.tamper(
            "ALTER TABLE media_bytes ALTER COLUMN sha256 DROP EXPRESSION;"
            " UPDATE media_bytes SET bytes = '\\xffd8ff'");
        const auto found = HistoryHouse::finding(house.verify(), Fault::file_changed);
        CHECK(found.detail.find(scan) != std::string::npos);
        return;
    }
    const auto found = HistoryHouse::finding(house.verify(), Fault::file_missing);
    CHECK(found.manifest == id);
    CHECK(found.version == 2);
    CHECK(found.detail.find(scan) != std::string::npos);
}
