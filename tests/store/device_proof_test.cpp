// What the number of a terminal is worth without its code, over TCP and UDP: nothing, once the
// terminal has sent its code.
#include "server/lock_safe.hpp"
#include "telematics/text.hpp"
#include "tests/support/await.hpp"
#include "tests/support/device_house.hpp"

#include <catch2/catch.hpp>

using namespace liuhen;
using namespace liuhen::test;
using telematics::Bytes;

namespace {

/// A lock whose model may speak before it authenticates, and an order that waits for it.
struct Lock {
    Lock() {
        database.sql(
            "UPDATE terminals SET profile = 'lock-hhd' WHERE number = '13900000001';"
            "INSERT INTO locks (id, number, terminal_id) VALUES (gen_random_uuid(), '" +
            std::string{known} + "', '" + rows.terminal + "')");
    }
    /// Waits to be said, from now on.
    void order() const {
        database.sql(
            "INSERT INTO orders (id, terminal_id, number, kind, command, role, created_at,"
            " expires_at) VALUES (gen_random_uuid(), '" +
            rows.terminal + "', '', 'locate', '{}', 'operator', '" + to_iso(night) + "', '" +
            to_iso(night + 24h) + "')");
    }
    [[nodiscard]] std::string state() const {
        return database.value<std::string>("SELECT state || ' ' || said FROM orders");
    }
    const ScratchDatabase database;
    const FleetRows rows{database};
};

const Bytes heartbeat = sealed(known, 0x0002, 7, Bytes(200, std::byte{'x'}));

/// 0x0200 with the lock's one-time password of eight digits.
Bytes tells_password() {
    Bytes body = basic_position(night);
    body.insert(body.end(), {std::byte{0x67}, std::byte{8}});
    body.insert(body.end(), 8, std::byte{'5'});
    return sealed(known, 0x0200, 9, body);
}

int passwords(const ScratchDatabase& database) {
    return database.value<int>("SELECT count(*) FROM lock_secrets");
}

int fixes(const ScratchDatabase& database) {
    return database.value<int>("SELECT count(*) FROM observations WHERE kind = 1");
}

}  // namespace

TEST_CASE(
    "one heartbeat with the number of a lock that sent its code takes neither line nor order") {
    const Lock lock;
    DeviceHouse house{lock.database};
    Device device{house};
    device.send(log_in(known, "secret-1"));
    REQUIRE(!device.hear(5s).empty());
    Device stranger{house};
    stranger.send(heartbeat);
    stranger.hear(1s);
    UdpDevice forger{house};
    forger.send(heartbeat);
    forger.hear(1s);
    stranger.send(position(known, night, 8));
    stranger.hear(1s);
    CHECK(stored(lock.database) == 0);
    CHECK_FALSE(device.is_over_within(200ms));
    device.send(position(known, night, 2));
    CHECK(!device.hear(5s).empty());
    CHECK(stored(lock.database) > 0);
    CHECK_FALSE(house.counted("taken_over"));
}

TEST_CASE("a lock that sent its code once is spoken for by no number after a restart either") {
    const Lock lock;
    const auto speaks = [&](DeviceHouse& house) {
        await(house.registrations.load());
        Device anybody{house};
        anybody.send(position(known, night, 8));
        anybody.hear(2s);
        return fixes(lock.database);
    };
    {
        DeviceHouse house{lock.database};
        CHECK(speaks(house) == 1);  // it never sent one yet
        Device device{house};
        device.send(log_in(known, "secret-1"));
        REQUIRE(!device.hear(5s).empty());
        CHECK(lock.database.value<bool>("SELECT proved_at > '" + to_iso(night) +
                                        "' FROM registrations"));
    }
    lock.database.sql("DELETE FROM observations");
    {
        DeviceHouse house{lock.database};
        CHECK(speaks(house) == 0);
        CHECK(house.counted("not_authenticated"));
        Device device{house};
        device.send(log_in(known, "secret-1"));
        CHECK(!device.hear(5s).empty());
        device.send(position(known, night, 2));
        CHECK(!device.hear(5s).empty());
        CHECK(fixes(lock.database) == 1);
    }
    lock.database.sql("DELETE FROM observations; UPDATE registrations SET proved_at = NULL");
    DeviceHouse reset{lock.database};
    CHECK(speaks(reset) == 1);
}

TEST_CASE("a lock that its profile lets speak is told its orders once it has sent its code") {
    const Lock lock;
    lock.order();
    DeviceHouse house{lock.database};
    UdpDevice device{house};
    for (int i = 0; i < 3; ++i) {
        device.send(heartbeat);
        device.hear(300ms);
    }
    CHECK(lock.state() == "queued 0");
    Device other{house};
    other.send(heartbeat);
    REQUIRE(!other.hear(5s).empty());
    CHECK(other.hear(300ms).empty());
    CHECK(lock.state() == "queued 0");
    device.send(log_in(known, "secret-1"));
    REQUIRE(!device.hear(5s).empty());
    const auto give_up = server::monotonic() + 5s;
    while (lock.state() != "said 1" && server::monotonic() < give_up) device.hear(50ms);
    CHECK(lock.state() == "said 1");
    CHECK(other.is_over_within(3s));
}

TEST_CASE("a one-time password counts only from a line whose lock has sent its code") {
    const Lock lock;
    DeviceHouse house{lock.database};
    server::LockSafe safe{house.database,
                          std::make_shared<const server::Vault>(std::vector{std::string(32, 'k')})};
    house.floors[0]->safe = &safe;
    Device early{house};
    early.send(tells_password());
    REQUIRE(!early.hear(5s).empty());
    CHECK(stored(lock.database) > 0);
    CHECK(passwords(lock.database) == 0);
    early.send(log_in(known, "secret-1"));
    REQUIRE(!early.hear(5s).empty());
    early.send(tells_password());
    REQUIRE(!early.hear(5s).empty());
    CHECK(passwords(lock.database) == 1);
}

TEST_CASE("a datagram of junk from a device's own address leaves its session as it was") {
    const Lock lock;
    DeviceHouse house{lock.database};
    UdpDevice device{house};
    device.send(log_in(known, "secret-1"));
    REQUIRE(!device.hear(5s).empty());
    Bytes junk;
    for (int i = 0; i < 700; ++i) junk.insert(junk.end(), {std::byte{0x7E}, std::byte{1}});
    for (int i = 0; i < 3; ++i) device.send(junk);
    device.send(position(known, night, 2));
    CHECK(!device.hear(5s).empty());
    CHECK(stored(lock.database) > 0);
}

TEST_CASE("a terminal that sent its code and never registered is registered by no stranger") {
    const Lock lock;
    lock.database.sql("DELETE FROM bindings");  // no plate is known: any would do
    const auto asks = [](auto&& line, std::byte unit) {
        Bytes body(37, unit);
        body[36] = std::byte{0};
        line.send(sealed(known, 0x0100, 1, body));
        const Bytes reply = line.hear(5s);
        REQUIRE(!reply.empty());
        const auto code = telematics::bytes_of("secret-1");
        return !std::ranges::search(reply, code).empty();
    };
    const auto counts = [&](DeviceHouse& house) {
        await(house.registrations.store_counts());
        return lock.database.value<int>("SELECT refused_count FROM registrations");
    };
    {
        DeviceHouse house{lock.database};
        Device device{house};
        device.send(log_in(known, "secret-1"));
        REQUIRE(!device.hear(5s).empty());
        CHECK_FALSE(asks(Device{house}, std::byte{'2'}));
        CHECK_FALSE(asks(UdpDevice{house}, std::byte{'2'}));
        CHECK(counts(house) == 2);
        CHECK_FALSE(device.is_over_within(200ms));
    }
    DeviceHouse house{lock.database};  // and after a restart
    await(house.registrations.load());
    CHECK_FALSE(asks(Device{house}, std::byte{'2'}));
    CHECK(counts(house) == 3);
    CHECK(lock.database.value<int>("SELECT count(unit) FROM registrations") == 0);
    Device device{house};
    device.send(log_in(known, "secret-1"));
    REQUIRE(!device.hear(5s).empty());
    CHECK(asks(device, std::byte{'1'}));
    CHECK(asks(Device{house}, std::byte{'1'}));  // from now on it is known by that
    CHECK_FALSE(asks(Device{house}, std::byte{'2'}));
}

TEST_CASE("a unit id is guessed once a line and five times a minute, over TCP and UDP") {
    const Lock lock;
    lock.database.sql(
        "DELETE FROM bindings; UPDATE terminals SET profile = 'standard' WHERE number = "
        "'13900000001'");
    DeviceHouse house{lock.database};
    const auto registers = [](auto& line, char unit) {
        Bytes body(37, static_cast<std::byte>(unit));
        body[36] = std::byte{0};
        line.send(sealed(known, 0x0100, 1, body));
        const Bytes reply = line.hear(5s);
        REQUIRE(!reply.empty());
        return !std::ranges::search(reply, telematics::bytes_of("secret-1")).empty();
    };
    {
        Device device{house};
        CHECK(registers(device, '1'));
        device.send(log_in(known, "secret-1"));
        REQUIRE(!device.hear(5s).empty());
    }
    for (const char unit : {'2', '3', '4'}) {
        Device guesser{house};
        CHECK_FALSE(registers(guesser, unit));
        CHECK(guesser.is_over_within(2s));
    }
    {
        Device device{house};  // the device itself is told its code among all that
        CHECK(registers(device, '1'));
    }
    for (const char unit : {'5', '6'}) {
        UdpDevice guesser{house};
        CHECK_FALSE(registers(guesser, unit));
    }
    Device over{house};
    CHECK_FALSE(registers(over, '1'));  // five were wrong: no code, right or not
    UdpDevice datagram{house};
    CHECK_FALSE(registers(datagram, '1'));
    CHECK_FALSE(house.registrations.may_try(known, "127.0.0.1"));
    CHECK(house.registrations.may_try(known, "192.0.2.9"));  // and all at another address
    Device device{house};
    device.send(log_in(known, "secret-1"));
    REQUIRE(!device.hear(5s).empty());
    CHECK(registers(device, '1'));  // its line is its own
}

TEST_CASE("a plate is guessed once a line and five times a minute before the first registration") {
    const Lock lock;
    lock.database.sql("UPDATE terminals SET profile = 'standard' WHERE number = '13900000001'");
    DeviceHouse house{lock.database};
    const auto plate = lock.database.value<std::string>(
        "SELECT plate FROM vehicles JOIN bindings ON vehicle_id = vehicles.id JOIN terminals"
        " ON terminals.id = terminal_id WHERE number = '13900000001'");
    const auto registers = [](auto& line, const std::string& said) {
        Bytes body(36, std::byte{'1'});
        body.push_back(std::byte{2});
        const Bytes gbk = telematics::gbk_from_utf8(said);
        body.insert(body.end(), gbk.begin(), gbk.end());
        line.send(sealed(known, 0x0100, 1, body));
        const Bytes reply = line.hear(5s);
        REQUIRE(!reply.empty());
        return !std::ranges::search(reply, telematics::bytes_of("secret-1")).empty();
    };
    for (int i = 0; i < 3; ++i) {
        Device guesser{house};
        CHECK_FALSE(registers(guesser, "浙K9000" + std::to_string(i)));
        CHECK(guesser.is_over_within(2s));
    }
    for (int i = 3; i < 5; ++i) {
        UdpDevice guesser{house};
        CHECK_FALSE(registers(guesser, "浙K9000" + std::to_string(i)));
    }
    Device over{house};
    CHECK_FALSE(registers(over, plate));  // five were wrong: no code, right or not
    UdpDevice datagram{house};
    CHECK_FALSE(registers(datagram, plate));
    CHECK(house.registrations.may_try(known, "192.0.2.9"));
    CHECK(lock.database.value<int>("SELECT count(*) FROM registrations WHERE unit IS NOT NULL") ==
          0);
    const auto counts = house.floors[0]->faults.take();  // what `doctor --device` shows
    const auto shown = std::ranges::find(counts, std::string{known}, &server::FaultCount::number);
    REQUIRE(shown != counts.end());
    CHECK(shown->kind == "bad_value");
    CHECK(shown->count == 7);
    CHECK_FALSE(shown->last_bytes.empty());
}

TEST_CASE("what the operator reset may be registered by whoever comes first") {
    const Lock lock;
    lock.database.sql("DELETE FROM bindings");
    DeviceHouse house{lock.database};
    REQUIRE(house.registrations.note_proof(std::string{known}));
    house.registrations.forget(std::string{known});
    Bytes body(37, std::byte{'2'});
    body[36] = std::byte{0};
    Device device{house};
    device.send(sealed(known, 0x0100, 1, body));
    REQUIRE(!device.hear(5s).empty());
    CHECK(lock.database.value<int>("SELECT count(unit) FROM registrations") == 1);
}

TEST_CASE("who asks for codes and uses none is not let in for a while") {
    const Lock lock;
    lock.database.sql("DELETE FROM bindings");  // no plate is known, so that a code is given
    DeviceHouse house{lock.database};
    Bytes body(37, std::byte{0x31});
    body[36] = std::byte{0};
    bool refused = false;
    for (int i = 0; i <= server::strangers_at_once + 20 && !refused; ++i) {
        Device thief{house};
        thief.send(sealed(known, 0x0100, 1, body));
        refused = thief.hear(5s).empty();
    }
    CHECK(refused);
    CHECK(house.counted("too_many_refusals"));
}
