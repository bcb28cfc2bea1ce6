// What changed since a cursor, over HTTP: one order that nobody misses a version in or gets one
// twice, and each organisation and area its own.
#include "server/store/changes.hpp"

#include "tests/support/http_house.hpp"

#include <catch2/catch.hpp>

#include <atomic>
#include <map>
#include <set>

namespace {

using namespace liuhen;
using liuhen::test::Valley;
using liuhen::test::Web;
using nlohmann::json;

// Everything beyond `after`, read to the end.
json read_all(const Web& web, std::string after = {}, int limit = 1'000) {
    json all = json::array();
    for (;;) {
        const json page =
            web.get("/v1/changes?limit=" + std::to_string(limit) + "&after=" + after).json();
        for (const auto& one : page.at("changes")) all.push_back(one);
        after = page.at("next");
        if (!page.at("more").get<bool>()) return all;
    }
}
std::string newest(const Web& web) { return web.get("/v1/changes?limit=1000").json().at("next"); }

std::vector<std::string> events(const json& changes) {
    std::vector<std::string> found;
    for (const auto& one : changes) found.push_back(one.value("event", "gone"));
    return found;
}

}  // namespace

TEST_CASE("a change says which version of which manifest came from which event") {
    Valley place;
    const std::string id = place.draft();
    REQUIRE(place.act("producer", id, "submit").status == 200);
    const json changes = read_all(place.as("producer"));
    REQUIRE(events(changes) == std::vector<std::string>{"create", "submit"});
    const json& last = changes[1];
    const auto manifest = place.as("producer").get("/v1/manifests/" + id);
    CHECK(last["manifest"] == id);
    CHECK(last["version"] == 2);
    CHECK(last["state"] == "SUBMITTED");
    CHECK(last["no"] == manifest.json()["no"]);
    CHECK(last["etag"] == manifest.header("etag"));
    CHECK(parse_iso(last["at"].get<std::string>()).has_value());
    CHECK_FALSE(changes[0].contains("no"));
    CHECK(changes[0]["state"] == "DRAFT");
}

TEST_CASE("a draft's changes are its own organisation's, the rest its parties' and authorities'") {
    Valley place;
    const std::string id = place.draft();
    const auto seen_by = [&](const char* role) { return events(read_all(place.as(role))); };
    CHECK(seen_by("producer") == std::vector<std::string>{"create"});
    for (const char* role : {"carrier", "receiver", "regulator", "police", "operator", "other"}) {
        INFO(role);
        CHECK(seen_by(role).empty());
    }
    REQUIRE(place.act("producer", id, "submit").status == 200);
    for (const char* role : {"carrier", "receiver", "regulator", "police", "operator"}) {
        INFO(role);
        CHECK(seen_by(role) == std::vector<std::string>{"submit"});
    }
    CHECK(seen_by("other").empty());
    CHECK(place.as("driver").get("/v1/changes").status == 403);
}

TEST_CASE("an authority with an area is told what touches it, whatever others do meanwhile") {
    Valley place;
    const auto watcher = [&](const char* division) {
        const auto made = place.as("operator")
                              .post("/v1/tokens", {{"role", "regulator"}, {"division", division}});
        REQUIRE(made.status == 201);
        return place.house.web(made.json().at("token"));
    };
    const Web home = watcher("3311");
    const Web far = watcher("3301");
    const std::string id = place.draft();
    REQUIRE(place.act("producer", id, "submit").status == 200);
    CHECK(events(read_all(home)) == std::vector<std::string>{"submit"});
    const json none = far.get("/v1/changes").json();
    CHECK(none["changes"].empty());
    CHECK(none["next"] == "c2");  // what was for others lies behind it
    CHECK(none["more"] == false);
}

TEST_CASE("an area's reader goes on through what is others', a bounded piece at a time") {
    Valley place;
    place.database.sql(
        "INSERT INTO manifest_changes SELECT n, gen_random_uuid(), 1, NULL, 'SUBMITTED', 'submit',"
        " now(), now(), true, '{33,3301,330106}' FROM generate_series(1, 25000) n");
    const std::string id = place.draft();
    REQUIRE(place.act("producer", id, "submit").status == 200);
    const auto made =
        place.as("operator").post("/v1/tokens", {{"role", "regulator"}, {"division", "3311"}});
    const Web web = place.house.web(made.json().at("token"));
    const json first = web.get("/v1/changes").json();
    CHECK(first["changes"].empty());
    CHECK(first["next"] == "c20000");
    CHECK(first["more"] == true);
    const json second = web.get("/v1/changes?after=c20000&wait=30").json();
    CHECK(events(second["changes"]) == std::vector<std::string>{"submit"});
    CHECK(second["more"] == false);
}

TEST_CASE("an organisation that was taken off a manifest is told that, and no more of it") {
    Valley place;
    const std::string id = place.draft();
    REQUIRE(place.act("producer", id, "submit").status == 200);
    const std::string before = newest(place.as("carrier"));
    const auto other = Valley::made(place.as("operator"), "parties",
                                    {{"name", "Tianmu Haulage"},
                                     {"uscc", "91330100MA2E0BBB06"},
                                     {"roles", {"carrier"}},
                                     {"division", "330106"}});
    json anew = place.filing();
    anew["carrier"] = other;
    const auto amended =
        place.as("producer").post("/v1/manifests/" + id + "/amend", anew, {{"If-Match", "*"}});
    INFO(amended.body);
    REQUIRE(amended.status == 200);
    const json changes = read_all(place.as("carrier"), before);
    REQUIRE(changes.size() == 1);
    CHECK(changes[0] == json{{"cursor", "c3"}, {"manifest", id}, {"version", 3}, {"gone", true}});
    CHECK(place.as("carrier").get("/v1/manifests/" + id).status == 404);
    REQUIRE(place
                .act("producer", id, "void",
                     {{"reason", {{"code", "OTHER"}, {"text", "not needed any more"}}}})
                .status == 200);
    CHECK(read_all(place.as("carrier"), "c3").empty());
    CHECK(events(read_all(place.house.web(place.token("carrier", other)))) ==
          std::vector<std::string>{"amend", "void"});
}

TEST_CASE("a cursor that was never given out is refused by its name") {
    Valley place;
    const std::string id = place.draft();
    const auto producer = place.as("producer");
    for (const char* wrong :
         {"zebra", "f1", "c", "c-1", "c1x", "c99999999999999999999", "c2", "C1", "%20c1"}) {
        INFO(wrong);
        const auto refused = producer.get(std::string{"/v1/changes?after="} + wrong);
        CHECK(refused.status == 422);
        CHECK(refused.json()["errors"][0]["code"] == "BAD_CURSOR");
    }
    CHECK(producer.get("/v1/changes?after=c1").status == 200);
    CHECK(producer.get("/v1/changes?after=c0").json()["changes"].size() == 1);
}

TEST_CASE("a page of changes has at most a thousand, and a wait at most thirty seconds") {
    Valley place;
    const auto producer = place.as("producer");
    CHECK(producer.get("/v1/changes?limit=1000").status == 200);
    for (const char* wrong : {"limit=0", "limit=1001", "limit=x", "wait=31", "wait=-1", "of=me"}) {
        INFO(wrong);
        CHECK(producer.get(std::string{"/v1/changes?"} + wrong).status == 422);
    }
}

TEST_CASE("a poll for changes waits until one comes, or its time is over") {
    Valley place;
    const auto producer = place.as("producer");
    const auto begun = server::monotonic();
    CHECK(producer.get("/v1/changes?wait=1").json()["changes"].empty());
    CHECK(server::monotonic() - begun >= std::chrono::milliseconds{900});
    std::thread later{[&place] {
        std::this_thread::sleep_for(std::chrono::milliseconds{300});
        static_cast<void>(place.draft());
    }};
    const auto again = server::monotonic();
    const json told = producer.get("/v1/changes?wait=20").json();
    later.join();
    CHECK(told["changes"].size() == 1);
    CHECK(server::monotonic() - again < std::chrono::seconds{10});
}

TEST_CASE("a poll for changes tells nothing once its token is revoked") {
    Valley place;
    std::thread later{[&place] {
        std::this_thread::sleep_for(std::chrono::milliseconds{200});
        place.database.sql("UPDATE tokens SET revoked_at = created_at WHERE role = 'police'");
    }};
    const auto refused = place.as("police").get("/v1/changes?wait=3");
    later.join();
    CHECK(refused.status == 401);
}

TEST_CASE("a poll for changes tells nothing once its reader's area is another") {
    Valley place;
    std::thread later{[&place] {
        std::this_thread::sleep_for(std::chrono::milliseconds{200});
        place.database.sql("UPDATE tokens SET division = '51' WHERE role = 'police'");
    }};
    const auto refused = place.as("police").get("/v1/changes?wait=3");
    later.join();
    CHECK(refused.status == 401);
}

TEST_CASE("a version that commits late is told after what was told before it") {
    Valley place;
    const std::string slow = place.draft();
    const std::string quick = place.draft();
    const auto producer = place.as("producer");
    const std::string start = newest(producer);
    pqxx::connection connection{place.database.conninfo("liuhen_core")};
    pqxx::work held{connection};
    held.exec("UPDATE manifests SET version = 2, updated_at = now() WHERE id = '" + slow + "'");
    REQUIRE(place.act("producer", quick, "submit").status == 200);
    const json first = read_all(producer, start);
    REQUIRE(first.size() == 1);
    CHECK(first[0]["manifest"] == quick);
    held.commit();
    const json second = read_all(producer, first[0]["cursor"]);
    REQUIRE(second.size() == 1);
    CHECK(second[0]["manifest"] == slow);
}

TEST_CASE("one who reads while many write gets every version once, each manifest's in order") {
    Valley place;
    std::atomic<bool> writing = true;
    std::atomic<bool> edited = true;
    std::atomic<bool> submitted = true;
    std::vector<std::pair<std::string, int>> told;
    std::thread reader{[&] {
        const Web web = place.as("producer");
        std::string after;
        for (bool last = false;;) {
            const json page = web.get("/v1/changes?limit=7&after=" + after).json();
            for (const auto& one : page.at("changes"))
                told.emplace_back(one.at("manifest"), one.at("version"));
            after = page.at("next");
            if (page.at("more").get<bool>()) continue;
            if (last) break;
            last = !writing;
        }
    }};
    std::vector<std::thread> writers;
    for (int w = 0; w < 6; ++w) {
        writers.emplace_back([&place, &edited, &submitted] {
            for (int i = 0; i < 8; ++i) {
                const std::string id = place.draft();
                edited = place.as("producer")
                                 .post("/v1/manifests/" + id + "/edit", place.filing(),
                                       {{"If-Match", "*"}})
                                 .status == 200 &&
                         edited;
                submitted = place.act("producer", id, "submit").status == 200 && submitted;
            }
        });
    }
    for (auto& one : writers) one.join();
    writing = false;
    reader.join();
    CHECK(edited);
    CHECK(submitted);
    std::map<std::string, int> newest_of;
    bool in_order = true;
    for (const auto& [id, version] : told) in_order = in_order && ++newest_of[id] == version;
    CHECK(in_order);
    CHECK(told.size() == 6 * 8 * 3);
    CHECK(place.database.value<std::size_t>("SELECT count(*) FROM manifest_events") == told.size());
    CHECK(place.database.value<int>("SELECT count(*) FROM manifest_changes_pending") == 0);
}
