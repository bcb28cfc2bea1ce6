// `Web` over TLS: a blocking client that believes any server, and may show a certificate of its
// own.
#pragma once

#include "tests/support/authority.hpp"
#include "tests/support/web.hpp"

#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ssl.hpp>
#include <boost/asio/write.hpp>

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <sys/time.h>

namespace liuhen::test {

namespace asio = boost::asio;

/// A connection after its hand-shake. Throws boost::system::system_error when that fails.
class TlsLine {
public:
    struct Client {
        std::optional<Authority::Issued> certificate{};
        int newest = TLS1_3_VERSION;  ///< of TLS that is offered, and the oldest too below 1.2
        const char* from = "127.0.0.1";
    };

    TlsLine(std::uint16_t port, const Client& client) : context_{context_for(client)} {
        auto& socket = stream_.next_layer();
        socket.open(asio::ip::tcp::v4());
        socket.bind({asio::ip::make_address(client.from), 0});
        const timeval patience{20, 0};
        ::setsockopt(socket.native_handle(), SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
        socket.connect({asio::ip::address_v4::loopback(), port});
        stream_.handshake(asio::ssl::stream_base::client);
    }

    void send(const std::string& bytes) {
        boost::system::error_code gone;  // the peer has said enough
        asio::write(stream_, asio::buffer(bytes), gone);
    }
    /// The next bytes; empty at the end.
    std::string receive() {
        std::string part(16 * 1024, '\0');
        boost::system::error_code over;
        part.resize(stream_.read_some(asio::buffer(part), over));
        ended_whole_ = over == asio::error::eof;
        return part;
    }
    std::string receive_until(const std::string& mark) {
        std::string all;
        while (all.find(mark) == std::string::npos) {
            const std::string part = receive();
            if (part.empty()) break;
            all += part;
        }
        return all;
    }
    /// Whether the other side has said that it was all (close_notify), not merely hung up.
    [[nodiscard]] bool ended_whole() const { return ended_whole_; }
    /// "TLSv1.3"
    [[nodiscard]] std::string version() { return SSL_get_version(stream_.native_handle()); }
    /// Whom the server's certificate names, as `/CN=name`.
    [[nodiscard]] std::string subject() {
        X509* const shown = SSL_get1_peer_certificate(stream_.native_handle());
        std::array<char, 200> text{};
        X509_NAME_oneline(X509_get_subject_name(shown), text.data(), text.size());
        X509_free(shown);
        return text.data();
    }

private:
    static asio::ssl::context context_for(const Client& client) {
        asio::ssl::context context{asio::ssl::context::tls_client};
        auto* const handle = context.native_handle();
        if (client.newest < TLS1_2_VERSION) {
            // Else OpenSSL itself would not even offer it.
            SSL_CTX_set_security_level(handle, 0);
            SSL_CTX_set_min_proto_version(handle, client.newest);
        }
        SSL_CTX_set_max_proto_version(handle, client.newest);
        if (client.certificate) {
            context.use_certificate_chain_file(client.certificate->file);
            context.use_private_key_file(client.certificate->key, asio::ssl::context::pem);
        }
        return context;
    }

    asio::io_context io_;
    asio::ssl::context context_;
    asio::ssl::stream<asio::ip::tcp::socket> stream_{io_, context_};
    bool ended_whole_ = false;
};

/// A client of one port, speaking with one token (none when empty), one connection a request.
struct TlsWeb {
    std::uint16_t port{};
    std::string token{};
    TlsLine::Client client{};

    [[nodiscard]] std::string head(const std::string& verb, const std::string& path) const {
        std::string text = verb + " " + path + " HTTP/1.1\r\nHost: localhost\r\n";
        return token.empty() ? text : text + "Authorization: Bearer " + token + "\r\n";
    }
    [[nodiscard]] WebReply send(const std::string& verb, const std::string& path,
                                const std::string& body = {}, const WebHeaders& more = {}) const {
        std::string text = head(verb, path) + "Connection: close\r\n";
        if (!body.empty() && !more.contains("Content-Type"))
            text += "Content-Type: application/json\r\n";
        for (const auto& [name, value] : more) text += name + ": " + value + "\r\n";
        text += "Content-Length: " + std::to_string(body.size()) + "\r\n";
        TlsLine line{port, client};
        line.send(text + "\r\n" + body);
        return parse_reply(line.receive_until(std::string{"\0never", 6}));
    }
    [[nodiscard]] WebReply get(const std::string& path) const { return send("GET", path); }
    [[nodiscard]] WebReply post(const std::string& path, const nlohmann::json& body) const {
        return send("POST", path, body.dump());
    }
};

}  // namespace liuhen::test
