// A rope lock on a truck under way, opened over HTTP where the rules of docs/unlocking.md allow it:
// the real server, a lock on its own line, and the chain of custody that tells of it.
#include "tests/support/yard.hpp"

using namespace liuhen;
using namespace liuhen::test;
using namespace std::chrono_literals;
using simulators::Latch;
using simulators::LockState;
using simulators::Motor;

namespace {

const std::string open_by_static = "(P43,";
const std::string switch_keys = "(P52,1,";

/// The rope is pulled and put in again; both are heard.
void open_and_shut(Yard& yard, LatLon where) {
    yard.stand(where, LockState::open);
    yard.stand(where, LockState::shut);
    CHECK(yard.latch().motor() == Motor::holds);
}

/// Granted by `rule`, said to the lock once, and the rope is free.
void check_opens(Yard& yard, const simulators::Api& by, const std::string& rule, LatLon where) {
    INFO(rule);
    const auto said_before = yard.rope.told(open_by_static);
    yard.stand(where, LockState::shut);
    REQUIRE(yard.unlock(by) == rule);
    CHECK(yard.end_of_order() == "done");
    INFO(yard.order().dump());
    CHECK(yard.rope.told(open_by_static) == said_before + 1);
    CHECK(yard.latch().motor() == Motor::releases);
    CHECK(yard.link("unlock_granted").at("rule") == rule);
    open_and_shut(yard, where);
    CHECK(yard.link("unexplained_opening").is_null());
}

void check_refused(Yard& yard, const simulators::Api& by, const std::string& code) {
    const auto said_before = yard.rope.told(open_by_static);
    CHECK(yard.unlock(by) == code);
    const json link = yard.link("unlock_refused");
    CHECK(link.at("reason") == code);
    CHECK(link.at("asked") == "unlock");
    yard.listen(300ms);
    CHECK(yard.rope.told(open_by_static) == said_before);
    CHECK(yard.latch().motor() == Motor::holds);
}

long orders_given(const Yard& yard) {
    return yard.world.database.value<long>("SELECT count(*) FROM orders");
}

/// Device and server agree that the window is over within `patience` of real time.
bool is_closed_within(Yard& yard, std::chrono::seconds patience) {
    const auto until = std::chrono::steady_clock::now() + patience;
    while (yard.link("window_closed").is_null()) {
        if (std::chrono::steady_clock::now() > until) return false;
        yard.listen(100ms);
    }
    return true;
}

}  // namespace

TEST_CASE("an unlock over HTTP opens a rope lock, and the chain tells who, when and why") {
    Yard yard{1};
    yard.stand(yard_of_producer(), LockState::shut);
    REQUIRE(yard.latch().motor() == Motor::holds);
    const Instant asked = yard.now();
    REQUIRE(yard.unlock(yard.producer()) == "U1");
    CHECK(yard.granted.at("ground") == "loading");
    CHECK(yard.granted.at("manifest") == yard.manifest.id);
    CHECK(*parse_iso(yard.granted.at("until").get<std::string>()) - asked >= 15min - 2s);
    CHECK(yard.granted.dump().find(Latch::static_password) == std::string::npos);
    CHECK(yard.end_of_order() == "done");
    CHECK(yard.rope.told("(P43,888888") == 1);
    CHECK(yard.latch().motor() == Motor::releases);

    const json granted = yard.link("unlock_granted");
    CHECK(granted.at("role") == "producer");
    CHECK(granted.at("party") == yard.fleet.parties.at("p"));
    CHECK(granted.at("rule") == "U1");
    CHECK(granted.at("lock") == yard.plan.lock);
    CHECK(granted.at("order") == yard.granted.at("order"));
    CHECK(granted.contains("place"));
    CHECK(*parse_iso(granted.at("at").get<std::string>()) - asked < 5s);
    CHECK(yard.link("said").at("verb") == "unseal");
    CHECK(yard.link("done").at("order") == yard.granted.at("order"));
    CHECK(yard.link("lock_opened").is_null());  // a motor that ran is no opening

    yard.stand(yard_of_producer(), LockState::open);
    CHECK(yard.link("lock_opened").at("means") == "password");
    yard.stand(yard_of_producer(), LockState::shut);
    REQUIRE(is_closed_within(yard, 15s));
    CHECK(yard.link("window_closed").at("why") == "sealed");
    CHECK(yard.link("unexplained_opening").is_null());
}

TEST_CASE("a lock opens at each point of a trip only to whom the rules name") {
    Yard yard{1};
    yard.stand(on_the_road(), LockState::shut);
    check_refused(yard, yard.producer(), "UNLOCK_NOT_AT_ORIGIN");
    check_refused(yard, yard.driver(), "UNLOCK_NOT_AT_ORIGIN");
    check_refused(yard, yard.world.api("operator"), "UNLOCK_OPERATOR");
    check_opens(yard, yard.driver(), "U1", yard_of_producer());

    auto signing = simulators::sign_load(yard.fleet, yard.plan, yard.manifest);
    await(std::move(signing));
    check_refused(yard, yard.driver(), "UNLOCK_STATE");
    check_opens(yard, yard.producer(), "U2", yard_of_producer());

    await(yard.driver().post("/v1/manifests/" + yard.manifest.id + "/depart", json::object(),
                             simulators::fresh_key()));
    yard.stand(on_the_road(), LockState::shut);
    check_refused(yard, yard.producer(), "UNLOCK_STATE");
    check_refused(yard, yard.driver(), "UNLOCK_NO_SWAP");
    check_refused(yard, yard.receiver(), "UNLOCK_STATE");
    check_refused(yard, yard.carrier(), "UNLOCK_NO_SWAP");
    check_refused(yard, *yard.fleet.police, "UNLOCK_NO_INSPECTION");
    const auto given = orders_given(yard);

    const LatLon here = on_the_road();
    await(yard.world.api("regulator")
              .post("/v1/manifests/" + yard.manifest.id + "/swaps",
                    {{"reason", "axle broken"}, {"lat", here.lat}, {"lon", here.lon}},
                    simulators::fresh_key()));
    CHECK(orders_given(yard) == given);
    check_opens(yard, yard.carrier(), "U5", here);
    await(yard.fleet.police->post("/v1/vehicles/" + yard.vehicle() + "/inspections",
                                  {{"officers", {"Chen Bo", "Lu Min"}}, {"reason", "tip-off"}},
                                  simulators::fresh_key()));
    check_opens(yard, *yard.fleet.police, "U6", here);

    await(yard.receiver().post("/v1/manifests/" + yard.manifest.id + "/arrive", json::object(),
                               simulators::fresh_key()));
    check_refused(yard, yard.receiver(), "UNLOCK_NOT_AT_DESTINATION");
    check_opens(yard, yard.receiver(), "U3", yard_of_receiver());
}

TEST_CASE("a one-time password opens at the keys within its window, and not after it") {
    Yard yard{60};
    yard.stand(yard_of_producer(), LockState::shut);
    const std::string password = yard.one_time_password(yard.driver());
    CHECK(password == yard.latch().one_time_password());
    CHECK(yard.end_of_order() == "done");
    CHECK(yard.rope.told(switch_keys + "1,1") == 1);
    CHECK(yard.latch().motor() == Motor::holds);
    yard.latch().type(password);
    CHECK(yard.latch().motor() == Motor::releases);
    yard.stand(yard_of_producer(), LockState::open);
    CHECK(yard.link("lock_opened").at("means") == "one_time_password");
    yard.stand(yard_of_producer(), LockState::shut);
    REQUIRE(is_closed_within(yard, 30s));
    yard.listen(1s);
    CHECK(yard.rope.told(switch_keys + "0") == 1);
    yard.latch().type(yard.latch().one_time_password());
    CHECK(yard.latch().motor() == Motor::holds);
}

TEST_CASE("an unlock whose window ends before the lock is back is never said") {
    Yard yard{60};
    yard.stand(yard_of_producer(), LockState::shut);
    yard.rope.disconnect();
    REQUIRE(yard.unlock(yard.producer()) == "U1");
    REQUIRE(is_closed_within(yard, 40s));  // 15 minutes of the server's time
    CHECK(yard.link("window_closed").at("why") == "time");
    CHECK(yard.end_of_order() == "expired");
    yard.rope.connect();
    yard.stand(yard_of_producer(), LockState::shut);
    yard.listen(1s);
    CHECK(yard.rope.told(open_by_static) == 0);
    CHECK(yard.latch().motor() == Motor::holds);
}

TEST_CASE("an unlock granted while its lock is away outlives kill -9 and is said once") {
    Yard yard{1};
    yard.stand(yard_of_producer(), LockState::shut);
    yard.rope.disconnect();
    REQUIRE(yard.unlock(yard.producer()) == "U1");
    yard.world.server.kill_9();
    yard.world.server.begin();
    yard.come_back();
    CHECK(yard.end_of_order() == "done");
    CHECK(yard.rope.told(open_by_static) == 1);
    CHECK(yard.latch().motor() == Motor::releases);
}

TEST_CASE("an unlock that was said when the server was killed is not said again") {
    Yard yard{1};
    yard.stand(yard_of_producer(), LockState::shut);
    yard.listen(200ms);
    REQUIRE(yard.unlock(yard.producer()) == "U1");
    const auto until = std::chrono::steady_clock::now() + 10s;
    while (yard.rope.told(open_by_static) == 0 && std::chrono::steady_clock::now() < until)
        yard.rope.listen(50ms);
    REQUIRE(yard.rope.told(open_by_static) == 1);
    yard.world.server.kill_9();  // before the lock's answer
    yard.world.server.begin();
    yard.come_back();
    CHECK(yard.end_of_order() == "timed_out");
    yard.listen(2s);
    CHECK(yard.rope.told(open_by_static) == 1);
    CHECK(yard.link("timed_out").at("order") == yard.granted.at("order"));
    // It may well have opened: the window stays, and explains the opening.
    yard.stand(yard_of_producer(), LockState::open);
    CHECK(yard.link("lock_opened").at("means") == "password");
    CHECK(yard.link("unexplained_opening").is_null());
}

TEST_CASE("a window that was open when the server was killed closes itself and the keys") {
    Yard yard{60};
    yard.stand(yard_of_producer(), LockState::shut);
    const std::string password = yard.one_time_password(yard.driver());
    CHECK(yard.end_of_order() == "done");
    yard.world.server.kill_9();
    yard.world.server.begin();
    yard.come_back();
    REQUIRE(is_closed_within(yard, 40s));
    CHECK(yard.link("window_closed").at("why") == "time");
    yard.listen(2s);
    CHECK(yard.rope.told(switch_keys + "0") == 1);
    yard.latch().type(password);
    CHECK(yard.latch().motor() == Motor::holds);
}
