// The ports of HTTP: in clear on loopback, and over TLS where it is wanted.
#pragma once

#include "server/config.hpp"
#include "server/endpoints.hpp"
#include "server/http/server.hpp"
#include "server/tls.hpp"

#include <memory>
#include <vector>

namespace liuhen::server {

class HttpPorts {
public:
    HttpPorts(const Config& config, asio::io_context& front) : config_(config), front_(front) {}

    /// Takes the ports and reads the certificate. Throws std::runtime_error with a plain sentence.
    void open();
    /// What is to be served, once.
    [[nodiscard]] std::vector<HttpListener> take() { return std::move(listeners_); }
    /// Reads the certificate's files again; what stood before stays when they cannot be used.
    void renew_certificate();
    /// Writes its addresses to `endpoints`.
    void tell(Endpoints& endpoints) const;

private:
    void add(const Endpoint& endpoint, const char* what, const TlsKeys* tls);

    const Config& config_;
    asio::io_context& front_;
    std::unique_ptr<TlsKeys> keys_;
    std::vector<HttpListener> listeners_;
    std::string http_, https_;  ///< as they came to be
};

}  // namespace liuhen::server
