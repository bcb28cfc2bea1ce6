// Accounts: who makes whom, what each may, and what a wrong password meets.
#include "server/passwords.hpp"
#include "tests/support/people_house.hpp"

#include <catch2/catch.hpp>

#include <algorithm>
#include <future>
#include <set>

namespace {

using namespace liuhen;
using liuhen::test::PeopleHouse;
using liuhen::test::Person;
using liuhen::test::Web;
using nlohmann::json;

PeopleHouse& people() {
    static PeopleHouse one;
    return one;
}

std::set<std::string> logins(const Web& web) {
    std::set<std::string> found;
    const json page = web.get("/v1/members?limit=200").json();
    for (const auto& one : page.at("items")) found.insert(one.at("login"));
    return found;
}

TEST_CASE("an administrator manages the members of his own organisation only") {
    const Person boss = people().admin_of("producer", "boss.works");
    const Person other = people().admin_of("other", "boss.other");
    const Person clerk = people().person(boss.web, "clerk.works", {{"rank", "member"}});
    CHECK(logins(boss.web) == std::set<std::string>{"boss.works", "clerk.works"});
    CHECK(logins(other.web) == std::set<std::string>{"boss.other"});
    CHECK(clerk.web.get("/v1/members").status == 403);
    CHECK(clerk.web.post("/v1/members", {{"login", "x.y"}}).json()["code"] == "RANK");
    CHECK(other.web.post("/v1/members/" + clerk.id, {{"disabled", true}}).status == 404);
    const auto foreign = other.web.post("/v1/members", {{"login", "spy"},
                                                        {"name", "Spy"},
                                                        {"rank", "admin"},
                                                        {"party", people().party["producer"]}});
    CHECK(foreign.status == 422);
    CHECK(
        boss.web.post("/v1/members", {{"login", "boss.other"}, {"name", "Bo"}, {"rank", "reader"}})
            .status == 409);
    CHECK(people().as("operator").get("/v1/members?limit=200").body.find("argon2") ==
          std::string::npos);
}

TEST_CASE("the first password opens nothing but the way to one's own") {
    const auto made = people()
                          .as("operator")
                          .post("/v1/members", {{"login", "newcomer"},
                                                {"name", "New Comer"},
                                                {"rank", "member"},
                                                {"party", people().party["producer"]}});
    REQUIRE(made.status == 201);
    const std::string first = made.json()["password"];
    CHECK(first.size() == 20);
    const auto session = people().log_in("newcomer", first);
    REQUIRE(session.status == 201);
    CHECK(session.json()["password_to_be_changed"] == true);
    const Web web = people().house.web(session.json()["token"]);
    CHECK(web.get("/v1/me").json()["account"] == "newcomer");
    CHECK(web.get("/v1/manifests").json()["code"] == "PASSWORD_INITIAL");
    const auto change = [&](const std::string& old, const std::string& fresh) {
        return web.post("/v1/password", {{"password", old}, {"new_password", fresh}});
    };
    CHECK(change(first, "eleven char").json()["code"] == "PASSWORD_TOO_SHORT");
    CHECK(change(first, "eleven char").body.find("eleven") == std::string::npos);
    CHECK(change(first, first).json()["code"] == "PASSWORD_REUSED");
    CHECK(change("not the password", "a quiet mountain").status == 401);
    CHECK(change(first, "aaaaaaaaaaaa").status == 204);  // length is all that is asked
    CHECK(web.get("/v1/manifests").status == 200);
    CHECK(people().log_in("newcomer", first).status == 401);
    CHECK(people().log_in("newcomer", "aaaaaaaaaaaa").json()["password_to_be_changed"] == false);
    CHECK(people().database.value<int>("SELECT count(*) FROM idempotency WHERE body LIKE '%" +
                                       first + "%'") == 0);
    const auto key =
        people().as("operator").post("/v1/members", json::object(), {{"Idempotency-Key", "k"}});
    CHECK(key.json()["errors"][0]["code"] == "KEY_NOT_HERE");
}

TEST_CASE("a reader reads all that a member reads and writes nothing") {
    const Person reader =
        people().person(people().as("operator"), "reader.works",
                        {{"party", people().party["producer"]}, {"rank", "reader"}});
    const std::string path = "/v1/manifests/" + people().manifest;
    const auto seen = reader.web.get(path);
    CHECK(seen.status == 200);
    CHECK(seen.json()["allowed_events"].empty());
    CHECK(reader.web.post("/v1/manifests", people().filing()).json()["code"] == "RANK");
    CHECK(reader.web.post(path + "/void", json::object()).json()["code"] == "RANK");
    pqxx::connection connection{people().database.conninfo("liuhen_http")};
    pqxx::work work{connection};
    work.exec("SELECT set_config('liuhen.role', 'producer', true), set_config('liuhen.party', '" +
              people().party["producer"] + "', true), set_config('liuhen.rank', 'reader', true)");
    CHECK(work.exec("UPDATE manifests SET state = 'VOIDED'").affected_rows() == 0);
}

TEST_CASE("a driver sees the trips he is named on and no others") {
    const Person boss = people().admin_of("carrier", "boss.haulage");
    const Person li = people().person(boss.web, "driver.li", {{"rank", "driver"}});
    const Person wu = people().person(boss.web, "driver.wu", {{"rank", "driver"}});
    const std::string id = people().draft();
    REQUIRE(people().act("producer", id, "submit").status == 200);
    json acceptance = people().acceptance();
    acceptance["driver"] = {{"name", "Li Qiang"}, {"user", "driver.li"}};
    acceptance["waybill_no"] = "WB-2026-0002";
    CHECK(li.web.get("/v1/manifests/" + id).status == 404);
    REQUIRE(boss.web.post("/v1/manifests/" + id + "/carrier_accept", acceptance).status == 200);
    CHECK(li.web.get("/v1/manifests/" + id).status == 200);
    CHECK(wu.web.get("/v1/manifests/" + id).status == 404);
    CHECK(people().as("driver").get("/v1/manifests/" + id).status == 404);  // a token of no account
    for (const char* of : {"", "/track", "/notices", "/media", "/documents", "/custody"}) {
        INFO(of);
        CHECK(li.web.get("/v1/manifests/" + people().manifest + of).status == 404);
    }
    CHECK(li.web.get("/v1/manifests").json()["items"].size() == 1);
    CHECK(wu.web.get("/v1/manifests").json()["items"].empty());
    CHECK(wu.web.get("/v1/vehicles").json()["items"].empty());
    CHECK(wu.web.post("/v1/manifests/" + id + "/load_sign", json::object()).status == 404);
    CHECK(li.web.post("/v1/manifests", people().filing()).status == 403);
    CHECK(li.web.post("/v1/manifests/" + id + "/carrier_refuse", json::object()).status >= 400);
    CHECK(li.web.get("/v1/me").json()["role"] == "driver");
}

TEST_CASE("sessions are listed, ended one by one, and all at once with the account") {
    const Person one = people().person(people().as("operator"), "many.sessions",
                                       {{"party", people().party["receiver"]}, {"rank", "member"}});
    const auto second = people().log_in(one.login, one.password);
    const Web web = people().house.web(second.json()["token"]);
    const json listed = one.web.get("/v1/sessions").json()["items"];
    REQUIRE(listed.size() == 2);
    CHECK(std::ranges::count_if(listed, [](const json& s) { return s["current"] == true; }) == 1);
    const std::string other = second.json()["session"];
    CHECK(people().as("producer").send("DELETE", "/v1/sessions/" + other).status == 404);
    CHECK(one.web.send("DELETE", "/v1/sessions/" + other).status == 204);
    CHECK(web.get("/v1/me").status == 401);
    const Web third = people().house.web(people().log_in(one.login, one.password).json()["token"]);
    CHECK(third.post("/v1/logout", json::object()).status == 204);
    CHECK(third.get("/v1/me").status == 401);
    CHECK(one.web.get("/v1/me").status == 200);
    const auto desk = people().as("operator");
    CHECK(desk.post("/v1/members/" + one.id, {{"disabled", true}}).status == 200);
    CHECK(one.web.get("/v1/me").status == 401);
    CHECK(people().log_in(one.login, one.password).status == 401);
    CHECK(desk.post("/v1/members/" + one.id, {{"disabled", false}}).status == 200);
    CHECK(people().log_in(one.login, one.password).status == 201);
    const auto reset = desk.post("/v1/members/" + one.id, {{"reset_password", true}});
    CHECK(people().log_in(one.login, one.password).status == 401);
    CHECK(people().log_in(one.login, reset.json()["password"]).status == 201);
}

TEST_CASE("an organisation of two roles says in which it acts") {
    const std::string both = test::Valley::made(
        people().as("operator"), "parties",
        {{"name", "Two Hats"}, {"roles", {"producer", "receiver"}}, {"division", "331102"}});
    const auto made =
        people()
            .as("operator")
            .post("/v1/members",
                  {{"login", "two.hats"}, {"name", "Hats"}, {"rank", "member"}, {"party", both}});
    const std::string first = made.json()["password"];
    CHECK(people().log_in("two.hats", first).json()["errors"][0]["code"] == "MISSING");
    CHECK(people().log_in("two.hats", first, "carrier").status == 422);
    CHECK(people().log_in("two.hats", first, "receiver").json()["role"] == "receiver");
}

TEST_CASE("an authority's administrator stays within his area") {
    const Person chief =
        people().person(people().as("operator"), "chief.lishui",
                        {{"authority", "regulator"}, {"division", "3311"}, {"rank", "admin"}});
    const auto add = [&chief](const std::string& login, const json& more) {
        json body{{"login", login}, {"name", "Officer"}, {"rank", "member"}};
        body.update(more);
        return chief.web.post("/v1/members", body);
    };
    CHECK(add("county.one", {{"division", "331102"}}).status == 201);
    CHECK(add("own.area", json::object()).json()["division"] == "3311");
    CHECK(add("next.city", {{"division", "3301"}}).json()["code"] == "OUTSIDE_AREA");
    CHECK(add("as.police", {{"authority", "police"}}).status == 422);
    CHECK(logins(chief.web).size() == 3);
    const Person county =
        people().person(chief.web, "county.two", {{"division", "331121"}, {"rank", "member"}});
    CHECK(county.web.get("/v1/manifests").json()["items"].empty());
    CHECK(chief.web.get("/v1/manifests").json()["items"].size() >= 1);
}

TEST_CASE("five wrong passwords lock a login, known or not, and right ones wait too") {
    PeopleHouse place;
    const Person one = place.admin_of("producer", "target");
    for (const char* login : {"target", "nobody.at.all"}) {
        INFO(login);
        for (int i = 0; i < 5; ++i) CHECK(place.log_in(login, "wrong password").status == 401);
        const auto locked = place.log_in(login, one.password);
        CHECK(locked.status == 429);
        CHECK(locked.json()["code"] == "LOGIN_LOCKED");
        CHECK(std::stoi(locked.header("retry-after")) > 800);
    }
    CHECK(one.web.get("/v1/me").status == 200);  // who is in stays in
    place.database.sql("UPDATE login_guesses SET locked_until = now() - interval '1 second'");
    CHECK(place.log_in("target", one.password).status == 201);
    for (int i = 0; i < 4; ++i) CHECK(place.log_in("target", "wrong password").status == 401);
    CHECK(place.log_in("target", one.password).status == 201);  // four are forgiven
    CHECK(place.log_in("target", "wrong password").status == 401);
}

TEST_CASE("guesses at the same time count as guesses one after another") {
    PeopleHouse place;
    const Person one = place.admin_of("producer", "target");
    std::vector<std::future<int>> guesses;
    for (int i = 0; i < 20; ++i)
        guesses.push_back(std::async(std::launch::async, [&place, i] {
            return place.log_in("target", "wrong password " + std::to_string(i)).status;
        }));
    int looked_at = 0;
    for (auto& guess : guesses) looked_at += guess.get() == 401 ? 1 : 0;
    CHECK(looked_at == 5);
    CHECK(place.log_in("target", one.password).status == 429);
}

TEST_CASE("an address that guesses at many logins is slowed down") {
    PeopleHouse place;
    int slowed = 0;
    test::WebReply last;
    for (int i = 0; i < 36; ++i) {
        last = place.log_in("name" + std::to_string(i), "wrong password");
        slowed += last.status == 429 ? 1 : 0;
    }
    CHECK(slowed >= 4);
    CHECK(last.json()["code"] == "TOO_MANY_WRONG_LOGINS");
    CHECK(std::stoi(last.header("retry-after")) >= 1);
}

TEST_CASE("a login that does not exist takes as long as a wrong password") {
    PeopleHouse place;
    place.admin_of("producer", "known");
    const auto took = [&place](const std::string& login) {
        const auto begun = server::monotonic();
        CHECK(place.log_in(login, "wrong password").status == 401);
        return server::monotonic() - begun;
    };
    std::vector<server::Monotonic::duration> known, unknown;
    for (int i = 0; i < 5; ++i) {
        known.push_back(took("known"));
        unknown.push_back(took("unknown" + std::to_string(i)));
    }
    std::ranges::sort(known);
    std::ranges::sort(unknown);
    CHECK(unknown[2] * 3 > known[2]);
    CHECK(known[2] * 3 > unknown[2]);
    CHECK(unknown[0] > std::chrono::milliseconds{5});  // it was hashed
}

TEST_CASE("passwords are Argon2id of 19 MiB and two passes, each with its own salt") {
    const std::string one = server::hash_password("plum rain on the river");
    const std::string two = server::hash_password("plum rain on the river");
    CHECK(one.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"));
    CHECK(one != two);
    CHECK(server::check_password(one, "plum rain on the river") == server::PasswordVerdict::right);
    CHECK(server::check_password(one, "plum rain on the lake") == server::PasswordVerdict::wrong);
    CHECK(server::check_password("", "") == server::PasswordVerdict::wrong);
}

}  // namespace
