#include "server/tools/replay.hpp"

#include "server/tools/replay_input.hpp"
#include "tests/support/sketch.hpp"

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include <filesystem>
#include <fstream>
#include <sstream>

using namespace liuhen;
using namespace liuhen::test;
using nlohmann::json;

namespace {

/// A folder of its own that goes with the test.
class Folder {
public:
    Folder() {
        std::string name = (std::filesystem::temp_directory_path() / "replay-XXXXXX").string();
        REQUIRE(mkdtemp(name.data()) != nullptr);
        path_ = name;
    }
    Folder(const Folder&) = delete;
    Folder& operator=(const Folder&) = delete;
    ~Folder() { std::filesystem::remove_all(path_); }
    std::string put(const std::string& name, const std::string& text) const {
        std::ofstream(path_ / name) << text;
        return (path_ / name).string();
    }

private:
    std::filesystem::path path_;
};

struct Run {
    int code;
    std::vector<json> lines;
    std::string error;
};
Run run(std::vector<std::string> words) {
    words.insert(words.begin(), "replay");
    std::vector<const char*> argv;
    for (const auto& word : words) argv.push_back(word.c_str());
    std::ostringstream out, error;
    const int code =
        server::replay::main_of(static_cast<int>(argv.size()), argv.data(), out, error);
    Run run{code, {}, error.str()};
    std::istringstream lines(out.str());
    for (std::string line; code == 0 && std::getline(lines, line);) {
        if (line.starts_with('{')) run.lines.push_back(json::parse(line));
    }
    return run;
}

const auto at = sketch(R"(
    A-------------B-------------C
                  |
                  x               )",
                       Metres{500});

json position(LatLon p) { return {p.lon, p.lat}; }
std::string route_text() {
    return json{{"type", "LineString"},
                {"coordinates", {position(at.at('A')), position(at.at('C'))}}}
        .dump();
}

/// Rows every 10 s along the points, 150 m apart; standing 6 minutes at the last one.
std::string track_text(const std::vector<LatLon>& points) {
    std::ostringstream rows;
    rows.precision(9);
    rows << "lon,time,lat,note\n";
    std::int64_t second = 1'763'700'000;
    const auto row = [&](LatLon p) {
        rows << p.lon << ',' << (second += 10) << ',' << p.lat << ",\"a, b\"\n";
    };
    for (std::size_t i = 1; i < points.size(); ++i) {
        const int steps =
            static_cast<int>(geofence::flat_distance(points[i - 1], points[i]).value / 150) + 1;
        for (int k = 0; k < steps; ++k) {
            const double share = static_cast<double>(k) / steps;
            row({.lat = points[i - 1].lat + (points[i].lat - points[i - 1].lat) * share,
                 .lon = points[i - 1].lon + (points[i].lon - points[i - 1].lon) * share});
        }
    }
    for (int k = 0; k < 36; ++k) row(points.back());
    return rows.str();
}

}  // namespace

TEST_CASE("replay prints one line per final alert and then a summary") {
    const Folder folder;
    const auto route = folder.put("r.geojson", route_text());
    const auto track = folder.put(
        "t.csv", track_text({at.at('A'), at.at('B'), at.at('x'), at.at('B'), at.at('C')}));
    const Run done = run({"--route", route, "--track", track});
    INFO(done.error);
    REQUIRE(done.code == 0);
    REQUIRE(done.lines.size() == 2);
    CHECK(done.lines[0]["kind"] == "ROUTE_DEVIATION");
    CHECK(done.lines[0]["tier"] == "B");
    CHECK(done.lines[0]["since"] < done.lines[0]["detected_at"]);
    CHECK(done.lines[0]["detected_at"] < done.lines[0]["until"]);
    CHECK(done.lines[0]["evidence"]["fixes"].size() > 5);
    CHECK(done.lines[1]["summary"]["alerts"]["ROUTE_DEVIATION"] == 1);
    CHECK(done.lines[1]["summary"]["fixes"].get<int>() > 100);
}

TEST_CASE("replay with --changes shows the raise before the final alert") {
    const Folder folder;
    const auto route = folder.put("r.geojson", route_text());
    const auto track = folder.put(
        "t.csv", track_text({at.at('A'), at.at('B'), at.at('x'), at.at('B'), at.at('C')}));
    const Run done = run({"--route", route, "--track", track, "--changes"});
    REQUIRE(done.lines.size() >= 4);
    CHECK(done.lines[0]["change"] == "raised");
    CHECK(done.lines[0]["until"].is_null());
    CHECK(done.lines[1]["change"] == "amended");
    CHECK(done.lines[1]["revision"] == 2);
}

TEST_CASE("replay reads sites and locks") {
    const Folder folder;
    const auto route = folder.put("r.geojson", route_text());
    const auto track = folder.put("t.csv", track_text({at.at('A'), at.at('B')}));
    const auto locks = folder.put("l.csv",
                                  "time,lock,action\n1763700200,77,unsealed\n"
                                  "2025-11-21T04:44:00Z,77,sealed\n");
    const json yard{{"type", "Feature"},
                    {"properties", {{"kind", "yard"}, {"name", "Y"}, {"radius_m", 300}}},
                    {"geometry", {{"type", "Point"}, {"coordinates", position(at.at('B'))}}}};
    const auto sites =
        folder.put("s.geojson", json{{"type", "FeatureCollection"}, {"features", {yard}}}.dump());
    const Run done = run({"--route", route, "--track", track, "--locks", locks, "--sites", sites});
    INFO(done.error);
    REQUIRE(done.lines.size() == 2);
    CHECK(done.lines[0]["kind"] == "LOCK_OPENED_EN_ROUTE");
    CHECK(done.lines[0]["evidence"]["locks"][0]["lock"] == "77");
}

TEST_CASE("replay takes what the truck's sensors said, from columns named so") {
    const Folder folder;
    const auto track =
        folder.put("t.csv",
                   "time,lat,lon,odometer_m,recorder_speed_kmh,mass_kg,ignition,signals,source\n"
                   "1763700000,28,119,1200.5,31.2,12345.678,1,power_cut body_lifted,satellite\n"
                   "1763700010,0,0,,,,0,,none\n"
                   "1763700020,28,119,,,,,,\n");
    const auto seen = server::replay::read_track(track);
    REQUIRE(seen);
    REQUIRE(seen->size() == 3);
    const Fix first = std::get<Fix>(seen->at(0).what);
    CHECK(first.odometer == Metres{1200.5});
    CHECK(first.recorder_speed == from_kmh(31.2));
    CHECK(first.mass == Grams{12'345'678});
    for (const auto one :
         {Signal::ignition_told, Signal::ignition_on, Signal::power_cut, Signal::lifted})
        CHECK(first.signals.has(one));
    const Fix second = std::get<Fix>(seen->at(1).what);
    CHECK(second.source == FixSource::none);
    CHECK(second.signals.has(Signal::ignition_told));
    CHECK_FALSE(second.signals.has(Signal::ignition_on));
    CHECK(std::get<Fix>(seen->at(2).what).signals == Signals{});
    CHECK_FALSE(std::get<Fix>(seen->at(2).what).mass);

    using Catch::Contains;
    const auto fault = [&](const std::string& row) {
        const auto text = "time,lat,lon,mass_kg,signals,source,ignition\n1763700000,28,119," + row;
        const auto read = server::replay::read_track(folder.put("bad.csv", text));
        REQUIRE_FALSE(read);
        return read.error().text;
    };
    CHECK_THAT(fault("-1,,,\n"), Contains("bad.csv:2:4: mass_kg"));
    CHECK_THAT(fault(",haunted,,\n"), Contains("bad.csv:2:5: signals"));
    CHECK_THAT(fault(",,moon,\n"), Contains("bad.csv:2:6: source"));
    CHECK_THAT(fault(",,,2\n"), Contains("bad.csv:2:7: ignition"));
}

TEST_CASE("replay names the file, line and column of what it cannot read") {
    const Folder folder;
    const auto route = folder.put("r.geojson", route_text());
    const auto fault = [&](const std::string& text) {
        const Run done = run({"--route", route, "--track", folder.put("t.csv", text)});
        CHECK(done.code == 1);
        CHECK(done.lines.empty());
        return done.error;
    };
    using Catch::Contains;
    CHECK_THAT(fault("time,lat,lon\n1763700000,28,119\nx,28,119\n"), Contains("t.csv:3:1: time"));
    CHECK_THAT(fault("time,lat,lon\n1763700000,91,119\n"), Contains("t.csv:2:2: lat"));
    CHECK_THAT(fault("time,lat,lon\n1763700000,28,\n"), Contains("t.csv:2:3: lon is missing"));
    CHECK_THAT(fault("time,lat,lon\n1763700000,28\n"), Contains("t.csv:2:2: the heading has 3"));
    CHECK_THAT(fault("time,lat\n1763700000,28\n"), Contains("no column lon"));
    CHECK_THAT(fault("time,lat,lon\n2026-01-01T00:00:00,28,119\n"), Contains("t.csv:2:1: time"));
    CHECK_THAT(fault("time,lat,lon\n"), Contains("there is no fix"));
    CHECK_THAT(fault(""), Contains("no column time"));
    const auto bad = folder.put("bad.geojson", "{\"type\":\"LineString\",\n\"coordinates\":[1,]}");
    const auto track = folder.put("t.csv", track_text({at.at('A'), at.at('B')}));
    CHECK_THAT(run({"--route", bad, "--track", track}).error, Contains("line 2, column"));
    CHECK(run({"--route", folder.put("p.geojson", R"({"type":"Point","coordinates":[1,2]})"),
               "--track", track})
              .code == 1);
}

TEST_CASE("replay answers wrong usage with 2 and --help with 0") {
    CHECK(run({}).code == 2);
    CHECK(run({"--route", "r", "--track", "t", "--width", "5"}).code == 2);
    CHECK(run({"--route", "r", "--track", "t", "--colour"}).code == 2);
    CHECK(run({"--help"}).code == 0);
}
