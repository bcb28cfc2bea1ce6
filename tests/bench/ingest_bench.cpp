// Positions a second from thousands of real lines to durable rows, acknowledged after their commit.
// Not part of `liuhen test`; `./liuhen bench ingest` starts what it needs and fills in the fleet of
// ingest_fleet.sql.
#include "simulators/load/load.hpp"
#include "tests/bench/bench.hpp"
#include "tests/bench/processes.hpp"

#include <CLI/CLI.hpp>
#include <pqxx/pqxx>

#include <cstdio>
#include <iostream>
#include <thread>

namespace {

using namespace liuhen;
using namespace liuhen::simulators;

struct Asked {
    LoadPlan plan;
    std::string database;
    int server = 0, postgres = 0;
    int warm_up = 5, measured = 30;
};

Asked ask(int count, char** words) {
    Asked asked;
    CLI::App app{"positions a second, acknowledged after their commit"};
    app.add_option("--port", asked.plan.port, "of the server's JT/T 808 listener")->required();
    app.add_option("--database", asked.database, "to count its rows")->required();
    app.add_option("--server", asked.server, "process id of the server")->required();
    app.add_option("--postgres", asked.postgres, "process id of the postmaster")->required();
    app.add_option("--terminals", asked.plan.terminals)->capture_default_str();
    app.add_option("--first-number", asked.plan.first_number)->required();
    app.add_option("--rate", asked.plan.rate, "messages a second; 0: as many as are answered");
    app.add_option("--window", asked.plan.window, "closed loop: messages unanswered a terminal");
    app.add_option("--batch", asked.plan.shape.batch, "positions a message")
        ->check(CLI::Range(1, 20));
    app.add_option("--warm-up", asked.warm_up, "s")->capture_default_str();
    app.add_option("--seconds", asked.measured, "s")->capture_default_str();
    try {
        app.parse(count, words);
    } catch (const CLI::ParseError& error) {
        std::exit(app.exit(error));
    }
    LoadShape& shape = asked.plan.shape;
    shape.auth_code = "load";
    shape.from = {.lat = 28.1, .lon = 119.61};
    shape.until = {.lat = 28.1, .lon = 120.19};
    const auto now = std::chrono::time_point_cast<Duration>(std::chrono::system_clock::now());
    shape.first_at = now - std::chrono::minutes{8};
    asked.plan.warm_up = std::chrono::seconds{asked.warm_up};
    asked.plan.measured = std::chrono::seconds{asked.measured};
    return asked;
}

/// Processor seconds so far.
struct Spent {
    double server = 0, postgres = 0, load = 0;
    Spent operator-(const Spent& before) const {
        return {server - before.server, postgres - before.postgres, load - before.load};
    }
};
Spent spent_so_far(const Asked& asked) {
    return {bench::processor_seconds_of(asked.server),
            bench::processor_seconds_of_family(asked.postgres), bench::processor_seconds()};
}

/// What the measured time takes, looked at from beside the load.
class Meter {
public:
    explicit Meter(const Asked& asked) : asked_(asked), thread_([this] { watch(); }) {}
    Spent taken() {
        if (thread_.joinable()) thread_.join();
        return until_ - from_;
    }

private:
    void watch() {
        std::this_thread::sleep_for(std::chrono::seconds{asked_.warm_up});
        from_ = spent_so_far(asked_);
        std::this_thread::sleep_for(std::chrono::seconds{asked_.measured});
        until_ = spent_so_far(asked_);
    }
    const Asked& asked_;
    Spent from_, until_;
    std::thread thread_;
};

// Positions and trips are what they are only when each answered position is stored.
std::uint64_t rows_of(const std::string& database) {
    pqxx::connection connection{database};
    pqxx::read_transaction transaction{connection};
    return transaction.exec("SELECT count(*) FROM observations")[0][0].as<std::uint64_t>();
}

}  // namespace

int main(int count, char** words) {
    const Asked asked = ask(count, words);
    const Spent before = spent_so_far(asked);
    const auto rows_before = rows_of(asked.database);
    const bool shows = ::isatty(STDERR_FILENO) != 0;
    LoadFleet load{asked.plan, [&](const std::string& line) {
                       if (shows) std::fprintf(stderr, "\r\033[K%s", line.c_str());
                   }};
    load.connect();
    const Spent connecting = spent_so_far(asked) - before;
    Meter meter{asked};
    load.drive();
    const Spent measured = meter.taken();
    const LoadOutcome& outcome = load.outcome();
    if (shows) std::fprintf(stderr, "\r\033[K");
    const Spent all = spent_so_far(asked) - before;
    const auto rows = rows_of(asked.database) - rows_before;
    const auto positions = static_cast<double>(outcome.accepted);
    const auto positions_in_all = static_cast<double>(outcome.accepted_in_all);
    const auto terminals = static_cast<double>(outcome.connected);

    std::printf(
        "%zu terminals connected in %.1f s; %s; %zu positions a message; measured %.0f s\n",
        outcome.connected, outcome.connecting_s,
        asked.plan.rate > 0
            ? ("open loop at " + std::to_string(std::llround(asked.plan.rate)) + "/s").c_str()
            : "closed loop",
        asked.plan.shape.batch, outcome.measured_s);
    {
        bench::Results results{"ingest", 1};
        results.add("positions acknowledged", "1/s",
                    static_cast<double>(outcome.accepted) / outcome.measured_s);
        results.add("sent to acknowledged, half", "ms", outcome.latencies.quantile_ms(0.5));
        results.add("sent to acknowledged, 99 %", "ms", outcome.latencies.quantile_ms(0.99));
        results.add("sent to acknowledged, 99.9 %", "ms", outcome.latencies.quantile_ms(0.999));
        results.add("sent to acknowledged, longest", "ms", outcome.latencies.longest_ms());
        results.add("server's CPU a position", "us", measured.server / positions * 1e6);
        results.add("PostgreSQL's CPU a position", "us", measured.postgres / positions * 1e6);
        results.add("the load's CPU a position", "us", measured.load / positions * 1e6);
        results.add("server's CPU, coming on line included", "us",
                    all.server / positions_in_all * 1e6);
        results.add("PostgreSQL's CPU, coming on line included", "us",
                    all.postgres / positions_in_all * 1e6);
        results.add("server's CPU to let a terminal in", "us", connecting.server / terminals * 1e6);
        results.add("PostgreSQL's CPU to let a terminal in", "us",
                    connecting.postgres / terminals * 1e6);
        results.add("all terminals let in", "s", outcome.connecting_s);
        results.add("server's memory", "KiB",
                    static_cast<double>(bench::resident_kib_of(asked.server)));
        results.add("refused", "positions", static_cast<double>(outcome.refused));
        results.add("without an answer at the end", "messages",
                    static_cast<double>(outcome.unanswered));
        results.add("lines ended by the server", "", static_cast<double>(outcome.lost_lines));
    }
    if (all.load > all.server) {
        std::printf("the load took more processor time (%.1f s) than the server (%.1f s)\n",
                    all.load, all.server);
    }
    if (asked.plan.rate > 0 && outcome.behind_ms > 5) {
        std::printf("the load wrote up to %.0f ms late; its latencies count from when it was due\n",
                    outcome.behind_ms);
    }
    if (rows < outcome.accepted_in_all) {
        std::printf("LOST: %llu positions acknowledged, %llu stored\n",
                    static_cast<unsigned long long>(outcome.accepted_in_all),
                    static_cast<unsigned long long>(rows));
        return 1;
    }
    std::printf("%llu positions acknowledged in all, %llu stored\n",
                static_cast<unsigned long long>(outcome.accepted_in_all),
                static_cast<unsigned long long>(rows));
    return 0;
}
