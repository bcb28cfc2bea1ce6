// Counted faults in the database, and the diagnosis of a terminal over HTTP.
#include "server/store/device_faults.hpp"

#include "telematics/elock/sentence.hpp"
#include "telematics/jtt808/catalogue.hpp"
#include "telematics/jtt808/location.hpp"
#include "telematics/text.hpp"
#include "tests/support/http_house.hpp"

#include <catch2/catch.hpp>

namespace {

using namespace liuhen;
using namespace liuhen::telematics;
using liuhen::test::Valley;
using nlohmann::json;
using server::FaultCount;

Valley& valley() {
    static Valley one;
    return one;
}

const std::string number = "13900000001";  // of the valley's terminal

FaultCount counted(const std::string& kind, std::int64_t count, Instant at, unsigned char last) {
    const auto day = std::chrono::floor<std::chrono::days>(at).time_since_epoch().count();
    return {number, kind, day, count, at, at, {std::byte{last}}};
}

void store(const std::vector<FaultCount>& counts) {
    pqxx::connection connection{valley().database.conninfo("liuhen_core")};
    pqxx::work work{connection};
    server::store::add_device_faults(work, counts);
    work.commit();
}

// A frame of the terminal, one the archive has and quarantine has.
std::string frame_hex(Instant at, std::chrono::minutes zone) {
    using namespace jtt808;
    Fix fix;
    fix.at = at;
    fix.where = {.lat = 28.1, .lon = 119.6};
    Position position = report_of(fix, zone);
    position.items.push_back({.id = 0xE4, .value = Bytes(4, std::byte{1})});
    const Bytes wire = seal_message(*header_for(number, Edition::v2013), position);
    return to_hex(*unescape(ByteView{wire}.subspan(1, wire.size() - 2)));
}

void archive(Instant at, const std::string& hex) {
    valley().database.sql("INSERT INTO raw_frames SELECT key, '" + to_iso(at) + "', decode('" +
                          hex + "', 'hex') FROM terminals WHERE number = '" + number + "'");
}

TEST_CASE("counts of one device, kind and day add up, and the latest piece stays") {
    const Instant noon = *parse_iso("2026-03-01T12:00:00Z");
    store({counted("bad_escape", 3, noon, 1), counted("oversized", 1, noon, 2)});
    store({counted("bad_escape", 4, noon + std::chrono::seconds{9}, 3)});
    store({counted("bad_escape", 1, noon - std::chrono::seconds{9}, 4)});
    store({});
    CHECK(valley().database.value<int>("SELECT count FROM device_faults WHERE kind = 'bad_escape'"
                                       " AND day = '2026-03-01'") == 8);
    CHECK(valley().database.value<std::string>(
              "SELECT encode(last_bytes, 'hex') FROM device_faults WHERE kind = 'bad_escape'") ==
          "03");
    CHECK(valley().database.value<int>("SELECT count(*) FROM device_faults") == 2);
}

TEST_CASE("a terminal is diagnosed and moved to the profile that fits") {
    const Instant now = valley().house.now();
    for (int i = 0; i < 6; ++i) {
        const Instant at = now - std::chrono::minutes{i};
        valley().fix(at, 28.1, 119.6);
        archive(at, frame_hex(at, std::chrono::minutes{0}));
    }
    store({counted("bad_checksum", 12, now, 5)});
    const auto desk = valley().as("operator");
    const auto reply = desk.get("/v1/terminals/0" + number + "/diagnosis");
    REQUIRE(reply.status == 200);
    const json shown = reply.json();
    CHECK(shown["terminal"]["number"] == number);
    CHECK(shown["terminal"]["profile"] == "standard");
    CHECK(shown["faults"][0]["kind"] == "bad_checksum");
    CHECK(shown["faults"][0]["count"] == 12);
    CHECK(shown["faults"][0]["last_bytes"] == "05");
    CHECK(shown["last_fix"]["lat"] == Approx(28.1));
    CHECK(shown["frames"] == 6);
    CHECK(shown["likely_zone"] == "+00:00");
    CHECK(shown["clock"]["kind"] == "utc");
    CHECK(shown["clock"]["off_minutes"] == -480);
    CHECK(shown["clock"]["meaning"] ==
          "its clock shows UTC and is read as +08:00: 8 h behind the time of receipt");
    CHECK(shown["clock"]["meaning_zh"].get<std::string>().find("慢 8 小时") != std::string::npos);
    CHECK(shown["best"] == "waste-eeye");
    CHECK(shown["profiles"][0]["reason_zh"].get<std::string>().find("6/6") != std::string::npos);
    const json change = shown["change"];
    CHECK(change["body"] == json{{"profile", "waste-eeye"}, {"time_zone", "+00:00"}});

    const auto changed = desk.post(change["path"].get<std::string>(), change["body"]);
    REQUIRE(changed.status == 200);
    CHECK(changed.json()["profile"] == "waste-eeye");
    CHECK(changed.json()["time_zone"] == "+00:00");
    CHECK(changed.json()["datum"] == "wgs84");
    CHECK(valley().house.told().back().what == server::http::FollowUp::What::fleet_changed);
    const json after = desk.get("/v1/terminals/" + valley().terminal + "/diagnosis").json();
    CHECK_FALSE(after.contains("change"));
    CHECK_FALSE(after.contains("clock"));
    CHECK(after["likely_zone"] == "+00:00");
    CHECK(after["now"]["times"] == json{{"good", 6}, {"all", 6}});
}

TEST_CASE("a clock in another zone is named when the profile is right, and for locks as well") {
    const auto desk = valley().as("operator");
    const auto enter = [&](const std::string& other, const std::string& protocol) {
        const auto made = desk.post(
            "/v1/terminals", {{"number", other}, {"protocol", protocol}, {"time_zone", "+08:00"}});
        REQUIRE(made.status == 201);
        return "/v1/terminals/" + made.json()["id"].get<std::string>();
    };
    const std::string truck = enter("13900000077", "jt808"), lock = enter("80001234", "jt701");
    const auto keep = [&](const std::string& other, const std::string& at, const std::string& hex) {
        valley().database.sql("INSERT INTO raw_frames SELECT key, '" + at + "', decode('" + hex +
                              "', 'hex') FROM terminals WHERE number = '" + other + "'");
    };
    const Instant now = valley().house.now() - std::chrono::seconds{30};
    valley().fix(now, 28.1, 119.6);  // of both: frames are found by the time of what they told
    keep("13900000077", to_iso(now), frame_hex(now, std::chrono::minutes{330}));
    Fix fix;
    fix.at = now;
    fix.where = {.lat = 28.1, .lon = 119.6};
    const auto text = elock::write_unlock("0080001234", {.event = 1, .verify = 98, .card = ""}, fix,
                                          std::chrono::minutes{0});
    keep("80001234", to_iso(now), to_hex(text));
    const json india = desk.get(truck + "/diagnosis").json();
    INFO(india.dump());
    REQUIRE(india.contains("clock"));
    CHECK(india["clock"]["kind"] == "other_zone");
    CHECK(india["clock"]["off_minutes"] == -150);
    CHECK(india["change"]["body"]["time_zone"] == "+05:30");
    const json seal = desk.get(lock + "/diagnosis").json();
    REQUIRE(seal.contains("clock"));
    CHECK(seal["clock"]["kind"] == "utc");
    CHECK(seal["change"]["body"] == json{{"time_zone", "+00:00"}});
    CHECK(seal["profiles"].empty());
}

TEST_CASE("a profile that nobody knows is refused with the names there are") {
    const auto desk = valley().as("operator");
    const json names = desk.get("/v1/profiles").json()["items"];
    CHECK(names.size() == known_profiles().size());
    CHECK(names[0]["name"] == "standard");
    CHECK(names[0]["patience"] == 100);
    const auto made =
        desk.post("/v1/terminals",
                  {{"number", "13900000099"}, {"protocol", "jt808"}, {"profile", "waste-nobody"}});
    CHECK(made.status == 422);
    const json fault = made.json()["errors"][0];
    CHECK(fault["code"] == "UNKNOWN_PROFILE");
    CHECK(fault["pointer"] == "/profile");
    CHECK(fault["message"].get<std::string>().find("waste-eeye") != std::string::npos);
    CHECK(fault["message_zh"].get<std::string>().find("waste-eeye") != std::string::npos);
    CHECK(desk.post("/v1/terminals/" + valley().terminal, {{"profile", "waste-nobody"}}).status ==
          422);
    CHECK(desk.post("/v1/terminals/" + valley().terminal, {{"datum", "mars"}}).status == 422);
    CHECK(desk.post("/v1/terminals/" + valley().vehicle, {{"datum", "gcj02"}}).status == 404);
}

TEST_CASE("a diagnosis and the frames behind it are the operator's only") {
    const std::string path = "/v1/terminals/" + valley().terminal + "/diagnosis";
    for (const char* role : {"regulator", "police", "carrier", "driver", "producer"}) {
        INFO(role);
        CHECK(valley().as(role).get(path).status == 403);
    }
    CHECK(valley().as("operator").get("/v1/terminals/999/diagnosis").status == 404);
    CHECK(valley().as("regulator").get("/v1/profiles").status == 200);
    pqxx::connection connection{valley().database.conninfo("liuhen_http")};
    pqxx::work work{connection};
    work.exec("SELECT set_config('liuhen.role', 'regulator', true)");
    CHECK(work.exec("SELECT * FROM device_faults").empty());
    CHECK_THROWS_AS(work.exec("SELECT * FROM recent_frames(1, 10)"), pqxx::insufficient_privilege);
}

}  // namespace
