// Lines that are cut anywhere, reset, or so slow that a byte comes at a time: between devices and
// the server, and between the server and PostgreSQL.
#include "tests/faults/faults.hpp"
#include "tests/support/bad_network.hpp"

using namespace liuhen;
using namespace liuhen::test;
using namespace std::chrono_literals;

namespace {

using Tcp = asio::ip::tcp;
using Local = asio::local::stream_protocol;

Tcp::endpoint loopback(std::uint16_t port) { return {asio::ip::address_v4::loopback(), port}; }

/// A cluster that is reached through bad weather only.
class Behind {
public:
    Behind(const ScratchCluster& cluster, Weather weather, std::uint64_t seed) {
        std::string pattern = "/tmp/lh-net-XXXXXX";
        if (::mkdtemp(pattern.data()) == nullptr) throw std::runtime_error{"mkdtemp"};
        folder_ = pattern;
        const auto begin = cluster.host().find("host=") + 5;
        const auto end = cluster.host().find(' ', begin);
        const auto socket = "/.s.PGSQL.5432";
        const auto far = cluster.host().substr(begin, end - begin) + socket;
        network_ = std::make_unique<BadNetwork<Local>>(Local::endpoint{folder_ + socket},
                                                       Local::endpoint{far}, weather, seed);
        ::chmod((folder_ + socket).c_str(), 0777);
        ::chmod(folder_.c_str(), 0755);
    }
    ~Behind() {
        network_.reset();
        std::filesystem::remove_all(folder_);
    }
    Behind(const Behind&) = delete;
    Behind& operator=(const Behind&) = delete;
    [[nodiscard]] std::string conninfo(const ScratchDatabase& database) const {
        auto text = database.conninfo();
        const auto begin = text.find("host=") + 5;
        return text.replace(begin, text.find(' ', begin) - begin, folder_);
    }
    BadNetwork<Local>& network() { return *network_; }

private:
    std::string folder_;
    std::unique_ptr<BadNetwork<Local>> network_;
};

}  // namespace

TEST_CASE("lines of devices that are cut in mid-frame or reset lose nothing acknowledged") {
    const ScratchCluster cluster;
    FleetUnderFault fleet{cluster, terminals, rate};
    Dice dice;
    for (const bool resets : {false, true}) {
        BadNetwork<Tcp> network{loopback(0),
                                loopback(fleet.server.jt808()),
                                {.cut_within = 3'000, .resets = resets},
                                dice.seed()};
        fleet.dial(network.endpoint().port());
        const auto ledger = fleet.report_during(std::chrono::seconds{rounds(5)}, [&] {
            std::this_thread::sleep_for(std::chrono::seconds{rounds(5)});
            network.clear_up();
        });
        check(ledger, std::to_string(network.cuts()) + (resets ? " lines reset" : " lines cut"));
        CHECK(network.cuts() > 100);
        fleet.begin_anew();
    }
}

TEST_CASE("a byte at a time is slow, and nothing else") {
    const ScratchCluster cluster;
    FleetUnderFault fleet{cluster, 50, 100};
    BadNetwork<Tcp> network{
        loopback(0), loopback(fleet.server.jt808()), {.piece = 1, .delay = 1ms}, 1};
    fleet.dial(network.endpoint().port());
    const auto ledger = fleet.report_during(15s, [] {});
    check(ledger, "a byte at a time");
    CHECK(ledger.lost_lines == 0);
}

TEST_CASE("connections to PostgreSQL that are cut anywhere lose nothing acknowledged") {
    const ScratchCluster cluster;
    Dice dice;
    const ScratchDatabase database{cluster};
    Behind behind{cluster, {.cut_within = 200'000}, dice.seed()};
    FleetUnderFault fleet{database, behind.conninfo(database), terminals, rate};
    const auto ledger = fleet.report_during(std::chrono::seconds{rounds(10)}, [&] {
        std::this_thread::sleep_for(std::chrono::seconds{rounds(10)});
        behind.network().clear_up();
    });
    check(ledger, std::to_string(behind.network().cuts()) + " connections to PostgreSQL cut");
    CHECK(behind.network().cuts() > 10);
}
