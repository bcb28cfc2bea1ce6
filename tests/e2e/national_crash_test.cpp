// kill -9 of the server while it tells the national system: whatever that answers, or does not,
// each report is accepted there once and acknowledged here once, in the manifest's order.
#include "tests/support/http_house.hpp"
#include "tests/support/nation.hpp"
#include "tests/support/server_process.hpp"

#include <catch2/catch.hpp>

#include <atomic>
#include <iostream>
#include <random>
#include <set>

using namespace liuhen;
using namespace liuhen::test;
using namespace std::chrono_literals;
using nlohmann::json;

namespace {

constexpr int clerks = 3;
constexpr int manifests_each = 8;
constexpr std::size_t reports = std::size_t{clerks} * manifests_each * 3;

// The first answer that is one; the server may die before, while and after it answers.
WebReply insist(const Web& web, const std::string& path, const json& body, const std::string& key) {
    const auto until = std::chrono::steady_clock::now() + 60s;
    while (std::chrono::steady_clock::now() < until) {
        try {
            auto reply = web.post(path, body, {{"Idempotency-Key", key}, {"If-Match", "*"}});
            if (reply.status < 500 && reply.status != 429) return reply;
        } catch (const std::exception&) {  // cut off: the outcome is unknown
        }
        std::this_thread::sleep_for(20ms);
    }
    return {};
}

// Files, amends and voids, one manifest after another.
void work(const Valley& valley, std::uint16_t port, int clerk, std::atomic<int>& strange) {
    const Web web{port, valley.tokens.at("producer")};
    for (int i = 0; i < manifests_each; ++i) {
        const std::string name = std::to_string(clerk) + "-" + std::to_string(i);
        const auto made = insist(web, "/v1/manifests", valley.filing(), "make-" + name);
        if (made.status != 201) {
            ++strange;
            continue;
        }
        const std::string path = "/v1/manifests/" + made.json().at("id").get<std::string>();
        const json void_reason{{"reason", {{"code", "OTHER"}, {"text", "not needed any more"}}}};
        const std::pair<const char*, json> steps[] = {
            {"/submit", json::object()}, {"/amend", valley.filing()}, {"/void", void_reason}};
        for (const auto& [event, body] : steps) {
            const auto reply = insist(web, path + event, body, event + name);
            if (reply.status != 200) ++strange;
            std::this_thread::sleep_for(50ms);
        }
    }
}

// Sends again what was refused, as a person at the desk does.
void resend_refused(const Valley& valley, std::uint16_t port) {
    const Web desk{port, valley.operator_token};
    try {
        const auto page = desk.get("/v1/national-reports?status=FAILED&limit=200");
        if (page.status != 200) return;
        const json found = page.json();
        for (const json& one : found.at("items"))
            static_cast<void>(desk.post(
                "/v1/national-reports/" + std::to_string(one.at("id").get<int>()) + "/resend",
                json::object()));
    } catch (const std::exception&) {  // it is being killed
    }
}

std::size_t acknowledged(const Valley& valley) {
    return valley.database.value<std::size_t>(
        "SELECT count(*) FROM national_reports WHERE status = 'ACKED'");
}

}  // namespace

TEST_CASE("through kills of the server each report is acknowledged exactly once") {
    constexpr int kills = 6;
    const std::uint64_t seed = std::random_device{}();
    INFO("seed " << seed);
    std::mt19937_64 chance{seed};
    Nation nation{[luck = std::mt19937_64{seed}](const std::string&, int attempt) mutable {
        constexpr Mood moods[] = {Mood::honest,  Mood::honest,  Mood::honest,
                                  Mood::forgets, Mood::slow,    Mood::silent,
                                  Mood::busy,    Mood::babbles, Mood::refuses};
        return attempt > 2 ? Mood::honest : moods[luck() % std::size(moods)];
    }};
    const Valley valley;
    valley.database.sql("UPDATE quotas SET limit_g = 1000000000000");  // more than all will ask for
    const auto start =
        std::chrono::floor<std::chrono::milliseconds>(std::chrono::system_clock::now());
    ServerProcess process{valley.database.conninfo(),
                          start,
                          20,
                          {"--national-url", nation.url(), "--national-timeout", "1",
                           "--outbound-networks", "127.0.0.0/8", "--outbound-http"}};
    std::atomic<int> strange = 0;
    std::vector<std::thread> threads;
    for (int i = 0; i < clerks; ++i)
        threads.emplace_back([&, i, port = process.http()] { work(valley, port, i, strange); });
    for (int i = 0; i < kills; ++i) {
        const auto before = nation.accepted().size();
        const auto until = std::chrono::steady_clock::now() + 10s;
        while (nation.accepted().size() < before + 3 && std::chrono::steady_clock::now() < until)
            std::this_thread::sleep_for(1ms);
        std::this_thread::sleep_for(std::chrono::milliseconds{chance() % 50});
        process.kill_9();
        process.begin();
        resend_refused(valley, process.http());
    }
    for (auto& one : threads) one.join();
    CHECK(strange == 0);
    const auto until = std::chrono::steady_clock::now() + 300s;
    while (acknowledged(valley) < reports && std::chrono::steady_clock::now() < until) {
        resend_refused(valley, process.http());
        std::this_thread::sleep_for(200ms);
    }
    const Web desk{process.http(), valley.operator_token};
    CHECK(desk.get("/metrics").body.find("liuhen_national_tries_total{outcome=\"duplicate\"}") !=
          std::string::npos);
    CHECK(desk.get("/readyz").json()["checks"].contains("national"));
    CHECK(process.stop() == 0);

    CHECK(acknowledged(valley) == reports);
    CHECK(valley.database.value<std::size_t>("SELECT count(*) FROM national_reports") == reports);
    CHECK(nation.strange() == std::vector<std::string>{});
    const auto accepted = nation.accepted();
    CHECK(accepted.size() == reports);
    std::map<std::string, int> last_version;
    std::set<std::string> keys;
    for (const std::string& key : accepted) {
        CHECK(keys.insert(key).second);
        const int version = std::stoi(key.substr(15));
        CHECK(last_version[key.substr(0, 14)] < version);
        last_version[key.substr(0, 14)] = version;
    }
    std::cout << nation.taken().size() << " tries for " << accepted.size() << " reports, "
              << valley.database.value<int>(
                     "SELECT count(*) FROM national_reports WHERE is_duplicate")
              << " acknowledged as known, "
              << valley.database.value<int>("SELECT count(*) FROM national_decisions")
              << " sent again by hand" << std::endl;
}
