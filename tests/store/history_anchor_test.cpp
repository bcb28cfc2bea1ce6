// Signed lists of what changed, in the database and in the folder; and their proof to others.
#include "server/history/tree.hpp"
#include "tests/support/history_house.hpp"

#include <fstream>

using namespace liuhen;
using namespace liuhen::server;
using liuhen::test::HistoryHouse;
using nlohmann::json;
namespace fs = std::filesystem;

namespace {

fs::path only_file(const HistoryHouse& house) {
    return fs::path{house.anchors()} / "anchors-000000000001.jsonl";
}

history::AnchorList said(const HistoryHouse& house, int number) {
    return *history::read_list(house.valley.database.value<std::string>(
        "SELECT list FROM history_anchors WHERE number = " + std::to_string(number)));
}

// What an independent program says of a proof.
struct Checked {
    int code{};
    std::string said;
};
Checked checked(const HistoryHouse& house, const std::string& proof, const std::string& key = {}) {
    const fs::path folder{house.anchors()};
    std::string pem = key;
    for (const auto& entry : fs::directory_iterator{folder}) {
        if (pem.empty() && entry.path().extension() == ".pem") pem = entry.path();
    }
    const auto file = folder / "proof.json";
    std::ofstream{file} << proof;
    const auto out = folder / "said.txt";
    const int status = std::system((std::string{LIUHEN_SOURCE_DIR} + "/scripts/check-proof.sh " +
                                    file.string() + " " + pem + " > " + out.string() + " 2>&1")
                                       .c_str());
    std::ostringstream text;
    text << std::ifstream{out}.rdbuf();
    return {WEXITSTATUS(status), text.str()};
}

}  // namespace

TEST_CASE("a minute's heads are listed once, each list after the one before") {
    const HistoryHouse house;
    const auto keeper = house.keeper();
    CHECK(keeper->write().lists == 1);  // the first one shows the key, whatever has changed
    CHECK(keeper->write().lists == 0);
    const std::string id = house.accepted();
    const auto written = keeper->write();
    CHECK(written.lists == 1);
    CHECK(written.heads == 1);  // two records of it
    CHECK(house.valley.database.value<int>("SELECT count(*) FROM history_pending") == 0);
    const auto list = said(house, 2);
    CHECK(list.records == 2);
    CHECK(list.manifests == 1);
    CHECK(list.previous == history::digests_of({history::list_text(said(house, 1))}));
    CHECK(list.key_id == keeper->keys().id);
    REQUIRE(house.valley.act("carrier", id, "carrier_accept", house.valley.acceptance()).status ==
            200);
    CHECK(keeper->write().heads == 1);
    CHECK(said(house, 3).records == 3);
    CHECK(said(house, 3).manifests == 1);
    CHECK(house.verify().sound());
}

TEST_CASE("a minute of a hundred thousand changes makes lists of bounded length") {
    const HistoryHouse house;
    constexpr int changes = 100'000;
    house.valley.database.sql(
        "INSERT INTO history_pending SELECT lpad(to_hex(n / 2), 32, '0')::uuid, 1 + n % 2,"
        " sha256(n::text::bytea), sha256('') FROM generate_series(0, " +
        std::to_string(changes - 1) + ") AS n");
    const auto written = house.anchor();
    CHECK(written.heads == changes / 2);
    CHECK(written.lists == (changes + history::max_heads - 1) / history::max_heads);
    CHECK(house.valley.database.value<std::size_t>(
              "SELECT max(n) FROM (SELECT count(*) AS n FROM history_heads GROUP BY number) x") <=
          history::max_heads);
    history::AnchorReader reader{house.anchors()};
    std::size_t lists = 0;
    while (reader.next()) ++lists;
    CHECK(lists == written.lists);
}

TEST_CASE("what a crash kept from the folder is written to it at the next start") {
    const HistoryHouse house;
    house.anchor();
    (void)house.accepted();
    house.anchor();
    std::string whole;
    {
        std::ostringstream text;
        text << std::ifstream{only_file(house)}.rdbuf();
        whole = text.str();
    }
    const auto second = whole.find('\n') + 1;
    fs::resize_file(only_file(house), second + 40);  // the commit stood, the line did not get whole
    CHECK(house.verify().sound());
    house.anchor();
    std::ostringstream text;
    text << std::ifstream{only_file(house)}.rdbuf();
    CHECK(text.str() == whole);
    fs::remove(only_file(house));
    house.anchor();
    CHECK(house.verify().lists == 2);
    CHECK(house.verify().sound());
}

TEST_CASE("a database that went back in time gets its lists again, and what it lost is told") {
    const HistoryHouse house;
    house.anchor();
    const std::string id = house.accepted();
    house.anchor();
    house.tamper(
        "DELETE FROM history_heads WHERE number = 2; DELETE FROM history_anchors WHERE"
        " number = 2; DELETE FROM manifest_events; DELETE FROM quota_entries; DELETE FROM inbox;"
        " DELETE FROM due_time_changes; DELETE FROM due_times; DELETE FROM manifests");
    const auto keeper = house.keeper();
    keeper->write();
    CHECK(keeper->lost_by_database() == 1);
    CHECK(house.valley.database.value<int>("SELECT max(number) FROM history_anchors") == 2);
    const auto report = house.verify();
    CHECK(HistoryHouse::finding(report, verify::Fault::manifest_missing).manifest == id);
}

TEST_CASE("lists that contradict each other are added to by nobody") {
    const HistoryHouse house;
    house.anchor();
    house.tamper(
        "UPDATE history_anchors SET list = replace(list, '\"records\":0', '\"records\":1')");
    CHECK_THROWS_AS(house.anchor(), history::AnchorsDisagree);
    CHECK_THROWS_AS(house.anchor(), history::AnchorsDisagree);
    house.tamper(
        "UPDATE history_anchors SET list = replace(list, '\"records\":1', '\"records\":0')");
    (void)house.accepted();
    CHECK(house.anchor().lists == 1);
    fs::remove(only_file(house));
    house.tamper("UPDATE history_anchors SET sm2 = ed25519 WHERE number = 1");
    CHECK_THROWS_AS(house.anchor(), history::AnchorsDisagree);
}

TEST_CASE("every version is shown with who, when and from where, and can be read as it was") {
    const HistoryHouse house;
    const auto& place = house.valley;
    const std::string id = house.accepted();
    REQUIRE(place.act("carrier", id, "carrier_accept", place.acceptance()).status == 200);
    house.anchor();
    const std::string path = "/v1/manifests/" + id;
    const auto shown = place.as("regulator").get(path + "/history").json();
    REQUIRE(shown["items"].size() == 3);
    const auto third = shown["items"][2];
    CHECK(third["event"] == "carrier_accept");
    CHECK(third["state"] == "CARRIER_ASSIGNED");
    CHECK(third["person"] == "carrier person");
    CHECK(third["party"] == place.party.at("carrier"));
    CHECK(third["origin"] == "127.0.0.1");
    CHECK(third["list"] == 1);
    CHECK(third["request"]["driver"] == "Wang Jun");
    CHECK(third["signature"]["event"] == "carrier_accept");
    CHECK(!third.contains("document"));
    const auto page = place.as("producer").get(path + "/history?limit=2").json();
    CHECK(page["next"] == 2);
    CHECK(place.as("producer").get(path + "/history?after=2").json()["items"] == json{third});
    const auto first = place.as("receiver").get(path + "/versions/1");
    CHECK(first.header("etag") == "\"1\"");
    CHECK(first.json()["state"] == "DRAFT");
    CHECK(place.as("receiver").get(path + "/versions/3").json()["version"] == 3);
    for (const char* none : {"/versions/4", "/versions/0", "/versions/x", "/versions/-1"})
        CHECK(place.as("receiver").get(path + none).status == 404);
    for (const char* what : {"/history", "/versions/1", "/proof"})
        CHECK(place.as("other").get(path + what).status == 404);
    CHECK(place.as("producer").get(path + "/proof?limit=101").status == 422);
    for (const auto& [role, token] : place.tokens)
        CHECK(place.as("regulator").get(path + "/proof").body.find(token) == std::string::npos);
}

TEST_CASE("a proof convinces openssl and jq, and a changed one does not") {
    const HistoryHouse house;
    const auto& place = house.valley;
    const std::string id = house.accepted();
    for (int i = 0; i < 4; ++i) (void)house.accepted();  // others in the same list
    house.anchor();
    REQUIRE(place.act("carrier", id, "carrier_accept", place.acceptance()).status == 200);
    house.anchor();
    const auto reply = place.as("receiver").get("/v1/manifests/" + id + "/proof");
    REQUIRE(reply.status == 200);
    const auto good = checked(house, reply.body);
    INFO(good.said);
    CHECK(good.code == 0);
    CHECK(good.said.find("3 records") != std::string::npos);
    CHECK(good.said.find("2 lists up to version 3") != std::string::npos);
    const auto rest = place.as("receiver").get("/v1/manifests/" + id + "/proof?after=1");
    CHECK(checked(house, rest.body).code == 0);

    auto person = reply.json();
    auto text = person["items"][1]["record"].get<std::string>();
    text.replace(text.find("producer person"), 8, "PRODUCER");
    person["items"][1]["record"] = text;
    CHECK(checked(house, person.dump()).said.find("version 2 does not follow") !=
          std::string::npos);
    auto list = reply.json();
    text = list["lists"][0]["list"].get<std::string>();
    text.replace(text.find("\"records\":10"), 12, "\"records\":11");
    list["lists"][0]["list"] = text;
    CHECK(checked(house, list.dump()).said.find("not signed") != std::string::npos);
    auto other = reply.json();
    other["lists"][1]["head"] = other["lists"][0]["head"];
    CHECK(checked(house, other.dump()).code == 1);
    const auto forger = history::SigningKeys::load_or_make(house.anchors() + "/../forger.key");
    const std::string key = house.anchors() + "/../forger.pem";
    std::ofstream{key} << forger.keys().ed25519_pem << forger.keys().sm2_pem;
    CHECK(checked(house, reply.body, key).said.find("not signed") != std::string::npos);
    CHECK(place.as("police").get("/v1/history/key").json()["items"][0]["id"] ==
          place.database.value<std::string>("SELECT id FROM history_keys"));
}
