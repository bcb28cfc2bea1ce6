// Rule sets over HTTP and in storage, and what putting one in force does to trips under way.
#include "server/store/rule_sets.hpp"

#include "server/store/directory.hpp"
#include "server/tasking.hpp"
#include "tests/support/people_house.hpp"

#include <catch2/catch.hpp>

using namespace liuhen;
using namespace liuhen::server;
using namespace std::chrono_literals;
using liuhen::test::Loaded;
using nlohmann::json;

namespace {

const std::string path = "/v1/rule-sets";

json rule_set(const std::string& version, int silent = 900) {
    return {{"why", "a quiet valley"},
            {"rules", {{"version", version}, {"thresholds", {{"silent", silent}}}}}};
}
const json reason{{"why", "tried on March"}};

std::shared_ptr<const Directory> directory_of(const test::ScratchDatabase& database, Instant now) {
    pqxx::connection connection{database.conninfo("liuhen_core")};
    pqxx::work work{connection};
    return Directory::read(work, Ground::read(work), now);
}

std::string fault_of(const test::WebReply& reply) {
    const auto errors = reply.json().at("errors");
    return errors.empty() ? reply.json().at("code").get<std::string>()
                          : errors[0].at("code").get<std::string>() + " " +
                                errors[0].at("pointer").get<std::string>();
}

}  // namespace

TEST_CASE("a rule set is entered, put in force and read by the watch, with who and why") {
    Loaded place;
    const auto desk = place.as("operator");
    const auto before = desk.get(path + "/standard").json();
    CHECK(before["in_force"] == true);
    const auto made = desk.post(path, rule_set("quiet-1"));
    REQUIRE(made.status == 201);
    CHECK(made.json()["in_force"] == false);
    CHECK(made.json()["rules"]["thresholds"]["silent"] == 900);
    CHECK(made.json()["rules"]["thresholds"]["off_alarm"] ==
          before["rules"]["thresholds"]["off_alarm"]);
    CHECK(directory_of(place.database, place.house.now())->rules({})->version ==
          geofence::RuleSet::standard().version);

    const std::string id = made.json()["id"];
    const auto forced = desk.post(path + "/" + id + "/put-in-force", reason);
    REQUIRE(forced.status == 200);
    CHECK(forced.json()["in_force"] == true);
    CHECK(forced.json()["put_in_force"][0]["why"] == "tried on March");
    CHECK(forced.json()["put_in_force"][0]["account"] == "operator person");
    CHECK(place.house.told().back().what == http::FollowUp::What::places_changed);
    const auto read = directory_of(place.database, place.house.now());
    CHECK(read->rules({})->version == "quiet-1");
    CHECK(read->rules({})->silent == 900s);
    CHECK(read->rules(place.house.now() - 1h)->version == geofence::RuleSet::standard().version);

    CHECK(fault_of(desk.post(path + "/" + id + "/put-in-force", reason)) == "ALREADY_IN_FORCE");
    const auto back = desk.post(path + "/standard/put-in-force", reason);
    CHECK(back.status == 200);
    CHECK(directory_of(place.database, place.house.now() + 1s)->rules({})->version ==
          geofence::RuleSet::standard().version);
    const auto all = desk.get(path).json()["items"];
    REQUIRE(all.size() == 2);
    CHECK(all[0]["in_force"] == false);
    CHECK(all[1]["in_force"] == true);
}

TEST_CASE("a bad rule set is refused with the place of its fault, and the good one stays") {
    const Loaded place;
    const auto desk = place.as("operator");
    json bad = rule_set("bad");
    bad["rules"]["thresholds"]["silence"] = 5;
    CHECK(fault_of(desk.post(path, bad)) == "UNKNOWN_FIELD /rules/thresholds/silence");
    CHECK(fault_of(desk.post(path, rule_set("bad", 1))) == "OUT_OF_RANGE /rules/thresholds/silent");
    CHECK(fault_of(desk.post(path, {{"rules", {{"version", "x"}}}})) == "MISSING /why");
    CHECK(fault_of(desk.post(path, rule_set(geofence::RuleSet::standard().version))) ==
          "DUPLICATE /rules/version");
    REQUIRE(desk.post(path, rule_set("once")).status == 201);
    CHECK(fault_of(desk.post(path, rule_set("once"))) == "DUPLICATE /rules/version");
    CHECK(desk.post(path + "/" + uuid_v7(place.house.now()) + "/put-in-force", reason).status ==
          404);
    CHECK(desk.get(path + "/nonsense").status == 404);

    // What a later program cannot read any more never replaces what it can.
    const std::string good = desk.post(path, rule_set("good")).json()["id"];
    REQUIRE(desk.post(path + "/" + good + "/put-in-force", reason).status == 200);
    place.database.sql(
        "INSERT INTO rule_sets SELECT gen_random_uuid(), 'broken', '{\"version\":\"broken\","
        "\"thresholds\":{\"gone\":1}}', why, account, created_by, created_at FROM rule_sets "
        "WHERE version = 'good'; INSERT INTO rule_set_periods SELECT gen_random_uuid(), id, "
        "now() + interval '1 day', why, account, created_by FROM rule_sets WHERE version = "
        "'broken'");
    CHECK(directory_of(place.database, place.house.now())->rules({})->version == "good");
}

TEST_CASE("a rule set is never changed or deleted, and only the operator's business") {
    const Loaded place;
    REQUIRE(place.as("operator").post(path, rule_set("fixed")).status == 201);
    for (const std::string role : {"liuhen_http", "liuhen_core", "liuhen_reader"}) {
        pqxx::connection connection{place.database.conninfo(role)};
        pqxx::work work{connection};
        for (const char* change :
             {"UPDATE rule_sets SET why = 'nothing'", "DELETE FROM rule_set_periods"}) {
            pqxx::subtransaction part{work};
            CHECK_THROWS_AS(part.exec(change), pqxx::insufficient_privilege);
        }
    }
    for (const char* other : {"regulator", "police", "carrier"}) {
        CHECK(place.as(other).get(path).status == 403);
        CHECK(place.as(other).post(path, rule_set("mine")).status == 403);
    }
}

TEST_CASE("a trip that is under way is judged by the set in force, one that is over by its own") {
    const Loaded place;
    const auto desk = place.as("operator");
    const std::string id = desk.post(path, rule_set("later")).json()["id"];
    const Instant before = place.house.now() - 1h;
    REQUIRE(desk.post(path + "/" + id + "/put-in-force", reason).status == 200);
    const auto read = directory_of(place.database, place.house.now());
    store::Leg leg;
    CHECK(make_trip(leg, *read)->rules->version == "later");
    leg.ended_at = before;
    CHECK(make_trip(leg, *read)->rules->version == geofence::RuleSet::standard().version);
    const auto another = directory_of(place.database, place.house.now());
    leg.ended_at.reset();
    CHECK_FALSE(same_task(*make_trip(leg, *read), *make_trip(leg, *another)));  // is folded again
}
