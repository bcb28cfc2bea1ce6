// TLS: the certificate of this server, lines of devices that talk through it, and what a peer shows
// of itself. OpenSSL stays in the source file.
#pragma once

#include "server/line.hpp"

#include <boost/asio/ip/tcp.hpp>

#include <atomic>
#include <memory>
#include <string>

struct ssl_st;
namespace boost::asio::ssl {
class context;
}

namespace liuhen::server {

/// A certificate with its key. Safe from any thread.
class TlsKeys {
public:
    /// Files in PEM, the certificate with its chain. Throws std::runtime_error, a plain sentence
    /// without anything of the key, when they cannot be read or do not belong together. With
    /// `authorities`, a file of certificates, peers are asked for a certificate signed by one of
    /// them; they need not show any.
    TlsKeys(std::string certificate, std::string key, std::string authorities = {});
    ~TlsKeys();
    TlsKeys(const TlsKeys&) = delete;
    TlsKeys& operator=(const TlsKeys&) = delete;

    /// Reads the files again, for connections to come. Throws as the constructor does; what was in
    /// force then stays so.
    void reload();
    /// The same for who cannot do anything about it: the outcome is logged.
    void renew();
    /// What is in force, TLS 1.2 or 1.3. It lives as long as somebody talks through it.
    [[nodiscard]] std::shared_ptr<asio::ssl::context> context() const { return context_.load(); }
    /// A line over TLS 1.2 or 1.3; the hand-shake is its open().
    [[nodiscard]] std::shared_ptr<Line> line(asio::ip::tcp::socket socket, Protocol spoken,
                                             std::string peer) const;

private:
    std::string certificate_, key_, authorities_;
    std::atomic<std::shared_ptr<asio::ssl::context>> context_;
};

/// The certificate that the peer of a hand-shake has shown, as `x5t#S256` of RFC 8705: the SHA-256
/// of its DER form in base64url. Empty: none.
std::string thumbprint_of_peer(const ssl_st* connection);

}  // namespace liuhen::server
