// Guessing at signature codes, and the sheets of those who have no phone.
#include "tests/support/code_house.hpp"

#include <catch2/catch.hpp>

#include <algorithm>
#include <future>
#include <map>

namespace {

using namespace liuhen;
using liuhen::test::CodeHouse;
using nlohmann::json;

struct Gate : CodeHouse {
    Gate() { depart(); }
    [[nodiscard]] test::WebReply try_it(const std::string& code) const {
        return sign(as("driver"), manifest, "receiver", "arrive", code);
    }
    [[nodiscard]] int locks() const {
        return database.value<int>(
            "SELECT count(*) FROM inbox WHERE event = 'SIGNATURE_CODES_LOCKED'");
    }
    [[nodiscard]] json sheet(const test::Web& web, json more = json::object()) const {
        json form{{"person", "Old Ma"},
                  {"events", {"arrive", "weigh_in"}},
                  {"site", site.at("receiver")},
                  {"count", 3}};
        form.update(more);
        const auto reply = web.post("/v1/signature-sheets", form);
        return reply.json();
    }
};

TEST_CASE("five wrong codes lock, longer each time, for the right one too, and the owner is told") {
    Gate place;
    const std::string code = place.code_of(place.guard.web, place.manifest, "arrive");
    const std::string wrong = CodeHouse::other_than(code);
    for (int left = 4; left >= 0; --left) {
        const auto reply = place.try_it(wrong);
        CHECK(reply.status == 403);
        CHECK(reply.json()["tries_left"] == left);
    }
    const auto locked = place.try_it(code);
    CHECK(locked.status == 429);
    CHECK(locked.json()["code"] == "SIGNATURE_CODES_LOCKED");
    CHECK(std::stoi(locked.header("retry-after")) <= 900);
    CHECK(std::stoi(locked.header("retry-after")) > 800);
    CHECK(place.locks() == 1);
    CHECK(place.guard.web.get("/v1/inbox").body.find("SIGNATURE_CODES_LOCKED") !=
          std::string::npos);

    // Over: the next five lock for an hour.
    place.database.sql("UPDATE signature_guesses SET locked_until = now() - interval '1 second'");
    for (int i = 0; i < 5; ++i) CHECK(place.try_it(wrong).status == 403);
    CHECK(std::stoi(place.try_it(code).header("retry-after")) > 3500);
    CHECK(place.locks() == 2);

    const json standing = place.boss.web.get("/v1/signature-locks").json()["items"];
    const auto pair =
        std::ranges::find_if(standing, [](const json& one) { return one.contains("asker_name"); });
    REQUIRE(pair != standing.end());
    CHECK((*pair)["asker_name"] == "Fuchun Haulage");
    CHECK((*pair)["lockouts"] == 2);
    CHECK(place.guard.web.get("/v1/signature-locks").json()["code"] == "RANK");
    const auto other = place.admin_of("producer", "boss.works");
    CHECK(other.web.get("/v1/signature-locks").json()["items"].empty());
    CHECK(other.web.send("DELETE", "/v1/signature-locks").status == 204);
    CHECK(place.try_it(code).status == 429);  // that was none of theirs
    CHECK(place.boss.web.send("DELETE", "/v1/signature-locks").status == 204);
    CHECK(place.try_it(code).status == 200);
}

TEST_CASE(
    "fifty wrong codes at once are five guesses, and the right one among them opens nothing") {
    Gate place;
    const std::string code = place.code_of(place.guard.web, place.manifest, "arrive");
    for (int i = 0; i < 5; ++i) CHECK(place.try_it(CodeHouse::other_than(code)).status == 403);
    place.database.sql("DELETE FROM signature_guesses");
    std::vector<std::future<int>> tries;
    for (int i = 0; i < 50; ++i) {
        tries.push_back(std::async(std::launch::async, [&place, &code, i] {
            std::string wrong = CodeHouse::other_than(code);
            wrong[0] = static_cast<char>('0' + i % 10);
            wrong[1] = static_cast<char>('0' + i / 10);
            return place.try_it(wrong == code ? "00000000" : wrong).status;
        }));
    }
    std::map<int, int> statuses;
    for (auto& one : tries) ++statuses[one.get()];
    CHECK(statuses[403] == 5);
    CHECK(statuses[429] == 45);
    CHECK(place.locks() == 2);  // the one before, and this one
    CHECK(place.try_it(code).status == 429);
}

TEST_CASE("a carrier that guesses is locked at one owner, others are not; too many at all lock") {
    Gate place;
    const auto wrong = [&] { return place.try_it("00000000"); };
    for (int i = 0; i < 5; ++i) CHECK(wrong().status == 403);
    CHECK(wrong().status == 429);
    // The producer's own codes on the same phone are another owner's; the plant's gate is another
    // asker.
    CHECK(place.sign(place.as("driver"), place.manifest, "producer", "load_sign", "00000000")
              .status == 403);
    const std::string code = place.code_of(place.guard.web, place.manifest, "arrive");
    CHECK(place.sign(place.as("receiver"), place.manifest, "receiver", "arrive", code).status ==
          200);
    // Twenty in all by one asker lock it wherever it asks.
    place.database.sql("UPDATE signature_guesses SET wrong = 19 WHERE counted = 'asker'");
    CHECK(place.sign(place.as("driver"), place.manifest, "producer", "load_sign", "00000000")
              .status == 403);
    CHECK(place.sign(place.as("driver"), place.manifest, "producer", "load_sign", "00000000")
              .status == 429);
}

TEST_CASE("a right code forgives the asker's wrong ones before it, and the owner reads of it") {
    Gate place;
    const std::string code = place.code_of(place.guard.web, place.manifest, "arrive");
    for (int i = 0; i < 4; ++i) CHECK(place.try_it(CodeHouse::other_than(code)).status == 403);
    CHECK(place.try_it(code).status == 200);
    CHECK(place.database.value<int>("SELECT wrong FROM signature_guesses WHERE counted = 'pair'") ==
          0);
    CHECK(place.database.value<int>(
              "SELECT wrong FROM signature_guesses WHERE counted = 'owner'") == 4);
    CHECK(place.guard.web.get("/v1/inbox").body.find("SIGNED_BY_CODE") != std::string::npos);
    CHECK(place.locks() == 0);
}

TEST_CASE("a sheet's codes sign once each, at its site, by its person, for its events") {
    Gate place;
    const json made = place.sheet(place.boss.web);
    REQUIRE(made["codes"].size() == 3);
    const auto code = [&](std::size_t i) { return made["codes"][i]["code"].get<std::string>(); };
    const json here{{"point", {{"lat", 28.1}, {"lon", 119.7}}}};
    const auto sign = [&](const std::string& event, const std::string& digits, json more) {
        return place.sign(place.as("driver"), place.manifest, "receiver", event, digits, more);
    };
    CHECK(sign("arrive", code(0), json::object()).status == 403);  // nobody says where
    CHECK(sign("arrive", code(0), {{"point", {{"lat", 28.1}, {"lon", 119.6}}}}).status == 403);
    CHECK(sign("accept", code(0), here).status == 403);
    CHECK(sign("arrive", code(0), here).status == 200);
    json weights = here;
    weights["body"] = {{"gross_kg", 20000}, {"tare_kg", 12000}};
    CHECK(sign("weigh_in", code(0), weights).status == 403);
    CHECK(sign("weigh_in", code(1), weights).status == 200);
    const auto row = place.database.sql(
        "SELECT person, record::jsonb #>> '{request,by_code,code}' FROM manifest_events"
        " WHERE event = 'weigh_in'")[0];
    CHECK(row[0].as<std::string>() == "Old Ma");
    CHECK(row[1].as<std::string>() == made["codes"][1]["id"]);
    const std::string path = "/v1/signature-codes/" + made["sheet"].get<std::string>();
    CHECK(place.guard.web.send("DELETE", path).status == 404);
    CHECK(place.boss.web.send("DELETE", path).status == 204);
    const json listed = place.boss.web.get("/v1/signature-codes").json()["items"];
    CHECK(std::ranges::count(listed, json("USED"), [](const json& one) { return one["state"]; }) ==
          2);
    CHECK(std::ranges::count(listed, json("REVOKED"),
                             [](const json& one) { return one["state"]; }) == 1);
}

TEST_CASE("a sheet is an administrator's, for a place of his own and a day at most") {
    Gate place;
    CHECK(place.sheet(place.guard.web)["code"] == "RANK");
    const auto code = [&](const json& more) {
        const json said = place.sheet(place.boss.web, more);
        return said.contains("errors") ? said["errors"][0]["code"].get<std::string>() : "";
    };
    CHECK(code({{"site", place.site["producer"]}}) == "UNKNOWN_REFERENCE");
    CHECK(code({{"events", {"load_sign"}}}) == "UNKNOWN_VALUE");
    CHECK(code({{"hours", 25}}) == "OUT_OF_RANGE");
    CHECK(code({{"count", 21}}) == "OUT_OF_RANGE");
    CHECK(code({{"login", "guard.plant"}}) == "EXCLUSIVE");
    CHECK(code({{"person", nullptr}, {"login", "nobody.here"}}) == "UNKNOWN_REFERENCE");
    CHECK(place.sheet(place.boss.web, {{"person", nullptr}, {"login", "guard.plant"}})["person"] ==
          "Zhou Gate");
}

TEST_CASE("an organisation has a hundred codes on sheets and ten of a manifest, and no more") {
    Gate place;
    for (int i = 0; i < 5; ++i)
        CHECK(place.sheet(place.boss.web, {{"count", 20}})["codes"].size() == 20);
    CHECK(place.sheet(place.boss.web)["code"] == "TOO_MANY_CODES");
    place.database.sql(
        "INSERT INTO signature_codes (id, party_id, role, account, person, events, manifest_id,"
        " digest, created_at, created_by, expires_at) SELECT gen_random_uuid(), '" +
        place.party["receiver"] + "', 'receiver', 'x', 'x', '{arrive}', '" + place.manifest +
        "', sha256('x'), now(), gen_random_uuid(), now() + interval '15 minutes'"
        " FROM generate_series(1, 10)");
    const auto reply = place.code_for(place.guard.web, place.manifest, {{"event", "arrive"}});
    CHECK(reply.status == 429);
    place.database.sql("UPDATE signature_codes SET revoked_at = now() WHERE account = 'x'");
    CHECK(place.code_for(place.guard.web, place.manifest, {{"event", "arrive"}}).status == 201);
    place.database.sql(
        "INSERT INTO signature_codes (id, party_id, role, account, person, events, manifest_id,"
        " digest, created_at, created_by, expires_at) SELECT gen_random_uuid(), '" +
        place.party["receiver"] + "', 'receiver', 'y', 'y', '{arrive}', '" + place.manifest +
        "', sha256('y'), now() - interval '1 hour', gen_random_uuid(), now()"
        " FROM generate_series(1, 2000)");
    CHECK(place.code_for(place.guard.web, place.manifest, {{"event", "arrive"}}).json()["code"] ==
          "TOO_MANY_CODES");
}

}  // namespace
