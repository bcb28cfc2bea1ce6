// Another rule set over stored history: what would have changed, read by a role that only looks.
#include "server/tools/backtest.hpp"

#include "server/store/directory.hpp"
#include "server/tools/replay.hpp"
#include "tests/support/files.hpp"
#include "tests/support/fleet_rows.hpp"
#include "tests/support/photos.hpp"

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include <filesystem>
#include <fstream>
#include <sstream>

using namespace liuhen;
using namespace liuhen::server;
using namespace std::chrono_literals;
using nlohmann::json;

namespace {

const Instant night = *parse_iso("2026-03-01T14:00:00Z");

/// Along the road at 60 km/h; ten minutes of standing 300 m beside it in the middle.
std::vector<Sighting> journey() {
    std::vector<Sighting> seen;
    for (int second = 0; second <= 1'080; second += 10) {
        const bool away = second >= 300 && second < 900;
        const int way = second < 300 ? second : std::max(300, second - 600);
        Fix fix;
        fix.at = night + std::chrono::seconds{second};
        fix.where = {.lat = away ? 28.1027 : 28.1, .lon = 119.6 + 0.00017 * way};
        fix.speed = away ? Speed{0} : from_kmh(60);
        Sighting one;
        one.what = fix;
        one.hash = static_cast<std::uint64_t>(second) + 1;
        one.message = 0x0200;
        seen.push_back(one);
    }
    return seen;
}

struct House {
    House() : rows(database) {
        rows.arm("2026-03-01 14:00:00Z");
        pqxx::connection connection{database.conninfo("liuhen_core")};
        pqxx::work work{connection};
        const auto directory = Directory::read(work, Ground::read(work), night);
        const auto key = directory->terminal("13900000001")->key;
        store::Entry entry;
        for (const auto& one : journey()) {
            entry.observations.push_back(store::to_row(
                one, {key, directory->vehicle({rows.vehicle})->key, time_of(one.what) + 1s}));
        }
        test::store_entry(database.conninfo("liuhen_core"), entry);
    }
    test::ScratchDatabase database;
    test::FleetRows rows;
};

struct Ran {
    int code;
    std::vector<json> lines;
    std::string out, error;
    [[nodiscard]] std::vector<std::string> changes() const {
        std::vector<std::string> all;
        for (const json& line : lines) {
            if (!line.contains("change")) continue;
            all.push_back(line["change"].get<std::string>() + " " +
                          line["kind"].get<std::string>());
        }
        return all;
    }
};

Ran run(const House& house, const json& rules, std::vector<std::string> more = {}) {
    std::string folder = (std::filesystem::temp_directory_path() / "backtest-XXXXXX").string();
    REQUIRE(mkdtemp(folder.data()) != nullptr);
    const std::string file = folder + "/new.json";
    std::ofstream(file) << rules.dump();
    std::vector<std::string> words{"replay",     "--rules",    file,
                                   "--from",     "2026-03-01", "--to",
                                   "2026-03-02", "--database", house.database.conninfo()};
    words.insert(words.end(), more.begin(), more.end());
    std::vector<const char*> argv;
    for (const auto& word : words) argv.push_back(word.c_str());
    std::ostringstream out, error;
    const int code = replay::main_of(static_cast<int>(argv.size()), argv.data(), out, error);
    std::filesystem::remove_all(folder);
    Ran ran{code, {}, out.str(), error.str()};
    std::istringstream text(ran.out);
    for (std::string line; std::getline(text, line);) {
        if (line.starts_with('{')) ran.lines.push_back(json::parse(line));
    }
    return ran;
}

}  // namespace

TEST_CASE("a back-test says which alerts other rules would have raised, and which not") {
    const House house;
    const auto same = run(house, {{"version", "same"}}, {"--json"});
    INFO(same.error);
    REQUIRE(same.code == 0);
    CHECK(same.changes().empty());
    const json& kinds = same.lines.back()["summary"]["kinds"];
    CHECK(kinds["SUSPECTED_DUMPING"]["same"] == 1);  // 22:05 in China, 250 m beyond the width
    CHECK(kinds["ROUTE_DEVIATION"]["same"] == 1);
    CHECK(same.lines.back()["summary"]["sightings"] == 2 * 109);  // its trip, and between trips

    const auto strict =
        run(house, {{"version", "strict"}, {"fusion", {{"suspected", 50}}}}, {"--json"});
    REQUIRE(strict.code == 0);
    // The stay stays: no dumping any more, but nobody planned it.
    CHECK(strict.changes() ==
          std::vector<std::string>{"withdrawn SUSPECTED_DUMPING", "raised UNPLANNED_STOP"});
    CHECK(strict.lines[0]["before"]["grade"] == 1);
    CHECK(strict.lines[0]["after"].is_null());

    const auto patient =
        run(house, {{"version", "patient"}, {"thresholds", {{"off_serious", 3600}}}}, {"--json"});
    REQUIRE(patient.changes() == std::vector<std::string>{"regraded ROUTE_DEVIATION"});
    CHECK(patient.lines[0]["after"]["rule_set"] == "patient");
}

TEST_CASE("a back-test prints a table, takes one vehicle, and writes nothing") {
    const House house;
    const json rules{{"version", "strict"}, {"fusion", {{"suspected", 50}}}};
    const auto all = run(house, rules, {"--vehicle", "浙K00001"});
    REQUIRE(all.code == 0);
    CHECK(all.out.find("withdrawn  SUSPECTED_DUMPING") != std::string::npos);
    CHECK(all.out.find("1 vehicles, 2 trips") != std::string::npos);
    CHECK(house.database.value<int>("SELECT count(*) FROM alert_revisions") == 0);
    const auto none = run(house, rules, {"--vehicle", "nobody"});
    CHECK(none.code == 1);
    CHECK(none.error.find("there is no vehicle") != std::string::npos);
    const auto empty = run(house, rules, {"--from", "2025-01-01", "--to", "2025-01-02", "--json"});
    CHECK(empty.code == 2);  // twice said
}

TEST_CASE("a bad rules file stops a back-test with the place of the fault") {
    const House house;
    const auto bad = run(house, {{"version", "bad"}, {"thresholds", {{"silent", 1}}}});
    CHECK(bad.code == 1);
    CHECK(bad.error.find("new.json: /thresholds/silent: ") != std::string::npos);
    CHECK(bad.out.empty());
    CHECK(run(house, {{"version", "x"}}, {"--vehicle"}).code == 2);
}
