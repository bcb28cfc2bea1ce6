// Who sees the pictures and papers of a truck, and as what they are handed out.
#include "server/store/alerts.hpp"
#include "tests/support/loaded_valley.hpp"

#include <catch2/catch.hpp>

#include <set>

namespace {

using namespace liuhen;
using liuhen::test::AsHttp;
using liuhen::test::Loaded;
using nlohmann::json;
using namespace std::chrono_literals;
using telematics::jtt808::Waybill;

const std::set<std::string> parties{"producer", "carrier", "driver", "receiver"};
const std::set<std::string> authorities{"regulator", "police", "operator"};

Loaded& loaded() {
    static Loaded one;
    return one;
}

std::string text_of(const std::vector<std::byte>& bytes) {
    return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

TEST_CASE("a picture within a trip is handed out to its parties and to authorities") {
    const auto bytes = test::jpeg(3'000, 11);
    const std::string id = loaded().takes(test::photo(loaded().house.now(), bytes, 11));
    std::set<std::string> roles = parties;
    roles.insert(authorities.begin(), authorities.end());
    for (const auto& role : roles) {
        INFO(role);
        const auto shown = loaded().as(role).get("/v1/media/" + id).json();
        CHECK(shown["sha256"] == server::sha256_hex(text_of(bytes)));
        CHECK(shown["event"] == "door_opened");
        CHECK(shown["vehicle"] == loaded().vehicle);
        CHECK(shown["manifests"] ==
              json({{{"manifest", loaded().manifest}, {"manifest_no", loaded().no}}}));
        const auto content = loaded().as(role).get(shown["content"]);
        CHECK(content.status == 200);
        CHECK(content.body == text_of(bytes));
        bool listed = false;
        for (const auto& one : loaded().items(role, loaded().of_manifest("media")))
            listed = listed || one["id"] == id;
        CHECK(listed);
    }
}

TEST_CASE("the bytes come with their type, their hash as the tag, and nothing to run") {
    const auto bytes = test::jpeg(3'000, 12);
    const std::string id = loaded().takes(test::photo(loaded().house.now(), bytes, 12));
    const std::string path = "/v1/media/" + id + "/content";
    const auto reply = loaded().as("producer").get(path);
    CHECK(reply.header("content-type") == "image/jpeg");
    CHECK(reply.header("etag") == '"' + server::sha256_hex(text_of(bytes)) + '"');
    CHECK(reply.header("x-content-type-options") == "nosniff");
    CHECK(reply.header("content-security-policy").find("sandbox") != std::string::npos);
    CHECK(reply.header("content-disposition") == "inline; filename=\"" + id + ".jpg\"");
    const auto again =
        loaded().as("producer").send("GET", path, "", {{"If-None-Match", reply.header("etag")}});
    CHECK(again.status == 304);
    CHECK(again.body.empty());
    CHECK(loaded().as("producer").send("HEAD", path).header("content-length") == "3000");
}

TEST_CASE("bytes that are not what they were said to be come without a meaning") {
    const std::string page = "<html><script>alert(1)</script>";
    const std::string id =
        loaded().takes(test::photo(loaded().house.now(), test::bytes_of(page), 13));
    const auto shown = loaded().as("police").get("/v1/media/" + id).json();
    CHECK(shown["format"] == "jpeg");
    CHECK(shown["found"].is_null());
    CHECK(shown["verified"] == false);
    const auto reply = loaded().as("police").get("/v1/media/" + id + "/content");
    CHECK(reply.body == page);
    CHECK(reply.header("content-type") == "application/octet-stream");
    CHECK(reply.header("content-disposition").starts_with("attachment"));
    CHECK(reply.header("x-content-type-options") == "nosniff");
}

TEST_CASE("who is not of the manifest finds nothing, over HTTP and in SQL") {
    const std::string id =
        loaded().takes(test::photo(loaded().house.now(), test::jpeg(600, 14), 14));
    loaded().tells(loaded().house.now(), Waybill{.content = "load"});
    const auto other = loaded().as("other");
    const std::string nothing = "00000000-0000-7000-8000-000000000000";
    CHECK(other.get("/v1/media/" + id).status == 404);
    CHECK(other.get("/v1/media/" + id).body == other.get("/v1/media/" + nothing).body);
    CHECK(other.get("/v1/media/" + id + "/content").status == 404);
    CHECK(other.get(loaded().of_manifest("media")).status == 404);
    CHECK(other.get(loaded().of_manifest("documents")).status == 404);
    CHECK(other.get("/v1/media/no-uuid").status == 404);
    for (const char* table : {"media", "media_bytes", "documents"}) {
        INFO(table);
        CHECK(AsHttp(loaded(), "producer", loaded().party["other"]).sees(table) == 0);
        CHECK(AsHttp(loaded(), "", "").sees(table) == 0);
        CHECK(AsHttp(loaded(), "producer", loaded().party["producer"]).sees(table) > 0);
    }
}

TEST_CASE("parties see what was taken within their trip, the carrier all of its truck") {
    const std::string before =
        loaded().takes(test::photo(loaded().loaded_at - 1h, test::jpeg(600, 15), 15));
    for (const auto& role : {"producer", "receiver"})
        CHECK(loaded().as(role).get("/v1/media/" + before).status == 404);
    for (const auto& role : {"carrier", "regulator", "police", "operator"}) {
        INFO(role);
        CHECK(loaded().as(role).get("/v1/media/" + before).status == 200);
        bool listed = false;
        for (const auto& one : loaded().items(role, loaded().of_vehicle("media")))
            listed = listed || one["id"] == before;
        CHECK(listed);
    }
    AsHttp producer{loaded(), "producer", loaded().party["producer"]};
    CHECK(producer.work.exec("SELECT 1 FROM media WHERE id = '" + before + "'").empty());
}

TEST_CASE("lists go on where they stopped, and take a range of times") {
    Loaded place;
    for (unsigned i = 1; i <= 5; ++i)
        place.takes(test::photo(place.house.now(), test::jpeg(100, i), i));
    const auto page = place.as("carrier").get(place.of_vehicle("media?limit=3")).json();
    REQUIRE(page["items"].size() == 3);
    const std::string after = page["next"];
    const auto rest = place.as("carrier").get(place.of_vehicle("media?limit=3&after=" + after));
    CHECK(rest.json()["items"].size() == 2);
    CHECK(rest.json()["next"].is_null());
    const std::string early = to_iso(place.house.now() - 2h);
    const std::string none = "media?from=" + to_iso(place.house.now() - 3h) + "&to=" + early;
    CHECK(place.items("carrier", place.of_vehicle(none)).empty());
    CHECK(place.as("carrier").get(place.of_vehicle("media?colour=1")).status == 422);
}

TEST_CASE("a picture goes with the binding as it stands, not as it stood at receipt") {
    Loaded place;
    const std::string id = place.takes(test::photo(place.house.now(), test::jpeg(600), 1));
    REQUIRE(place.as("producer").get("/v1/media/" + id).status == 200);
    // The devices had been taken off two hours before, and nobody had said so.
    place.database.sql(
        "UPDATE bindings SET during = tstzrange(lower(during), now() - interval '2 hours')");
    CHECK(place.as("producer").get("/v1/media/" + id).status == 404);
    CHECK(place.as("carrier").get("/v1/media/" + id).status == 404);
    CHECK(place.items("regulator", place.of_vehicle("media")).empty());
    CHECK(place.as("regulator").get("/v1/media/" + id).json()["vehicle"].is_null());
}

TEST_CASE("what was taken at an alert is listed with it") {
    const Instant now = loaded().house.now();
    const std::string near = loaded().takes(test::photo(now - 30s, test::jpeg(600, 16), 16));
    const std::string far = loaded().takes(test::photo(now - 10min, test::jpeg(600, 17), 17));
    server::store::Entry entry;
    server::store::AlertRow alert;
    alert.alert = loaded().manifest + ".LOCK_TAMPER.1";
    alert.revision = 1;
    alert.what = "raised";
    alert.trip_id = loaded().manifest;
    alert.vehicle_id = loaded().vehicle;
    alert.carrier_id = loaded().party["carrier"];
    alert.kind = "LOCK_TAMPER";
    alert.tier = 'A';
    alert.grade = 2;
    alert.since = now - 20min;
    alert.detected_at = alert.recorded_at = now;
    alert.evidence = R"({"fixes":[],"locks":[{"at":")" + to_iso(now - 1min) + R"("}]})";
    entry.alerts = {alert};
    test::store_entry(loaded().database.conninfo("liuhen_core"), entry);
    const auto shown = loaded().as("police").get("/v1/alerts/" + alert.alert).json();
    std::set<std::string> listed;
    for (const auto& one : shown.at("media")) listed.insert(one["id"]);
    CHECK(listed.contains(near));
    CHECK_FALSE(listed.contains(far));
}

}  // namespace
