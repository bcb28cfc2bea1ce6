#include "server/device_ports.hpp"

#include <stdexcept>

namespace liuhen::server {
namespace {

asio::ip::address address_in(const Endpoint& endpoint, const char* what) {
    boost::system::error_code fault;
    const auto address = asio::ip::make_address(endpoint.host, fault);
    if (fault) throw std::runtime_error{endpoint.host + " is no address (" + what + ")"};
    return address;
}

void check(const boost::system::error_code& fault, const Endpoint& endpoint, const char* what) {
    if (!fault) return;
    throw std::runtime_error{"cannot listen on " + endpoint.text() + " for " + what + ": " +
                             fault.message()};
}

template <class At>
std::string text_of(const At& at) {
    return Endpoint{at.address().to_string(), at.port()}.text();
}

}  // namespace

void listen_on(tcp::acceptor& acceptor, const Endpoint& endpoint, const char* what) {
    const tcp::endpoint at{address_in(endpoint, what), endpoint.port};
    boost::system::error_code fault;
    acceptor.open(at.protocol());
    acceptor.set_option(tcp::acceptor::reuse_address{true});
    acceptor.bind(at, fault);
    if (!fault) acceptor.listen(tcp::acceptor::max_listen_connections, fault);
    check(fault, endpoint, what);
}

std::string address_of(const tcp::acceptor& acceptor) { return text_of(acceptor.local_endpoint()); }

DevicePorts::DevicePorts(const Config& config, Exchange& exchange,
                         std::vector<std::unique_ptr<DeviceFloor>>& floors)
    : config_(config), exchange_(exchange), floors_(floors) {}

void DevicePorts::add(Protocol protocol, const Endpoint& endpoint, const TlsKeys* tls,
                      const char* what) {
    const auto* balancers = config_.balancers.empty() ? nullptr : &config_.balancers;
    auto acceptor = std::make_unique<tcp::acceptor>(exchange_.executor());
    listen_on(*acceptor, endpoint, what);
    listeners_.push_back({{protocol, balancers, tls}, what, std::move(acceptor)});
}

void DevicePorts::open() {
    add(Protocol::jt808, config_.jt808, nullptr, "JT/T 808 terminals");
    add(Protocol::jt701, config_.lock, nullptr, "locks");
    if (config_.jt808_udp) open_udp();
    if (!config_.jt808_tls && !config_.lock_tls) return;
    keys_ = std::make_unique<TlsKeys>(config_.tls_certificate, config_.tls_key);
    if (config_.jt808_tls) {
        add(Protocol::jt808, *config_.jt808_tls, keys_.get(), "JT/T 808 terminals over TLS");
    }
    if (config_.lock_tls) {
        add(Protocol::jt701, *config_.lock_tls, keys_.get(), "locks over TLS");
    }
}

// The number of the TCP port, when none is given.
void DevicePorts::open_udp() {
    Endpoint endpoint = *config_.jt808_udp;
    if (endpoint.port == 0) endpoint.port = listeners_.front().acceptor->local_endpoint().port();
    const udp::endpoint at{address_in(endpoint, "JT/T 808 over UDP"), endpoint.port};
    udp::socket socket{exchange_.executor()};
    boost::system::error_code fault;
    socket.open(at.protocol());
    socket.bind(at, fault);
    check(fault, endpoint, "JT/T 808 over UDP");
    datagrams_ = std::make_unique<Datagrams>(std::move(socket), exchange_, floors_);
}

void DevicePorts::serve() {
    for (auto& listener : listeners_) {
        spawn(listener.what, exchange_.executor(),
              take_calls(*listener.acceptor, listener.door, floors_));
    }
    if (datagrams_) spawn("JT/T 808 over UDP", exchange_.executor(), datagrams_->run());
}

awaitable<void> DevicePorts::close() {
    for (auto& listener : listeners_) {
        boost::system::error_code ignored;
        listener.acceptor->close(ignored);
    }
    if (!datagrams_) co_return;
    auto closing = datagrams_->close();
    co_await std::move(closing);
}

void DevicePorts::renew_certificate() {
    if (keys_) keys_->renew();
}

void DevicePorts::tell(Endpoints& endpoints) const {
    endpoints.jt808_tls.clear();
    endpoints.lock_tls.clear();
    for (const auto& listener : listeners_) {
        const bool trucks = listener.door.protocol == Protocol::jt808;
        const bool clear = listener.door.tls == nullptr;
        auto& told = trucks ? (clear ? endpoints.jt808 : endpoints.jt808_tls)
                            : (clear ? endpoints.lock : endpoints.lock_tls);
        told = address_of(*listener.acceptor);
    }
    endpoints.jt808_udp = datagrams_ ? text_of(datagrams_->local()) : "";
}

}  // namespace liuhen::server
