// Terminals that vanish without a word: no FIN, no RST, only silence. The server keeps lines that
// have no other end until it takes the silence for what it is.
#include "tests/faults/faults.hpp"
#include "tests/support/shared.hpp"

#include <net/if.h>
#include <sched.h>
#include <sys/ioctl.h>

using namespace liuhen;
using namespace liuhen::test;
using namespace std::chrono_literals;

namespace {

enum class Loopback { down, up };

/// Switches 127.0.0.0/8 of the calling thread's network namespace.
bool set_loopback(Loopback wanted) {
    const int socket = ::socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    ifreq request{};
    std::strcpy(request.ifr_name, "lo");
    bool done = ::ioctl(socket, SIOCGIFFLAGS, &request) == 0;
    const auto on = static_cast<short>(IFF_UP);
    request.ifr_flags = static_cast<short>(wanted == Loopback::up ? request.ifr_flags | on
                                                                  : request.ifr_flags & ~on);
    done = done && ::ioctl(socket, SIOCSIFFLAGS, &request) == 0;
    ::close(socket);
    return done;
}

/// TCP connections of this namespace in a state, by the numbers of /proc/net/tcp.
std::size_t connections_in(const std::string& state) {
    std::ifstream table{"/proc/thread-self/net/tcp"};
    std::size_t count = 0;
    std::string line;
    std::getline(table, line);
    while (std::getline(table, line)) {
        std::istringstream words{line};
        std::string slot, local, remote, found;
        words >> slot >> local >> remote >> found;
        count += found == state ? 1U : 0U;
    }
    return count;
}
constexpr const char* close_wait = "08";

/// Waits until so many lines of devices are left; seconds that it took, or -1 when it did not.
double seconds_until_lines(const ServerProcess& server, double lines, std::chrono::seconds most) {
    const auto begun = std::chrono::steady_clock::now();
    while (std::chrono::steady_clock::now() < begun + most) {
        if (metric(server, "liuhen_device_connections") == lines) {
            const std::chrono::duration<double> took = std::chrono::steady_clock::now() - begun;
            return took.count();
        }
        std::this_thread::sleep_for(50ms);
    }
    return -1;
}

void vanish(simulators::LoadFleet& fleet) {
    REQUIRE(set_loopback(Loopback::down));
    fleet.vanish();
    REQUIRE(set_loopback(Loopback::up));
}

// In a namespace of its own, whose loopback is its whole network.
void lose_peers() {
    const std::size_t peers = is_long_form() ? 5'000 : 400;
    FleetUnderFault fleet{ScratchDatabase{},
                          {.terminals = peers, .rate = 400, .options = {"--device-idle", "10"}}};
    simulators::LoadFleet first{fleet.load, [](const std::string&) {}};
    first.connect();
    REQUIRE(first.outcome().connected == peers);
    vanish(first);
    std::this_thread::sleep_for(500ms);
    // Nobody told the server.
    CHECK(metric(fleet.server, "liuhen_device_connections") == static_cast<double>(peers));

    // The same terminals dial in again: the newest line of each wins.
    const auto ledger = fleet.report_during(5s, [] {});
    check(fleet, ledger, std::to_string(peers) + " terminals back beside their dead lines");
    CHECK(ledger.lost_lines == 0);
    CHECK(seconds_until_lines(fleet.server, 0, 10s) >= 0);

    simulators::LoadFleet last{fleet.load, [](const std::string&) {}};
    last.connect();
    vanish(last);
    const double took = seconds_until_lines(fleet.server, 0, 40s);
    std::cout << peers << " dead lines given back after " << took << " s at 10 s of idle time"
              << std::endl;
    CHECK(took >= 0);
    CHECK(connections_in(close_wait) == 0);
}

}  // namespace

TEST_CASE(
    "terminals that vanish without a word come back at once, and their lines are given back") {
    bool alone = false;
    std::exception_ptr fault;
    std::thread apart{[&] {
        alone = ::unshare(CLONE_NEWNET) == 0 && set_loopback(Loopback::up);
        if (!alone) return;
        try {
            lose_peers();
        } catch (...) {
            fault = std::current_exception();
        }
    }};
    apart.join();
    if (!alone) return skip("a network namespace cannot be made here");
    if (fault) std::rethrow_exception(fault);
}
