// Filings a second of a running server: each is created and submitted over HTTP on a connection
// that stays open, with two lines, quotas on plan and licence, a number and its history.
//   bench_filing ENDPOINTS.json [SECONDS [RATE]]
// With a rate, so many filings a second by 32 clients, and no more.
#include "base/time.hpp"
#include "tests/bench/bench.hpp"
#include "tests/bench/filing_trade.hpp"

#include <fmt/format.h>

#include <atomic>
#include <chrono>
#include <fstream>
#include <iostream>
#include <thread>

namespace {

using namespace liuhen;
using Clock = std::chrono::steady_clock;

/// What one round is: so many clients file for so many prefectures ("places").
struct Round {
    const char* name;
    int prefectures;
    int clients;
    double rate = 0;  ///< filings a second of all; 0: as many as are answered
};
constexpr Round rounds[] = {{"20 places, 32 clients", 20, 32},
                            {"one place, 32 clients", 1, 32},
                            {"20 places, 200 clients", 20, 200},
                            {"one place, 200 clients", 1, 200}};

struct Tally {
    std::vector<double> create_ms, submit_ms;
    std::size_t refused = 0;
    std::string first_refusal;
};

double milliseconds_since(Clock::time_point start) {
    return std::chrono::duration<double, std::milli>(Clock::now() - start).count();
}

// One client: files until told to stop, each `pause` after the one before began; a filing that
// began before the end counts.
Tally file_on(const bench::Trade& trade, std::uint16_t port, Clock::duration pause,
              const std::atomic<bool>& stop) {
    Tally tally;
    bench::KeepAlive line{port};
    for (auto next = Clock::now(); !stop; next += pause) {
        std::this_thread::sleep_until(next);
        const auto begun = Clock::now();
        const auto draft = line.post("/v1/manifests", trade.token, trade.filing);
        const double create = milliseconds_since(begun);
        const auto id = draft.status == 201 ? bench::member(draft.body, "id") : std::string{};
        const auto halfway = Clock::now();
        const auto done = draft.status == 201
                              ? line.post("/v1/manifests/" + id + "/submit", trade.token, "{}")
                              : draft;
        if (done.status != 200) {
            if (tally.refused++ == 0) tally.first_refusal = done.body.substr(0, 300);
            continue;
        }
        tally.create_ms.push_back(create);
        tally.submit_ms.push_back(milliseconds_since(halfway));
    }
    return tally;
}

double percentile(std::vector<double>& sorted, double part) {
    if (sorted.empty()) return 0;
    std::ranges::sort(sorted);
    return sorted[std::min(sorted.size() - 1,
                           static_cast<std::size_t>(part * static_cast<double>(sorted.size())))];
}

Tally together(std::vector<Tally> tallies) {
    Tally all;
    for (const Tally& one : tallies) {
        all.create_ms.insert(all.create_ms.end(), one.create_ms.begin(), one.create_ms.end());
        all.submit_ms.insert(all.submit_ms.end(), one.submit_ms.begin(), one.submit_ms.end());
        all.refused += one.refused;
        if (all.first_refusal.empty()) all.first_refusal = one.first_refusal;
    }
    return all;
}

void run(const Round& round, const std::vector<bench::Trade>& trades, std::uint16_t port,
         int seconds, bench::Results& results) {
    std::atomic<bool> stop = false;
    std::vector<Tally> tallies(static_cast<std::size_t>(round.clients));
    std::vector<std::thread> clients;
    const auto pause = std::chrono::duration_cast<Clock::duration>(
        std::chrono::duration<double>{round.rate > 0 ? round.clients / round.rate : 0});
    const auto begun = Clock::now();
    for (std::size_t i = 0; i < tallies.size(); ++i) {
        clients.emplace_back(
            [&, i] { tallies[i] = file_on(trades[i % trades.size()], port, pause, stop); });
    }
    std::this_thread::sleep_for(std::chrono::seconds{seconds});
    stop = true;
    for (auto& one : clients) one.join();
    const double took = milliseconds_since(begun) / 1'000;
    Tally all = together(std::move(tallies));
    const auto add = [&](const char* what, const char* unit, double value) {
        results.add(fmt::format("{}, {}", round.name, what).c_str(), unit, value);
    };
    add("filings", "1/s", static_cast<double>(all.submit_ms.size()) / took);
    add("submit p50", "ms", percentile(all.submit_ms, 0.50));
    add("submit p99", "ms", percentile(all.submit_ms, 0.99));
    add("create p99", "ms", percentile(all.create_ms, 0.99));
    if (all.refused > 0) {
        add("refused", "", static_cast<double>(all.refused));
        fmt::print("first refusal: {}\n", all.first_refusal);
    }
}

}  // namespace

int main(int count, char** arguments) {
    if (count < 2) {
        std::cerr << "usage: bench_filing ENDPOINTS.json [SECONDS [RATE]]\n";
        return 2;
    }
    std::ifstream file{arguments[1]};
    const auto endpoints = nlohmann::json::parse(file);
    const int seconds = count > 2 ? std::max(1, std::atoi(arguments[2])) : 10;
    bench::Market market{endpoints};
    const auto everywhere = market.trades(20, 20);
    if (count > 3) {
        bench::Results results{"filing", 1};
        const Round paced{"20 places, 32 clients", 20, 32, std::max(1.0, std::atof(arguments[3]))};
        run(paced, everywhere, market.port(), seconds, results);
        return 0;
    }
    const auto one_place = market.trades(1, 20);
    bench::Results results{"filing", 1};
    for (const Round& round : rounds)
        run(round, round.prefectures == 1 ? one_place : everywhere, market.port(), seconds,
            results);
}
