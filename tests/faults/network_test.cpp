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

/// A database that is reached through bad weather only.
class Behind {
public:
    Behind(const ScratchDatabase& database, Weather weather, std::uint64_t seed) {
        std::string pattern = "/tmp/lh-net-XXXXXX";
        if (::mkdtemp(pattern.data()) == nullptr) throw std::runtime_error{"mkdtemp"};
        folder_ = pattern;
        const auto& own = database.conninfo();
        const auto begin = own.find("host=") + 5;
        const auto socket = "/.s.PGSQL.5432";
        const auto far = own.substr(begin, own.find(' ', begin) - begin) + socket;
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
    Dice dice;
    for (const bool resets : {false, true}) {
        FleetUnderFault fleet{ScratchDatabase{}, usual_plan()};
        BadNetwork<Tcp> network{loopback(0),
                                loopback(fleet.server.jt808()),
                                {.cut_within = 3'000, .resets = resets},
                                dice.seed()};
        fleet.load.port = network.endpoint().port();
        const auto bad = std::chrono::seconds{rounds(5, 10)};
        const auto ledger = fleet.report_during(bad + 1s, [&] {
            std::this_thread::sleep_for(bad);
            network.clear_up();
        });
        check(fleet, ledger,
              std::to_string(network.cuts()) + (resets ? " lines reset" : " lines cut"));
        CHECK(network.cuts() > 100);
    }
}

TEST_CASE("a byte at a time is slow, and nothing else") {
    FleetUnderFault fleet{ScratchDatabase{}, {.terminals = 75, .rate = 150}};
    BadNetwork<Tcp> network{
        loopback(0), loopback(fleet.server.jt808()), {.piece = 1, .delay = 1ms}, 1};
    fleet.load.port = network.endpoint().port();
    const auto ledger = fleet.report_during(10s, [] {});
    check(fleet, ledger, "a byte at a time");
    CHECK(ledger.lost_lines == 0);
}

TEST_CASE("connections to PostgreSQL that are cut anywhere lose nothing acknowledged") {
    Dice dice;
    const ScratchDatabase database;
    Behind behind{database, {.cut_within = 200'000}, dice.seed()};
    auto plan = usual_plan();
    plan.conninfo = behind.conninfo(database);
    FleetUnderFault fleet{database, plan};
    const auto bad = std::chrono::seconds{rounds(10, 10)};
    const auto ledger = fleet.report_during(bad + 1s, [&] {
        std::this_thread::sleep_for(bad);
        behind.network().clear_up();
    });
    check(fleet, ledger,
          std::to_string(behind.network().cuts()) + " connections to PostgreSQL cut");
    CHECK(behind.network().cuts() > 10);
}
