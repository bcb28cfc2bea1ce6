#include "server/tools/route.hpp"

#include "tests/support/roads.hpp"
#include "tests/support/shared.hpp"
#include "tests/support/sketch.hpp"

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include <array>
#include <cstdio>
#include <cstdlib>
#include <sstream>

using namespace liuhen;
using namespace liuhen::test;
using nlohmann::json;

namespace {

struct Run {
    int code;
    std::string out, error;
};
Run run(std::vector<std::string> words, const std::string& roads) {
    words.insert(words.begin(), "route");
    std::vector<const char*> argv;
    for (const auto& word : words) argv.push_back(word.c_str());
    std::istringstream in(roads);
    std::ostringstream out, error;
    const int code =
        server::route::main_of(static_cast<int>(argv.size()), argv.data(), in, out, error);
    return {code, out.str(), error.str()};
}

std::string written(LatLon place) {
    std::ostringstream text;
    text.precision(10);
    text << place.lat << ',' << place.lon;
    return text.str();
}

const auto at = sketch("A------B------C", Metres{300});
std::string two_roads() {
    return opl_way(at, 1, "AB", "highway=secondary") + "\n\n" +
           opl_way(at, 2, "BC", "hazmat=no,highway=secondary") + "\n";
}

/// What the command's pipe says of a map extract; empty without osmium or the extract.
std::string roads_of(const std::string& extract) {
    const auto file = shared_file("data/roads/osm_extracts/" + extract);
    if (!file || std::system("command -v osmium >/dev/null") != 0) return {};
    const std::string command =
        "osmium tags-filter --no-progress '" + file->string() +
        "' w/highway -f pbf -o - | osmium add-locations-to-ways --no-progress -F pbf - "
        "-f opl,locations_on_ways=true -o -";
    FILE* const pipe = popen(command.c_str(), "r");
    REQUIRE(pipe != nullptr);
    std::string text;
    std::array<char, 65'536> piece{};
    for (std::size_t n = 0; (n = std::fread(piece.data(), 1, piece.size(), pipe)) > 0;) {
        text.append(piece.data(), n);
    }
    REQUIRE(pclose(pipe) == 0);
    return text;
}

}  // namespace

TEST_CASE("a route is printed as a feature with a width at each vertex") {
    const auto asked =
        run({"--from", written(at.at('A')), "--to", written(at.at('B'))}, two_roads());
    REQUIRE(asked.error.empty());
    CHECK(asked.code == 0);
    const json feature = json::parse(asked.out);
    CHECK(feature["type"] == "Feature");
    CHECK(feature["geometry"]["type"] == "LineString");
    CHECK(feature["properties"]["length_m"] == 2100);
    CHECK(feature["properties"]["duration_s"] == 168);
    const auto& widths = feature["properties"]["widths_m"];
    CHECK(widths.size() == feature["geometry"]["coordinates"].size());
    CHECK(widths[0] == 50);
}

TEST_CASE("what the server is told of a route stands in the feature, tunnels with it") {
    const std::string roads = opl_way(at, 1, "AB", "highway=secondary,tunnel=yes") + "\n" +
                              opl_way(at, 2, "BC", "highway=secondary") + "\n";
    const auto asked = run({"--from", written(at.at('A')), "--to", written(at.at('C')), "--name",
                            "works to plant", "--from-site", "a", "--to-site", "b", "--carrier",
                            "c", "--source", "a map", "--why", "surveyed", "--progress"},
                           roads);
    CHECK(asked.code == 0);
    CHECK(asked.error.find("2 ways read") != std::string::npos);
    CHECK(asked.error.find("1 tunnels") != std::string::npos);
    const json told = json::parse(asked.out)["properties"];
    CHECK(told["name"] == "works to plant");
    CHECK(told["kind"] == "roads");
    CHECK(told["origin_site"] == "a");
    CHECK(told["destination_site"] == "b");
    CHECK(told["carrier"] == "c");
    CHECK(told["source"] == "a map");
    CHECK(told["why"] == "surveyed");
    REQUIRE(told["tunnels"].size() == 1);
    CHECK(told["tunnels"][0][0] == 0);
    CHECK(told["tunnels"][0][1].get<std::size_t>() < told["widths_m"].size() - 1);
    const auto plain = run({"--from", written(at.at('A')), "--to", written(at.at('B'))}, roads);
    CHECK_FALSE(json::parse(plain.out)["properties"].contains("kind"));
}

TEST_CASE("a route for harmless loads uses what dangerous goods may not") {
    const std::vector<std::string> words{"--from", written(at.at('A')), "--to",
                                         written(at.at('C'))};
    const auto dangerous = run(words, two_roads());
    CHECK(dangerous.code == 1);
    CHECK(dangerous.error == "liuhen route: no road for this lorry within 1500 m of place 2\n");
    auto harmless = words;
    harmless.emplace_back("--harmless");
    CHECK(json::parse(run(harmless, two_roads()).out)["properties"]["length_m"] == 4200);
}

TEST_CASE("what a route cannot be made of is told, with the line or the option") {
    const std::string from = written(at.at('A'));
    CHECK(run({"--from", "28.1", "--to", from}, "").code == 2);
    CHECK(run({"--from", "91,10", "--to", from}, "").code == 2);
    CHECK(run({"--from", from}, "").code == 2);
    CHECK(run({"--from", from, "--to", from, "--width", "10"}, "").code == 2);
    CHECK(run({"--help"}, "").code == 0);
    const auto nothing = run({"--from", from, "--to", from}, "n1 x1 y1\n");
    CHECK(nothing.code == 1);
    CHECK(nothing.error == "liuhen route: there is no road for this lorry\n");
    const auto broken =
        run({"--from", from, "--to", from}, two_roads() + "w3 Thighway=road Nn1,n2\n");
    CHECK(broken.code == 1);
    CHECK(broken.error.find("line 4: node 1 has no place") != std::string::npos);
    CHECK(run({"--opl", "/nowhere", "--from", from, "--to", from}, "").error ==
          "liuhen route: /nowhere: cannot be opened\n");
}

TEST_CASE("a lorry finds its way through a real mountain country, there and back") {
    const std::string roads = roads_of("andorra.osm.pbf");
    if (roads.empty()) return skip("osmium or ../shared/data/roads is not here");
    const std::string valley = "42.4639,1.4912";
    const std::string village = "42.5675,1.5986";
    const auto there = run({"--from", valley, "--to", village}, roads);
    const auto back = run({"--from", village, "--to", valley}, roads);
    REQUIRE(there.code == 0);
    REQUIRE(back.code == 0);
    const json out = json::parse(there.out)["properties"];
    const json home = json::parse(back.out)["properties"];
    CHECK(out["length_m"].get<double>() == Approx(17'800).epsilon(0.05));
    CHECK(home["length_m"].get<double>() == Approx(out["length_m"].get<double>()).epsilon(0.1));
    CHECK(there.out == run({"--from", valley, "--to", village}, roads).out);
}
