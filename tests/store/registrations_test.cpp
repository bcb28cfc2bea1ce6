#include "server/registrations.hpp"

#include "server/journal.hpp"
#include "tests/support/await.hpp"
#include "tests/support/fleet_rows.hpp"
#include "tests/support/http_house.hpp"

#include <catch2/catch.hpp>

using namespace liuhen;
using namespace liuhen::server;
using namespace liuhen::test;

namespace {

const telematics::FirstRegistration first{
    {"13900000001"},
    {.terminal_id = std::string{"A\0001", 3},  // a zero byte within
     .plate = "浙K00001",
     .maker = "LHTST",
     .model = "M1",
     .plate_colour = 2}};

telematics::FirstRegistration other() {
    auto changed = first;
    changed.said.terminal_id = "B2";
    return changed;
}

struct Desk {
    explicit Desk(const ScratchDatabase& scratch) : database(scratch.conninfo(), 1, 1) {}
    ~Desk() { database.stop(); }
    Desk(const Desk&) = delete;
    Desk& operator=(const Desk&) = delete;
    Clock clock;
    Database database;
    Registrations registrations{database, clock};
};

}  // namespace

TEST_CASE("what a terminal first says of itself stands after a restart, to the last byte") {
    const ScratchDatabase database;
    const FleetRows rows{database};
    {
        Desk desk{database};
        CHECK_FALSE(desk.registrations.of("13900000001"));
        await(desk.registrations.keep(first));
        CHECK(desk.registrations.of("13900000001") == first.said);
    }
    Desk again{database};
    await(again.registrations.load());
    CHECK(again.registrations.of("13900000001") == first.said);
    CHECK_FALSE(again.registrations.of("8531000042"));
}

TEST_CASE("who comes second with other data gets no code, and the first registration stays") {
    const ScratchDatabase database;
    const FleetRows rows{database};
    Desk desk{database};
    await(desk.registrations.keep(first));
    CHECK_THROWS_AS(await(desk.registrations.keep(other())), NotStored);
    CHECK_NOTHROW(await(desk.registrations.keep(first)));
    CHECK(desk.registrations.of("13900000001") == first.said);
}

TEST_CASE("a terminal that is not entered has no registration to keep") {
    const ScratchDatabase database;
    const FleetRows rows{database};
    Desk desk{database};
    auto stranger = first;
    stranger.terminal = {"13912345678"};
    CHECK_THROWS_AS(await(desk.registrations.keep(stranger)), NotStored);
    CHECK_FALSE(desk.registrations.of("13912345678"));
}

TEST_CASE("refusals are counted together, and only for terminals that registered") {
    const ScratchDatabase database;
    const FleetRows rows{database};
    Desk desk{database};
    await(desk.registrations.keep(first));
    for (int i = 0; i < 3; ++i) desk.registrations.count_refusal("13900000001");
    desk.registrations.count_refusal("13912345678");
    await(desk.registrations.store_counts());
    await(desk.registrations.store_counts());
    CHECK(database.value<int>("SELECT refused_count FROM registrations") == 3);
    CHECK(database.value<bool>("SELECT last_refused_at IS NOT NULL FROM registrations"));
}

TEST_CASE("the operator sees a registration and lets the terminal register anew") {
    Valley valley;
    const std::string path = "/v1/terminals/" + valley.terminal;
    const auto desk = valley.as("operator");
    CHECK_FALSE(desk.get(path).json().contains("registration"));
    Desk devices{valley.database};
    await(devices.registrations.keep(first));
    devices.registrations.count_refusal("13900000001");
    await(devices.registrations.store_counts());
    const auto shown = desk.get(path).json();
    CHECK(shown["number"] == "13900000001");
    CHECK(shown["registration"]["plate"] == "浙K00001");
    CHECK(shown["registration"]["refused_count"] == 1);
    CHECK(shown.dump().find("auth_code") == std::string::npos);

    const auto reset = desk.post(path + "/reset-registration", nlohmann::json::object());
    REQUIRE(reset.status == 200);
    CHECK_FALSE(reset.json()["registration"].contains("plate"));
    CHECK(reset.json()["registration"]["refused_count"] == 0);
    CHECK(valley.as("regulator").get(path).status == 200);
    CHECK(valley.as("regulator").send("POST", path + "/reset-registration", "{}").status == 403);
    CHECK(valley.as("carrier").get(path).status == 403);
    CHECK(desk.get("/v1/terminals/00000000-0000-7000-8000-000000000000").status == 404);

    devices.registrations.forget("13900000001");
    CHECK_NOTHROW(await(devices.registrations.keep(other())));
    CHECK(desk.get(path).json()["registration"]["unit"] == "B2");
}
