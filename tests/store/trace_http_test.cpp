// Traces over HTTP: who was near a place or a river, with what aboard, in which order, and who may
// ask.
#include "tests/support/trade.hpp"

using namespace liuhen;
using namespace liuhen::test;
using nlohmann::json;
using std::chrono::hours;
using std::chrono::minutes;
using std::chrono::seconds;

namespace {

constexpr double degree_m = 110'850;  // of latitude there

// More trucks of the valley's carrier, each with a terminal; and their fixes.
struct Trucks {
    Trucks() : start(std::chrono::floor<hours>(valley.house.now()) - hours{6}) {
        add("浙K20001");
        add("浙K20002");
    }
    void add(const std::string& plate) {
        const Web desk = valley.as("operator");
        const auto id = Valley::made(desk, "vehicles",
                                     {{"plate", plate}, {"carrier", valley.party.at("carrier")}});
        const auto terminal = Valley::made(
            desk, "terminals",
            {{"number", "0139100" + plate.substr(plate.size() - 5)}, {"protocol", "jt808"}});
        Valley::made(desk, "bindings",
                     {{"vehicle", id}, {"terminal", terminal}, {"from", to_iso(start - hours{1})}});
        ids[plate] = id;
    }
    // Fixes every 30 s from `from` for `lasting`, at one place.
    void stands(const std::string& plate, minutes from, seconds lasting, LatLon where,
                int speed = 0) const {
        valley.database.sql(
            "INSERT INTO observations (terminal_key, vehicle_key, at, kind, hash, received_at,"
            " message, lat, lon, speed, source) SELECT t.key, v.key, x, 1,"
            " extract(epoch FROM x)::bigint, x, 512, " +
            std::to_string(std::lround(where.lat * 1e7)) + ", " +
            std::to_string(std::lround(where.lon * 1e7)) + ", " + std::to_string(speed) +
            ", 0 FROM vehicles v JOIN bindings b ON b.vehicle_id = v.id"
            " JOIN terminals t ON t.id = b.terminal_id, generate_series('" +
            to_iso(start + from) + "'::timestamptz, '" + to_iso(start + from + lasting) +
            "', '30 s') x WHERE v.plate = '" + plate + "'");
    }
    // A load under way, as rows.
    void load(const std::string& plate, minutes from) const {
        const std::string id = "00000000-0000-7000-8000-00000000a001";
        valley.database.sql(
            "INSERT INTO manifests VALUES ('" + id +
            "', '20263311000077', 'HW', 'IN_TRANSIT', 5, '" + valley.party.at("producer") + "', '" +
            valley.party.at("carrier") + "', '" + valley.party.at("receiver") + "', '" +
            ids.at(plate) +
            R"(', '{"legs":[{"locks":[]}],"producer":{"name":"Qingtan Plating"},)"
            R"("receiver":{"name":"Longshan Treatment"},"lines":[{"code":"336-054-17",)"
            R"("planned_g":8000000,"sent_g":7900000},{"code":"900-041-49","planned_g":500000}]}')"
            ", now()); INSERT INTO trips (id, manifest_id, vehicle_id, armed_at, rule_set) VALUES "
            "('" +
            id + "', '" + id + "', '" + ids.at(plate) + "', '" + to_iso(start + from) +
            "', '2026-3')");
    }
    [[nodiscard]] std::string near(const std::string& more = {}, double radius = 300) const {
        return "/v1/trace?lat=28.3&lon=119.9&radius_m=" + std::to_string(radius) +
               "&from=" + to_iso(start) + "&to=" + to_iso(start + hours{5}) + more;
    }
    [[nodiscard]] int logged() const {
        return valley.database.value<int>("SELECT count(*)::int FROM trace_log");
    }

    Valley valley;
    Instant start;
    std::map<std::string, std::string> ids;
};

LatLon north_of(double metres) { return {28.3 + metres / degree_m, 119.9}; }

std::vector<std::string> plates(const json& reply) {
    std::vector<std::string> found;
    for (const json& one : reply.at("items")) found.push_back(one.at("plate"));
    return found;
}

// Flows south along 119.9 and ends at 28.3.
json river() {
    return {{"type", "LineString"}, {"coordinates", {{119.9, 28.5}, {119.9, 28.4}, {119.9, 28.3}}}};
}

json upstream(const Trucks& trucks) {
    return {{"geometry", river()},
            {"width_m", 200},
            {"from", to_iso(trucks.start)},
            {"to", to_iso(trucks.start + hours{5})}};
}

}  // namespace

TEST_CASE("a trace names trucks by their longest stay, then by how near they came") {
    const Trucks trucks;
    trucks.stands("浙K12345", minutes{10}, seconds{0}, north_of(100));
    trucks.stands("浙K20001", minutes{20}, minutes{8}, north_of(200));
    trucks.stands("浙K20002", minutes{30}, seconds{0}, north_of(50));
    trucks.stands("浙K20002", minutes{60}, minutes{20}, north_of(400));  // outside
    const auto reply = trucks.valley.as("police").get(trucks.near());
    REQUIRE(reply.status == 200);
    const json body = reply.json();
    CHECK(body.at("found") == 3);
    CHECK(body.at("more") == false);
    CHECK(plates(body) == std::vector<std::string>{"浙K20001", "浙K20002", "浙K12345"});
    const json& first = body.at("items").at(0);
    CHECK(first.at("rank") == 1);
    CHECK(first.at("longest_s") == 480);
    CHECK(first.at("fixes") == 17);
    CHECK(parse_iso(first.at("first_at").get<std::string>()) == trucks.start + minutes{20});
    CHECK(std::abs(first.at("nearest_m").get<double>() - 200) < 0.5);
    CHECK(first.at("carrier").at("name") == "Fuchun Haulage");
}

TEST_CASE("a trace tells the load of who was there, as far as it was aboard then") {
    const Trucks trucks;
    trucks.load("浙K20001", minutes{15});
    trucks.stands("浙K20001", minutes{20}, minutes{3}, north_of(10));
    trucks.stands("浙K20002", minutes{20}, minutes{2}, north_of(10));
    const json body = trucks.valley.as("regulator").get(trucks.near()).json();
    const json& aboard = body.at("items").at(0).at("manifests");
    REQUIRE(aboard.size() == 1);
    CHECK(aboard.at(0).at("no") == "20263311000077");
    CHECK(aboard.at(0).at("declared_g") == 8'400'000);
    CHECK(aboard.at(0).at("producer") == "Qingtan Plating");
    CHECK(aboard.at(0).at("waste_codes") == json::array({"336-054-17", "900-041-49"}));
    CHECK(body.at("items").at(1).at("manifests").empty());
    const json before =
        trucks.valley.as("regulator")
            .get("/v1/trace?lat=28.3&lon=119.9&radius_m=300&from=" +
                 to_iso(trucks.start - hours{1}) + "&to=" + to_iso(trucks.start + minutes{14}))
            .json();
    CHECK(before.at("found") == 0);
}

TEST_CASE("a stay ends where the truck was elsewhere, and after ten minutes of silence") {
    const Trucks trucks;
    trucks.stands("浙K20001", minutes{10}, minutes{4}, north_of(10));
    trucks.stands("浙K20001", minutes{15}, seconds{0}, north_of(2'000));
    trucks.stands("浙K20001", minutes{16}, minutes{4}, north_of(10));
    trucks.stands("浙K20001", minutes{31}, minutes{2}, north_of(10));  // eleven minutes later
    trucks.stands("浙K20001", minutes{42}, minutes{2}, north_of(10));  // nine minutes later
    const json one = trucks.valley.as("police").get(trucks.near()).json().at("items").at(0);
    CHECK(one.at("stays") == 3);
    CHECK(one.at("longest_s") == 13 * 60);
    CHECK(one.at("stayed_s") == (4 + 4 + 13) * 60);
}

TEST_CASE("a trace shows as many rows as asked for and says that there are more") {
    const Trucks trucks;
    for (const char* plate : {"浙K12345", "浙K20001", "浙K20002"})
        trucks.stands(plate, minutes{10}, minutes{2}, north_of(10));
    const json body = trucks.valley.as("police").get(trucks.near("&limit=2")).json();
    CHECK(body.at("items").size() == 2);
    CHECK(body.at("found") == 3);
    CHECK(body.at("more") == true);
}

TEST_CASE("every trace is written down, and an authority elsewhere finds nobody") {
    const Trucks trucks;
    trucks.stands("浙K20001", minutes{10}, minutes{2}, north_of(10));
    const std::string token = trucks.valley.token("police", "");
    trucks.valley.database.sql("UPDATE tokens SET division = '44' WHERE digest = decode('" +
                               server::sha256_hex(token) + "', 'hex')");
    const auto elsewhere = trucks.valley.house.web(token).get(trucks.near());
    REQUIRE(elsewhere.status == 200);
    CHECK(elsewhere.json().at("found") == 0);
    CHECK(trucks.valley.as("police").get(trucks.near()).json().at("found") == 1);
    REQUIRE(trucks.logged() == 2);
    CHECK(trucks.valley.database.value<std::string>(
              "SELECT string_agg(role || ' ' || what || ' ' || found || ' ' ||"
              " (asked #>> '{point,lat}'), ', ' ORDER BY id) FROM trace_log") ==
          "police near 0 28.3, police near 1 28.3");
}

TEST_CASE("traces too wide, too long or half said are refused with what is wrong, unlogged") {
    const Trucks trucks;
    const Web police = trucks.valley.as("police");
    CHECK(faults_of(police.get(trucks.near({}, 5'001))) ==
          std::vector<std::string>{"OUT_OF_RANGE ?radius_m"});
    CHECK(faults_of(police.get(trucks.near("&limit=501"))) ==
          std::vector<std::string>{"OUT_OF_RANGE ?limit"});
    CHECK(faults_of(police.get("/v1/trace?lat=91&lon=nan&radius_m=x&from=" + to_iso(trucks.start) +
                               "&to=" + to_iso(trucks.start + hours{73}) + "&who=me")) ==
          std::vector<std::string>{"OUT_OF_RANGE ?lat", "OUT_OF_RANGE ?lon", "WRONG_TYPE ?radius_m",
                                   "OUT_OF_RANGE ?to", "UNKNOWN_FIELD ?who"});
    CHECK(faults_of(police.get("/v1/trace?lat=28&lon=119")) ==
          std::vector<std::string>{"MISSING ?radius_m", "MISSING ?from", "MISSING ?to"});
    CHECK(trucks.logged() == 0);
}

TEST_CASE("a lock's own fixes do not move a truck that has a terminal") {
    const Trucks trucks;
    trucks.valley.database.sql(
        "INSERT INTO terminals (id, number, protocol, auth_code) VALUES (gen_random_uuid(),"
        " '8531000042', 'jt701', ''); INSERT INTO observations (terminal_key, vehicle_key, at, "
        "kind,"
        " hash, received_at, message, lat, lon, source) SELECT t.key, v.key, '" +
        to_iso(trucks.start + minutes{5}) +
        "', 1, 1, now(), 512, 283000000, 1199000000, 0"
        " FROM terminals t, vehicles v WHERE t.number = '8531000042' AND v.plate = '浙K20001'");
    CHECK(trucks.valley.as("police").get(trucks.near()).json().at("found") == 0);
}

TEST_CASE("stops along a river come by their distance upstream") {
    const Trucks trucks;
    trucks.stands("浙K20001", minutes{10}, minutes{5}, {28.45, 119.901});
    trucks.stands("浙K20002", minutes{10}, minutes{5}, {28.35, 119.899});
    trucks.stands("浙K20002", minutes{40}, minutes{1}, {28.32, 119.9});         // too short
    trucks.stands("浙K12345", minutes{10}, minutes{9}, {28.35, 119.904});       // 390 m off
    trucks.stands("浙K12345", minutes{30}, minutes{9}, {28.36, 119.9}, 1'500);  // driving
    const auto reply = trucks.valley.as("police").post("/v1/trace/upstream", upstream(trucks));
    REQUIRE(reply.status == 200);
    const json body = reply.json();
    CHECK(plates(body) == std::vector<std::string>{"浙K20002", "浙K20001"});
    const json& nearest = body.at("items").at(0);
    CHECK(std::abs(nearest.at("upstream_m").get<double>() - 0.05 * degree_m) < 10);
    CHECK(std::abs(nearest.at("off_m").get<double>() - 98.1) < 1);
    CHECK(nearest.at("stopped_s") == 300);
    CHECK(std::abs(body.at("items").at(1).at("upstream_m").get<double>() - 0.15 * degree_m) < 10);
    CHECK(trucks.valley.database.value<std::string>("SELECT what FROM trace_log") == "upstream");
}

TEST_CASE("with the water's speed only stops count whose water can have come down") {
    const Trucks trucks;  // both 5.5 km upstream; the water takes 1 h 32 min at 1 m/s
    trucks.stands("浙K20001", hours{3} + minutes{25}, minutes{5}, {28.35, 119.9});
    trucks.stands("浙K20002", hours{4} + minutes{25}, minutes{5}, {28.35, 119.9});
    json asked = upstream(trucks);
    asked["flow_least_m_s"] = 0.8;
    asked["flow_most_m_s"] = 1.2;
    const json body = trucks.valley.as("police").post("/v1/trace/upstream", asked).json();
    CHECK(plates(body) == std::vector<std::string>{"浙K20001"});
    asked["flow_most_m_s"] = 3;
    CHECK(trucks.valley.as("police").post("/v1/trace/upstream", asked).json().at("found") == 2);
}

TEST_CASE("lines that are no river are refused") {
    const Trucks trucks;
    const auto refused = [&](const json& coordinates) {
        json asked = upstream(trucks);
        asked["geometry"]["coordinates"] = coordinates;
        return faults_of(trucks.valley.as("police").post("/v1/trace/upstream", asked)).front();
    };
    CHECK(refused({{119.9, 28.3}}) == "BAD_GEOMETRY /geometry/coordinates");
    CHECK(refused({{119.9, 28.3}, {119.9, 28.3}}) == "BAD_GEOMETRY /geometry/coordinates");
    CHECK(refused({{119.9, 28.3}, {129.9, 28.3}}) == "OUT_OF_RANGE /geometry/coordinates");
    json half = upstream(trucks);
    half["flow_least_m_s"] = 1;
    CHECK(faults_of(trucks.valley.as("police").post("/v1/trace/upstream", half)) ==
          std::vector<std::string>{"MISSING /flow_most_m_s"});
}
