// kill -9 of the server and of PostgreSQL while many file and submit at once: each number once and
// none left out, each answer the one that was given first, no quota half reserved, every chain and
// signed list sound.
#include "server/tools/verify.hpp"
#include "tests/support/http_house.hpp"
#include "tests/support/quota_ledger.hpp"
#include "tests/support/server_process.hpp"

#include <catch2/catch.hpp>

#include <atomic>
#include <iostream>
#include <random>
#include <set>
#include <thread>

using namespace liuhen;
using namespace liuhen::test;
using namespace std::chrono_literals;
using nlohmann::json;

namespace {

// What one submit came to, to be asked for again.
struct Submitted {
    std::string path, key, body, no;
};

// Producers at their desks: each makes a draft and submits it, over and over, and asks again with
// the same key until it is answered.
class Desks {
public:
    Desks(const Valley& valley, std::uint16_t port) : valley_(valley), port_(port) {
        for (unsigned i = 0; i < clerks; ++i) threads_.emplace_back([this, i] { work(i); });
    }
    ~Desks() { finish(); }
    Desks(const Desks&) = delete;
    Desks& operator=(const Desks&) = delete;

    void finish() {
        stop_ = true;
        for (auto& thread : threads_) {
            if (thread.joinable()) thread.join();
        }
    }
    [[nodiscard]] std::size_t count() const { return count_; }
    [[nodiscard]] const std::vector<Submitted>& done() const { return done_; }
    [[nodiscard]] const std::vector<std::string>& strange() const { return strange_; }

    static constexpr unsigned clerks = 12;

private:
    // The first answer that is one; the server may die before, while and after it answers.
    [[nodiscard]] WebReply insist(const std::string& path, const json& body,
                                  const std::string& key) const {
        const Web producer{port_, valley_.tokens.at("producer")};
        const auto until = std::chrono::steady_clock::now() + 60s;
        while (std::chrono::steady_clock::now() < until) {
            try {
                auto reply = producer.post(path, body, {{"Idempotency-Key", key}});
                if (reply.status < 500 && reply.status != 429) return reply;
            } catch (const std::exception&) {  // cut off: the outcome is unknown
            }
            std::this_thread::sleep_for(20ms);
        }
        return {};
    }
    void work(unsigned clerk) {
        for (int i = 0; !stop_; ++i) {
            const std::string name = std::to_string(clerk) + "-" + std::to_string(i);
            const auto made = insist("/v1/manifests", valley_.filing(), "make-" + name);
            if (made.status != 201) return complain(made);
            const std::string id = made.json().at("id");
            Submitted one{"/v1/manifests/" + id + "/submit", "submit-" + name, {}, {}};
            const auto reply = insist(one.path, json::object(), one.key);
            if (reply.status != 200) return complain(reply);
            one.body = reply.body;
            one.no = reply.json().at("no");
            const std::lock_guard lock{mutex_};
            done_.push_back(std::move(one));
            ++count_;
        }
    }
    void complain(const WebReply& reply) {
        const std::lock_guard lock{mutex_};
        strange_.push_back(std::to_string(reply.status) + ": " + reply.body);
    }

    const Valley& valley_;
    std::uint16_t port_;
    std::atomic<bool> stop_{false};
    std::atomic<std::size_t> count_{0};
    std::mutex mutex_;
    std::vector<Submitted> done_;
    std::vector<std::string> strange_;
    std::vector<std::thread> threads_;
};

server::verify::Report verified(const ScratchDatabase& database, const std::string& anchors) {
    struct : server::verify::Progress {
        void at(const server::verify::Report&) override {}
    } silent;
    server::verify::Options options;
    options.database = database.conninfo();
    options.anchors = anchors;
    return server::verify::verify(options, silent);
}

}  // namespace

TEST_CASE("kills of server and database during parallel submits leave no gap, double or half") {
    constexpr int kills = 8;
    const std::uint64_t seed = std::random_device{}();
    INFO("seed " << seed);
    std::mt19937_64 chance{seed};
    ScratchCluster cluster;
    const Valley valley{ScratchDatabase{cluster}};
    valley.database.sql("UPDATE quotas SET limit_g = 1000000000000");  // more than all will ask for
    const auto start =
        std::chrono::floor<std::chrono::milliseconds>(std::chrono::system_clock::now());
    ServerProcess process{valley.database.conninfo(), start, 1};
    Desks desks{valley, process.http()};
    for (int i = 0; i < kills; ++i) {
        const auto before = desks.count();
        const auto until = std::chrono::steady_clock::now() + 20s;
        while (desks.count() < before + 30 && std::chrono::steady_clock::now() < until)
            std::this_thread::sleep_for(1ms);
        std::this_thread::sleep_for(std::chrono::milliseconds{chance() % 200});
        if (i % 2 == 0) {
            process.kill_9();
            process.begin();
        } else {
            cluster.kill_9();
            cluster.start();
            process.wait_until_ready();
        }
    }
    desks.finish();
    std::cout << desks.count() << " submits through " << kills << " kills" << std::endl;
    CHECK(desks.strange() == std::vector<std::string>{});
    REQUIRE(desks.count() >= 200);

    std::set<std::string> numbers;
    for (const Submitted& one : desks.done()) CHECK(numbers.insert(one.no).second);
    const Web producer{process.http(), valley.tokens.at("producer")};
    for (std::size_t i = 0; i < desks.done().size(); i += 7) {
        const Submitted& one = desks.done()[i];
        const auto again = producer.post(one.path, json::object(), {{"Idempotency-Key", one.key}});
        CHECK(again.body == one.body);
        CHECK(again.header("idempotent-replayed") == "true");
    }
    CHECK(process.stop() == 0);
    const auto& database = valley.database;
    const auto submitted = std::to_string(desks.done().size());
    CHECK(database.value<std::string>("SELECT last FROM manifest_numbers") == submitted);
    CHECK(database.value<std::string>("SELECT max(substr(no, 9)::int) FROM manifests") ==
          submitted);
    CHECK(database.value<std::string>("SELECT count(*) FROM manifests") == submitted);
    CHECK(database.value<std::size_t>("SELECT count(*) FROM manifest_events") ==
          desks.done().size() * 2);
    const auto reserved = static_cast<long>(desks.done().size()) * 8'000'000;
    CHECK(held_quota(database, "plan") == reserved);
    CHECK(held_quota(database, "licence") == reserved);
    check_quota_ledger(database);
    const auto report = verified(database, process.anchors());
    for (const auto& one : report.findings) UNSCOPED_INFO(code(one.fault) << ' ' << one.detail);
    CHECK(report.sound());
    CHECK(report.records == desks.done().size() * 2);
    CHECK(report.lists >= kills / 2);
}
