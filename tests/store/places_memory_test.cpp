// Place memory: stays of many trucks away from sites make a place; what a person says of it reaches
// the watch, for what comes after.
#include "server/place_memory.hpp"
#include "server/store/ground.hpp"
#include "tests/support/trade.hpp"

using namespace liuhen;
using namespace liuhen::test;
using nlohmann::json;
using std::chrono::hours;
using std::chrono::minutes;

namespace {

const LatLon lay_by{28.25, 119.8};

// Eight more trucks of the valley, and nights of theirs.
struct Memory {
    Memory() : day(std::chrono::floor<std::chrono::days>(valley.house.now()) - hours{72}) {
        valley.database.sql(
            "SELECT ensure_partitions(current_date - 10, current_date + 1);"
            "INSERT INTO vehicles (id, plate, carrier_id) SELECT gen_random_uuid(), '浙K3000' || i,"
            " '" +
            valley.party.at("carrier") +
            "' FROM generate_series(1, 8) i;"
            "INSERT INTO terminals (id, number, protocol, auth_code) SELECT gen_random_uuid(),"
            " '1392000000' || i, 'jt808', '' FROM generate_series(1, 8) i");
    }
    // Truck `number` stands there from an hour of the day on, scattered by some metres.
    void stands(int number, LatLon where, hours from, minutes lasting, int speed = 0) const {
        valley.database.sql(
            "INSERT INTO observations (terminal_key, vehicle_key, at, kind, hash, received_at,"
            " message, lat, lon, speed, source) SELECT t.key, v.key, x, 1,"
            " extract(epoch FROM x)::bigint, x, 512, " +
            std::to_string(std::lround(where.lat * 1e7)) +
            " + (extract(minute FROM x)::int % 5) * 300, " +
            std::to_string(std::lround(where.lon * 1e7)) + ", " + std::to_string(speed) +
            ", 0 FROM vehicles v, terminals t, generate_series('" + to_iso(day + from) +
            "'::timestamptz, '" + to_iso(day + from + lasting) +
            "', '1 min') x WHERE v.plate = '浙K3000" + std::to_string(number) +
            "' AND t.number = '1392000000" + std::to_string(number) + "'");
    }
    void remember(Instant now) const {
        pqxx::connection connection{valley.database.conninfo("liuhen_core")};
        pqxx::work work{connection};
        while (server::gather_stays(work, now, 100) == 100) {
        }
        server::find_places(work, now);
        work.commit();
    }
    void remember() const { remember(valley.house.now()); }
    [[nodiscard]] json places() const {
        return valley.as("regulator").get("/v1/suspect-places").json().at("items");
    }
    [[nodiscard]] geofence::Places watched() const {
        pqxx::connection connection{valley.database.conninfo("liuhen_core")};
        pqxx::work work{connection};
        return server::read_places(work);
    }

    Valley valley;
    Instant day;
};

}  // namespace

TEST_CASE("five trucks that stood at one place make it a place; four do not, nor does a site") {
    const Memory memory;
    for (int truck = 1; truck <= 5; ++truck) {
        memory.stands(truck, lay_by, hours{truck}, minutes{15});
        memory.stands(truck, {28.10, 119.60}, hours{10 + truck}, minutes{30});  // the works
        if (truck < 5) memory.stands(truck, {28.4, 119.8}, hours{16}, minutes{30});
        memory.stands(truck, {28.5, 119.8}, hours{17}, minutes{5});          // too short
        memory.stands(truck, {28.6, 119.8}, hours{18}, minutes{30}, 1'000);  // driving
    }
    memory.remember();
    const json places = memory.places();
    REQUIRE(places.size() == 1);
    CHECK(places[0].at("trucks") == 5);
    CHECK(places[0].at("stays") == 5);
    CHECK(std::abs(places[0].at("where").at("lat").get<double>() - lay_by.lat) < 0.0005);
    CHECK(std::abs(places[0].at("where").at("lon").get<double>() - lay_by.lon) < 0.0005);
    CHECK(places[0].at("reviews").empty());
}

TEST_CASE("a truck that comes five times is one truck, and a place found again is the same") {
    const Memory memory;
    for (int night = 0; night < 5; ++night) memory.stands(1, lay_by, hours{4 * night}, minutes{15});
    memory.remember();
    CHECK(memory.places().empty());
    for (int truck = 2; truck <= 6; ++truck) memory.stands(truck, lay_by, hours{2}, minutes{20});
    memory.remember(memory.valley.house.now() +
                    hours{24 * 6});  // a week later the day is gone through again
    const json found = memory.places();
    REQUIRE(found.size() == 1);
    CHECK(found[0].at("trucks") == 6);
    CHECK(found[0].at("stays") == 10);
    memory.remember(memory.valley.house.now() + hours{24 * 6});
    CHECK(memory.places().size() == 1);
}

TEST_CASE("a regulator's word makes a place a site of the watch from then on, and no longer") {
    Memory memory;
    for (int truck = 1; truck <= 5; ++truck)
        memory.stands(truck, lay_by, hours{truck}, minutes{15});
    memory.remember();
    const std::string id = memory.places().at(0).at("id");
    const std::string path = "/v1/suspect-places/" + id + "/review";
    const Web regulator = memory.valley.as("regulator");
    const auto made =
        regulator.post(path, {{"verdict", "suspect"}, {"why", "drums found beside it"}});
    REQUIRE(made.status == 201);
    const Instant now = memory.valley.house.now();
    const auto kinds_at = [&](Instant at) {
        std::string kinds;
        const auto places = memory.watched();
        for (const auto* site : places.at(lay_by, at)) kinds += code(site->kind);
        return kinds;
    };
    CHECK(kinds_at(now + minutes{1}) == "suspect");
    CHECK(kinds_at(now - minutes{1}).empty());
    CHECK(memory.valley.house.told().back().what == server::http::FollowUp::What::places_changed);
    CHECK(regulator.post(path, {{"verdict", "rest"}, {"why", "a lay-by with a toilet"}}).status ==
          201);
    CHECK(kinds_at(memory.valley.house.now() + minutes{1}) == "rest");
    const json reviews = regulator.get("/v1/suspect-places/" + id).json().at("reviews");
    REQUIRE(reviews.size() == 2);
    CHECK(reviews[0].at("why") == "drums found beside it");
    CHECK(reviews[1].at("verdict") == "rest");
    CHECK(regulator.post(path, {{"verdict", "nothing"}, {"why", "closed since May"}}).status ==
          201);
    CHECK(kinds_at(memory.valley.house.now() + minutes{1}).empty());
}

TEST_CASE("only regulators of the area review a place, with a reason") {
    const Memory memory;
    for (int truck = 1; truck <= 5; ++truck)
        memory.stands(truck, lay_by, hours{truck}, minutes{15});
    memory.remember();
    const std::string id = memory.places().at(0).at("id");
    const std::string path = "/v1/suspect-places/" + id + "/review";
    const json word{{"verdict", "suspect"}, {"why", "drums found beside it"}};
    CHECK(memory.valley.as("police").post(path, word).status == 403);
    const std::string token = memory.valley.token("regulator", "");
    memory.valley.database.sql("UPDATE tokens SET division = '44' WHERE digest = decode('" +
                               server::sha256_hex(token) + "', 'hex')");
    const Web far = memory.valley.house.web(token);
    CHECK(far.post(path, word).status == 404);
    CHECK(far.get("/v1/suspect-places").json().at("items").empty());
    CHECK(faults_of(memory.valley.as("regulator").post(path, {{"verdict", "bad"}})) ==
          std::vector<std::string>{"UNKNOWN_VALUE /verdict", "MISSING /why"});
}
