// What webhooks tell, to whom, in which order, and what becomes of it when targets fail.
#include "server/base64.hpp"
#include "server/hmac.hpp"
#include "tests/support/hook_house.hpp"

#include <catch2/catch.hpp>

#include <set>

namespace {

using namespace liuhen;
using namespace std::chrono_literals;
using nlohmann::json;
using test::HookHouse;
using test::stub_status;
using test::StubReply;
using test::StubTarget;
using test::Taken;

StubTarget::Answer always(int status) {
    return [status](const Taken& /*one*/) { return stub_status(status); };
}
// What it answers is turned by hand.
struct Switch {
    std::shared_ptr<std::atomic<int>> status = std::make_shared<std::atomic<int>>(200);
    [[nodiscard]] StubTarget::Answer answer() const {
        return [status = status](const Taken& /*one*/) {
            return *status == 0 ? StubReply{} : stub_status(*status);
        };
    }
};

// The signature that Standard Webhooks asks for, made anew here.
std::string signature(const Taken& one, const std::string& secret) {
    const std::string text =
        one.header("webhook-id") + '.' + one.header("webhook-timestamp") + '.' + one.body;
    return "v1," +
           server::to_base64(server::hmac_sha256(*server::from_base64(secret.substr(6)), text));
}

void raise_alert(HookHouse& house, const std::string& kind, int revision) {
    const std::string now = to_iso(house.place.house.now());
    house.place.database.sql(
        "INSERT INTO alert_revisions SELECT 'trip1." + kind + ".1', " + std::to_string(revision) +
        ", 'raised', 'trip1', v.id, v.carrier_id, v.plate, '{}', '" + kind + "', 'B', 2, '" + now +
        "', NULL, '" + now + "', false, '2026-1', '{}', '" + now + "' FROM vehicles v");
    const auto all = house.place.database.sql("SELECT count(*) FROM alert_revisions");
    house.post->await_alerts(all[0][0].as<int>());
}

TEST_CASE("a webhook tells its owner each change of his manifests, signed, and nobody else's") {
    HookHouse house;
    const StubTarget target{always(204)}, other{always(204)};
    const json hook = house.changes("producer", target.url());
    static_cast<void>(house.changes("other", other.url()));
    const std::string id = test::submitted(house.place, house.place.filing())["id"];
    test::step(house.place, "carrier", id, "carrier_accept", house.place.acceptance());
    house.post->run();
    const auto taken = target.taken();
    REQUIRE(taken.size() == 3);
    CHECK(other.taken().empty());
    std::set<std::string> ids;
    for (std::size_t i = 0; i < taken.size(); ++i) {
        const Taken& one = taken[i];
        CHECK(one.header("content-type") == "application/cloudevents+json; charset=utf-8");
        CHECK(one.header("webhook-signature") == signature(one, hook["secret"]));
        const json event = json::parse(one.body);
        CHECK(event["specversion"] == "1.0");
        CHECK(event["type"] == "liuhen.manifest.changed.v1");
        CHECK(event["subject"] == id);
        CHECK(event["data"]["version"] == i + 1);
        ids.insert(one.header("webhook-id"));
    }
    CHECK(ids.size() == 3);
    CHECK(json::parse(taken[2].body)["data"]["event"] == "carrier_accept");
    house.post->run();
    CHECK(target.taken().size() == 3);
    CHECK(house.tries("producer", hook).size() == 3);
    CHECK_FALSE(house.shown("producer", hook)["delivered_at"].is_null());
}

TEST_CASE("only what is recorded after a webhook was made is told") {
    HookHouse house;
    static_cast<void>(house.place.draft());
    std::this_thread::sleep_for(5ms);
    const StubTarget target{always(200)};
    static_cast<void>(house.changes("producer", target.url()));
    const std::string later = house.place.draft();
    house.post->run();
    CHECK(test::subjects(target) == std::vector{later});
}

TEST_CASE("alerts and manifests come in one line, to a carrier those of its own trucks") {
    HookHouse house;
    const StubTarget target{always(200)};
    static_cast<void>(house.subscribe("carrier", target.url(),
                                      {"liuhen.manifest.changed.v1", "liuhen.alert.raised.v1"}));
    raise_alert(house, "ROUTE_DEVIATION", 1);
    const std::string id = test::submitted(house.place, house.place.filing())["id"];
    raise_alert(house, "LOCK_TAMPER", 1);
    house.post->run();
    CHECK(test::subjects(target) ==
          std::vector<std::string>{"trip1.ROUTE_DEVIATION.1", id, "trip1.LOCK_TAMPER.1"});
    const auto refused = house.as("producer")
                             .post("/v1/webhooks", {{"url", "https://hooks.example/"},
                                                    {"kinds", {"liuhen.alert.raised.v1"}}});
    CHECK(refused.status == 422);
    CHECK(test::faults_of(refused) == std::vector<std::string>{"UNKNOWN_VALUE /kinds/0"});
}

TEST_CASE("an authority is told of its own area only") {
    HookHouse house;
    const StubTarget here{always(200)}, elsewhere{always(200)};
    house.admins["here"] = house.admin("regulator", "", "3311");
    house.admins["elsewhere"] = house.admin("regulator", "", "44");
    static_cast<void>(house.changes("here", here.url()));
    static_cast<void>(house.changes("elsewhere", elsewhere.url()));
    const std::string id = test::submitted(house.place, house.place.filing())["id"];
    house.post->run();
    CHECK(test::subjects(here) == std::vector{id});  // the draft was the producer's own
    CHECK(elsewhere.connections() == 0);
}

TEST_CASE("a target that is down for an hour gets everything once it is back, in order") {
    HookHouse house;
    Switch state;
    const StubTarget target{state.answer()};
    const json hook = house.changes("producer", target.url());
    *state.status = 503;
    std::vector<std::string> made;
    for (int minute = 0; minute < 60; ++minute) {
        if (minute % 10 == 0) made.push_back(house.place.draft());
        house.post->run();
        house.turn_on(1min);
    }
    const auto refused = target.taken().size();
    CHECK(refused >= 8);
    CHECK(refused <= 20);
    CHECK_FALSE(house.shown("producer", hook)["failing_since"].is_null());
    for (const auto& one : test::subjects(target)) CHECK(one == made.front());
    *state.status = 200;
    house.turn_on(15min);
    house.post->run();
    auto told = test::subjects(target);
    told.erase(told.begin(), told.begin() + static_cast<std::ptrdiff_t>(refused));
    CHECK(told == made);
    CHECK(house.shown("producer", hook)["attempts"] == 0);
    const auto again = target.taken();
    CHECK(again.front().header("webhook-id") == again[refused].header("webhook-id"));
}

TEST_CASE("a server that dies goes on where it was, and sends the same message again at most") {
    HookHouse house;
    Switch state;
    const StubTarget target{state.answer()};
    static_cast<void>(house.changes("producer", target.url()));
    std::vector<std::string> made{house.place.draft()};
    house.post->run();
    *state.status = 0;  // silent: the next one is under way when the server dies
    made.push_back(house.place.draft());
    CHECK(house.post->begin() == 1);
    while (target.taken().size() < 2) std::this_thread::sleep_for(10ms);
    house.restart();
    *state.status = 200;
    made.push_back(house.place.draft());
    house.post->run();
    CHECK(test::subjects(target) == std::vector{made[0], made[1], made[1], made[2]});
    const auto taken = target.taken();
    CHECK(taken[1].header("webhook-id") == taken[2].header("webhook-id"));
}

TEST_CASE("a target that says 410 is told nothing more, and its owner reads of it") {
    HookHouse house;
    Switch state;
    const StubTarget target{state.answer()};
    const json hook = house.changes("producer", target.url());
    *state.status = 410;
    const std::string first = house.place.draft();
    house.post->run();
    const json now = house.shown("producer", hook);
    CHECK(now["state"] == "disabled");
    CHECK(now["why"] == "gone");
    house.turn_on(24h);
    house.post->run();
    CHECK(target.taken().size() == 1);
    const json news = test::expect(house.as("producer").get("/v1/inbox"), 200)["items"];
    REQUIRE(news.size() == 1);
    CHECK(news[0]["event"] == "webhook_disabled");
    CHECK(news[0]["webhook"] == hook["id"]);
    CHECK_FALSE(news[0].contains("manifest"));
    *state.status = 200;
    CHECK(house.as("producer").send("POST", HookHouse::path(hook) + "/resume").status == 200);
    house.post->run();
    CHECK(test::subjects(target) == std::vector{first, first});
}

TEST_CASE("police and operator read that their own webhook disabled itself, and of nobody's else") {
    HookHouse house;
    const StubTarget target{always(410)};
    std::map<std::string, json> hooks;
    for (const char* who : {"police", "operator", "regulator"})
        hooks[who] = house.changes(who, target.url());
    static_cast<void>(test::submitted(house.place, house.place.filing()));
    house.post->run();
    for (const auto& [who, hook] : hooks) {
        INFO(who);
        const json news = test::expect(house.as(who).get("/v1/inbox?limit=200"), 200)["items"];
        std::vector<json> disabled;
        for (const auto& one : news)
            if (one["event"] == "webhook_disabled") disabled.push_back(one["webhook"]);
        CHECK(disabled == std::vector<json>{hook["id"]});
        const std::string read = "/v1/inbox/" + news.back()["id"].dump() + "/read";
        CHECK(house.as(who).send("POST", read).status == 204);
        CHECK(house.as(std::string{"pol"} == who.substr(0, 3) ? "operator" : "police")
                  .send("POST", read)
                  .status == 404);
    }
}

TEST_CASE("a webhook that failed for three days disables itself and loses nothing") {
    HookHouse house;
    const json hook = [&] {
        const StubTarget gone{always(200)};
        return house.changes("regulator", gone.url());
    }();
    const std::string id = test::submitted(house.place, house.place.filing())["id"];
    for (int hour = 0; hour < 71; ++hour) {
        house.post->run();
        house.turn_on(1h);
    }
    CHECK(house.shown("regulator", hook)["state"] == "active");
    house.turn_on(2h);
    house.post->run();
    const json now = house.shown("regulator", hook);
    CHECK(now["state"] == "disabled");
    CHECK(now["why"] == "failing");
    CHECK(now["last_fault"] == "no_connection");
    const json news = test::expect(house.as("regulator").get("/v1/inbox?limit=200"), 200)["items"];
    CHECK(news.back()["event"] == "webhook_disabled");
    const StubTarget back{always(200)};
    house.move(hook, back.url());
    CHECK(house.as("regulator").send("POST", HookHouse::path(hook) + "/resume").status == 200);
    house.post->run();
    CHECK(test::subjects(back) == std::vector{id});
}

TEST_CASE("a message that is refused for good is laid aside, and can be sent again by hand") {
    HookHouse house;
    auto poison = std::make_shared<std::string>();
    auto mended = std::make_shared<std::atomic<bool>>(false);
    const StubTarget target{[=](const Taken& one) {
        const bool bad = !*mended && one.body.find(*poison) != std::string::npos;
        return stub_status(bad ? 400 : 200);
    }};
    const json hook = house.changes("producer", target.url());
    *poison = house.place.draft();
    const std::string next = house.place.draft();
    for (int i = 0; i < 10; ++i) {
        house.post->run();
        house.turn_on(15min);
    }
    CHECK(test::subjects(target).back() == next);
    const std::string letters = HookHouse::path(hook) + "/dead-letters";
    const json dead = test::expect(house.as("producer").get(letters), 200)["items"];
    REQUIRE(dead.size() == 1);
    CHECK(dead[0]["state"] == "dead");
    CHECK(dead[0]["message"] == target.taken().front().header("webhook-id"));
    const std::string again = letters + "/" + dead[0]["id"].get<std::string>() + "/resend";
    CHECK(house.as("other").send("POST", again).status == 404);
    CHECK(house.as("producer").send("POST", again).status == 202);
    house.post->run();
    CHECK(house.as("producer").get(letters).json()["items"][0]["state"] == "dead");
    *mended = true;
    CHECK(house.as("producer").send("POST", again).status == 202);
    house.post->run();
    CHECK(house.as("producer").get(letters).json()["items"][0]["state"] == "delivered");
    CHECK(target.taken().back().header("webhook-id") == dead[0]["message"]);
    CHECK(house.as("producer").send("POST", again).status == 404);
}

TEST_CASE("what a webhook is to be told may change: a kind that is new begins with its choice") {
    HookHouse house;
    const StubTarget target{always(200)};
    const json hook = house.subscribe("carrier", target.url(), {"liuhen.alert.raised.v1"});
    raise_alert(house, "ROUTE_DEVIATION", 1);
    static_cast<void>(test::submitted(house.place, house.place.filing()));
    house.post->run();
    std::this_thread::sleep_for(5ms);
    const json wish{{"url", "https://hooks.example/"}, {"kinds", {"liuhen.manifest.changed.v1"}}};
    test::expect(house.as("carrier").send("PUT", HookHouse::path(hook), wish.dump()), 200);
    house.move(hook, target.url());
    house.post->run();
    raise_alert(house, "LOCK_TAMPER", 1);
    const std::string id = test::submitted(house.place, house.place.filing())["id"];
    house.post->run();
    CHECK(test::subjects(target) == std::vector<std::string>{"trip1.ROUTE_DEVIATION.1", id});
}

TEST_CASE("a silent target delays nobody else") {
    HookHouse house;
    const StubTarget silent{[](const Taken& /*one*/) { return StubReply{}; }};
    const StubTarget quick{always(200)};
    const json hook = house.changes("producer", silent.url());
    static_cast<void>(house.changes("carrier", quick.url()));
    const std::string id = test::submitted(house.place, house.place.filing())["id"];
    const auto begun = server::monotonic();
    house.post->begin();
    while (quick.taken().empty() && server::monotonic() - begun < 10s)
        std::this_thread::sleep_for(5ms);
    CHECK(server::monotonic() - begun < 1s);
    house.post->run();
    const json tried = house.tries("producer", hook);
    REQUIRE(tried.size() == 1);
    CHECK(tried[0]["fault"] == "timed_out");
    CHECK_FALSE(tried[0].contains("status"));
    CHECK(tried[0]["duration_ms"] >= 1'900);
    CHECK(tried[0]["outcome"] == "retry");
}

// Ten silent targets of one organisation, each with as many trials as may wait.
TEST_CASE("an organisation's silent targets and endless trials delay nobody else") {
    HookHouse house;
    const StubTarget silent{[](const Taken&) { return StubReply{}; }};
    const StubTarget quick{always(204)};
    static_cast<void>(house.changes("carrier", quick.url()));
    static_cast<void>(test::submitted(house.place, house.place.filing()));
    house.post->run();
    REQUIRE(quick.taken().size() == 1);  // known to be quick
    for (int i = 0; i < 10; ++i) {
        const json hook = house.changes("producer", silent.url());
        for (int n = 0; n < 20; ++n)
            CHECK(
                house.as("producer").post(HookHouse::path(hook) + "/ping", json::object()).status ==
                202);
    }
    house.post->begin();
    const auto until = server::monotonic() + 5s;
    while (silent.taken().empty() && server::monotonic() < until) std::this_thread::sleep_for(5ms);
    static_cast<void>(test::submitted(house.place, house.place.filing()));
    const auto begun = server::monotonic();
    while (quick.taken().size() < 2 && server::monotonic() - begun < 20s) {
        house.post->begin();
        std::this_thread::sleep_for(50ms);
    }
    CHECK(quick.taken().size() == 2);
    CHECK(server::monotonic() - begun < 1s);
    CHECK(silent.connections() <= 3);  // one at a time
}

}  // namespace
