// A register of 100,000 rows made in the background, and what others feel meanwhile: clients ask
// for pages and file drafts at a steady pace, before and during. Works in a database of its own in
// the cluster of LIUHEN_TEST_DB.
#include "server/jobs/worker.hpp"
#include "tests/bench/bench.hpp"
#include "tests/support/http_house.hpp"

#include <atomic>
#include <cstdio>
#include <mutex>

namespace {

using namespace liuhen;
using namespace liuhen::test;
using nlohmann::json;
using Steady = std::chrono::steady_clock;

constexpr int rows = 100'000;

double ms_since(Steady::time_point start) {
    return std::chrono::duration<double, std::milli>(Steady::now() - start).count();
}

/// Two clients, each with a request every 25 ms, reading and filing by turns.
class Others {
public:
    explicit Others(const Valley& valley) {
        const std::string draft = valley.filing().dump();
        for (int i = 0; i < 2; ++i)
            clients_.emplace_back([this, web = valley.as("producer"), draft] {
                for (int turn = 0; !stop_; ++turn) {
                    const auto begun = Steady::now();
                    const auto reply = turn % 2 == 0 ? web.get("/v1/containers?limit=20")
                                                     : web.send("POST", "/v1/manifests", draft);
                    note(ms_since(begun), reply.status < 300);
                    std::this_thread::sleep_until(begun + std::chrono::milliseconds{25});
                }
            });
    }
    ~Others() {
        stop_ = true;
        for (auto& one : clients_) one.join();
    }
    Others(const Others&) = delete;
    Others& operator=(const Others&) = delete;

    /// What they have waited since the last time.
    void tell(bench::Results& results, const std::string& phase) {
        const std::lock_guard lock{mutex_};
        std::ranges::sort(ms_);
        const auto at = [this](double share) {
            const auto last = static_cast<double>(ms_.size() - 1);
            return ms_.empty() ? 0.0 : ms_[static_cast<std::size_t>(share * last)];
        };
        results.add((phase + ", others: p50").c_str(), "ms", at(0.5));
        results.add((phase + ", others: p99").c_str(), "ms", at(0.99));
        results.add((phase + ", others: longest").c_str(), "ms", at(1));
        results.add((phase + ", others: refused").c_str(), "requests", bad_);
        ms_.clear();
    }

private:
    void note(double ms, bool good) {
        const std::lock_guard lock{mutex_};
        ms_.push_back(ms);
        bad_ += good ? 0 : 1;
    }
    std::atomic<bool> stop_ = false;
    std::mutex mutex_;
    std::vector<double> ms_;
    int bad_ = 0;
    std::vector<std::thread> clients_;
};

void fill(const Valley& valley) {
    valley.database.sql(
        "INSERT INTO containers (id, party_id, code, waste_code, made_at) SELECT gen_random_uuid(),"
        " '" +
        valley.party.at("producer") +
        "', 'M' || n, '336-054-17', now()"
        " FROM generate_series(1, 1000) n");
    valley.database.sql(
        "INSERT INTO container_movements (operation, container_id, kind, to_party, grams, at,"
        " recorded_at) SELECT gen_random_uuid(), id, 'PRODUCED', party_id, 1001, now(), now()"
        " FROM containers, generate_series(1, " +
        std::to_string(rows / 1000) + ")");
    valley.database.sql("ANALYZE");
}

json ask(const Valley& valley, const char* format) {
    const auto reply = valley.as("producer").post("/v1/registers/movements", {{"format", format}});
    if (reply.status != 202) throw std::runtime_error{reply.body};
    return reply.json();
}
json look(const Valley& valley, const json& job) {
    return valley.as("producer").get("/v1/jobs/" + job["id"].get<std::string>()).json();
}

void make(const Valley& valley, server::jobs::Worker& worker, Others& others,
          bench::Results& results, const std::string& format) {
    const auto job = ask(valley, format.c_str());
    const auto begun = Steady::now();
    worker.do_next();
    results.add((format + ", 100,000 rows").c_str(), "s", ms_since(begun) / 1000);
    others.tell(results, format);
    const auto done = look(valley, job);
    if (done["state"] != "DONE") throw std::runtime_error{done.dump()};
    results.add((format + ", file").c_str(), "MB", done["file"]["size"].get<double>() / 1e6);
}

void cancel_half_way(const Valley& valley, server::jobs::Worker& worker, bench::Results& results) {
    const auto job = ask(valley, "xlsx");
    std::thread working{[&worker] { worker.do_next(); }};
    while (look(valley, job)["rows"]["done"].get<int>() < rows / 2)
        std::this_thread::sleep_for(std::chrono::milliseconds{5});
    const auto begun = Steady::now();
    const auto path = "/v1/jobs/" + job["id"].get<std::string>() + "/cancel";
    const auto wished = valley.as("producer").post(path, json::object());
    working.join();
    const auto done = look(valley, job);
    if (wished.status != 202 || done["state"] != "CANCELLED") throw std::runtime_error{done.dump()};
    results.add("wished away half-way, over after", "ms", ms_since(begun));
    results.add("rows when it was over", "rows", done["rows"]["done"].get<double>());
}

}  // namespace

int main() {
    const Valley valley;
    fill(valley);
    const server::Clock clock;
    const std::atomic<bool> stopping = false;
    server::jobs::Worker worker{valley.database.conninfo(), clock, stopping};
    bench::Results results{"register", 1};
    Others others{valley};
    std::this_thread::sleep_for(std::chrono::seconds{10});
    others.tell(results, "alone");
    make(valley, worker, others, results, "csv");
    make(valley, worker, others, results, "xlsx");
    cancel_half_way(valley, worker, results);
    make(valley, worker, others, results, "xlsx");
    return 0;
}
