// Waybills and the manifests they name, driver cards and who drove, and who may read of it.
#include "tests/support/loaded_valley.hpp"

#include <catch2/catch.hpp>

namespace {

using namespace liuhen;
using liuhen::test::AsHttp;
using liuhen::test::Loaded;
using nlohmann::json;
using namespace std::chrono_literals;
using telematics::jtt808::ParametersReply;
using telematics::jtt808::Waybill;

Loaded& loaded() {
    static Loaded one;
    return one;
}

constexpr const char* certificate = "330102199001011234";
constexpr const char* masked = "**************1234";

telematics::jtt808::DriverCard taken_out() {
    telematics::jtt808::DriverCard card;
    card.state = 2;
    return card;
}

TEST_CASE("a waybill that names the truck's open manifest is linked to it") {
    Loaded place;
    place.tells(place.house.now(), Waybill{.content = "运单 " + place.no});
    for (const char* role : {"producer", "receiver", "carrier", "driver", "police"}) {
        INFO(role);
        const auto papers = place.items(role, place.of_manifest("documents?message=0x0701"));
        REQUIRE(papers.size() == 1);
        CHECK(papers[0]["name"] == "electronic waybill");
        CHECK(papers[0]["content"]["content"] == "运单 " + place.no);
        CHECK(papers[0]["waybill"]["verdict"] == "linked");
        CHECK(papers[0]["waybill"]["manifest"] == json({{"id", place.manifest}, {"no", place.no}}));
    }
    CHECK(place.items("carrier", place.of_vehicle("documents?message=0701")).size() == 1);
    CHECK(place.items("carrier", place.of_vehicle("documents?message=0x0702")).empty());
    CHECK(place.as("carrier").get(place.of_vehicle("documents?message=waybill")).status == 422);
}

TEST_CASE("a waybill that names another manifest, or none, says so in both languages") {
    Loaded place;
    place.tells(place.house.now(), Waybill{.content = "NO. 20193311000009"});
    place.tells(place.house.now(), Waybill{.content = "empty run"});
    const auto papers = place.items("producer", place.of_manifest("documents"));
    REQUIRE(papers.size() == 2);
    CHECK(papers[0]["waybill"]["verdict"] == "mismatch");
    CHECK(papers[0]["waybill"]["numbers"] == json({"20193311000009"}));
    CHECK(papers[0]["waybill"]["manifest"].is_null());
    CHECK(papers[0]["waybill"]["message_zh"] == "运单所载联单编号与本车在途联单不符。");
    CHECK(papers[1]["waybill"]["verdict"] == "no_number");
}

TEST_CASE("a media event is told in words") {
    Loaded place;
    place.tells(place.house.now(),
                telematics::jtt808::MediaEvent{.head = {.media = 7, .event = 5, .channel = 2}});
    const auto papers = place.items("producer", place.of_manifest("documents?message=0x0800"));
    REQUIRE(papers.size() == 1);
    CHECK(papers[0]["content"]["media"] == 7);
    CHECK(papers[0]["content"]["event_text_zh"] == "门关拍照");
}

TEST_CASE("a manifest of another truck is no link, though its number is real") {
    Loaded place;
    const std::string second = place.draft();
    REQUIRE(place.act("producer", second, "submit").status == 200);
    const std::string no = place.as("producer").get("/v1/manifests/" + second).json().at("no");
    place.tells(place.house.now(), Waybill{.content = no});
    const auto papers = place.items("producer", place.of_manifest("documents"));
    CHECK(papers.at(0)["waybill"]["verdict"] == "mismatch");
}

TEST_CASE("cards put in and taken out say who drove, the certificate whole where it is needed") {
    Loaded place;
    const Instant now = place.house.now();
    place.tells(now - 3h, test::card("Wang Jun", certificate));
    place.tells(now - 1h, taken_out());
    place.tells(now - 30min, test::card("Li Na", certificate));
    for (const auto& [role, shown] : std::map<std::string, std::string>{
             {"carrier", certificate}, {"police", certificate}, {"operator", masked}}) {
        INFO(role);
        const auto drivers = place.items(role, place.of_vehicle("drivers"));
        REQUIRE(drivers.size() == 2);
        CHECK(drivers[0]["name"] == "Wang Jun");
        CHECK(drivers[0]["until"] == to_iso(now - 1h));
        CHECK(drivers[0]["certificate"] == shown);
        CHECK(drivers[1]["until"].is_null());
    }
    const auto late = place.items("carrier", place.of_vehicle("drivers?from=" + to_iso(now - 2h) +
                                                              "&to=" + to_iso(now - 45min)));
    REQUIRE(late.size() == 1);  // put in before the range, still in when it began
    CHECK(late[0]["name"] == "Wang Jun");
    CHECK(place.as("producer").get(place.of_vehicle("drivers")).status == 403);
}

TEST_CASE("a party reads the card of its trip with the certificate masked") {
    Loaded place;
    place.tells(place.house.now(), test::card("Wang Jun", certificate));
    for (const char* role : {"producer", "receiver", "driver"}) {
        INFO(role);
        const auto papers = place.items(role, place.of_manifest("documents"));
        REQUIRE(papers.size() == 1);
        CHECK(papers[0]["content"]["driver"] == "Wang Jun");
        CHECK(papers[0]["content"]["certificate"] == masked);
    }
}

TEST_CASE("another driver's card during the trip is a warning on the manifest, for all alike") {
    Loaded place;
    const auto codes = [&place](const char* role) {
        std::vector<std::string> found;
        const auto shown = place.as(role).get("/v1/manifests/" + place.manifest).json();
        for (const auto& one : shown.at("warnings")) found.push_back(one["code"]);
        return found;
    };
    place.tells(place.loaded_at - 2h, test::card("Wang Jun", certificate));  // the one named
    for (const char* role : {"producer", "carrier", "police"}) CHECK(codes(role).empty());
    place.tells(place.house.now(), test::card("Li Na", "C-2"));
    for (const char* role : {"producer", "carrier", "receiver", "police"}) {
        INFO(role);
        CHECK(codes(role) == std::vector<std::string>{"DRIVER_DIFFERS"});
    }
}

TEST_CASE("a stranger's card is found behind two thousand of the right one") {
    Loaded place;
    place.tells(place.house.now(), test::card("Wang Jun", "C-7"));
    const auto differs = [&place] {
        const auto shown = place.as("police").get("/v1/manifests/" + place.manifest).json();
        return shown.at("warnings").size();
    };
    place.database.sql(
        "INSERT INTO documents (id, terminal_key, message, edition, serial, device_at, at,"
        " received_at, body, content) SELECT gen_random_uuid(), terminal_key, message, edition, i,"
        " device_at, at + i * interval '1 ms', received_at, body || i::text::bytea,"
        " content || jsonb_build_object('certificate', 'C-' || i)"
        " FROM documents, generate_series(1, 2000) i");
    CHECK(differs() == 0);
    place.tells(place.house.now() + 1min, test::card("Li Na", "C-9"));
    CHECK(differs() == 1);
}

TEST_CASE("who was in the seat is told by the certificate, else by the name without its spaces") {
    Loaded place;
    const auto differs = [&place] {
        const auto shown = place.as("carrier").get("/v1/manifests/" + place.manifest).json();
        return shown.at("warnings").size();
    };
    place.database.sql("UPDATE manifests SET document = jsonb_set(document, '{legs,0,driver}', '" +
                       json({{"name", "Wang Jun"}, {"certificate_no", "C-1"}}).dump() + "')");
    place.tells(place.house.now(), test::card("Wang\u3000 Jun", "C-2"));
    place.tells(place.house.now() + 1s, test::card("", "C-2"));
    place.tells(place.house.now() + 2s, test::card("Li Na", "C- 1"));
    CHECK(differs() == 0);
    place.tells(place.house.now() + 3s, test::card("Li Na", ""));
    CHECK(differs() == 1);
}

TEST_CASE("a card put in before loading and never taken out counts for the trip") {
    Loaded place;
    place.tells(place.loaded_at - 2h, test::card("Li Na", "C-2"));
    const auto shown = place.as("producer").get("/v1/manifests/" + place.manifest).json();
    REQUIRE(shown.at("warnings").size() == 1);
    CHECK(shown["warnings"][0]["pointer"] == "/legs/0/driver");
    CHECK(shown["warnings"][0]["message_zh"].get<std::string>().find("驾驶员") !=
          std::string::npos);
    CHECK(place.items("producer", place.of_manifest("documents")).empty());  // not of its trip
}

TEST_CASE("what a device says of itself is not for the parties of a load") {
    const ParametersReply parameters{
        .serial = 1, .parameters = {{.id = 0x0012, .value = test::bytes_of("s3cret")}}};
    loaded().tells(loaded().house.now(), parameters);
    for (const char* role : {"producer", "receiver"})
        CHECK(loaded().items(role, loaded().of_manifest("documents?message=0x0104")).empty());
    const auto reply = loaded().as("carrier").get(loaded().of_vehicle("documents?message=0x0104"));
    REQUIRE(reply.json()["items"].size() == 1);
    CHECK(reply.body.find("s3cret") == std::string::npos);
    CHECK(reply.body.find("733363726574") == std::string::npos);
}

TEST_CASE("the HTTP side reads no bodies and writes nothing here") {
    for (const char* statement :
         {"SELECT body FROM documents", "SELECT * FROM documents", "DELETE FROM media",
          "DELETE FROM media_bytes", "UPDATE documents SET content = NULL",
          "INSERT INTO media_bytes (bytes) VALUES ('')", "INSERT INTO media DEFAULT VALUES"}) {
        INFO(statement);
        AsHttp operator_sql{loaded(), "operator", ""};
        CHECK_THROWS_AS(operator_sql.work.exec(statement), pqxx::insufficient_privilege);
    }
    AsHttp other{loaded(), "producer", loaded().party["other"]};
    CHECK(other.work.exec_params("SELECT 1 FROM driver_cards_of_trip($1)", loaded().manifest)
              .empty());
}

TEST_CASE("the device side adds to media and documents, and reads or changes none") {
    for (const char* statement : {"SELECT * FROM media_bytes", "SELECT * FROM documents",
                                  "UPDATE media SET event = 0", "DELETE FROM documents"}) {
        INFO(statement);
        CHECK_THROWS_AS(loaded().database.sql_as("liuhen_core", statement),
                        pqxx::insufficient_privilege);
    }
}

}  // namespace
