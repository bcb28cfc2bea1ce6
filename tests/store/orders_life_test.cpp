// The life of an order in the database: said, answered, cut off, ended once.
#include "server/json/command_json.hpp"
#include "server/orders.hpp"
#include "server/store/orders.hpp"
#include "tests/support/await.hpp"
#include "tests/support/fleet_rows.hpp"

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

namespace {

using namespace liuhen;
using namespace std::chrono_literals;
using telematics::LockCommand;
using telematics::Order;
using telematics::OrderAnswer;
using telematics::OrderState;
using telematics::Untold;

const TerminalId truck{"13900000001"};

// A scratch database with one truck, and its orders.
struct Desk {
    Desk() : fleet(scratch), database(scratch.conninfo(), 2, 1) {}
    ~Desk() { database.stop(); }

    std::string give(const std::string& kind, const std::string& command, Duration open = 5min,
                     int most_said = 3) {
        pqxx::connection connection{scratch.conninfo("liuhen_core")};
        pqxx::work db{connection};
        const Instant now = clock.now();
        const auto placed = server::store::insert_order(
            db, {.terminal = fleet.terminal,
                 .kind = kind,
                 .command = command,
                 .sealed = "",
                 .by = {.token_id = "", .person = "Li Wei", .role = "operator", .party = ""},
                 .reason = "where is it",
                 .now = now,
                 .expires_at = now + open,
                 .most_said = most_said,
                 .manifest = ""});
        db.commit();
        REQUIRE(placed);
        CHECK(placed->terminal == truck);
        return placed->id;
    }
    std::vector<Order> open() { return test::await(orders.open_for(truck)); }
    int say(const std::string& id) { return test::await(orders.saying(id)); }
    void answer(const std::string& id, OrderState state, const std::string& detail = {}) {
        test::await(orders.answered(truck, {{id, state, 0x0001, detail}}));
    }
    [[nodiscard]] std::string state(const std::string& id) const {
        return scratch.value<std::string>("SELECT state FROM orders WHERE id = '" + id + "'");
    }
    [[nodiscard]] std::string trail(const std::string& id) const {
        return scratch.value<std::string>(
            "SELECT string_agg(what, ' ' ORDER BY id) FROM order_events WHERE order_id = '" + id +
            "'");
    }

    test::ScratchDatabase scratch;
    test::FleetRows fleet;
    server::Clock clock;
    server::Database database;
    server::Orders orders{database, clock, {}, {}};
};

TEST_CASE("an order is open until it is said, and done once it is answered") {
    Desk desk;
    const auto id = desk.give("locate", "{}");
    const auto open = desk.open();
    REQUIRE(open.size() == 1);
    CHECK(open[0].id == id);
    CHECK(desk.say(id) > 0);
    CHECK(desk.open().empty());
    desk.answer(id, OrderState::acknowledged);
    CHECK(desk.state(id) == "acknowledged");
    desk.answer(id, OrderState::done, "at 28.1 119.6");
    CHECK(desk.state(id) == "done");
    CHECK(desk.trail(id) == "queued said acknowledged done");
}

TEST_CASE("an order that was said and cut off is open again, a few times") {
    Desk desk;
    const auto id = desk.give("locate", "{}");
    for (int line = 1; line <= 3; ++line) {
        REQUIRE(desk.open().size() == 1);
        CHECK(desk.say(id) > 0);
        test::await(desk.orders.cut_off(truck));
    }
    CHECK(desk.open().empty());
    CHECK(desk.state(id) == "timed_out");
    CHECK(desk.trail(id) == "queued said reopened said reopened said timed_out");
}

TEST_CASE("what a line noted too late for the one that took over is open again, once") {
    Desk desk;
    const auto late = desk.give("locate", "{}");
    const auto again = desk.give("locate", "{}");
    CHECK(desk.say(again) == 1);
    test::await(desk.orders.cut_off(truck));  // the new line looks
    CHECK(desk.say(late) == 1);               // the old one notes its saying only now
    CHECK(desk.say(again) == 2);              // the new one
    test::await(desk.orders.taken_over(truck, {{late, 1}, {again, 1}}));
    CHECK(desk.state(late) == "queued");
    CHECK(desk.trail(late) == "queued said reopened");
    CHECK(desk.state(again) == "said");
}

TEST_CASE("what was acknowledged under a serial is awaited until it is answered") {
    Desk desk;
    const auto id = desk.give("locate", "{}");
    REQUIRE(desk.say(id) > 0);
    test::await(desk.orders.answered(truck, {{id, OrderState::acknowledged, 0x0001, "", 41}}));
    const auto awaited = test::await(desk.orders.taken_up(truck));
    REQUIRE(awaited.size() == 1);
    CHECK(awaited[0].order.id == id);
    CHECK(awaited[0].serial == 41);
    desk.answer(id, OrderState::done);
    CHECK(test::await(desk.orders.taken_up(truck)).empty());
}

TEST_CASE("a restart opens again what was said, and nothing else") {
    Desk desk;
    const auto queued = desk.give("locate", "{}");
    const auto said = desk.give("locate", "{}");
    const auto taken = desk.give("locate", "{}");
    const auto done = desk.give("locate", "{}");
    for (const auto& id : {said, taken, done}) desk.say(id);
    desk.answer(taken, OrderState::acknowledged);
    desk.answer(done, OrderState::done);
    server::Orders next{desk.database, desk.clock, {}, {}};
    test::await(next.begin());
    CHECK(desk.state(queued) == "queued");
    CHECK(desk.state(said) == "queued");
    CHECK(desk.state(taken) == "acknowledged");
    CHECK(desk.state(done) == "done");
    CHECK(test::await(next.open_for(truck)).size() == 2);
}

TEST_CASE("what can never be said ends, what is only too early stays open") {
    Desk desk;
    const auto unknown = desk.give("locate", "{}");
    test::await(desk.orders.untold(unknown, Untold::not_supported));
    CHECK(desk.state(unknown) == "unsupported");
    const auto busy = desk.give("locate", "{}");
    REQUIRE(desk.say(busy) > 0);
    test::await(desk.orders.untold(busy, Untold::busy));
    CHECK(desk.state(busy) == "queued");
    CHECK(desk.scratch.value<int>("SELECT said FROM orders WHERE id = '" + busy + "'") == 0);
}

TEST_CASE("an order past its time ends by how far it had come") {
    Desk desk;
    const auto never_said = desk.give("locate", "{}");
    const auto unanswered = desk.give("locate", "{}");
    const auto lasting = desk.give("locate", "{}", 24h);
    desk.say(unanswered);
    desk.scratch.sql(
        "UPDATE orders SET created_at = created_at - interval '1 hour',"
        " expires_at = expires_at - interval '1 hour'");
    CHECK(desk.say(never_said) == 0);
    std::vector<std::string> nudged;
    server::Orders sweeper{desk.database,
                           desk.clock,
                           [&](const TerminalId& terminal) { nudged.push_back(terminal.text); },
                           {}};
    CHECK(test::await(sweeper.sweep()) == 2);
    CHECK(nudged == std::vector<std::string>{truck.text, truck.text});
    CHECK(test::await(sweeper.ended_of({never_said, lasting})) == std::vector{never_said});
    CHECK(desk.state(never_said) == "expired");
    CHECK(desk.state(unanswered) == "timed_out");
    CHECK(desk.state(lasting) == "queued");
}

TEST_CASE("an answer after the end is in the trail and changes nothing") {
    Desk desk;
    const auto id = desk.give("locate", "{}");
    desk.say(id);
    desk.answer(id, OrderState::timed_out);
    desk.answer(id, OrderState::done);
    CHECK(desk.state(id) == "timed_out");
    CHECK(desk.trail(id) == "queued said timed_out late_answer");
}

TEST_CASE("a device cannot answer an order of another device") {
    Desk desk;
    const auto id = desk.give("locate", "{}");
    desk.say(id);
    test::await(desk.orders.answered({"8531000042"}, {{id, OrderState::done, 0x0001, ""}}));
    CHECK(desk.state(id) == "said");
    CHECK(desk.trail(id) == "queued said");
}

TEST_CASE("a lock's secret is added when the order is said, and is not stored") {
    Desk desk;
    const LockCommand unseal{LockCommand::Verb::unseal, "8531000042", "", "Li Wei"};
    const auto id = desk.give("lock", server::lock_command_json(unseal).dump());
    server::Orders orders{desk.database, desk.clock, {}, [](pqxx::work&, LockCommand& to) {
                              to.secret = "key of " + to.lock;
                          }};
    const auto open = test::await(orders.open_for(truck));
    REQUIRE(open.size() == 1);
    CHECK(std::get<LockCommand>(open[0].command).secret == "key of 8531000042");
    CHECK(std::get<LockCommand>(open[0].command).verb == LockCommand::Verb::unseal);
    CHECK(desk.scratch.value<int>("SELECT count(*) FROM orders WHERE command::text LIKE '%key%'") ==
          0);
    CHECK(desk.state(id) == "queued");
}

TEST_CASE("an order that this server cannot read ends instead of waiting for ever") {
    Desk desk;
    const auto id = desk.give("of_the_future", "{}");
    CHECK(desk.open().empty());
    CHECK(desk.state(id) == "refused");
}

TEST_CASE("a terminal has a hundred open orders at most") {
    Desk desk;
    for (int i = 0; i < 100; ++i) desk.give("locate", "{}");
    CHECK_THROWS_WITH(desk.give("locate", "{}"), Catch::Contains("orders_open_limit"));
    test::await(desk.orders.untold(desk.open().at(0).id, Untold::not_supported));
    CHECK_NOTHROW(desk.give("locate", "{}"));
}

TEST_CASE("neither side of the server can alter or erase the trail") {
    Desk desk;
    desk.give("locate", "{}");
    for (const char* user : {"liuhen_core", "liuhen_http"}) {
        for (const char* statement :
             {"UPDATE order_events SET detail = ''", "DELETE FROM order_events",
              "DELETE FROM orders", "UPDATE orders SET command = '{}'",
              "UPDATE orders SET person = ''"}) {
            INFO(user << ": " << statement);
            CHECK_THROWS_AS(desk.scratch.sql_as(user, statement), pqxx::insufficient_privilege);
        }
    }
}

}  // namespace
