#include "tests/support/device_house.hpp"
#include "tests/support/http_house.hpp"
#include "tests/support/photos.hpp"

#include <catch2/catch.hpp>

using namespace liuhen;
using namespace liuhen::server;
using namespace liuhen::test;
using namespace std::chrono_literals;

TEST_CASE("a position is stored, bound to its truck, before its reply arrives") {
    const ScratchDatabase database;
    const FleetRows rows{database};
    DeviceHouse house{database};
    Device device{house};
    device.send(log_in(known, "secret-1"));
    REQUIRE(!device.hear(5s).empty());
    device.send(position(known, night, 2));
    REQUIRE(!device.hear(5s).empty());
    CHECK(stored(database) == 1);
    CHECK(database.value<int>("SELECT count(*) FROM observations o JOIN vehicles v "
                              "ON v.key = o.vehicle_key") == 1);
    CHECK(database.value<int>("SELECT count(*) FROM raw_frames") == 2);
}

TEST_CASE("frames that come a byte at a time are frames all the same") {
    const ScratchDatabase database;
    const FleetRows rows{database};
    DeviceHouse house{database};
    Device device{house};
    device.socket.set_option(tcp::no_delay{true});
    auto bytes = log_in(known, "secret-1");
    const auto next = position(known, night, 2);
    bytes.insert(bytes.end(), next.begin(), next.end());
    for (const std::byte one : bytes) device.send({one});
    REQUIRE(!device.hear(5s).empty());
    const auto give_up = monotonic() + 5s;
    while (stored(database) == 0 && monotonic() < give_up) device.hear(50ms);
    CHECK(stored(database) == 1);
}

TEST_CASE("who does not make itself known in time is hung up on, however much it sends") {
    const ScratchDatabase database;
    const FleetRows rows{database};
    DeviceHouse house{database};
    Device silent{house};
    Device busy{house};
    CHECK_FALSE(silent.is_over_within(500ms));
    for (int i = 0; i < 8 && !busy.over; ++i) {
        boost::system::error_code gone;
        asio::write(busy.socket, asio::buffer("x", 1), gone);
        busy.hear(400ms);
    }
    CHECK(silent.is_over_within(3s));
    CHECK(busy.is_over_within(3s));
}

TEST_CASE("an unknown terminal gets a refusal, is counted, and leaves no observation") {
    const ScratchDatabase database;
    const FleetRows rows{database};
    DeviceHouse house{database};
    Device stranger{house};
    stranger.send(log_in("13912345678", "guess"));
    stranger.send(position("13912345678", night, 2));
    CHECK(stranger.is_over_within(5s));
    CHECK(stored(database) == 0);
    CHECK(house.metrics.text().find("liuhen_device_refusals_total{kind=\"unknown_terminal\"}") !=
          std::string::npos);
}

TEST_CASE("the second connection of a terminal takes over and the first one ends") {
    const ScratchDatabase database;
    const FleetRows rows{database};
    DeviceHouse house{database};
    Device first{house};
    first.send(log_in(known, "secret-1"));
    REQUIRE(!first.hear(5s).empty());
    Device second{house};
    second.send(log_in(known, "secret-1"));
    REQUIRE(!second.hear(5s).empty());
    CHECK(first.is_over_within(3s));
    second.send(position(known, night, 2));
    CHECK(!second.hear(5s).empty());
    CHECK(house.metrics.pulse().trucks_online == 1);
}

TEST_CASE("while the database is away no reply leaves and the connection stays") {
    const ScratchDatabase database;
    const FleetRows rows{database};
    DeviceHouse house{database, "host=/nowhere dbname=none", {}};
    Device device{house};
    device.send(log_in(known, "secret-1"));
    CHECK(device.hear(2'500ms).empty());
    CHECK_FALSE(device.over);
    CHECK_FALSE(house.health.journal);
}

TEST_CASE("hundreds of idle connections are held and let go, and the others notice nothing") {
    const ScratchDatabase database;
    const FleetRows rows{database};
    DeviceHouse house{database};
    std::vector<std::unique_ptr<Device>> idle;
    for (int i = 0; i < 400; ++i) idle.push_back(std::make_unique<Device>(house));
    Device device{house};
    device.send(log_in(known, "secret-1"));
    REQUIRE(!device.hear(5s).empty());
    device.send(position(known, night, 2));
    CHECK(!device.hear(5s).empty());
    const auto give_up = monotonic() + 10s;
    while (house.lines() > 1 && monotonic() < give_up) std::this_thread::sleep_for(50ms);
    CHECK(house.lines() == 1);
}

TEST_CASE("a connection beyond the limit is closed at once and counted") {
    const ScratchDatabase database;
    const FleetRows rows{database};
    DeviceHouse house{database};
    house.limits.connections = 2;
    Device a{house};
    Device b{house};
    Device c{house};
    CHECK(c.is_over_within(800ms));
    CHECK(house.metrics.text().find("too_many_connections") != std::string::npos);
}

TEST_CASE("a picture sent in parts, and then again, ends as one that its carrier is served") {
    const ScratchDatabase database;
    const FleetRows rows{database};
    DeviceHouse floor{database};
    Device camera{floor};
    camera.send(log_in(known, "secret-1"));
    REQUIRE(!camera.hear(5s).empty());
    const auto taken = jpeg(5'000);
    for (const std::uint16_t serial : {std::uint16_t{2}, std::uint16_t{100}}) {
        for (const auto& part : picture(known, night, serial, taken)) camera.send(part);
        REQUIRE(!camera.hear(5s).empty());
    }
    camera.send(position(known, night, 200));  // answered after all that came before
    while (stored(database) == 0 && !camera.hear(5s).empty()) {
    }
    CHECK(database.value<int>("SELECT count(*) FROM media_bytes") == 1);

    const HttpHouse house{database.conninfo()};
    const auto carrier = house.web(token_of(database, "carrier", rows.party));
    const auto list = carrier.get("/v1/vehicles/" + rows.vehicle +
                                  "/media?from=2026-03-01T00:00:00Z&to=2026-03-02T00:00:00Z");
    REQUIRE(list.json()["items"].size() == 1);
    const auto shown = list.json()["items"][0];
    CHECK(shown["event"] == "door_opened");
    CHECK(shown["device_at"] == to_iso(night));
    const auto content = carrier.get(shown["content"]);
    CHECK(content.header("content-type") == "image/jpeg");
    const std::string sent{reinterpret_cast<const char*>(taken.data()), taken.size()};
    CHECK(content.body == sent);
    CHECK(shown["sha256"] == sha256_hex(sent));
}
