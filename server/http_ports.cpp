#include "server/http_ports.hpp"

#include "server/device_ports.hpp"

namespace liuhen::server {

void HttpPorts::add(const Endpoint& endpoint, const char* what, const TlsKeys* tls) {
    asio::ip::tcp::acceptor acceptor{front_};
    listen_on(acceptor, endpoint, what);
    (tls == nullptr ? http_ : https_) = address_of(acceptor);
    listeners_.push_back({std::move(acceptor), tls});
}

void HttpPorts::open() {
    add(config_.http, "HTTP", nullptr);
    if (!config_.https) return;
    keys_ = std::make_unique<TlsKeys>(config_.tls_certificate, config_.tls_key,
                                      config_.https_authorities);
    add(*config_.https, "HTTPS", keys_.get());
}

void HttpPorts::renew_certificate() {
    if (keys_) keys_->renew();
}

void HttpPorts::tell(Endpoints& endpoints) const {
    endpoints.http = http_;
    endpoints.https = https_;
}

}  // namespace liuhen::server
