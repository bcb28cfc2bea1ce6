// Memory of the server for each terminal that is connected and idle, in clear and under TLS: the
// slope between a quarter of them and all. Not part of `liuhen test`; see `./liuhen bench
// connections`, which fills in a fleet of 100,000 vehicles.
#include "simulators/load/load.hpp"
#include "tests/bench/bench.hpp"
#include "tests/bench/processes.hpp"

#include <CLI/CLI.hpp>

#include <cstdio>

namespace {

using namespace liuhen;
using namespace liuhen::simulators;

struct Asked {
    std::uint16_t port = 0, tls_port = 0;
    std::size_t plain = 15'000, tls = 2'000;
    std::uint64_t first_number = 0;
    int server = 0;
};

constexpr int steps = 4;
constexpr std::chrono::seconds settle{3};  // until what connecting took is given back

LoadPlan plan_of(const Asked& asked, bool tls, std::uint64_t first, std::size_t terminals) {
    LoadPlan plan;
    plan.port = tls ? asked.tls_port : asked.port;
    plan.tls = tls;
    plan.first_number = first;
    plan.terminals = terminals;
    plan.shape.auth_code = "load";
    plan.patience = std::chrono::seconds{180};
    return plan;
}

/// Lets `count` terminals in, in equal steps; KiB of the server after each.
std::vector<double> fill(const Asked& asked, bool tls, std::size_t count, std::size_t& connected) {
    std::vector<std::unique_ptr<LoadFleet>> fleets;
    std::vector<double> kib;
    const std::size_t each = count / steps;
    for (int step = 0; step < steps; ++step) {
        const auto first = asked.first_number + static_cast<std::uint64_t>(step) * each;
        fleets.push_back(std::make_unique<LoadFleet>(plan_of(asked, tls, first, each),
                                                     [](const std::string&) {}));
        fleets.back()->connect();
        fleets.back()->idle(settle);
        connected += fleets.back()->outcome().connected;
        kib.push_back(static_cast<double>(bench::resident_kib_of(asked.server)));
        std::fprintf(stderr, "%zu connected, server %.0f KiB\n", connected, kib.back());
    }
    return kib;
}

double slope(const std::vector<double>& kib, std::size_t count) {
    return (kib.back() - kib.front()) / (static_cast<double>(count) * (steps - 1) / steps);
}

}  // namespace

int main(int count, char** words) {
    Asked asked;
    CLI::App app{"memory of the server for each connected terminal"};
    app.add_option("--port", asked.port, "JT/T 808 in clear")->required();
    app.add_option("--tls-port", asked.tls_port, "JT/T 808 under TLS")->required();
    app.add_option("--server", asked.server, "process id of the server")->required();
    app.add_option("--first-number", asked.first_number)->required();
    app.add_option("--plain", asked.plain, "terminals in clear")->capture_default_str();
    app.add_option("--tls", asked.tls, "terminals under TLS")->capture_default_str();
    CLI11_PARSE(app, count, words);

    bench::Results results{"connections", 1};
    results.add("server before the first", "KiB",
                static_cast<double>(bench::resident_kib_of(asked.server)));
    std::size_t connected = 0;
    {
        const auto kib = fill(asked, false, asked.plain, connected);
        results.add("each in clear", "KiB", slope(kib, asked.plain));
        results.add("server with all in clear", "KiB", kib.back());
        results.add("connected in clear", "terminals", static_cast<double>(connected));
    }
    connected = 0;
    const auto kib = fill(asked, true, asked.tls, connected);
    results.add("each under TLS", "KiB", slope(kib, asked.tls));
    results.add("connected under TLS", "terminals", static_cast<double>(connected));
    return 0;
}
