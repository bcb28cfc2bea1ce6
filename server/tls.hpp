// TLS for devices that can: the certificate of this server, and lines that talk through it. OpenSSL
// stays in the source file.
#pragma once

#include "server/line.hpp"

#include <boost/asio/ip/tcp.hpp>

#include <atomic>
#include <memory>
#include <string>

namespace liuhen::server {

/// A certificate with its key. Safe from any thread.
class TlsKeys {
public:
    /// Files in PEM, the certificate with its chain. Throws std::runtime_error, a plain sentence
    /// without anything of the key, when they cannot be read or do not belong together.
    TlsKeys(std::string certificate, std::string key);
    ~TlsKeys();
    TlsKeys(const TlsKeys&) = delete;
    TlsKeys& operator=(const TlsKeys&) = delete;

    /// Reads the files again, for connections to come. Throws as the constructor does; what was in
    /// force then stays so.
    void reload();
    /// A line over TLS 1.2 or 1.3; the hand-shake is its open().
    [[nodiscard]] std::shared_ptr<Line> line(asio::ip::tcp::socket socket, Protocol spoken,
                                             std::string peer) const;

private:
    struct Context;
    std::string certificate_;
    std::string key_;
    std::atomic<std::shared_ptr<Context>> context_;
};

}  // namespace liuhen::server
