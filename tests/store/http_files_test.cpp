// Files as proof: taken by what they are, once, and shown to whom they concern.
#include "tests/support/files.hpp"
#include "tests/support/trade.hpp"

#include <catch2/catch.hpp>

#include <set>

namespace {

using namespace liuhen;
using namespace liuhen::test;
using namespace std::chrono_literals;
using nlohmann::json;

Valley& valley() {
    static Valley one;
    return one;
}

TEST_CASE("a file comes back byte by byte under its hash, as what it is and not as it is called") {
    const auto producer = valley().as("producer");
    const std::tuple<std::string, const char*, const char*> kinds[] = {
        {jpeg_text(3'000, 21), "image/jpeg", "jpg"},
        {png_text(300'000, 22), "image/png", "png"},
        {pdf_text(5'000'000, 23), "application/pdf", "pdf"}};
    for (const auto& [bytes, type, ending] : kinds) {
        INFO(type);
        const auto sent = send_file(producer, bytes, {}, "text/html");
        REQUIRE(sent.status == 201);
        const auto told = sent.json();
        CHECK(told["sha256"] == server::sha256_hex(bytes));
        CHECK(told["size"] == bytes.size());
        CHECK(told["content_type"] == type);
        CHECK(told["party"] == valley().party["producer"]);
        CHECK(sent.header("location") == told["content"]);
        const auto got = producer.get(told["content"]);
        CHECK(got.status == 200);
        CHECK(got.body == bytes);
        CHECK(got.header("content-type") == type);
        CHECK(got.header("x-content-type-options") == "nosniff");
        CHECK(got.header("content-disposition") ==
              "attachment; filename=\"" + told["id"].get<std::string>() + '.' + ending + '"');
        CHECK(got.header("content-security-policy").find("sandbox") != std::string::npos);
        const WebHeaders known{{"If-None-Match", got.header("etag")}};
        CHECK(producer.send("GET", told["content"], "", known).status == 304);
    }
}

TEST_CASE("a file is kept once for each organisation, however often it is sent") {
    const std::string bytes = jpeg_text(900, 31);
    const auto first = send_file(valley().as("producer"), bytes, "?proves=the%20seal");
    const auto again = send_file(valley().as("producer"), bytes, "?proves=something%20else");
    CHECK(first.status == 201);
    CHECK(again.status == 200);
    CHECK(again.json() == first.json());
    CHECK(send_file(valley().as("other"), bytes).status == 201);
    const auto kept = [&](const std::string& table) {
        return valley().database.value<int>("SELECT count(*) FROM " + table +
                                            " WHERE sha256 = '\\x" + server::sha256_hex(bytes) +
                                            "'");
    };
    CHECK(kept("files") == 2);
    CHECK(kept("media_bytes") == 1);
}

TEST_CASE("who, when, where and what it proves is said when a file is sent") {
    const auto carrier = valley().as("driver");
    const std::string words =
        "?kind=PHOTO&taken_at=2026-01-02T03:04:05Z&lat=28.1&lon=119.6"
        "&proves=%E5%B0%81%E7%AD%BE%E5%AE%8C%E5%A5%BD";
    const auto told = send_file(carrier, jpeg_text(700, 41), words).json();
    CHECK(told["kind"] == "PHOTO");
    CHECK(told["proves"] == "封签完好");
    CHECK(told["taken_at"] == to_iso(*parse_iso("2026-01-02T03:04:05Z")));
    CHECK(told["where"] == json{{"lat", 28.1}, {"lon", 119.6}});
    CHECK(told["person"] == "driver person");
    const auto wrong = send_file(carrier, jpeg_text(700, 42),
                                 "?kind=FILM&lat=91&lon=1&taken_at=2999-01-01T00:00:00Z");
    CHECK(wrong.status == 422);
    std::set<std::pair<std::string, std::string>> faults;
    const auto said = wrong.json();
    for (const auto& one : said["errors"]) faults.emplace(one["pointer"], one["code"]);
    CHECK(faults == std::set<std::pair<std::string, std::string>>{{"?kind", "UNKNOWN_VALUE"},
                                                                  {"?lat", "OUT_OF_RANGE"},
                                                                  {"?taken_at", "TIME_IN_FUTURE"}});
    const auto control = send_file(carrier, jpeg_text(700, 43), "?proves=%C2%85");
    CHECK(control.status == 422);
    CHECK(control.json()["errors"][0]["code"] == "CONTROL_CHARACTER");
}

TEST_CASE("a place has both of its numbers") {
    const auto carrier = valley().as("carrier");
    for (const auto& [words, pointer] :
         {std::pair{"?lat=28.1", "?lon"}, std::pair{"?lon=119.6", "?lat"}}) {
        const auto refused = send_file(carrier, jpeg_text(700, 43), words).json();
        CHECK(refused["code"] == "MISSING");
        CHECK(refused["errors"][0]["pointer"] == pointer);
    }
}

TEST_CASE("what is neither JPEG, PNG nor PDF is refused, whatever it is called") {
    for (const std::string& bytes : {std::string{"<html><script>alert(1)</script>"},
                                     std::string{"GIF89a"}, std::string{"{}"}, std::string{}}) {
        const auto refused = send_file(valley().as("producer"), bytes, {}, "image/jpeg");
        CHECK(refused.status == 415);
        CHECK(refused.json()["code"] == "FILE_TYPE");
    }
}

TEST_CASE("a file is its sender's alone until an event names it, then the manifest's parties'") {
    Trade trade;
    const std::string id = file_of(trade.as("receiver"), 51);
    const std::string path = "/v1/files/" + id;
    const auto nothing = trade.as("other").get("/v1/files/" + std::string(64, '0'));
    const std::set<std::string> concerned{"producer",  "carrier", "driver",
                                          "regulator", "police",  "operator"};
    CHECK(trade.as("receiver").get(path).status == 200);
    for (const auto& role : concerned) {
        INFO(role);
        CHECK(trade.as(role).get(path).status == 404);
    }
    trade.under_way();
    trade.step("receiver", "arrive");
    const auto weighed = trade.step("receiver", "weigh_in",
                                    {{"gross_kg", 20000}, {"tare_kg", 12000}, {"photos", {id}}});
    for (const auto& role : concerned) {
        INFO(role);
        CHECK(trade.as(role).get(path).status == 200);
        const auto listed = trade.as(role).get("/v1/manifests/" + trade.id + "/files").json();
        REQUIRE(listed["items"].size() == 1);
        CHECK(listed["items"][0]["sha256"] == id);
        CHECK(listed["items"][0]["events"][0]["event"] == "weigh_in");
        CHECK(listed["items"][0]["events"][0]["version"] == weighed["version"]);
    }
    const auto stranger = trade.as("other").get(path);
    CHECK(stranger.status == 404);
    CHECK(stranger.body == nothing.body);
    CHECK(trade.as("other").get("/v1/manifests/" + trade.id + "/files").status == 404);
    CHECK(trade.as("producer").get("/v1/files/%2e%2e").status == 404);
}

TEST_CASE("an organisation sends two gibibytes of files a day and no more") {
    Valley place;
    place.database.sql(
        "INSERT INTO media_bytes (bytes) SELECT n::text::bytea FROM generate_series(1, 102) n;"
        "INSERT INTO files (party_id, sha256, size, content_type, person, token_id, received_at)"
        " SELECT '" +
        place.party["producer"] +
        "', sha256, 20971520, 'image/png', '', gen_random_uuid(), now() FROM media_bytes");
    CHECK(send_file(place.as("producer"), jpeg_text(800'000)).status == 201);
    const auto refused = send_file(place.as("producer"), pdf_text(8'000'000));
    CHECK(refused.status == 429);
    CHECK(refused.json()["code"] == "FILE_QUOTA");
    CHECK(refused.header("retry-after") == "3600");
    CHECK(send_file(place.as("producer"), jpeg_text(800'000)).status == 200);
    CHECK(send_file(place.as("receiver"), pdf_text(8'000'000)).status == 201);
}

TEST_CASE("the wall in SQL: files of others are not seen, and nobody names or changes them") {
    const std::string id = file_of(valley().as("producer"), 61);
    const std::string manifest = valley().draft();
    pqxx::connection connection{valley().database.conninfo("liuhen_http")};
    const auto as = [&](const char* role, const std::string& of, const std::string& statement) {
        pqxx::work work{connection};
        work.exec_params(
            "SELECT set_config('liuhen.role', $1, true),"
            " set_config('liuhen.party', $2, true),"
            " set_config('liuhen.rank', 'member', true)",
            role, valley().party[of]);
        return work.exec(statement).affected_rows();
    };
    const std::string content = " WHERE sha256 = '\\x" + id + "'";
    CHECK(as("producer", "producer", "SELECT 1 FROM files" + content) == 1);
    CHECK(as("producer", "producer", "SELECT 1 FROM media_bytes" + content) == 1);
    CHECK(as("producer", "other", "SELECT 1 FROM files" + content) == 0);
    CHECK(as("producer", "other", "SELECT 1 FROM media_bytes" + content) == 0);
    const auto naming = [&](const std::string& party) {
        return "INSERT INTO manifest_files (manifest_id, version, party_id, sha256) VALUES ('" +
               manifest + "', 1, '" + party + "', '\\x" + id + "')";
    };
    const auto& own = valley().party["producer"];
    CHECK(as("producer", "producer", naming(own)) == 1);
    CHECK_THROWS_AS(as("producer", "other", naming(own)), pqxx::sql_error);
    for (const char* change : {"UPDATE files SET proves = 'x'", "DELETE FROM files",
                               "UPDATE media_bytes SET bytes = ''", "DELETE FROM manifest_files"})
        CHECK_THROWS_AS(as("producer", "producer", change), pqxx::sql_error);
}

}  // namespace
