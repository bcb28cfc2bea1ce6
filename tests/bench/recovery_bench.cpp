// How long nobody is answered after a crash: the server killed and started again over a full
// database, then all its terminals dialling in at once; and PostgreSQL killed under load. Not part
// of `liuhen test`; see `./liuhen bench recovery`.
#include "simulators/load/load.hpp"
#include "tests/bench/bench.hpp"

#include <CLI/CLI.hpp>

#include <algorithm>
#include <array>
#include <csignal>
#include <cstdio>
#include <memory>
#include <stdexcept>
#include <sys/wait.h>
#include <unistd.h>

namespace {

using namespace liuhen;
using namespace liuhen::simulators;
using Time = LoadClock::time_point;

struct Asked {
    std::uint16_t port = 0;
    std::size_t terminals = 15'000;
    std::uint64_t first_number = 0;
    std::vector<std::string> server;  ///< its command line
    std::string crash;                ///< kills PostgreSQL, says so in a line, starts it again
    int runs = 3;
};

double seconds_since(Time begun) {
    return std::chrono::duration<double>(LoadClock::now() - begun).count();
}

/// The server as a child; killed hard when this goes.
class Server {
public:
    explicit Server(const std::vector<std::string>& words) : child_(::fork()) {
        if (child_ < 0) throw std::runtime_error{"fork"};
        if (child_ > 0) return;
        std::vector<char*> arguments;
        for (const auto& word : words) arguments.push_back(const_cast<char*>(word.c_str()));
        arguments.push_back(nullptr);
        ::execv(arguments.front(), arguments.data());
        std::perror("exec");
        ::_exit(127);
    }
    ~Server() {
        ::kill(child_, SIGKILL);
        ::waitpid(child_, nullptr, 0);
    }
    Server(const Server&) = delete;
    Server& operator=(const Server&) = delete;

private:
    pid_t child_;
};

LoadPlan plan_of(const Asked& asked, std::size_t terminals) {
    LoadPlan plan;
    plan.port = asked.port;
    plan.first_number = asked.first_number;
    plan.terminals = terminals;
    plan.shape.auth_code = "load";
    plan.shape.from = {.lat = 28.1, .lon = 119.61};
    plan.shape.until = {.lat = 28.1, .lon = 120.19};
    plan.shape.first_at = std::chrono::time_point_cast<Duration>(std::chrono::system_clock::now());
    plan.warm_up = std::chrono::seconds{0};
    plan.measured = std::chrono::seconds{1};
    return plan;
}

/// Until one terminal has a position acknowledged; seconds since `begun`.
double first_acknowledgement(const Asked& asked, Time begun) {
    constexpr double patience_s = 120;
    while (seconds_since(begun) < patience_s) {
        try {
            auto plan = plan_of(asked, 1);
            plan.patience = std::chrono::seconds{1};
            LoadFleet one{plan, [](const std::string&) {}};
            one.connect();
            one.report_once();
            if (one.outcome().accepted_in_all > 0) return seconds_since(begun);
        } catch (const std::runtime_error&) {  // not there yet
        }
        ::usleep(5'000);
    }
    throw std::runtime_error{"no acknowledgement within two minutes"};
}

double median(std::vector<double> all) {
    std::ranges::sort(all);
    return all[all.size() / 2];
}

/// One life of the server: from its start to the first acknowledgement, then all terminals.
struct Life {
    double first_s{}, all_s{};
    std::size_t connected{};
};
Life live(const Asked& asked) {
    const Server server{asked.server};
    Life life;
    life.first_s = first_acknowledgement(asked, LoadClock::now());
    LoadFleet fleet{plan_of(asked, asked.terminals), [](const std::string&) {}};
    fleet.connect();
    life.all_s = fleet.outcome().connecting_s;
    life.connected = fleet.outcome().connected;
    fleet.drive();  // so that the next life has positions to read
    return life;
}

/// From the moment that PostgreSQL was killed to the next acknowledgement; it starts meanwhile.
double survive(const Asked& asked) {
    const Server server{asked.server};
    first_acknowledgement(asked, LoadClock::now());
    const std::unique_ptr<FILE, decltype(&::pclose)> crash{::popen(asked.crash.c_str(), "r"),
                                                           &::pclose};
    std::array<char, 80> said{};
    if (!crash || std::fgets(said.data(), said.size(), crash.get()) == nullptr) {
        throw std::runtime_error{"PostgreSQL was not crashed"};
    }
    return first_acknowledgement(asked, LoadClock::now());
}

}  // namespace

int main(int count, char** words) {
    Asked asked;
    CLI::App app{"seconds without an answer after a crash"};
    app.add_option("--port", asked.port, "where the server will listen")->required();
    app.add_option("--terminals", asked.terminals)->capture_default_str();
    app.add_option("--first-number", asked.first_number)->required();
    app.add_option("--runs", asked.runs)->capture_default_str();
    app.add_option("--crash", asked.crash, "shell command that crashes PostgreSQL")->required();
    app.add_option("server", asked.server, "the server's command line, after --")->required();
    CLI11_PARSE(app, count, words);

    bench::Results results{"recovery", asked.runs};
    std::vector<double> first, all;
    std::size_t connected = 0;
    for (int run = 0; run < asked.runs; ++run) {
        const Life life = live(asked);
        first.push_back(life.first_s);
        all.push_back(life.all_s);
        connected = life.connected;
    }
    results.add("start to the first acknowledgement", "s", median(first));
    results.add("all terminals in again", "s", median(all));
    results.add("terminals", "", static_cast<double>(connected));
    results.add("PostgreSQL killed to the next acknowledgement", "s", survive(asked));
    return 0;
}
