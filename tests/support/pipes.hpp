// A device's side of what is no plain TCP connection: datagrams and TLS, blocking, with the calls
// of `Wire`.
#pragma once

#include "telematics/bytes.hpp"

#include <boost/asio/connect.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ip/udp.hpp>
#include <boost/asio/ssl.hpp>
#include <boost/asio/write.hpp>

#include <array>
#include <chrono>
#include <cstdint>
#include <poll.h>
#include <span>
#include <string>

namespace liuhen::test {

namespace asio = boost::asio;

/// Datagrams from a port of its own; counts what goes and what comes.
class UdpWire {
public:
    explicit UdpWire(std::uint16_t port) : socket_{io_, {asio::ip::address_v4::loopback(), 0}} {
        socket_.connect({asio::ip::address_v4::loopback(), port});
    }
    void send(std::span<const std::byte> bytes) {
        boost::system::error_code nobody_listens;
        sent_ += socket_.send(asio::buffer(bytes.data(), bytes.size()), 0, nobody_listens);
    }
    /// The next datagram; empty when none came in time.
    telematics::Bytes read(std::chrono::milliseconds patience) {
        pollfd wanted{socket_.native_handle(), POLLIN, 0};
        if (::poll(&wanted, 1, static_cast<int>(patience.count())) <= 0) return {};
        telematics::Bytes datagram(8192);
        boost::system::error_code nobody_listens;
        datagram.resize(socket_.receive(asio::buffer(datagram), 0, nobody_listens));
        heard_ += datagram.size();
        return datagram;
    }
    [[nodiscard]] std::size_t sent() const { return sent_; }
    [[nodiscard]] std::size_t heard() const { return heard_; }

private:
    asio::io_context io_;
    asio::ip::udp::socket socket_;
    std::size_t sent_ = 0;
    std::size_t heard_ = 0;
};

/// TLS that believes any certificate.
class TlsWire {
public:
    explicit TlsWire(std::uint16_t port) {
        stream_.next_layer().connect({asio::ip::address_v4::loopback(), port});
        stream_.handshake(asio::ssl::stream_base::client);
    }
    void send(std::span<const std::byte> bytes) {
        asio::write(stream_, asio::buffer(bytes.data(), bytes.size()));
    }
    /// What arrives next; empty when nothing came in time or the other side hung up.
    telematics::Bytes read(std::chrono::milliseconds patience) {
        pollfd wanted{stream_.next_layer().native_handle(), POLLIN, 0};
        const bool buffered = SSL_pending(stream_.native_handle()) > 0;
        if (!buffered && ::poll(&wanted, 1, static_cast<int>(patience.count())) <= 0) return {};
        telematics::Bytes chunk(8192);
        boost::system::error_code over;
        chunk.resize(stream_.read_some(asio::buffer(chunk), over));
        return chunk;
    }
    /// Whom the certificate names, as `/CN=name`.
    [[nodiscard]] std::string subject() {
        X509* const shown = SSL_get1_peer_certificate(stream_.native_handle());
        std::array<char, 200> text{};
        X509_NAME_oneline(X509_get_subject_name(shown), text.data(), text.size());
        X509_free(shown);
        return text.data();
    }

private:
    asio::io_context io_;
    asio::ssl::context context_{asio::ssl::context::tls_client};
    asio::ssl::stream<asio::ip::tcp::socket> stream_{io_, context_};
};

}  // namespace liuhen::test
