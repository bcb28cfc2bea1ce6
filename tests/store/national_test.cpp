// Reports to the national system: made with each event, sent in order until they are answered, and
// what a person does about a refusal.
#include "server/national/sender.hpp"
#include "tests/support/http_house.hpp"
#include "tests/support/nation.hpp"

#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/use_future.hpp>
#include <catch2/catch.hpp>

#include <thread>

namespace {

using namespace liuhen;
using namespace liuhen::test;
using namespace std::chrono_literals;
using nlohmann::json;

// The sender beside a house, on the same database; its clock runs sixty times as fast, so that
// waits of ten seconds pass.
class Reporting {
public:
    Reporting(const ScratchDatabase& scratch, const std::string& url)
        : database_(scratch.conninfo(), 4, 1),
          clock_(server::DemoClock{server::Clock{}.now(), 60}),
          sender_(database_, clock_, settings(url), policy()) {
        server::asio::co_spawn(io_, sender_.begin(), server::asio::use_future).get();
        server::spawn("passes", io_.get_executor(), pass());
    }
    ~Reporting() {
        auto stop = [this] {
            stopped_ = true;
            sender_.stop();
        };
        server::asio::post(io_, server::asio::use_future(stop)).get();
        work_.reset();
        thread_.join();
        database_.stop();
    }
    Reporting(const Reporting&) = delete;
    Reporting& operator=(const Reporting&) = delete;

private:
    static server::national::Settings settings(const std::string& url) {
        return {.url = url, .timeout = 1s};
    }
    static server::OutboundPolicy policy() {
        server::OutboundPolicy allowed;
        allowed.allowed = *server::Networks::parse("127.0.0.0/8");
        allowed.plain_http = true;
        return allowed;
    }
    server::awaitable<void> pass() {
        server::asio::steady_timer pause{io_};
        while (!stopped_) {
            co_await sender_.pass();
            pause.expires_after(20ms);
            co_await pause.async_wait(server::asio::use_awaitable);
        }
    }

    server::asio::io_context io_;
    server::asio::executor_work_guard<server::asio::io_context::executor_type> work_{
        io_.get_executor()};
    server::Database database_;
    server::Clock clock_;
    server::national::Sender sender_;
    bool stopped_ = false;
    std::thread thread_{[this] { io_.run(); }};
};

struct Filed {
    std::string id, no;
    [[nodiscard]] std::string key(int version, const char* event) const {
        return no + "-" + std::to_string(version) + "-" + event;
    }
};
Filed submitted(const Valley& place) {
    const std::string id = place.draft();
    const auto reply = place.act("producer", id, "submit");
    INFO(reply.body);
    REQUIRE(reply.status == 200);
    return {id, reply.json().at("no")};
}

json reports(const Valley& place, const std::string& query = {}) {
    return place.as("operator").get("/v1/national-reports" + query).json().at("items");
}
// Until there are so many reports of a status, 30 s at most.
json wait_for(const Valley& place, const std::string& status, std::size_t count) {
    json found;
    for (int i = 0; i < 600; ++i) {
        found = reports(place, "?status=" + status);
        if (found.size() >= count) break;
        std::this_thread::sleep_for(50ms);
    }
    return found;
}
std::string sync_of(const Valley& place, const std::string& id) {
    return place.as("producer").get("/v1/manifests/" + id).json().at("overlays").at("sync");
}

}  // namespace

TEST_CASE("without a national system nothing is reported") {
    Valley place;
    const Filed filed = submitted(place);
    CHECK(reports(place).empty());
    CHECK(sync_of(place, filed.id) == "NOT_NEEDED");
}

TEST_CASE("a server does not start with a national system that cannot be told") {
    const ScratchDatabase scratch;
    CHECK_THROWS_WITH((Reporting{scratch, "ftp://127.0.0.1/"}), Catch::Contains("bad_scheme"));
    CHECK_THROWS_WITH((Reporting{scratch, "http://10.0.0.1/"}), Catch::Contains("--national-url"));
}

TEST_CASE("a manifest's events are reported in order and acknowledged, each once") {
    Valley place;
    const Nation nation;
    const Reporting reporting{place.database, nation.url()};
    const Filed filed = submitted(place);
    REQUIRE(place.act("carrier", filed.id, "carrier_accept", place.acceptance()).status == 200);
    const json acked = wait_for(place, "ACKED", 2);
    REQUIRE(acked.size() == 2);
    const std::vector<std::string> keys{filed.key(2, "submit"), filed.key(3, "carrier_accept")};
    CHECK(nation.accepted() == keys);
    CHECK(nation.strange().empty());
    CHECK(acked[0]["key"] == keys[0]);
    CHECK(acked[0]["reference"] == "N-" + keys[0].substr(8));
    CHECK(acked[0]["attempts"] == 1);
    CHECK_FALSE(acked[0].contains("duplicate"));
    CHECK(sync_of(place, filed.id) == "ACKED");
    CHECK(place.as("producer").get("/v1/manifests").json()["items"][0]["overlays"]["sync"] ==
          "ACKED");

    const json first = nation.report(keys[0]);
    CHECK(first["format"] == "liuhen-national-1");
    CHECK(first["govCode"] == filed.no);
    CHECK(first["billStatus"] == "1");
    CHECK(first["billType"] == "0");
    CHECK(first["producer"]["uscc"] == "91331100MA2E0AAA0L");
    CHECK(first["wastes"][0]["planWeight"] == "8.0000");
    CHECK(first["wastes"][0]["planGrams"] == 8'000'000);
    CHECK(first["transfers"][0]["transferOrder"] == 1);
    CHECK_FALSE(first["transfers"][0].contains("plate"));
    const json second = nation.report(keys[1]);
    CHECK(second["billStatus"] == "2");
    CHECK(second["transfers"][0]["plate"] == "浙K12345");
    CHECK(second["transfers"][0]["waybillNo"] == "WB-2026-0001");
}

TEST_CASE("silent, slow, busy and babbling answers are asked for again under the same key") {
    Valley place;
    Nation nation{[](const std::string&, int attempt) {
        constexpr Mood moods[] = {Mood::silent, Mood::forgets, Mood::slow, Mood::busy,
                                  Mood::babbles};
        return attempt <= 5 ? moods[attempt - 1] : Mood::honest;
    }};
    const Reporting reporting{place.database, nation.url()};
    const Filed filed = submitted(place);
    const std::string key = filed.key(2, "submit");
    for (int i = 0; i < 400 && nation.tries(key) < 2; ++i) std::this_thread::sleep_for(25ms);
    CHECK(sync_of(place, filed.id) == "SENT");
    // 10 + 30 + 60 + 120 + 240 s of the sender's clock, and three answers that did not come.
    const json acked = wait_for(place, "ACKED", 1);
    REQUIRE(acked.size() == 1);
    CHECK(acked[0]["duplicate"] == true);
    CHECK(acked[0]["attempts"] == 6);
    CHECK(nation.tries(key) == 6);
    CHECK(nation.accepted() == std::vector{key});
    CHECK(nation.strange().empty());
}

TEST_CASE("a refused report shows why, holds back what follows, and goes when it is sent again") {
    Valley place;
    Nation nation{[](const std::string&, int) { return Mood::refuses; }};
    const Reporting reporting{place.database, nation.url()};
    const Filed filed = submitted(place);
    const json refused = wait_for(place, "FAILED", 1);
    REQUIRE(refused.size() == 1);
    CHECK(refused[0]["code"] == "REFUSED_HERE");
    CHECK(sync_of(place, filed.id) == "FAILED");
    json changed = place.filing();
    changed["lines"][0]["taboos"] = "keep from acids and heat";
    REQUIRE(place.as("producer")
                .post("/v1/manifests/" + filed.id + "/amend", changed, {{"If-Match", "*"}})
                .status == 200);
    const Filed other = submitted(place);
    REQUIRE(wait_for(place, "FAILED", 2).size() == 2);  // others are not held back
    CHECK(nation.tries(filed.key(3, "amend")) == 0);
    CHECK(nation.tries(filed.key(2, "submit")) == 1);

    nation.behave({});
    const std::string path = "/v1/national-reports/" + std::to_string(refused[0]["id"].get<int>());
    CHECK(place.as("regulator").post(path + "/resend", json::object()).status == 403);
    const auto sent_again = place.as("operator").post(path + "/resend", json::object());
    CHECK(sent_again.status == 200);
    CHECK(sent_again.json()["status"] == "PENDING");
    CHECK(wait_for(place, "ACKED", 2).size() == 2);
    CHECK(nation.accepted() == std::vector{filed.key(2, "submit"), filed.key(3, "amend")});
    // What is sent again is the manifest as it was put right since.
    const json corrected = nation.report(filed.key(2, "submit"));
    CHECK(corrected["version"] == 2);
    CHECK(corrected["asOfVersion"] == 3);
    CHECK(corrected["wastes"][0]["taboos"] == "keep from acids and heat");
    const auto once_more = place.as("operator").post(path + "/resend", json::object());
    CHECK(once_more.status == 409);
    CHECK(once_more.json()["code"] == "NOT_REFUSED");
    CHECK(sync_of(place, other.id) == "FAILED");
    CHECK(place.database.value<std::string>(
              "SELECT what || refused_with FROM national_decisions") == "resendREFUSED_HERE");
}

TEST_CASE("a refused report that is set aside, with a reason, lets the next one go") {
    Valley place;
    Nation nation{[](const std::string& key, int) {
        return key.ends_with("-submit") ? Mood::refuses : Mood::honest;
    }};
    const Reporting reporting{place.database, nation.url()};
    const Filed filed = submitted(place);
    REQUIRE(place.act("carrier", filed.id, "carrier_accept", place.acceptance()).status == 200);
    const json refused = wait_for(place, "FAILED", 1);
    REQUIRE(refused.size() == 1);
    const std::string path =
        "/v1/national-reports/" + std::to_string(refused[0]["id"].get<int>()) + "/set-aside";
    const auto desk = place.as("operator");
    CHECK(desk.post(path, json::object()).status == 422);
    CHECK(desk.post(path, {{"reason", "no"}}).status == 422);
    CHECK(desk.post(path, {{"reason", "told by telephone"}}).status == 200);
    CHECK(
        desk.post("/v1/national-reports/999/set-aside", {{"reason", "told by telephone"}}).status ==
        404);
    CHECK(desk.post("/v1/national-reports/x/resend", json::object()).status == 404);
    CHECK(wait_for(place, "ACKED", 1).size() == 1);
    CHECK(nation.accepted() == std::vector{filed.key(3, "carrier_accept")});
    CHECK(sync_of(place, filed.id) == "ACKED");
}

TEST_CASE("while nobody answers one report at a time knocks, and then everything goes") {
    Valley place;
    Nation nation{[](const std::string&, int) { return Mood::busy; }};
    const Reporting reporting{place.database, nation.url()};
    for (int i = 0; i < 30; ++i) submitted(place);
    std::this_thread::sleep_for(1500ms);
    CHECK(nation.taken().size() < 30);
    nation.behave({});
    CHECK(wait_for(place, "ACKED", 30).size() == 30);
    CHECK(nation.accepted().size() == 30);
}

TEST_CASE("a manifest is closed when the nation has answered, and not before") {
    Valley place;
    Nation nation;
    auto reporting = std::make_unique<Reporting>(place.database, nation.url());
    place.lock_says(place.house.now() - 2min, 0);
    place.fix(place.house.now() - 1min, 28.1001, 119.6001);
    const Filed filed = submitted(place);
    const auto step = [&](const char* role, const char* event, const json& body = json::object()) {
        const auto reply = place.act(role, filed.id, event, body);
        INFO(event << ": " << reply.body);
        REQUIRE(reply.status == 200);
    };
    step("carrier", "carrier_accept", place.acceptance());
    step("producer", "load_sign", {{"gross_kg", 20000}, {"tare_kg", 12000}});
    step("driver", "load_sign");
    step("driver", "depart");
    step("receiver", "arrive");
    step("receiver", "weigh_in", {{"gross_kg", 20000}, {"tare_kg", 12000}, {"scale", "S1"}});
    REQUIRE(wait_for(place, "ACKED", 5).size() == 5);
    reporting.reset();
    step("receiver", "accept", {{"lines", {{{"line_no", 1}, {"accepted_kg", 8000}}}}});
    const auto early = place.act("producer", filed.id, "close");
    CHECK(early.status == 422);
    CHECK(early.json()["errors"][0]["code"] == "NATIONAL_ANSWER_MISSING");
    reporting = std::make_unique<Reporting>(place.database, nation.url());
    REQUIRE(wait_for(place, "ACKED", 6).size() == 6);
    step("producer", "close");
    REQUIRE(wait_for(place, "ACKED", 7).size() == 7);
    const auto told = nation.accepted();
    CHECK(told == std::vector{filed.key(2, "submit"), filed.key(3, "carrier_accept"),
                              filed.key(5, "load_sign"), filed.key(6, "depart"),
                              filed.key(7, "arrive"), filed.key(9, "accept"),
                              filed.key(10, "close")});
    const json whole = nation.report(told.back());
    CHECK(whole["billStatus"] == "6");
    CHECK(whole["wastes"][0]["confirmWeight"] == "8.0000");
}

TEST_CASE("an area's authority sees the reports of what touches it, and only those") {
    Valley place;
    const Nation nation;
    const Reporting reporting{place.database, nation.url()};
    const Filed filed = submitted(place);
    const auto seen_from = [&](const char* division) {
        const auto made = place.as("operator")
                              .post("/v1/tokens", {{"role", "regulator"}, {"division", division}});
        const Web web = place.house.web(made.json().at("token"));
        return web.get("/v1/national-reports?manifest=" + filed.id).json().at("items").size();
    };
    CHECK(seen_from("3311") == 1);
    CHECK(seen_from("3301") == 0);
    CHECK(place.as("producer").get("/v1/national-reports").status == 403);
    for (const char* wrong : {"status=LOST", "limit=0", "limit=201", "manifest=7", "after=-1"})
        CHECK(place.as("operator").get(std::string{"/v1/national-reports?"} + wrong).status == 422);
}
