// Which authorities may have a truck inspected: those of its carrier, and those of where it is.
#include "tests/support/unlock_core.hpp"

#include <catch2/catch.hpp>

namespace {

using namespace liuhen;
using namespace std::chrono_literals;
using namespace test;
using nlohmann::json;

constexpr Spot lakeside{30.20, 120.20};  // in Hangzhou (330106)

/// An empty truck of a carrier that sits nowhere, and another prefecture beside the valley's.
struct Highway : UnlockHouse {
    Highway() {
        made(as("operator"), "sites",
             {{"name", "lake works"},
              {"kind", "producer"},
              {"party", party["producer"]},
              {"division", "330106"},
              {"geometry", {{"type", "Point"}, {"coordinates", {120.21, 30.20}}}},
              {"radius_m", 200}});
    }
    [[nodiscard]] Web police_of(const std::string& division) {
        const auto made_token =
            as("operator").post("/v1/tokens", {{"role", "police"}, {"division", division}});
        return house.web(made_token.json().at("token"));
    }
    [[nodiscard]] int inspected_by(const Web& police, const std::string& name = {}) const {
        const json order{{"officers", {"Chen Bo", "Lu Min"}}, {"reason", "tip-off"}};
        const std::string named = name.empty() ? vehicle : name;
        return police.post("/v1/vehicles/" + named + "/inspections", order).status;
    }
    [[nodiscard]] WebReply unlocked_by(const Web& police) const {
        return police.post("/v1/locks/" + lock + "/unlock", json::object());
    }
};

TEST_CASE("an empty truck is inspected, and opened, by the authorities of where it is now") {
    Highway place;
    CoreSide core{place};
    const auto lishui = place.police_of("3311"), hangzhou = place.police_of("3301");
    CHECK(place.inspected_by(hangzhou) == 404);  // it has never told where it is
    place.truck_at(lakeside, 31min);
    CHECK(place.inspected_by(hangzhou) == 404);
    place.truck_at(lakeside, 29min);
    CHECK(place.inspected_by(lishui) == 404);
    CHECK(place.inspected_by(place.police_of("330102")) == 404);
    CHECK(place.unlocked_by(hangzhou).status == 404);
    REQUIRE(place.inspected_by(hangzhou) == 201);
    const auto reply = place.unlocked_by(hangzhou);
    REQUIRE(reply.status == 202);
    CHECK(reply.json()["rule"] == "U6");
    CHECK(core.saying(reply.json()["order"]) == 1);
    CHECK(place.unlocked_by(lishui).status == 404);
    // Gone on, it is still theirs to open until the end, and nobody else's by having passed.
    place.truck_at(works);
    CHECK(place.unlocked_by(hangzhou).status == 202);
    CHECK(place.unlocked_by(lishui).status == 404);
    CHECK(place.inspected_by(lishui) == 201);
}

TEST_CASE("a truck at the roadside is named by its plate") {
    Highway place;
    place.truck_at(lakeside);
    const auto hangzhou = place.police_of("3301");
    CHECK(place.inspected_by(hangzhou, "%E6%B5%99K54321") == 404);
    CHECK(place.inspected_by(hangzhou, "nothing") == 404);
    CHECK(place.inspected_by(hangzhou, "%E6%B5%99K12345") == 201);
    CHECK(place.unlocked_by(hangzhou).status == 202);
}

TEST_CASE("the authorities of a carrier have its trucks inspected wherever they are") {
    Highway place;
    const auto hangzhou = place.police_of("3301");
    place.truck_at(works);
    CHECK(place.inspected_by(hangzhou) == 404);
    place.database.sql("UPDATE parties SET division = '330106' WHERE id = '" +
                       place.party["carrier"] + "'");
    CHECK(place.inspected_by(hangzhou) == 201);
    CHECK(place.unlocked_by(hangzhou).json()["rule"] == "U6");
}

TEST_CASE("what is on an inspected truck has the opening in its chain of custody") {
    Highway place;
    const auto id = place.manifest("IN_TRANSIT");
    place.truck_at(lakeside);
    const auto hangzhou = place.police_of("3301");
    CHECK(hangzhou.get("/v1/manifests/" + id).status == 404);
    REQUIRE(place.inspected_by(hangzhou) == 201);
    REQUIRE(place.unlocked_by(hangzhou).status == 202);
    CHECK(std::ranges::any_of(place.chain("producer", id), [](const json& entry) {
        return entry.at("what") == "unlock_granted" && entry.value("rule", "") == "U6";
    }));
    CHECK(hangzhou.get("/v1/manifests/" + id).status == 404);
}

TEST_CASE("an inspection does not get into the database from beyond the area") {
    Highway place;
    place.truck_at(works);
    const auto enter = [&](const std::string& division, const std::string& as_of) {
        pqxx::connection connection{place.database.conninfo("liuhen_http")};
        pqxx::work work{connection};
        work.exec_params(
            "SELECT set_config('liuhen.role', 'police', true), set_config('liuhen.party', '',"
            " true), set_config('liuhen.division', $1, true), set_config('liuhen.rank', 'member',"
            " true)",
            division);
        work.exec0(
            "INSERT INTO inspections (id, vehicle_id, during, officers, reason, role, token_id,"
            " recorded_at, division) VALUES (gen_random_uuid(), '" +
            place.vehicle +
            "', tstzrange(now(), now() + interval '1 hour'), '{Chen Bo,Lu Min}', 'tip-off',"
            " 'police', gen_random_uuid(), now(), '" +
            as_of + "')");
    };
    CHECK_THROWS_AS(enter("3301", "3301"), pqxx::insufficient_privilege);
    CHECK_THROWS_AS(enter("3311", "3301"), pqxx::insufficient_privilege);
    CHECK_NOTHROW(enter("3311", "3311"));
}

}  // namespace
