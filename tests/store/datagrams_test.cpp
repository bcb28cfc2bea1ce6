// JT/T 808 over UDP: the same rules as over TCP, and nothing for those who forge an address.
#include "telematics/jtt808/catalogue.hpp"
#include "telematics/jtt808/scanner.hpp"
#include "tests/support/device_house.hpp"

#include <catch2/catch.hpp>

using namespace liuhen;
using namespace liuhen::test;
using telematics::Bytes;

namespace {

Bytes joined(Bytes first, const Bytes& second) {
    first.insert(first.end(), second.begin(), second.end());
    return first;
}

std::size_t frames_in(const Bytes& datagram) {
    telematics::jtt808::FrameScanner scanner;
    scanner.feed(datagram);
    std::size_t count = 0;
    while (scanner.next()) ++count;
    return count;
}

}  // namespace

TEST_CASE("over UDP a position is stored before its reply leaves, and again only once") {
    const ScratchDatabase database;
    const FleetRows rows{database};
    DeviceHouse house{database};
    UdpDevice device{house};
    device.send(log_in(known, "secret-1"));
    REQUIRE(!device.hear(5s).empty());
    for (int replay = 0; replay < 3; ++replay) {
        device.send(position(known, night, 2));
        CHECK(!device.hear(5s).empty());
        CHECK(stored(database) == 1);
    }
    CHECK(house.metrics.pulse().trucks_online == 1);
}

TEST_CASE("one datagram may hold several frames, and one cut short spoils no other") {
    const ScratchDatabase database;
    const FleetRows rows{database};
    DeviceHouse house{database};
    UdpDevice device{house};
    device.send(joined(log_in(known, "secret-1"), position(known, night, 2)));
    CHECK(frames_in(device.hear(5s)) == 2);
    auto cut = position(known, night + 1s, 3);
    cut.resize(cut.size() / 2);
    device.send(cut);
    device.send(position(known, night + 2s, 4));
    CHECK(!device.hear(5s).empty());
    CHECK(stored(database) == 2);
}

TEST_CASE("who is not entered gets not one byte over UDP, and no session") {
    const ScratchDatabase database;
    const FleetRows rows{database};
    DeviceHouse house{database};
    UdpDevice stranger{house};
    stranger.send(log_in("13912345678", "guess"));
    stranger.send(Bytes(500, std::byte{0x41}));
    stranger.send(Bytes(1200, std::byte{0x7E}));
    CHECK(stranger.hear(500ms).empty());
    CHECK(house.comes_to_count("unknown_terminal"));
    CHECK(house.comes_to_count("not_a_frame"));
    CHECK(house.lines() == 0);
}

TEST_CASE("until it has authenticated an address gets no more bytes than came from it") {
    const ScratchDatabase database;
    const FleetRows rows{database};
    DeviceHouse house{database};
    UdpDevice forger{house};
    std::size_t sent = 0;
    std::size_t heard = 0;
    const Bytes heartbeat = sealed(known, 0x0002, 1, {});
    for (int i = 0; i < 8; ++i) {
        forger.send(heartbeat);
        sent += heartbeat.size();
        heard += forger.hear(200ms).size();
        CHECK(heard <= sent);
    }
    CHECK(heard > 0);
}

TEST_CASE("one address, whatever its ports, leaves places over UDP to the others") {
    const ScratchDatabase database;
    const FleetRows rows{database};
    DeviceHouse house{database};
    std::vector<std::unique_ptr<UdpDevice>> crowd;
    for (std::size_t i = 0; i < server::max_unproven_of_address + 5; ++i) {
        crowd.push_back(std::make_unique<UdpDevice>(house));
        crowd.back()->send(sealed(known, 0x0002, 1, {}));
    }
    CHECK(house.comes_to_count("too_many_unproven"));
    CHECK(house.lines() <= server::max_unproven_of_address);
    UdpDevice device{house, "127.0.0.2"};
    device.send(log_in(known, "secret-1"));
    CHECK(!device.hear(5s).empty());
}

TEST_CASE("the right code needs no place over UDP when none is left, and a wrong one does") {
    const ScratchDatabase database;
    const FleetRows rows{database};
    DeviceHouse house{database};
    std::vector<std::unique_ptr<UdpDevice>> crowd;
    for (std::size_t i = 0; i <= server::max_unproven_of_address; ++i) {
        crowd.push_back(std::make_unique<UdpDevice>(house));
        crowd.back()->send(sealed(known, 0x0002, 1, {}));
    }
    REQUIRE(house.comes_to_count("too_many_unproven"));
    UdpDevice device{house};
    UdpDevice stranger{house};
    stranger.send(log_in(known, "secret-2"));
    device.send(log_in(known, "secret-1"));
    CHECK(!device.hear(500ms).empty());
    CHECK(stranger.hear(100ms).empty());
    device.send(position(known, night, 2));
    CHECK(!device.hear(5s).empty());
    CHECK(stored(database) == 1);
}

TEST_CASE("a datagram from another address has to authenticate by itself") {
    const ScratchDatabase database;
    const FleetRows rows{database};
    DeviceHouse house{database};
    UdpDevice device{house};
    device.send(log_in(known, "secret-1"));
    REQUIRE(!device.hear(5s).empty());
    UdpDevice forger{house};
    forger.send(position(known, night, 2));
    forger.hear(500ms);
    CHECK(stored(database) == 0);
    device.send(position(known, night, 2));
    CHECK(!device.hear(5s).empty());
    CHECK(stored(database) == 1);
}

TEST_CASE("a number has one session over UDP: the right code takes it over, nothing else ends it") {
    const ScratchDatabase database;
    const FleetRows rows{database};
    DeviceHouse house{database};
    UdpDevice before{house};
    before.send(log_in(known, "secret-1"));
    REQUIRE(!before.hear(5s).empty());
    UdpDevice device{house};
    device.send(log_in(known, "secret-1"));
    REQUIRE(!device.hear(5s).empty());
    CHECK(house.comes_to_count("taken_over"));
    const auto give_up = server::monotonic() + 5s;
    while (house.lines() > 1 && server::monotonic() < give_up) std::this_thread::sleep_for(10ms);
    CHECK(house.lines() == 1);

    UdpDevice stranger{house, "127.0.0.2"};
    stranger.send(sealed(known, 0x0002, 1, {}));
    stranger.send(position(known, night, 2));
    stranger.hear(1s);
    for (int i = 0; i < 3; ++i) {
        stranger.send(log_in(known, "guess"));
        stranger.hear(500ms);
    }
    before.send(position(known, night, 2));  // its session is over: it has to send its code again
    before.hear(500ms);
    CHECK(stored(database) == 0);
    device.send(position(known, night, 2));
    CHECK(!device.hear(5s).empty());
    CHECK(stored(database) == 1);
    CHECK(house.metrics.pulse().trucks_online == 1);
}

TEST_CASE("a datagram without a code ends no connection, also of a model that needs none") {
    const ScratchDatabase database;
    const FleetRows rows{database};
    database.sql("UPDATE terminals SET profile = 'lock-hhd' WHERE number = '13900000001'");
    const auto fixes = [&] {
        return database.value<int>("SELECT count(*) FROM observations WHERE kind = 1");
    };
    DeviceHouse house{database};
    Device device{house};
    device.send(position(known, night, 1));
    REQUIRE(!device.hear(5s).empty());
    UdpDevice stranger{house};
    stranger.send(position(known, night + 1s, 2));
    CHECK(house.comes_to_count("not_proved"));
    CHECK(fixes() == 1);
    CHECK_FALSE(device.is_over_within(200ms));
    device.send(position(known, night + 2s, 3));
    CHECK(!device.hear(5s).empty());
    CHECK(fixes() == 2);
}

TEST_CASE("the newest wins between TCP and UDP") {
    const ScratchDatabase database;
    const FleetRows rows{database};
    DeviceHouse house{database};
    Device over_tcp{house};
    over_tcp.send(log_in(known, "secret-1"));
    REQUIRE(!over_tcp.hear(5s).empty());
    UdpDevice over_udp{house};
    over_udp.send(log_in(known, "secret-1"));
    REQUIRE(!over_udp.hear(5s).empty());
    CHECK(over_tcp.is_over_within(3s));
    Device again{house};
    again.send(log_in(known, "secret-1"));
    REQUIRE(!again.hear(5s).empty());
    over_udp.send(position(known, night, 2));
    over_udp.hear(500ms);
    CHECK(stored(database) == 0);
    CHECK(house.metrics.pulse().trucks_online == 1);
}

TEST_CASE("a session over UDP ends when its device is silent, and begins anew") {
    const ScratchDatabase database;
    const FleetRows rows{database};
    DeviceHouse house{database};
    house.limits.idle = 1s;
    UdpDevice device{house};
    device.send(log_in(known, "secret-1"));
    REQUIRE(!device.hear(5s).empty());
    const auto give_up = server::monotonic() + 5s;
    while (house.lines() > 0 && server::monotonic() < give_up) std::this_thread::sleep_for(50ms);
    CHECK(house.lines() == 0);
    device.send(log_in(known, "secret-1"));
    CHECK(!device.hear(5s).empty());
}

TEST_CASE("replies to many frames are cut between frames into datagrams that a network takes") {
    Bytes frames;
    for (int i = 0; i < 200; ++i) frames = joined(std::move(frames), log_in(known, "secret-1"));
    std::size_t whole = 0;
    for (const Bytes& one : server::datagrams_of(frames)) {
        CHECK(one.size() <= server::datagram_size);
        whole += frames_in(one);
    }
    CHECK(whole == 200);
    CHECK(server::datagrams_of({}).empty());
    CHECK(server::datagrams_of(Bytes(5'000, std::byte{1})).size() == 1);
}
