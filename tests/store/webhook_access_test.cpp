// Who may have webhooks, what their addresses may be, and where their secrets are.
#include "server/base64.hpp"
#include "server/hmac.hpp"
#include "tests/support/hook_house.hpp"

#include <catch2/catch.hpp>

namespace {

using namespace liuhen;
using namespace std::chrono_literals;
using nlohmann::json;
using test::HookHouse;
using test::stub_body;
using test::stub_status;
using test::StubTarget;
using test::Taken;

const json manifests{"liuhen.manifest.changed.v1"};

StubTarget::Answer always(int status) {
    return [status](const Taken& /*one*/) { return stub_status(status); };
}

std::string signature(const Taken& one, const std::string& secret) {
    const std::string text =
        one.header("webhook-id") + '.' + one.header("webhook-timestamp") + '.' + one.body;
    return "v1," +
           server::to_base64(server::hmac_sha256(*server::from_base64(secret.substr(6)), text));
}

TEST_CASE("a webhook's secret is told once, sealed where it lies, and never told again") {
    HookHouse house;
    const json hook = house.changes("producer", "https://hooks.example/liuhen");
    const std::string secret = hook["secret"];
    CHECK(secret.starts_with("whsec_"));
    CHECK(server::from_base64(secret.substr(6))->size() == 32);
    CHECK_FALSE(house.shown("producer", hook).contains("secret"));
    const auto rows = house.place.database.sql("SELECT sealed, w::text FROM webhooks w");
    CHECK(std::string{rows[0][1].c_str()}.find(secret.substr(6, 20)) == std::string::npos);
    pqxx::connection http{house.place.database.conninfo("liuhen_http")};
    pqxx::work work{http};
    CHECK_THROWS_AS(work.exec("SELECT sealed FROM webhooks"), pqxx::insufficient_privilege);
}

TEST_CASE("without the key that sealed its secret a webhook waits, and asks for it now and then") {
    HookHouse house;
    const StubTarget target{always(200)};
    const json hook = house.changes("producer", target.url());
    house.restart(std::make_shared<const server::Vault>(std::vector{std::string(32, 'x')}));
    static_cast<void>(house.place.draft());
    CHECK(house.as("producer").send("POST", HookHouse::path(hook) + "/ping").status == 202);
    CHECK(house.post->begin() == 1);
    while (house.post->at_work() > 0) std::this_thread::sleep_for(5ms);
    CHECK(house.post->begin() == 0);
    CHECK(house.shown("producer", hook)["last_fault"] == "no_secret_key");
    CHECK(target.connections() == 0);
    house.restart();
    house.turn_on(16min);
    house.post->run();
    CHECK(target.taken().size() == 2);
}

TEST_CASE("the same request under one key makes one webhook, and its secret is not told twice") {
    HookHouse house;
    const json body{{"url", "https://hooks.example/liuhen"}, {"kinds", manifests}};
    const auto first = house.as("producer").post("/v1/webhooks", body, {{"Idempotency-Key", "1"}});
    const auto second = house.as("producer").post("/v1/webhooks", body, {{"Idempotency-Key", "1"}});
    CHECK(first.status == 201);
    CHECK(second.status == 201);
    CHECK(first.json()["id"] == second.json()["id"]);
    CHECK_FALSE(second.json().contains("secret"));
    CHECK(house.as("producer").get("/v1/webhooks").json()["items"].size() == 1);
}

TEST_CASE("a newer secret signs first, the one before it beside it for a day") {
    HookHouse house;
    const StubTarget target{always(200)};
    const json hook = house.changes("producer", target.url());
    const auto renewed = house.as("producer").send("POST", HookHouse::path(hook) + "/secret");
    REQUIRE(renewed.status == 200);
    const std::string newer = renewed.json()["secret"];
    CHECK(newer != hook["secret"]);
    static_cast<void>(house.place.draft());
    house.post->run();
    const Taken both = target.taken().back();
    CHECK(both.header("webhook-signature") ==
          signature(both, newer) + ' ' + signature(both, hook["secret"]));
    house.turn_on(25h);
    static_cast<void>(house.place.draft());
    house.post->run();
    const Taken one = target.taken().back();
    CHECK(one.header("webhook-signature") == signature(one, newer));
}

TEST_CASE("what is wrong with a webhook is named all at once") {
    HookHouse house;
    const auto refused = [&](const json& body) {
        const auto reply = house.as("producer").post("/v1/webhooks", body);
        CHECK(reply.status == 422);
        return test::faults_of(reply);
    };
    CHECK(refused(json::object()) == std::vector<std::string>{"MISSING /url", "MISSING /kinds"});
    CHECK(refused({{"url", "ftp://hooks.example/"}, {"kinds", {"x"}}, {"colour", 1}}) ==
          std::vector<std::string>{"URL_SCHEME /url", "UNKNOWN_VALUE /kinds/0",
                                   "UNKNOWN_FIELD /colour"});
    const auto of_url = [&](const std::string& url) {
        return refused({{"url", url}, {"kinds", manifests}}).at(0);
    };
    CHECK(of_url("https://10.0.0.7/") == "URL_ADDRESS /url");
    CHECK(of_url("https://[::ffff:10.0.0.7]/") == "URL_ADDRESS /url");
    CHECK(of_url("https://169.254.169.254/latest/meta-data") == "URL_ADDRESS /url");
    CHECK(of_url("https://127.0.0.1./") == "URL_ADDRESS /url");
    CHECK(of_url("https://0x7f.0.0.0x1./") == "URL_ADDRESS /url");
    CHECK(of_url("https:///x") == "BAD_URL /url");
    CHECK(of_url("https://hooks.example:25/") == "URL_PORT /url");
    CHECK(of_url("https://me:word@hooks.example/") == "BAD_URL /url");
    CHECK(of_url("https://hooks.example/" + std::string(2'048, 'x')) == "TOO_LONG /url");
    CHECK(refused({{"url", "https://hooks.example/"}, {"kinds", json::array()}}).at(0) ==
          "TOO_SHORT /kinds");
}

TEST_CASE("a name that means an inner address by the time of sending is refused then") {
    HookHouse house;
    const StubTarget inside{always(200), "127.0.0.2"};
    const std::string url = "http://hooks.example:" + inside.port() + "/hook";
    const json hook = house.changes("producer", url);
    house.policy.pinned = {"hooks.example:" + inside.port() + ":127.0.0.2"};
    house.restart();
    static_cast<void>(house.place.draft());
    house.post->run();
    CHECK(inside.connections() == 0);
    CHECK(house.tries("producer", hook)[0]["fault"] == "bad_address");
}

TEST_CASE("a target that redirects is not followed, and one that answers 20 MB is not read") {
    HookHouse house;
    const StubTarget inside{always(200)};
    const StubTarget redirecting{[&](const Taken& /*one*/) {
        return stub_status(307, "Location: " + inside.url() + "\r\n");
    }};
    const StubTarget talkative{
        [](const Taken& /*one*/) { return stub_body(std::string(20U << 20U, 'x')); }};
    const json moved = house.changes("producer", redirecting.url());
    const json long_one = house.changes("producer", talkative.url());
    static_cast<void>(house.place.draft());
    house.post->run();
    CHECK(inside.connections() == 0);
    CHECK(house.tries("producer", moved)[0]["status"] == 307);
    CHECK(house.tries("producer", moved)[0]["outcome"] == "retry");
    CHECK(house.tries("producer", long_one)[0]["outcome"] == "delivered");
}

TEST_CASE("an organisation's webhooks are its administrators', and nobody else sees them") {
    HookHouse house;
    const StubTarget target{always(200)};
    const json hook = house.changes("producer", target.url());
    const std::string path = HookHouse::path(hook);
    const json wish{{"url", "https://hooks.example/new"}, {"kinds", manifests}};
    for (const char* who : {"other", "carrier", "operator", "regulator", "police"}) {
        INFO(who);
        CHECK(house.as(who).get(path).status == 404);
        CHECK(house.as(who).get(path + "/tries").status == 404);
        CHECK(house.as(who).get("/v1/webhooks").json()["items"].empty());
        CHECK(house.as(who).send("POST", path + "/secret").status == 404);
        CHECK(house.as(who).send("POST", path + "/ping").status == 404);
        CHECK(house.as(who).send("DELETE", path).status == 404);
        CHECK(house.as(who).send("PUT", path, wish.dump()).status == 404);
    }
    CHECK(house.place.as("producer").get("/v1/webhooks").status == 403);
    const auto changed = house.as("producer").send("PUT", path, wish.dump());
    CHECK(test::expect(changed, 200)["url"] == wish["url"]);
}

TEST_CASE("an organisation has ten webhooks, and each twenty messages that wait by hand") {
    HookHouse house;
    json hook;
    for (int i = 0; i < 10; ++i) hook = house.changes("producer", "https://hooks.example/");
    const json body{{"url", "https://hooks.example/"}, {"kinds", manifests}};
    const auto eleventh = house.as("producer").post("/v1/webhooks", body);
    CHECK(eleventh.status == 409);
    CHECK(eleventh.json()["code"] == "TOO_MANY_WEBHOOKS");
    static_cast<void>(house.changes("other", "https://hooks.example/"));
    const std::string ping = HookHouse::path(hook) + "/ping";
    for (int i = 0; i < 20; ++i) CHECK(house.as("producer").send("POST", ping).status == 202);
    CHECK(house.as("producer").send("POST", ping).json()["code"] == "TOO_MANY_LETTERS");
    CHECK(house.as("producer").send("DELETE", HookHouse::path(hook)).status == 204);
    CHECK(house.as("producer").get(HookHouse::path(hook)).status == 404);
    CHECK(house.as("producer").post("/v1/webhooks", body).status == 201);
}

TEST_CASE("a trial is sent at once, even by a webhook that is paused, and what came of it shown") {
    HookHouse house;
    const StubTarget target{always(204)};
    const json hook = house.changes("producer", target.url());
    const std::string path = HookHouse::path(hook);
    CHECK(test::expect(house.as("producer").send("POST", path + "/pause"), 200)["why"] == "paused");
    static_cast<void>(house.place.draft());
    const auto asked = house.as("producer").send("POST", path + "/ping");
    CHECK(asked.status == 202);
    house.post->run();
    REQUIRE(target.taken().size() == 1);
    const Taken one = target.taken().front();
    CHECK(one.header("webhook-id") == asked.json()["message"]);
    CHECK(one.header("webhook-signature") == signature(one, hook["secret"]));
    CHECK(json::parse(one.body)["type"] == "liuhen.webhook.ping.v1");
    const json tried = house.tries("producer", hook);
    REQUIRE(tried.size() == 1);
    CHECK(tried[0]["status"] == 204);
    CHECK(tried[0]["outcome"] == "delivered");
    CHECK(house.as("producer").get(path + "/dead-letters").json()["items"].empty());
    CHECK(house.as("producer").send("POST", path + "/resume").status == 200);
    house.post->run();
    CHECK(target.taken().size() == 2);
}

TEST_CASE("an ended webhook keeps neither secret nor letters, and is told nothing") {
    HookHouse house;
    const StubTarget target{always(200)};
    const json hook = house.changes("producer", target.url());
    CHECK(house.as("producer").send("POST", HookHouse::path(hook) + "/ping").status == 202);
    CHECK(house.as("producer").send("DELETE", HookHouse::path(hook)).status == 204);
    static_cast<void>(house.place.draft());
    house.post->run();
    CHECK(target.connections() == 0);
    const auto& db = house.place.database;
    CHECK(db.sql("SELECT 1 FROM webhooks WHERE sealed IS NOT NULL").empty());
    CHECK(db.sql("SELECT 1 FROM webhook_letters").empty());
}

TEST_CASE("tries are kept for two weeks") {
    HookHouse house;
    const StubTarget target{always(200)};
    const json hook = house.changes("producer", target.url());
    static_cast<void>(house.place.draft());
    house.post->run();
    house.turn_on(13 * 24h);
    house.post->forget();
    CHECK(house.tries("producer", hook).size() == 1);
    house.turn_on(2 * 24h);
    house.post->forget();
    CHECK(house.tries("producer", hook).empty());
}

}  // namespace
