// What stands in front of a device: load balancers that say for whom they speak, and TLS.
#include "telematics/text.hpp"
#include "tests/support/certificate.hpp"
#include "tests/support/device_house.hpp"

#include <boost/asio/ssl.hpp>
#include <catch2/catch.hpp>

using namespace liuhen;
using namespace liuhen::test;
using server::Door;
using server::Networks;
using server::Protocol;
using server::TlsKeys;
using telematics::Bytes;

namespace {

namespace ssl = asio::ssl;

const Networks& loopback() {
    static const Networks networks = *Networks::parse("127.0.0.0/8");
    return networks;
}
const Networks& elsewhere() {
    static const Networks networks = *Networks::parse("10.0.0.0/8");
    return networks;
}

// A header of version 2 for 192.0.2.7:54321.
Bytes header(const std::string& tail = "2111000CC00002070A000001D4311E80") {
    return *telematics::from_hex("0D0A0D0A000D0A515549540A" + tail);
}

// A blocking device that speaks TLS and believes any certificate.
struct TlsDevice {
    explicit TlsDevice(const DeviceHouse& house, const std::string& from = "127.0.0.1")
        : context(ssl::context::tls_client) {
        stream.next_layer().open(tcp::v4());
        stream.next_layer().bind({asio::ip::make_address(from), 0});
        stream.next_layer().connect(house.address());
    }
    void shake_hands() { stream.handshake(ssl::stream_base::client); }
    void send(const Bytes& bytes) { asio::write(stream, asio::buffer(bytes)); }
    Bytes hear() {
        Bytes reply(4096);
        boost::system::error_code fault;
        reply.resize(stream.read_some(asio::buffer(reply), fault));
        return reply;
    }
    std::string subject() {
        X509* shown = SSL_get1_peer_certificate(stream.native_handle());
        std::array<char, 200> text{};
        X509_NAME_oneline(X509_get_subject_name(shown), text.data(), text.size());
        X509_free(shown);
        return text.data();
    }
    asio::io_context io;
    ssl::context context;
    ssl::stream<tcp::socket> stream{io, context};
};

}  // namespace

TEST_CASE("behind a trusted balancer a device is known by the address in the header") {
    const ScratchDatabase database;
    const FleetRows rows{database};
    DeviceHouse house{database, Door{.balancers = &loopback()}};
    Device stranger{house};
    stranger.send(header());
    stranger.send(log_in("13912345678", "guess"));
    CHECK(stranger.is_over_within(5s));
    CHECK(database.value<std::string>("SELECT peer FROM quarantine LIMIT 1") == "192.0.2.7");
    Device device{house};
    device.send(header());
    device.send(log_in(known, "secret-1"));
    CHECK(!device.hear(5s).empty());
}

TEST_CASE("a header that comes a byte at a time, together with the device's bytes, is one") {
    const ScratchDatabase database;
    const FleetRows rows{database};
    DeviceHouse house{database, Door{.balancers = &loopback()}};
    Device device{house};
    device.socket.set_option(tcp::no_delay{true});
    auto bytes = header();
    const auto next = log_in(known, "secret-1");
    bytes.insert(bytes.end(), next.begin(), next.end());
    for (const std::byte one : bytes) device.send({one});
    CHECK(!device.hear(5s).empty());
}

TEST_CASE("a balancer may speak for itself") {
    const ScratchDatabase database;
    const FleetRows rows{database};
    DeviceHouse house{database, Door{.balancers = &loopback()}};
    Device device{house};
    device.send(header("20000000"));
    device.send(log_in(known, "secret-1"));
    CHECK(!device.hear(5s).empty());
}

TEST_CASE("a balancer that does not say for whom it speaks is hung up on") {
    const ScratchDatabase database;
    const FleetRows rows{database};
    DeviceHouse house{database, Door{.balancers = &loopback()}};
    Device without{house};
    without.send(log_in(known, "secret-1"));
    CHECK(without.is_over_within(3s));
    CHECK(house.comes_to_count("proxy_no_header"));
    Device old{house};
    const std::string text = "PROXY TCP4 192.0.2.7 10.0.0.1 54321 7808\r\n";
    asio::write(old.socket, asio::buffer(text));
    CHECK(old.is_over_within(3s));
    CHECK(house.comes_to_count("proxy_version_one"));
    Device silent{house};
    CHECK(silent.is_over_within(4s));
    CHECK(house.comes_to_count("proxy_truncated"));
}

TEST_CASE("a header from anybody else is not believed") {
    const ScratchDatabase database;
    const FleetRows rows{database};
    DeviceHouse house{database, Door{.balancers = &elsewhere()}};
    Device liar{house};
    liar.send(header());
    CHECK(liar.is_over_within(3s));
    CHECK(house.comes_to_count("proxy_not_trusted"));
    Device device{house};
    device.send(log_in(known, "secret-1"));
    CHECK(!device.hear(5s).empty());
}

TEST_CASE("devices behind one balancer are limited one by one") {
    const ScratchDatabase database;
    const FleetRows rows{database};
    DeviceHouse house{database, Door{.balancers = &loopback()}};
    house.limits.connections_per_peer = 1;
    Device first{house};
    first.send(header());
    first.send(log_in(known, "secret-1"));
    REQUIRE(!first.hear(5s).empty());
    Device same{house};
    same.send(header());
    CHECK(same.is_over_within(3s));
    Device other{house};
    other.send(header("2111000CC00002080A000001D4311E80"));
    other.send(log_in("13912345678", "guess"));
    CHECK(!other.hear(5s).empty());
}

TEST_CASE("an address that was turned away too often is not let in for a while") {
    const ScratchDatabase database;
    const FleetRows rows{database};
    DeviceHouse house{database};
    for (int i = 0; i < server::strangers_at_once + 5 && !house.counted("too_many_refusals"); ++i) {
        Device stranger{house};
        stranger.send(log_in("13912345678", "guess"));
        CHECK(stranger.is_over_within(5s));
    }
    CHECK(house.comes_to_count("too_many_refusals"));
}

TEST_CASE("over TLS a device talks as in clear, is nudged, and takes over") {
    const ScratchDatabase database;
    const FleetRows rows{database};
    const Certificate certificate{"one"};
    const TlsKeys keys{certificate.file(), certificate.key()};
    DeviceHouse house{database, Door{.tls = &keys}};
    TlsDevice first{house};
    first.shake_hands();
    first.send(log_in(known, "secret-1"));
    REQUIRE(!first.hear().empty());
    house.exchange->nudge({known});  // wakes the session: what it reads next is whole all the same
    std::this_thread::sleep_for(100ms);
    first.send(position(known, night, 2));
    CHECK(!first.hear().empty());
    CHECK(stored(database) == 1);
    TlsDevice second{house};
    second.shake_hands();
    second.send(log_in(known, "secret-1"));
    CHECK(!second.hear().empty());
    CHECK(first.hear().empty());
}

TEST_CASE("behind a balancer TLS begins after the header") {
    const ScratchDatabase database;
    const FleetRows rows{database};
    const Certificate certificate{"one"};
    const TlsKeys keys{certificate.file(), certificate.key()};
    DeviceHouse house{database, Door{.balancers = &loopback(), .tls = &keys}};
    TlsDevice device{house};
    asio::write(device.stream.next_layer(), asio::buffer(header()));
    device.shake_hands();
    device.send(log_in(known, "secret-1"));
    CHECK(!device.hear().empty());
}

TEST_CASE("TLS 1.1, bytes in clear and a hand-shake that never comes are refused") {
    const ScratchDatabase database;
    const FleetRows rows{database};
    const Certificate certificate{"one"};
    const TlsKeys keys{certificate.file(), certificate.key()};
    DeviceHouse house{database, Door{.tls = &keys}};
    TlsDevice old{house};
    SSL_set_security_level(old.stream.native_handle(), 0);
    SSL_set_min_proto_version(old.stream.native_handle(), TLS1_VERSION);
    SSL_set_max_proto_version(old.stream.native_handle(), TLS1_1_VERSION);
    CHECK_THROWS_AS(old.shake_hands(), boost::system::system_error);
    Device clear{house};
    clear.send(log_in(known, "secret-1"));
    CHECK(clear.is_over_within(3s));
    Device silent{house};
    CHECK(silent.is_over_within(4s));
    CHECK(house.comes_to_count("tls_handshake"));
}

TEST_CASE("idle hand-shakes of one address leave places to the others, who are not blamed") {
    const ScratchDatabase database;
    const FleetRows rows{database};
    const Certificate certificate{"one"};
    const TlsKeys keys{certificate.file(), certificate.key()};
    DeviceHouse house{database, Door{.tls = &keys}};
    const auto most = server::max_handshakes_of_address + server::strangers_at_once + 5;
    std::vector<std::unique_ptr<Device>> idle;
    for (std::size_t i = 0; i < most; ++i) idle.push_back(std::make_unique<Device>(house));
    CHECK(house.comes_to_count("too_many_handshakes"));
    TlsDevice other{house, "127.0.0.9"};
    other.shake_hands();
    other.send(log_in(known, "secret-1"));
    CHECK(!other.hear().empty());
    for (const auto& one : idle) CHECK(one->is_over_within(5s));
    TlsDevice neighbour{house};  // those that found no place are not held against its address
    neighbour.shake_hands();
    neighbour.send(log_in(known, "secret-1"));
    CHECK(!neighbour.hear().empty());
    CHECK_FALSE(house.counted("too_many_refusals"));
}

TEST_CASE("a new certificate is shown to those who come after it, a broken one to nobody") {
    const ScratchDatabase database;
    const FleetRows rows{database};
    const Certificate certificate{"one"};
    TlsKeys keys{certificate.file(), certificate.key()};
    DeviceHouse house{database, Door{.tls = &keys}};
    TlsDevice before{house};
    before.shake_hands();
    CHECK(before.subject() == "/CN=one");
    certificate.make("two");
    keys.reload();
    TlsDevice after{house};
    after.shake_hands();
    CHECK(after.subject() == "/CN=two");
    certificate.spoil();
    CHECK_THROWS_AS(keys.reload(), std::runtime_error);
    TlsDevice still{house};
    still.shake_hands();
    CHECK(still.subject() == "/CN=two");
    before.send(log_in(known, "secret-1"));
    CHECK(!before.hear().empty());
}
