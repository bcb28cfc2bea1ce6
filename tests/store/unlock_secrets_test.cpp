// Passwords of locks: told once to whom it is granted, filled into the order as it is said, and
// readable in no table, answer or log.
#include "server/lock_safe.hpp"
#include "server/log.hpp"
#include "server/orders.hpp"
#include "tests/support/await.hpp"
#include "tests/support/unlock_house.hpp"

#include <catch2/catch.hpp>

#include <filesystem>
#include <fstream>
#include <sstream>

namespace {

using namespace liuhen;
using namespace std::chrono_literals;
using nlohmann::json;
using telematics::LockCommand;
using test::byway;
using test::UnlockHouse;
using test::works;

const std::string static_password = "27182818";
const std::string one_time = "314159";
const LockId padlock{"7100001"};

/// No password of its lock is on record.
struct Unentered : UnlockHouse {
    Unentered() { forget_passwords(); }
};

/// The device side of the house: its own connections, as the sessions use them.
struct DeviceSide {
    explicit DeviceSide(const UnlockHouse& place) : database(place.database.conninfo(), 2, 1) {}
    ~DeviceSide() { database.stop(); }
    DeviceSide(const DeviceSide&) = delete;
    DeviceSide& operator=(const DeviceSide&) = delete;

    void tells(const std::string& password, Instant at) {
        test::await(safe.keep({{padlock, password, at}}));
    }
    std::vector<telematics::Order> said() {
        server::Orders orders{database, clock, {}, [this](pqxx::work& db, LockCommand& command) {
                                  safe.fill_in(db, command);
                              }};
        return test::await(orders.open_for({"7100001"}));
    }
    server::Clock clock;
    server::Database database;
    server::LockSafe safe{database, test::HttpHouse::vault()};
};

// Every table of the database as text, to look for what must not be there.
std::string dump(const UnlockHouse& place) {
    std::string all;
    for (const auto& table : place.database.sql("SELECT tablename FROM pg_tables WHERE schemaname "
                                                "= 'public' AND tablename <> 'spatial_ref_sys'"))
        for (const auto& row :
             place.database.sql("SELECT t::text FROM \"" + table[0].as<std::string>() + "\" t"))
            all += row[0].is_null() ? "" : std::string{row[0].c_str()} + '\n';
    return all;
}

std::string hex(const std::string& text) {
    std::ostringstream out;
    for (const char c : text) out << std::hex << static_cast<int>(c);
    return out.str();
}

bool anywhere(const std::string& all, const std::string& secret) {
    return all.find(secret) != std::string::npos || all.find(hex(secret)) != std::string::npos ||
           all.find(server::sha256_hex(secret)) != std::string::npos;
}

/// What the server logs while this lives, at every level.
struct LogFile {
    LogFile() : path(std::filesystem::temp_directory_path() / (server::uuid_v4() + ".log")) {
        server::log::open(path.string(), server::log::Level::debug);
    }
    ~LogFile() {
        server::log::open("-", server::log::Level::warn);
        std::filesystem::remove(path);
    }
    LogFile(const LogFile&) = delete;
    LogFile& operator=(const LogFile&) = delete;
    [[nodiscard]] std::string text() const {
        server::log::flush();
        std::ifstream file{path};
        return {std::istreambuf_iterator<char>{file}, {}};
    }
    std::filesystem::path path;
};

test::WebReply set(const UnlockHouse& place, const std::string& role, const json& body) {
    return place.as(role).post("/v1/locks/" + place.lock + "/secret", body);
}

TEST_CASE(
    "a static password is set by the operator, shown to nobody, and goes out with the order") {
    Unentered place;
    DeviceSide devices{place};
    const LogFile log;
    const auto reply = set(place, "operator", {{"password", static_password}});
    CHECK(reply.status == 204);
    CHECK(reply.body.empty());
    place.manifest("CARRIER_ASSIGNED");
    place.truck_at(works);
    const auto unlocked = place.unlock("producer");
    REQUIRE(unlocked.status == 202);
    CHECK(unlocked.body.find(static_password) == std::string::npos);
    CHECK(!anywhere(dump(place), static_password));
    const auto orders = devices.said();
    REQUIRE(orders.size() == 1);
    const auto& command = std::get<LockCommand>(orders[0].command);
    CHECK(command.verb == LockCommand::Verb::unseal);
    CHECK(command.secret == static_password);
    CHECK(!command.secret_is_one_time);
    CHECK(command.user == "producer person");
    CHECK(!anywhere(log.text(), static_password));
}

TEST_CASE("a password is 4 to 12 digits, set by the operator alone and under no key") {
    Unentered place;
    for (const char* bad : {"123", "1234567890123", "88888a", "8888,1", "(P15)", ""}) {
        INFO(bad);
        const auto reply = set(place, "operator", {{"password", bad}});
        CHECK(reply.status == 422);
        CHECK((*bad == '\0' || reply.body.find(bad) == std::string::npos));
    }
    CHECK(set(place, "operator", {{"password", 888888}}).status == 422);
    CHECK(set(place, "operator", json::object()).status == 422);
    CHECK(set(place, "producer", {{"password", "888888"}}).status == 403);
    CHECK(place.as("operator").post("/v1/locks/9/secret", {{"password", "888888"}}).status == 404);
    const auto keyed = place.as("operator")
                           .post("/v1/locks/" + place.lock + "/secret", {{"password", "888888"}},
                                 {{"Idempotency-Key", "k"}});
    CHECK(keyed.status == 422);
    CHECK(keyed.json()["code"] == "KEY_NOT_HERE");
    CHECK(place.database.value<int>("SELECT count(*) FROM idempotency") ==
          place.database.value<int>("SELECT count(*) FROM idempotency WHERE body <> ''"));
}

TEST_CASE("a one-time password is told to whom it is granted, once, and kept nowhere") {
    Unentered place;
    DeviceSide devices{place};
    devices.tells(one_time, place.house.now());
    place.manifest("CARRIER_ASSIGNED");
    place.truck_at(byway);
    const auto refused = place.password("producer");
    CHECK(refused.status == 409);
    CHECK(refused.body.find(one_time) == std::string::npos);
    place.truck_at(works);
    CHECK(place.password("operator").status == 403);
    CHECK(place.password("receiver").status == 409);
    const test::WebHeaders key{{"Idempotency-Key", "tell-1"}};
    const auto ask = [&] {
        return place.as("producer")
            .post("/v1/locks/" + place.lock + "/one-time-password", json::object(), key);
    };
    const auto told = ask();
    REQUIRE(told.status == 200);
    CHECK(told.json()["password"] == one_time);
    CHECK(told.header("cache-control") == "no-store");
    const auto again = ask();
    CHECK(again.status == 200);
    CHECK(!again.json().contains("password"));
    CHECK(!anywhere(dump(place), one_time));
    const auto orders = devices.said();
    REQUIRE(orders.size() == 1);
    CHECK(std::get<LockCommand>(orders[0].command).verb == LockCommand::Verb::allow_passwords);
    CHECK(std::get<LockCommand>(orders[0].command).secret.empty());
}

TEST_CASE("a lock that told no password is asked for one within a window, and told so") {
    Unentered place;
    DeviceSide devices{place};
    place.manifest("CARRIER_ASSIGNED");
    place.truck_at(works);
    const auto reply = place.password("producer");
    CHECK(reply.status == 202);
    CHECK(reply.json()["rule"] == "U1");
    CHECK(!reply.json().contains("password"));
    CHECK(place.database.value<int>("SELECT count(*) FROM unlock_windows") == 1);
    const auto orders = devices.said();
    REQUIRE(orders.size() == 1);
    CHECK(std::get<LockCommand>(orders[0].command).verb == LockCommand::Verb::allow_passwords);
    CHECK(orders[0].id == reply.json()["order"]);
    devices.tells(one_time, place.house.now());
    CHECK(place.password("producer").json()["password"] == one_time);
}

TEST_CASE(
    "who may not open has no lock asked for a password, and one that cannot be asked is told") {
    Unentered place;
    place.manifest("CARRIER_ASSIGNED");
    place.truck_at(byway);
    CHECK(place.password("producer").json()["code"] == "UNLOCK_NOT_AT_ORIGIN");
    place.truck_at(works);
    place.database.sql(
        "UPDATE terminals SET protocol = 'jt808', profile = 'lock-hhd' WHERE number = '7100001'");
    CHECK(place.password("producer").json()["code"] == "UNLOCK_NO_PASSWORD");
    place.database.sql("UPDATE locks SET terminal_id = NULL");
    CHECK(place.password("producer").json()["code"] == "UNLOCK_NO_LINE");
    CHECK(place.database.value<int>("SELECT count(*) FROM orders") == 0);
    CHECK(place.database.value<int>("SELECT count(*) FROM unlock_windows") == 0);
    CHECK(place.database.value<int>("SELECT count(*) FROM unlock_requests WHERE NOT granted") == 3);
}

TEST_CASE("a lock that opens by a password of which none is on record is refused at once") {
    Unentered place;
    place.manifest("CARRIER_ASSIGNED");
    place.truck_at(works);
    const auto refused = [&] {
        const auto reply = place.unlock("producer");
        CHECK(reply.status == 409);
        return reply.json()["code"] == "UNLOCK_NO_PASSWORD";
    };
    CHECK(refused());
    place.database.sql(
        "UPDATE terminals SET protocol = 'jt808', profile = 'lock-jointech'"
        " WHERE number = '7100001'");
    CHECK(refused());
    CHECK(set(place, "operator", {{"password", static_password}}).status == 204);
    CHECK(place.verdict("producer") == "U1");
    CHECK(place.database.value<int>("SELECT count(*) FROM orders") == 1);
    CHECK(place.database.value<int>("SELECT count(*) FROM unlock_windows") == 1);
}

TEST_CASE("locks that open without a password are told to, none being on record") {
    Unentered place;
    place.manifest("CARRIER_ASSIGNED");
    place.truck_at(works);
    place.database.sql(
        "INSERT INTO observations (terminal_key, vehicle_key, at, kind, hash, received_at, message,"
        " lock_number, action) SELECT t.key, v.key, now(), 2, 1, now(), 28752, '7100001', 0"
        " FROM terminals t, vehicles v WHERE t.number = '7100001'");
    CHECK(place.verdict("producer") == "U1");  // an electronic seal, by what it said last
    place.database.sql(
        "UPDATE terminals SET protocol = 'jt808', profile = 'lock-hhd' WHERE number = '7100001'");
    CHECK(place.verdict("producer") == "U1");
}

TEST_CASE("a newer one-time password takes the place of the older, never the other way round") {
    Unentered place;
    DeviceSide devices{place};
    const Instant now = place.house.now();
    const Instant second = std::chrono::floor<std::chrono::seconds>(now - 1min);
    devices.tells("111111", second - 1min);
    devices.tells("131313", second + 900ms);  // dated by its receipt, the next one by the lock
    devices.tells(one_time, second);
    devices.tells("222222", now - 3min);
    CHECK(place.database.value<int>("SELECT count(*) FROM lock_secrets") == 1);
    place.manifest("CARRIER_ASSIGNED");
    place.truck_at(works);
    CHECK(place.password("producer").json()["password"] == one_time);
    test::await(devices.safe.keep({{{"9999999"}, "333333", now}}));  // a lock nobody entered
    CHECK(place.database.value<int>("SELECT count(*) FROM lock_secrets") == 1);
}

TEST_CASE("without a static password the order opens with the one-time password told last") {
    Unentered place;
    DeviceSide devices{place};
    devices.tells(one_time, place.house.now());
    place.manifest("CARRIER_ASSIGNED");
    place.truck_at(works);
    REQUIRE(place.unlock("producer").status == 202);
    const auto orders = devices.said();
    REQUIRE(orders.size() == 1);
    CHECK(std::get<LockCommand>(orders[0].command).secret == one_time);
    CHECK(std::get<LockCommand>(orders[0].command).secret_is_one_time);
}

TEST_CASE("a secret moved to another lock's row, or a server without the key, opens nothing") {
    Unentered place;
    DeviceSide devices{place};
    REQUIRE(set(place, "operator", {{"password", static_password}}).status == 204);
    const std::string second =
        test::Valley::made(place.as("operator"), "locks", {{"number", "7100009"}});
    place.database.sql("UPDATE lock_secrets SET lock_id = '" + second + "'");
    LockCommand command{LockCommand::Verb::unseal, "7100009", "", ""};
    const auto fill = [&](const server::LockSafe& safe) {
        test::await(devices.database.transact([&](pqxx::work& db) { safe.fill_in(db, command); }));
        return command.secret;
    };
    CHECK(fill(devices.safe).empty());
    place.database.sql("UPDATE lock_secrets SET lock_id = '" + place.lock + "'");
    command.lock = "7100001";
    const server::LockSafe closed{devices.database, std::make_shared<const server::Vault>()};
    CHECK(fill(closed).empty());
    CHECK(fill(devices.safe) == static_password);
}

TEST_CASE("the HTTP side reads no static password, and a one-time one only in its own window") {
    Unentered place;
    DeviceSide devices{place};
    REQUIRE(set(place, "operator", {{"password", static_password}}).status == 204);
    devices.tells(one_time, place.house.now());
    place.manifest("CARRIER_ASSIGNED");
    place.truck_at(works);
    const auto seen = [&](const std::string& role, const std::string& party) {
        pqxx::connection connection{place.database.conninfo("liuhen_http")};
        pqxx::work work{connection};
        work.exec_params(
            "SELECT set_config('liuhen.role', $1, true), set_config('liuhen.party', $2, true)",
            role, party);
        return work.exec("SELECT 1 FROM lock_secrets").size();
    };
    for (const char* role : {"operator", "regulator", "police"}) CHECK(seen(role, "") == 0);
    CHECK(seen("producer", place.party["producer"]) == 0);
    REQUIRE(place.password("producer").status == 200);
    CHECK(seen("producer", place.party["producer"]) == 1);
    CHECK(seen("driver", place.party["carrier"]) == 0);
    CHECK(seen("operator", "") == 0);
}

TEST_CASE("an order that opens gets into the database only under a granted request") {
    Unentered place;
    const auto insert = [&](const std::string& role, const std::string& party,
                            const std::string& kind, const std::string& command) {
        pqxx::connection connection{place.database.conninfo("liuhen_http")};
        pqxx::work work{connection};
        work.exec_params(
            "SELECT set_config('liuhen.role', $1, true), set_config('liuhen.party', $2, true)",
            role, party);
        work.exec(
            "INSERT INTO orders (id, terminal_id, number, kind, command, role, created_at,"
            " expires_at) VALUES (gen_random_uuid(), '" +
            place.terminal + "', '', '" + kind + "', '" + command + "', '" + role +
            "', now(), now() + interval '1 minute')");
    };
    for (const char* role : {"operator", "regulator", "police", "carrier"}) {
        INFO(role);
        const std::string party = std::string{role} == "carrier" ? place.party["carrier"] : "";
        CHECK_THROWS_AS(insert(role, party, "lock", R"({"verb":"unseal"})"),
                        pqxx::insufficient_privilege);
        CHECK_THROWS_AS(insert(role, party, "lock", R"({"verb":"allow_passwords"})"),
                        pqxx::insufficient_privilege);
        CHECK_THROWS_AS(insert(role, party, "doors", R"({"doors":"unlock"})"),
                        pqxx::insufficient_privilege);
        CHECK_NOTHROW(insert(role, party, "lock", R"({"verb":"seal"})"));
        CHECK_NOTHROW(insert(role, party, "locate", "{}"));
    }
}

}  // namespace
