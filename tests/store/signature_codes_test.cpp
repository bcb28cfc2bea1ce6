// A person signs on another's device by a code that is good once: what it signs, and what not.
#include "tests/support/code_house.hpp"

#include <catch2/catch.hpp>

#include <set>

namespace {

using namespace liuhen;
using liuhen::test::CodeHouse;
using liuhen::test::WebReply;
using nlohmann::json;

/// The refusal that says nothing but that the code is wrong.
void check_wrong(const WebReply& reply) {
    INFO(reply.body);
    CHECK(reply.status == 403);
    CHECK(reply.json()["code"] == "SIGNATURE_CODE_WRONG");
}

/// Rows, of all tables there are, whose text holds `words`.
std::set<std::string> tables_with(const test::ScratchDatabase& database, const std::string& words) {
    std::set<std::string> found;
    for (const auto& table :
         database.sql("SELECT format('%I.%I', schemaname, tablename) FROM pg_tables"
                      " WHERE schemaname = 'public'")) {
        const std::string name = table[0].as<std::string>();
        if (database.value<long>("SELECT count(*) FROM " + name + " t WHERE t::text LIKE '%" +
                                 words + "%'") > 0)
            found.insert(name);
    }
    return found;
}

TEST_CASE("a guard signs an arrival on the driver's phone, and history says who, how and whose") {
    CodeHouse place;
    place.depart();
    const auto made =
        place.code_for(place.guard.web, place.manifest, {{"event", "arrive"}, {"minutes", 5}});
    REQUIRE(made.status == 201);
    CHECK(made.header("cache-control") == "no-store");
    const std::string code = made.json()["code"];
    CHECK(code.size() == 8);
    const auto signed_ = place.sign(place.as("driver"), place.manifest, "receiver", "arrive", code,
                                    {{"point", {{"lat", 28.1}, {"lon", 119.7}}}});
    INFO(signed_.body);
    REQUIRE(signed_.status == 200);
    CHECK(signed_.json()["state"] == "ARRIVED");
    // The driver's phone is told what a driver may do next: nothing that is the receiver's.
    for (const auto& one : signed_.json()["allowed_events"]) CHECK(one != "weigh_in");

    const auto row =
        place.database.sql("SELECT record::jsonb FROM manifest_events WHERE event = 'arrive'")[0];
    const json record = json::parse(row[0].c_str());
    CHECK(record["role"] == "receiver");
    CHECK(record["party"] == place.party["receiver"]);
    CHECK(record["person"] == "Zhou Gate");
    CHECK(record["delegate"] == place.party["carrier"]);
    CHECK(record["request"]["by_code"]["code"] == made.json()["id"]);
    CHECK(record["request"]["by_code"]["device_party"] == place.party["carrier"]);
    CHECK(record["request"]["by_code"]["device_role"] == "driver");
    CHECK(record["request"]["by_code"]["point"]["lat"] == 28.1);
    CHECK(record["token"] == place.database.value<std::string>(
                                 "SELECT id::text FROM tokens WHERE person = 'driver person'"));
    const json signature = signed_.json()["signatures"].back();
    CHECK(signature["user"] == "guard.plant");
    CHECK(signature["party"] == place.party["receiver"]);
}

TEST_CASE("a producer's foreman signs the loading by code, with the weights he agreed to only") {
    CodeHouse place;
    REQUIRE(place.act("driver", place.manifest, "unload").status == 202);
    REQUIRE(place.act("producer", place.manifest, "unload").status == 200);
    const json weights{{"gross_kg", 20000}, {"tare_kg", 12000}};
    const auto made = place.code_for(place.as("producer"), place.manifest,
                                     {{"event", "load_sign"}, {"body", weights}});
    REQUIRE(made.status == 201);
    CHECK(made.json()["content_bound"] == true);
    const auto sign = [&](const json& body) {
        return place.sign(place.as("driver"), place.manifest, "producer", "load_sign",
                          made.json()["code"], {{"body", body}});
    };
    const auto other = sign({{"gross_kg", 20500}, {"tare_kg", 12000}});
    CHECK(other.status == 409);
    CHECK(other.json()["code"] == "OTHER_CONTENT");
    CHECK(sign({{"gross_kg", 20000.5}, {"tare_kg", 12000}}).json()["code"] == "OTHER_CONTENT");
    CHECK(sign({{"tare_kg", 12000.0}, {"gross_kg", 20000.0}}).status == 200);
    check_wrong(sign(weights));
    // The driver's own part is his own: a producer's code is none of it.
    CHECK(place.act("driver", place.manifest, "load_sign").json()["state"] == "LOADED");
}

TEST_CASE("a code is spent when it has signed, and refused figures leave it good") {
    CodeHouse place;
    place.depart();
    const std::string arrive = place.code_of(place.guard.web, place.manifest, "arrive");
    CHECK(place.sign(place.as("driver"), place.manifest, "receiver", "arrive", arrive).status ==
          200);
    check_wrong(place.sign(place.as("driver"), place.manifest, "receiver", "arrive", arrive));
    const std::string weigh = place.code_of(place.guard.web, place.manifest, "weigh_in");
    const auto weigh_in = [&](int gross) {
        return place.sign(place.as("driver"), place.manifest, "receiver", "weigh_in", weigh,
                          {{"body", {{"gross_kg", gross}, {"tare_kg", 12000}}}});
    };
    CHECK(weigh_in(11000).status == 422);
    CHECK(weigh_in(20000).status == 200);
    check_wrong(weigh_in(20000));
    CHECK(place.database.value<int>(
              "SELECT count(*) FROM manifest_events WHERE event = 'arrive'") == 1);
}

TEST_CASE("a code is of one manifest, event, role and organisation, and dies with its time") {
    CodeHouse place;
    place.depart();
    const std::string code = place.code_of(place.guard.web, place.manifest, "arrive");
    const auto elsewhere = test::submitted(place, place.filing())["id"].get<std::string>();
    const auto phone = place.as("driver");
    const auto carrier = place.as("carrier");
    check_wrong(place.sign(carrier, elsewhere, "receiver", "arrive", code));
    check_wrong(place.sign(phone, place.manifest, "receiver", "weigh_in", code));
    check_wrong(place.sign(phone, place.manifest, "producer", "load_sign", code));
    CHECK(place.sign(place.as("other"), place.manifest, "receiver", "arrive", code).status == 404);
    place.database.sql(
        "UPDATE signature_codes SET expires_at = now() - interval '1 second',"
        " created_at = now() - interval '1 hour'");
    check_wrong(place.sign(phone, place.manifest, "receiver", "arrive", code));
    const std::string fresh = place.code_of(place.guard.web, place.manifest, "arrive");
    CHECK(place.sign(phone, place.manifest, "receiver", "arrive", fresh).status == 200);
}

TEST_CASE("a withdrawn code is dead: by its signer, by a newer one, with its session or account") {
    CodeHouse place;
    place.depart();
    const auto phone = place.as("driver");
    const auto arrive = [&](const std::string& code) {
        return place.sign(phone, place.manifest, "receiver", "arrive", code);
    };
    const auto first = place.code_for(place.guard.web, place.manifest, {{"event", "arrive"}});
    const std::string second = place.code_of(place.guard.web, place.manifest, "arrive");
    check_wrong(arrive(first.json()["code"]));
    const json listed = place.guard.web.get("/v1/signature-codes").json()["items"];
    REQUIRE(listed.size() == 2);
    CHECK(listed[0]["state"] == "OPEN");
    CHECK(listed[1]["state"] == "REVOKED");
    const std::string path = "/v1/signature-codes/" + listed[0]["id"].get<std::string>();
    const auto clerk = place.person(place.boss.web, "clerk.plant", {{"rank", "member"}});
    CHECK(clerk.web.send("DELETE", path).status == 404);  // another's
    CHECK(place.as("producer").send("DELETE", path).status == 404);
    CHECK(place.guard.web.send("DELETE", path).status == 204);
    check_wrong(arrive(second));
    const std::string third = place.code_of(place.guard.web, place.manifest, "arrive");
    CHECK(place.guard.web.post("/v1/logout", json::object()).status == 204);
    check_wrong(arrive(third));
    const std::string fourth = place.code_of(clerk.web, place.manifest, "arrive");
    CHECK(place.boss.web.post("/v1/members/" + clerk.id, {{"disabled", true}}).status == 200);
    check_wrong(arrive(fourth));
    CHECK(place.boss.web.send("DELETE", "/v1/signature-locks").status == 204);
    const auto porter = place.person(place.boss.web, "porter.plant", {{"rank", "member"}});
    const std::string fifth = place.code_of(porter.web, place.manifest, "arrive");
    place.database.sql("UPDATE members SET rank = 'reader' WHERE id = '" + porter.id + "'");
    check_wrong(arrive(fifth));
}

TEST_CASE("who gives a code signs himself where the truck stands: no office, reader or stranger") {
    CodeHouse place;
    const auto code = [&](const test::Web& web, const char* event) {
        const auto reply = place.code_for(web, place.manifest, {{"event", event}});
        return std::to_string(reply.status) + ' ' + reply.json().value("code", "");
    };
    CHECK(code(place.as("producer"), "submit") == "422 UNKNOWN_VALUE");
    CHECK(code(place.as("producer"), "arrive") == "422 UNKNOWN_VALUE");
    CHECK(code(place.as("receiver"), "load_sign") == "422 UNKNOWN_VALUE");
    CHECK(code(place.as("carrier"), "depart") == "403 ROLE");
    CHECK(code(place.as("regulator"), "arrive") == "403 ROLE");
    CHECK(code(place.as("other"), "load_sign") == "404 NOT_FOUND");
    const auto reader = place.person(place.boss.web, "reader.plant", {{"rank", "reader"}});
    CHECK(code(reader.web, "arrive") == "403 RANK");
    const auto faulty =
        place.sign(place.as("driver"), place.manifest, "receiver", "arrive", "1234 678");
    CHECK(faulty.status == 422);
    CHECK(faulty.json()["errors"][0]["code"] == "NOT_A_CODE");
    CHECK(faulty.body.find("1234 678") == std::string::npos);
}

TEST_CASE("where the manifest names nobody in the role there is nobody to sign") {
    CodeHouse place;
    const auto desk = place.as("producer");
    const std::string bare = test::Valley::made(desk, "manifests", json::object());
    const auto refused = place.sign(desk, bare, "receiver", "arrive", "12345678");
    INFO(refused.body);
    CHECK(refused.status == 409);
    CHECK(refused.json()["code"] == "NOBODY_TO_SIGN");
}

TEST_CASE("digits are told once: no list, repetition, history or table holds them") {
    CodeHouse place;
    place.depart();
    const test::WebHeaders key{{"Idempotency-Key", "for-the-gate"}};
    const json asked{{"event", "arrive"}};
    const std::string address = "/v1/manifests/" + place.manifest + "/signature-codes";
    const auto made = place.guard.web.post(address, asked, key);
    const auto again = place.guard.web.post(address, asked, key);
    CHECK(again.status == 201);
    CHECK(again.json()["id"] == made.json()["id"]);
    CHECK_FALSE(again.json().contains("code"));
    const std::string code = made.json()["code"];
    const test::WebHeaders device_key{{"Idempotency-Key", "once"}};
    const auto sign = [&] {
        return place.sign(place.as("driver"), place.manifest, "receiver", "arrive", code, {},
                          device_key);
    };
    CHECK(sign().status == 200);
    const auto repeated = sign();  // the line was cut: the phone asks again
    CHECK(repeated.status == 200);
    CHECK(repeated.header("idempotent-replayed") == "true");
    CHECK(place.database.value<int>(
              "SELECT count(*) FROM manifest_events WHERE event = 'arrive'") == 1);
    CHECK(place.guard.web.get("/v1/signature-codes").body.find(code) == std::string::npos);
    CHECK(tables_with(place.database, code).empty());
    CHECK(tables_with(place.database, server::sha256_hex(code)).empty());
}

}  // namespace
