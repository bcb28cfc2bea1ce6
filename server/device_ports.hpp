// The ports that devices come to: in clear, over TLS, over UDP.
#pragma once

#include "server/config.hpp"
#include "server/datagrams.hpp"
#include "server/door.hpp"
#include "server/endpoints.hpp"

#include <memory>
#include <vector>

namespace liuhen::server {

/// Takes a port. Throws std::runtime_error with a plain sentence when that cannot be.
void listen_on(tcp::acceptor& acceptor, const Endpoint& endpoint, const char* what);
/// HOST:PORT as it came to be.
std::string address_of(const tcp::acceptor& acceptor);

class DevicePorts {
public:
    /// `floors` may be filled later, before `serve()`.
    DevicePorts(const Config& config, Exchange& exchange,
                std::vector<std::unique_ptr<DeviceFloor>>& floors);

    /// Takes all ports that are wanted and reads the certificate. Throws std::runtime_error.
    void open();
    /// Lets devices in.
    void serve();
    /// Lets no more in; those who are stay.
    awaitable<void> close();
    /// Reads the certificate's files again; what stood before stays when they cannot be used.
    void renew_certificate();
    /// Writes its addresses to `endpoints`.
    void tell(Endpoints& endpoints) const;

private:
    struct Listener {
        Door door;
        const char* what;
        std::unique_ptr<tcp::acceptor> acceptor;
    };
    void add(Protocol protocol, const Endpoint& endpoint, const TlsKeys* tls, const char* what);
    void open_udp();

    const Config& config_;
    Exchange& exchange_;
    std::vector<std::unique_ptr<DeviceFloor>>& floors_;
    std::unique_ptr<TlsKeys> keys_;
    std::vector<Listener> listeners_;
    std::unique_ptr<Datagrams> datagrams_;
};

}  // namespace liuhen::server
