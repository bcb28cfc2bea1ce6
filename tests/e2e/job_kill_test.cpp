// kill -9 of the server in the middle of an import and of a register: each row goes in once, and
// the file that comes out is whole.
#include "tests/support/http_house.hpp"
#include "tests/support/server_process.hpp"

#include <catch2/catch.hpp>

#include <algorithm>
#include <iostream>

using namespace liuhen;
using namespace liuhen::test;
using namespace std::chrono_literals;
using nlohmann::json;

namespace {

struct World {
    Valley place;
    ServerProcess server{place.database.conninfo(), place.house.now(), 1};
    Web clerk{server.http(), place.tokens.at("producer")};

    json job(const json& which) const {
        return clerk.get("/v1/jobs/" + which.at("id").get<std::string>()).json();
    }
    /// Kills the server once so many rows of a job are done, and starts it again; how many they
    /// were.
    int kill_beyond(const json& which, int rows) {
        int done = 0;
        const auto until = std::chrono::steady_clock::now() + 60s;
        while (done < rows && std::chrono::steady_clock::now() < until) {
            std::this_thread::sleep_for(2ms);
            done = job(which)["rows"]["done"];
        }
        server.kill_9();
        server.begin();
        return done;
    }
    json ended(const json& which) const {
        const auto until = std::chrono::steady_clock::now() + 120s;
        json now = job(which);
        while (!now.contains("ended_at") && std::chrono::steady_clock::now() < until) {
            std::this_thread::sleep_for(50ms);
            now = job(which);
        }
        return now;
    }
    [[nodiscard]] long count(const std::string& sql) const {
        return place.database.value<long>("SELECT count(*) FROM " + sql);
    }
};

}  // namespace

TEST_CASE("kills of the server in the middle of an import let each row in once") {
    World world;
    std::string file = "code,waste_code,net_kg\n";
    for (int i = 1; i <= 1'000; ++i)
        file += "K" + std::to_string(i) + (i % 400 == 0 ? ",no code,1\n" : ",336-054-17,200.5\n");
    const auto asked = world.clerk.send("POST", "/v1/imports/containers", file,
                                        {{"Content-Type", "application/octet-stream"}});
    REQUIRE(asked.status == 202);
    std::vector<int> at;
    for (const int beyond : {100, 400, 700}) at.push_back(world.kill_beyond(asked.json(), beyond));
    CHECK(at.front() < 1'000);
    const json done = world.ended(asked.json());
    CHECK(done["state"] == "DONE");
    CHECK(done["rows"]["made"] == 998);
    CHECK(done["rows"]["refused"] == 2);
    CHECK(done["rows"]["repeated"] == 0);
    CHECK(world.count("containers WHERE code ~ '^K[0-9]+$'") == 998);
    CHECK(world.count("container_movements v JOIN containers c ON c.id = v.container_id"
                      " WHERE c.code ~ '^K[0-9]+$'") == 998);
    CHECK(world.count("job_inputs") == 0);
    std::cout << "import killed at rows " << at[0] << ", " << at[1] << ", " << at[2] << std::endl;
}

TEST_CASE("kills of the server in the middle of a register leave one whole file") {
    World world;
    world.place.database.sql(
        "INSERT INTO containers (id, party_id, code, waste_code, made_at) SELECT gen_random_uuid(),"
        " '" +
        world.place.party.at("producer") +
        "', 'M' || n, '336-054-17', now() FROM generate_series(1, 40000) n;"
        "INSERT INTO container_movements (operation, container_id, kind, to_party, grams, at,"
        " recorded_at) SELECT gen_random_uuid(), id, 'PRODUCED', party_id, 1001, now(), now()"
        " FROM containers");
    const auto asked = world.clerk.post("/v1/registers/movements", {{"format", "csv"}});
    REQUIRE(asked.status == 202);
    for (const int beyond : {5'000, 15'000})
        CHECK(world.kill_beyond(asked.json(), beyond) < 40'000);
    const json done = world.ended(asked.json());
    REQUIRE(done["state"] == "DONE");
    CHECK(done["rows"]["done"] == 40'000);
    const std::string link =
        world.clerk.post("/v1/jobs/" + done["id"].get<std::string>() + "/links", json::object())
            .json()["path"];
    const auto read = Web{world.server.http(), ""}.get(link);
    CHECK(read.status == 200);
    CHECK(server::sha256_hex(read.body) == done["file"]["sha256"]);
    CHECK(std::ranges::count(read.body, '\n') == 40'001);
}
