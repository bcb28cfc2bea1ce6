#include "manifest/binding.hpp"

#include "tests/unit/manifest/journey.hpp"

#include <catch2/catch.hpp>

using namespace liuhen;
using namespace liuhen::test;

namespace {

const Instant loaded = eight + 2h;
const Instant arrived = eight + 3h;

/// Two legs: the first truck hands over to the second half an hour after loading.
Manifest two_legs() {
    auto manifest = before(depart_call);
    Leg second = manifest.legs.front();
    second.leg_no = 2;
    second.vehicle = {"truck 2"};
    second.terminal = {"13800000002"};
    second.locks = {{"L2"}};
    second.loaded_at = loaded + 30min;
    manifest.legs.push_back(second);
    return manifest;
}

}  // namespace

TEST_CASE("a manifest is served from the driver's signature until the arrival") {
    const auto all = services(before(weigh_in_call));
    REQUIRE(all.size() == 1);
    const VehicleId truck{"truck"};
    CHECK(serving(all, truck, loaded - 1ms).empty());
    CHECK(serving(all, truck, loaded).size() == 1);
    CHECK(serving(all, truck, arrived - 1ms).front().no == "20263311000001");
    CHECK(serving(all, truck, arrived).empty());
}

TEST_CASE("terminal and lock of the leg serve with the truck, others do not") {
    const auto all = services(before(weigh_in_call));
    CHECK(serving(all, TerminalId{"13800000001"}, loaded).size() == 1);
    CHECK(serving(all, LockId{"L1"}, loaded).size() == 1);
    CHECK(serving(all, TerminalId{"13800000002"}, loaded).empty());
    CHECK(serving(all, LockId{"L2"}, loaded).empty());
    CHECK(serving(all, VehicleId{"truck 2"}, loaded).empty());
}

TEST_CASE("nothing is served before the load is signed") {
    CHECK(services(before(driver_signs_call)).empty());
}

TEST_CASE("a leg under way has no end") {
    const auto all = services(before(arrive_call));
    CHECK(serving(all, VehicleId{"truck"}, loaded + 1000h).size() == 1);
}

TEST_CASE("a leg ends where the next one begins") {
    const auto all = services(two_legs());
    REQUIRE(all.size() == 2);
    CHECK(all[0].leg_no == 1);
    CHECK(serving(all, VehicleId{"truck"}, loaded + 30min - 1ms).size() == 1);
    CHECK(serving(all, VehicleId{"truck"}, loaded + 30min).empty());
    CHECK(serving(all, LockId{"L2"}, loaded + 30min).size() == 1);
    CHECK(serving(all, LockId{"L2"}, loaded + 30min - 1ms).empty());
}

TEST_CASE("one truck may serve several producers at once") {
    auto all = services(before(arrive_call));
    all.push_back(all.front());
    all.back().manifest = {"m2"};
    CHECK(serving(all, VehicleId{"truck"}, loaded).size() == 2);
}

TEST_CASE("a terminal moved to another truck belongs to each in its own time") {
    const TerminalId terminal{"13800000001"};
    const std::vector<Mounting<TerminalId>> mountings{
        {terminal, {"truck"}, {eight, eight + 1h}},
        {terminal, {"truck 2"}, {eight + 1h, std::nullopt}}};
    const std::span<const Mounting<TerminalId>> all{mountings};
    CHECK(vehicle_of(all, terminal, eight - 1ms) == std::nullopt);
    CHECK(vehicle_of(all, terminal, eight + 1h - 1ms) == VehicleId{"truck"});
    CHECK(vehicle_of(all, terminal, eight + 1h) == VehicleId{"truck 2"});
    CHECK(vehicle_of(all, TerminalId{"other"}, eight) == std::nullopt);
}
