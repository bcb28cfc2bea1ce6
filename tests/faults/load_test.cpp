// More than there is room for, at once, late, twice, and from clocks that are years off.
#include "tests/faults/faults.hpp"

using namespace liuhen;
using namespace liuhen::test;
using namespace std::chrono_literals;

namespace {

using Clock = std::chrono::steady_clock;

/// PostgreSQL at a tenth of its speed, for the life of the object.
class SlowDatabase {
public:
    explicit SlowDatabase(const ScratchCluster& cluster)
        : thread_{[this, &cluster] {
              while (!over_) {
                  cluster.freeze();
                  std::this_thread::sleep_for(450ms);
                  cluster.thaw();
                  std::this_thread::sleep_for(50ms);
              }
          }} {}
    ~SlowDatabase() {
        over_ = true;
        thread_.join();
    }
    SlowDatabase(const SlowDatabase&) = delete;
    SlowDatabase& operator=(const SlowDatabase&) = delete;

private:
    std::atomic<bool> over_{false};
    std::thread thread_;
};

double seconds_since(Clock::time_point begun) {
    return std::chrono::duration<double>(Clock::now() - begun).count();
}

}  // namespace

TEST_CASE(
    "twice the load on a database at a tenth of its speed slows answers and fills no memory") {
    const ScratchCluster cluster;
    auto plan = usual_plan();
    plan.terminals *= 2;
    plan.rate *= 2;
    FleetUnderFault fleet{ScratchDatabase{cluster}, plan};
    const auto slow = std::chrono::seconds{is_long_form() ? 600 : 10};
    std::size_t before = 0, most = 0;
    const auto ledger = fleet.report_during(slow + 2s, [&] {
        std::this_thread::sleep_for(2s);
        before = fleet.server.resident_kib();
        const auto until = Clock::now() + slow;
        const SlowDatabase weather{cluster};
        while (Clock::now() < until) {
            std::this_thread::sleep_for(200ms);
            most = std::max(most, fleet.server.resident_kib());
        }
    });
    check(fleet, ledger, "overload for " + std::to_string(slow.count()) + " s");
    std::cout << "server's memory " << before << " KiB, at most " << most
              << " KiB; answers late by up to " << fleet.longest_wait_ms() << " ms, all given "
              << fleet.seconds_to_drain() << " s after the end" << std::endl;
    CHECK(ledger.lost_lines == 0);
    CHECK(most < before + 64 * 1024);
    CHECK(fleet.longest_wait_ms() > 400);
    CHECK(fleet.seconds_to_drain() < 60);
}

TEST_CASE("a whole fleet that dials in at once is served within thirty seconds") {
    auto plan = usual_plan();
    plan.terminals = is_long_form() ? 8'000 : 1'000;
    FleetUnderFault fleet{ScratchDatabase{}, plan};
    double took = -1;
    const auto ledger = fleet.report_during(12s, [&] {
        std::this_thread::sleep_for(1s);
        fleet.server.kill_9();
        const auto begun = Clock::now();
        fleet.server.begin();
        while (seconds_since(begun) < 30 && took < 0) {
            if (metric(fleet.server, "liuhen_trucks_online") >= static_cast<double>(plan.terminals))
                took = seconds_since(begun);
            else
                std::this_thread::sleep_for(50ms);
        }
    });
    check(fleet, ledger, "a storm of " + std::to_string(plan.terminals) + " terminals");
    std::cout << "all in again " << took << " s after the server was killed" << std::endl;
    CHECK(took >= 0);
    CHECK(ledger.lost_lines >= plan.terminals);
}

TEST_CASE("what is sent twice, a week late or from clocks ten years off is stored once") {
    constexpr auto day = std::chrono::hours{24};
    for (const Duration off :
         {Duration{0}, Duration{-7 * day}, Duration{-3'650 * day}, Duration{3'650 * day}}) {
        FleetUnderFault fleet{ScratchDatabase{}, {.terminals = 100, .rate = 500}};
        fleet.load.shape.first_at += off;
        // The second fleet sends what the first did, and then some.
        for (const auto time : {3s, 5s}) {
            const auto ledger = fleet.report_during(time, [] {});
            check(fleet, ledger, std::to_string(off / day) + " days off");
            CHECK(ledger.lost_lines == 0);
        }
        // Of clocks that are years off nothing is judged.
        CHECK(fleet.database.value<int>("SELECT count(*) FROM alert_revisions WHERE "
                                        "abs(extract(epoch FROM since - now())) > 31 * 86400") ==
              0);
    }
}
