// What the options of the built server open beside plain TCP: datagrams, TLS, and the header of a
// load balancer. The rules of each are in tests/store; here is that they reach the listeners.
#include "telematics/text.hpp"
#include "tests/support/certificate.hpp"
#include "tests/support/jt808_frames.hpp"
#include "tests/support/pipes.hpp"
#include "tests/support/rig.hpp"

#include <fstream>

using namespace liuhen;
using namespace liuhen::test;
using namespace std::chrono_literals;
using liuhen::telematics::Bytes;
using simulators::Terminal;

namespace {

constexpr const char* balancer = "127.0.0.2";  // whom the server believes; the tests are 127.0.0.1

/// A server with everything open, the certificate and the listeners of TLS told by a file.
struct Harbour {
    Certificate certificate{"one"};
    std::string options = certificate.file() + ".options";
    World world{1, {"--proxy-protocol", balancer, "--config", written()}};
    simulators::Scenario scenario = story(6);
    simulators::Fleet fleet = world.enlist(scenario);
    std::size_t taken = 0;

    const simulators::TruckPlan& next() { return scenario.trucks.at(taken++); }
    [[nodiscard]] std::uint16_t port_of(const std::string& name) const {
        return world.server.port_of(name);
    }
    [[nodiscard]] int stored(const std::string& number) const {
        return world.database.value<int>(
            "SELECT count(*) FROM observations o JOIN terminals t ON t.key = o.terminal_key"
            " WHERE t.number = '" +
            number + "'");
    }

private:
    [[nodiscard]] std::string written() const {
        std::ofstream{options} << "jt808-tls=127.0.0.1:0\nlock-tls=127.0.0.1:0\nhttps=127.0.0.1:0"
                               << "\ntls-certificate=" << certificate.file()
                               << "\ntls-key=" << certificate.key() << "\n";
        return options;
    }
};

Harbour& harbour() {
    static Harbour one;
    return one;
}

Terminal terminal_of(const simulators::TruckPlan& plan) {
    return {plan.terminal, "2013", plan.plate, {}, 10s, simulators::Chance{1}};
}

/// Whether `device` came to `done` within some seconds of talking through the pipe.
template <class Pipe, class Device, class Done>
bool talked(Pipe& pipe, Device& device, Instant now, const Done& done) {
    const auto until = std::chrono::steady_clock::now() + 10s;
    while (!done() && std::chrono::steady_clock::now() < until) {
        const auto bytes = device.due(now, std::chrono::steady_clock::now());
        if (!bytes.empty()) pipe.send(bytes);
        device.hear(pipe.read(20ms));
    }
    return done();
}

/// Registers, authenticates and has one report acknowledged.
template <class Pipe>
void check_reports(Pipe& pipe, const simulators::TruckPlan& plan) {
    Terminal terminal = terminal_of(plan);
    const Instant now = whole_second(harbour().world.server.now());
    pipe.send(terminal.greet(std::chrono::steady_clock::now()));
    REQUIRE(talked(pipe, terminal, now,
                   [&] { return terminal.standing() == Terminal::Standing::talking; }));
    terminal.record(fix_at(now, place(0, 0)));
    CHECK(talked(pipe, terminal, now + 1h, [&] { return terminal.settled(); }));
    CHECK(harbour().stored(plan.terminal) == 1);
}

/// A header of version 2 for 192.0.2.7:54321.
Bytes proxy_header() {
    return *telematics::from_hex("0D0A0D0A000D0A515549540A2111000CC00002070A000001D4311E80");
}

}  // namespace

TEST_CASE("over UDP, on the port of TCP, a terminal registers, authenticates and reports") {
    UdpWire pipe{harbour().world.server.jt808()};
    check_reports(pipe, harbour().next());
}

TEST_CASE("over UDP a stranger gets nothing, and who has not authenticated no more than it sent") {
    UdpWire stranger{harbour().world.server.jt808()};
    stranger.send(log_in("13999999999", "guess"));
    stranger.send(Bytes(1'000, std::byte{0x7E}));
    CHECK(stranger.read(1s).empty());
    const auto& plan = harbour().next();
    UdpWire forger{harbour().world.server.jt808()};
    for (int i = 0; i < 8; ++i) {
        forger.send(sealed(plan.terminal, 0x0002, static_cast<std::uint16_t>(i), {}));
        forger.read(200ms);
        CHECK(forger.heard() <= forger.sent());
    }
    forger.send(position(plan.terminal, story_start, 9));
    forger.read(500ms);
    CHECK(forger.heard() <= forger.sent());
    CHECK(harbour().stored(plan.terminal) == 0);
}

TEST_CASE("over TLS a terminal reports and a lock is acknowledged") {
    TlsWire pipe{harbour().port_of("jt808_tls")};
    const auto& plan = harbour().next();
    check_reports(pipe, plan);
    simulators::Lock lock{plan.lock, {}, 10s, simulators::Chance{2}};
    TlsWire lock_pipe{harbour().port_of("lock_tls")};
    const Instant now = whole_second(harbour().world.server.now());
    lock_pipe.send(lock.greet(std::chrono::steady_clock::now()));
    lock.record(fix_at(now, place(0, 0)), simulators::LockState::shut);
    CHECK(talked(lock_pipe, lock, now + 1h, [&] { return lock.settled(); }));
    CHECK(harbour().stored(plan.lock) >= 1);
}

TEST_CASE("HTTPS stands in endpoints.json, and curl is answered there over TLS 1.2 and newer") {
    const std::string address =
        "https://127.0.0.1:" + std::to_string(harbour().port_of("https")) + "/livez";
    const std::string curl = "curl -sSk --noproxy '*' --ciphers DEFAULT@SECLEVEL=0 ";
    CHECK(output_of(curl + address) == "{\"alive\":true}");
    CHECK(output_of(curl + "--tls-max 1.2 " + address) == "{\"alive\":true}");
    CHECK_THROWS_WITH(output_of(curl + "--tlsv1.0 --tls-max 1.1 " + address + " 2>&1"),
                      Catch::Contains("alert protocol version"));
}

TEST_CASE("after SIGHUP newcomers are shown the new certificate, and those who talk go on") {
    TlsWire before{harbour().port_of("jt808_tls")};
    CHECK(before.subject() == "/CN=one");
    harbour().certificate.make("two");
    harbour().world.server.renew();
    const auto until = std::chrono::steady_clock::now() + 10s;
    std::string shown, shown_to_people;
    while (shown != "/CN=two" && std::chrono::steady_clock::now() < until)
        shown = TlsWire{harbour().port_of("jt808_tls")}.subject();
    CHECK(shown == "/CN=two");
    while (shown_to_people != "/CN=two" && std::chrono::steady_clock::now() < until)
        shown_to_people = TlsWire{harbour().port_of("https")}.subject();
    CHECK(shown_to_people == "/CN=two");
    check_reports(before, harbour().next());
}

TEST_CASE("from a balancer a device is known by the address in the header, and talks as itself") {
    Wire stranger{harbour().world.server.jt808(), balancer};
    stranger.send(proxy_header());
    stranger.send(log_in("13988888888", "guess"));
    CHECK(stranger.is_hung_up_within(5s));
    CHECK(harbour().world.database.value<int>(
              "SELECT count(*) FROM quarantine WHERE peer = '192.0.2.7'") >= 1);
    Wire device{harbour().world.server.jt808(), balancer};
    device.send(proxy_header());
    check_reports(device, harbour().next());
}

TEST_CASE("a balancer without a header, and a header from anybody else, are hung up on") {
    Wire mute{harbour().world.server.jt808(), balancer};
    mute.send(log_in("13988888888", "guess"));
    CHECK(mute.is_hung_up_within(5s));
    Wire liar{harbour().world.server.jt808()};
    liar.send(proxy_header());
    CHECK(liar.is_hung_up_within(5s));
    const auto& world = harbour().world;
    CHECK(world.metric("liuhen_device_refusals_total", "proxy_no_header") == 1);
    CHECK(world.metric("liuhen_device_refusals_total", "proxy_not_trusted") == 1);
}

TEST_CASE("with UDP switched off by the environment a datagram is answered by nobody") {
    ::setenv("LIUHEN_JT808_UDP", "off", 1);
    const World world{1};
    ::unsetenv("LIUHEN_JT808_UDP");
    const auto scenario = story(1);
    await(simulators::enlist(scenario, world.server.endpoints(), world.server.now()));
    UdpWire pipe{world.server.jt808()};
    Terminal terminal = terminal_of(scenario.trucks[0]);
    pipe.send(terminal.greet(std::chrono::steady_clock::now()));
    CHECK(pipe.read(1s).empty());
    Rig over_tcp{world, scenario.trucks[0]};
    over_tcp.report();
}
