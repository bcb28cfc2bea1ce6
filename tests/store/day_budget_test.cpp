// What is archived of one device a day, over connections and restarts; and what is put away of
// those whom nobody knows, by address.
#include "server/day_budget.hpp"

#include "telematics/jtt808/catalogue.hpp"
#include "telematics/jtt808/scanner.hpp"
#include "tests/support/await.hpp"
#include "tests/support/device_house.hpp"

#include <catch2/catch.hpp>

using namespace liuhen;
using namespace liuhen::test;
using server::DayBudget;
using telematics::Bytes;

namespace {

// Midnight in China.
const Instant midnight = *parse_iso("2026-03-01T16:00:00Z");

/// A database whose days are counted, again and again.
struct Books {
    explicit Books(const ScratchDatabase& scratch) : database(scratch.conninfo(), 1, 1) {}
    ~Books() { database.stop(); }
    Books(const Books&) = delete;
    Books& operator=(const Books&) = delete;
    server::Database database;
};

std::string days(const ScratchDatabase& database) {
    return database.value<std::string>(
        "SELECT coalesce(string_agg(number || ' ' || day || ' ' || bytes, ', ' ORDER BY number),"
        " '') FROM device_days");
}

int archived(const ScratchDatabase& database) {
    return database.value<int>("SELECT count(*) FROM raw_frames");
}

/// The result in the general reply that came, 99 without one.
int result_in(const Bytes& reply) {
    using namespace telematics::jtt808;
    FrameScanner scanner;
    scanner.feed(reply);
    const auto piece = scanner.next();
    if (!piece || !*piece) return 99;
    const auto message = decode((*piece)->head.id, (*piece)->head.edition, (*piece)->body());
    const auto* const said = message ? std::get_if<PlatformReply>(&*message) : nullptr;
    return said == nullptr ? 99 : static_cast<int>(said->outcome);
}

/// A terminal that has sent its code.
struct Known : Device {
    explicit Known(const DeviceHouse& house) : Device(house) {
        send(log_in(known, "secret-1"));
        REQUIRE(result_in(hear(5s)) == 0);
    }
    int say(const Bytes& bytes) {
        send(bytes);
        return result_in(hear(5s));
    }
};

}  // namespace

TEST_CASE("a device has its bytes of China's day, and new ones at midnight there") {
    const ScratchDatabase database;
    Books books{database};
    DayBudget budget{books.database, 1'000};
    CHECK(budget.take("1", 600, midnight - 1h));
    CHECK_FALSE(budget.take("1", 401, midnight - 1h));
    CHECK(budget.take("1", 400, midnight - 1ms));
    CHECK_FALSE(budget.take("1", 1, midnight - 1ms));
    CHECK(budget.take("2", 1'000, midnight - 1ms));
    CHECK(budget.take("1", 1'000, midnight));
    CHECK_FALSE(budget.take("1", 1, midnight + 23h));
}

TEST_CASE("a restart gives a device no more than a sixty-fourth of its day again") {
    const ScratchDatabase database;
    Books books{database};
    constexpr std::uint64_t day = 64'000;
    std::uint64_t taken = 0;
    for (int restart = 0; restart < 4; ++restart) {
        DayBudget budget{books.database, day};
        await(budget.load());
        while (budget.take("1", 100, midnight)) {
            taken += 100;
            if (taken % 20'000 == 0) break;  // killed, once a third of the day
            if (taken % 500 == 0) await(budget.store());
        }
    }
    CHECK(taken >= day);
    CHECK(taken <= day + 3 * (day / DayBudget::write_share + 500));
    DayBudget budget{books.database, day};
    await(budget.load());
    CHECK(budget.take("1", 100, midnight + 24h));
}

TEST_CASE("an honest device is written a few times a day, and one row a device is kept") {
    const ScratchDatabase database;
    Books books{database};
    DayBudget budget{books.database, 64'000};
    CHECK(budget.take("1", 900, midnight));
    await(budget.store());
    CHECK(days(database).empty());
    CHECK(budget.take("1", 200, midnight));
    await(budget.store());
    CHECK(days(database) == "1 2026-03-02 1100");
    CHECK(budget.take("1", 5'000, midnight + 24h));
    await(budget.store());
    CHECK(days(database) == "1 2026-03-03 5000");
    database.sql("REVOKE UPDATE, INSERT ON device_days FROM liuhen_core");
    CHECK(budget.take("1", 5'000, midnight + 24h));
    CHECK_THROWS(await(budget.store()));
    database.sql("GRANT UPDATE, INSERT ON device_days TO liuhen_core");
    await(budget.store());
    CHECK(days(database) == "1 2026-03-03 10000");
}

TEST_CASE("a smaller budget than was spent already leaves nothing, and no more than that") {
    const ScratchDatabase database;
    Books books{database};
    {
        DayBudget budget{books.database, 64'000};
        CHECK(budget.take("1", 30'000, midnight));
        await(budget.store());
    }
    DayBudget budget{books.database, 1'000};
    await(budget.load());
    CHECK_FALSE(budget.take("1", 1, midnight));
    CHECK(budget.take("1", 1'000, midnight + 24h));
}

TEST_CASE("what a device sends beyond its day fails, is not stored, and is told to the operator") {
    const ScratchDatabase database;
    const FleetRows rows{database};
    DeviceHouse house{database};
    DayBudget budget{house.database, 400};
    house.floors[0]->budget = &budget;
    Known device{house};
    std::uint16_t serial = 1;
    int stored_rightly = 0;
    while (device.say(position(known, night + serial * 1s, serial)) == 0 && serial < 50) {
        ++serial;
        ++stored_rightly;
    }
    CHECK(stored_rightly >= 5);
    CHECK(stored(database) == stored_rightly);
    CHECK(archived(database) == stored_rightly + 1);  // and the code
    CHECK(house.counted("over_budget"));
    for (int i = 0; i < 300; ++i) {
        CHECK(device.say(position(known, night + 60s + i * 1s, 100)) == 1);
    }
    CHECK(stored(database) == stored_rightly);
    CHECK(device.say(sealed(known, 0x0002, 7, {})) == 0);
    CHECK(archived(database) == stored_rightly + 1);
    CHECK(database.value<int>("SELECT count(*) FROM quarantine WHERE fault = 'over_budget'"
                              " AND number = '13900000001'") == 40);

    Known again{house};  // a new connection, TCP or UDP, has no new bytes
    CHECK(again.say(position(known, night + 900s, 9)) == 1);
    UdpDevice over_udp{house};
    over_udp.send(log_in(known, "secret-1"));
    CHECK(result_in(over_udp.hear(5s)) == 0);
    over_udp.send(position(known, night + 901s, 9));
    CHECK(result_in(over_udp.hear(5s)) == 1);
    CHECK(stored(database) == stored_rightly);
}

TEST_CASE("strangers of one address fill their share of the quarantine, and not that of others") {
    const ScratchDatabase database;
    const FleetRows rows{database};
    DeviceHouse house{database};
    const auto babble = [&](const char* from, int connections) {
        for (int i = 0; i < connections; ++i) {
            asio::io_context io;
            tcp::socket socket{io, tcp::endpoint{asio::ip::make_address(from), 0}};
            socket.connect(house.address());
            Bytes all;
            for (int k = 0; k < 9; ++k) {
                const Bytes one = position("13912345678", night, 1);
                all.insert(all.end(), one.begin(), one.end());
            }
            asio::write(socket, asio::buffer(all));
            std::byte answer{};
            boost::system::error_code ignored;
            socket.read_some(asio::buffer(&answer, 1), ignored);
        }
    };
    const auto kept = [&](const char* from) {
        return database.value<int>("SELECT count(*) FROM quarantine WHERE peer = '" +
                                   std::string{from} + "'");
    };
    babble("127.0.0.1", 10);
    CHECK(kept("127.0.0.1") == 40);
    babble("127.0.0.2", 1);
    CHECK(kept("127.0.0.2") == 9);
    CHECK(house.counted("not_kept"));
}
