// Camera passages: held against the truck's own positions and against each other, in any order.
#include "server/camera_watch.hpp"
#include "server/store/alerts.hpp"
#include "tests/support/trade.hpp"

#include <algorithm>
#include <functional>
#include <random>

using namespace liuhen;
using namespace liuhen::test;
using nlohmann::json;
using std::chrono::hours;
using std::chrono::minutes;

namespace {

constexpr const char* plate = "浙K12345";
const LatLon gate{28.1, 119.65};
const LatLon elsewhere{28.1, 120.65};  // 98 km east

// Noon in China of the day before yesterday: far from any midnight.
Instant noon_before(Instant now) {
    return std::chrono::floor<std::chrono::days>(now) - hours{48} + hours{4};
}

json passage(Instant at, LatLon where, const std::string& camera = "G25-K1203") {
    return {{"plate", plate},
            {"at", to_iso(at)},
            {"lat", where.lat},
            {"lon", where.lon},
            {"camera", camera}};
}

struct Cameras {
    Cameras() : noon(noon_before(valley.house.now())) {
        valley.database.sql(
            "SELECT ensure_partitions(current_date - 4, current_date + 1);"
            "UPDATE bindings SET during = tstzrange('2026-01-01', NULL)");
    }
    WebReply tell(const json& one, const char* role = "police") const {
        return valley.as(role).post("/v1/camera-passages", {{"passages", {one}}});
    }
    std::size_t judge(Instant at) const {
        pqxx::connection connection{valley.database.conninfo("liuhen_core")};
        pqxx::work work{connection};
        const auto changes = server::judge_passages(work, at);
        work.commit();
        return changes;
    }
    std::size_t judge() const { return judge(valley.house.now() + minutes{1}); }
    [[nodiscard]] std::vector<server::store::AlertRow> alerts() const {
        pqxx::connection connection{valley.database.conninfo("liuhen_core")};
        pqxx::work work{connection};
        return server::store::newest_revisions(work, "cameras-" + valley.vehicle);
    }
    void forget_everything() const {
        valley.database.sql(
            "DELETE FROM camera_passages; DELETE FROM observations;"
            "DELETE FROM feed; DELETE FROM feed_pending;"
            "DELETE FROM alert_revisions");
    }

    Valley valley;
    Instant noon;
};

// All of an alert that must not depend on when data came.
std::string said(const std::vector<server::store::AlertRow>& rows) {
    std::string text;
    for (const auto& row : rows) {
        if (row.what == "withdrawn") continue;
        text += row.alert + ' ' + to_iso(row.since) + ' ' + to_iso(row.until.value()) + ' ' +
                json::parse(row.evidence).dump() + '\n';
    }
    return text;
}

}  // namespace

TEST_CASE("a camera that sees a plate far from its truck raises CLONE_PLATE with its evidence") {
    const Cameras cameras;
    cameras.valley.fix(cameras.noon, gate.lat, gate.lon);
    CHECK(cameras.tell(passage(cameras.noon + minutes{10}, elsewhere)).status == 202);
    CHECK(cameras.judge() == 1);
    const auto alerts = cameras.alerts();
    REQUIRE(alerts.size() == 1);
    CHECK(alerts[0].kind == "CLONE_PLATE");
    CHECK(alerts[0].tier == 'A');
    CHECK(alerts[0].grade == 1);
    CHECK(alerts[0].plate == plate);
    CHECK(alerts[0].since == cameras.noon + minutes{10});
    const json evidence = json::parse(alerts[0].evidence);
    CHECK(evidence.at("place") == "camera G25-K1203");
    CHECK(evidence.at("fixes").size() == 1);
    const json& speed = evidence.at("terms").at(0);
    CHECK(speed.at("name") == "needed_speed_kmh");
    CHECK(speed.at("limit") == 160);
    CHECK(std::abs(speed.at("value").get<double>() - (98.28 - 0.5) / (630.0 / 3600)) < 2);
    const auto shown = cameras.valley.as("police").get("/v1/alerts/" + alerts[0].alert);
    CHECK(shown.status == 200);
}

TEST_CASE("a camera beside the truck, and one that can be reached in time, raise nothing") {
    const Cameras cameras;
    cameras.valley.fix(cameras.noon, gate.lat, gate.lon);
    cameras.tell(passage(cameras.noon, gate));
    cameras.tell(passage(cameras.noon + minutes{40}, elsewhere));  // 98 km in 40 min: 147 km/h
    CHECK(cameras.judge() == 0);
    cameras.tell(passage(cameras.noon + minutes{40}, {28.1, 119.6505}, "beside"));
    CHECK(cameras.judge() == 1);  // it was not there: the other camera says so
}

TEST_CASE("two cameras that no truck passes in that time raise it without a position") {
    const Cameras cameras;
    cameras.tell(passage(cameras.noon, gate, "west"));
    cameras.tell(passage(cameras.noon + minutes{20}, elsewhere, "east"));
    CHECK(cameras.judge() == 1);
    const json evidence = json::parse(cameras.alerts().at(0).evidence);
    CHECK(evidence.at("place") == "camera east, camera west");
    CHECK(evidence.at("fixes").empty());
}

TEST_CASE("a passage told again changes nothing") {
    const Cameras cameras;
    cameras.valley.fix(cameras.noon, gate.lat, gate.lon);
    cameras.tell(passage(cameras.noon + minutes{10}, elsewhere));
    cameras.judge();
    CHECK(cameras.tell(passage(cameras.noon + minutes{10}, elsewhere)).status == 202);
    CHECK(cameras.judge() == 0);
    CHECK(cameras.alerts().at(0).revision == 1);
    CHECK(cameras.valley.database.value<int>("SELECT count(*)::int FROM camera_passages") == 1);
}

TEST_CASE(
    "positions that come late amend the alert, and withdraw it when they lead to the camera") {
    const Cameras cameras;
    cameras.tell(passage(cameras.noon + minutes{10}, elsewhere));
    CHECK(cameras.judge() == 0);
    cameras.valley.fix(cameras.noon, gate.lat, gate.lon);
    CHECK(cameras.judge(cameras.valley.house.now() + hours{1}) == 1);
    cameras.valley.fix(cameras.noon + minutes{9}, elsewhere.lat, elsewhere.lon);
    CHECK(cameras.judge(cameras.valley.house.now() + hours{3}) == 1);
    CHECK(cameras.alerts().at(0).what == "withdrawn");
    CHECK(cameras.alerts().at(0).revision == 2);
}

TEST_CASE("passages of plates that nobody registered are not kept, and nobody learns which") {
    const Cameras cameras;
    json stranger = passage(cameras.noon, gate);
    stranger["plate"] = "浙K99999";
    const auto unknown = cameras.tell(stranger);
    const auto known = cameras.tell(passage(cameras.noon, gate), "operator");
    CHECK(unknown.status == 202);
    CHECK(unknown.body == known.body);
    CHECK(cameras.valley.database.value<int>("SELECT count(*)::int FROM camera_passages") == 1);
    CHECK(cameras.tell(passage(cameras.noon, gate), "carrier").status == 403);
}

TEST_CASE("passages that cannot be are refused with their place in the list") {
    const Cameras cameras;
    json wrong = passage(cameras.valley.house.now() + hours{1}, {95, 119});
    wrong["plate"] = "x1";
    wrong["colour"] = "blue";
    CHECK(faults_of(cameras.tell(wrong)) ==
          std::vector<std::string>{"NOT_A_PLATE /passages/0/plate", "TIME_IN_FUTURE /passages/0/at",
                                   "OUT_OF_RANGE /passages/0/lat",
                                   "UNKNOWN_FIELD /passages/0/colour"});
    CHECK(faults_of(cameras.valley.as("police").post("/v1/camera-passages",
                                                     {{"passages", json::array()}})) ==
          std::vector<std::string>{"TOO_SHORT /passages"});
}

TEST_CASE("passages and positions give the same alert in twenty orders of arrival") {
    const Cameras cameras;
    std::vector<std::function<void()>> arrivals;
    for (int i = 0; i < 6; ++i) {
        const Instant at = cameras.noon + minutes{20 * i};
        const double lon = gate.lon + 0.02 * i;
        arrivals.emplace_back([&cameras, at, lon] { cameras.valley.fix(at, gate.lat, lon); });
    }
    for (const auto& one : {passage(cameras.noon + minutes{5}, gate, "A"),
                            passage(cameras.noon + minutes{25}, elsewhere, "B"),
                            passage(cameras.noon + minutes{70}, {28.1, 119.72}, "C"),
                            passage(cameras.noon + minutes{71}, elsewhere, "D"),
                            passage(cameras.noon + minutes{71}, {29.5, 119.7}, "E")}) {
        arrivals.emplace_back([&cameras, one] { cameras.tell(one); });
    }
    std::mt19937 random{11};
    std::string first;
    for (int order = 0; order < 20; ++order) {
        cameras.forget_everything();
        std::ranges::shuffle(arrivals, random);
        int hour = 0;
        for (const auto& arrive : arrivals) {
            arrive();
            if (random() % 2 == 0) cameras.judge(cameras.valley.house.now() + hours{++hour});
        }
        cameras.judge(cameras.valley.house.now() + hours{80});
        const std::string now = said(cameras.alerts());
        CHECK_FALSE(now.empty());
        if (order == 0) first = now;
        CHECK(now == first);
    }
}
