#include "server/tls.hpp"

#include "server/crypto.hpp"
#include "server/log.hpp"

#include <boost/asio/redirect_error.hpp>
#include <boost/asio/ssl.hpp>
#include <boost/asio/write.hpp>

#include <algorithm>
#include <array>
#include <stdexcept>

namespace liuhen::server {
namespace {

namespace ssl = asio::ssl;
using asio::ip::tcp;
using boost::system::error_code;

// Decrypted bytes taken at once. OpenSSL keeps the rest of a record.
constexpr std::size_t piece = 2 * 1024;

class TlsLine final : public Line {
public:
    TlsLine(std::shared_ptr<ssl::context> context, tcp::socket socket, Protocol spoken,
            std::string from)
        : Line(spoken, std::move(from)),
          context_(std::move(context)),
          stream_(std::move(socket), *context_) {
        error_code ignored;
        stream_.next_layer().set_option(tcp::no_delay{true}, ignored);
    }

    asio::any_io_executor executor() override { return stream_.get_executor(); }

    awaitable<void> open() override {
        error_code fault;
        auto shaken = asio::redirect_error(asio::use_awaitable, fault);
        co_await stream_.async_handshake(ssl::stream_base::server, shaken);
        if (fault) ended = true;
    }

    awaitable<std::size_t> receive(std::span<std::byte> room) override {
        error_code fault;
        auto taken = asio::redirect_error(asio::use_awaitable, fault);
        const auto count = co_await stream_.async_read_some(asio::buffer(piece_), taken);
        if (fault == asio::error::operation_aborted) co_return 0;  // woken
        if (fault) {
            ended = true;
            co_return 0;
        }
        std::copy_n(piece_.begin(), count, room.begin());
        co_return count;
    }

    awaitable<void> send(std::vector<std::byte> bytes) override {
        error_code fault;
        auto written = asio::redirect_error(asio::use_awaitable, fault);
        co_await asio::async_write(stream_, asio::buffer(bytes), written);
        if (fault) ended = true;
    }

private:
    void wake() override {
        error_code ignored;
        stream_.next_layer().cancel(ignored);
    }
    void close() override {
        error_code ignored;
        stream_.next_layer().close(ignored);
    }

    std::shared_ptr<ssl::context> context_;
    ssl::stream<tcp::socket> stream_;
    std::array<std::byte, piece> piece_{};
};

// Who signs the certificates of peers. A session is resumed only by whom it was begun with.
void ask_peers(ssl::context& context, const std::string& authorities) {
    constexpr std::string_view sessions = "liuhen";
    error_code fault;
    context.load_verify_file(authorities, fault);
    auto* const names = fault ? nullptr : SSL_load_client_CA_file(authorities.c_str());
    if (names == nullptr) throw std::runtime_error{"cannot use the authorities " + authorities};
    SSL_CTX_set_client_CA_list(context.native_handle(), names);
    const void* const bytes = sessions.data();
    SSL_CTX_set_session_id_context(context.native_handle(),
                                   static_cast<const unsigned char*>(bytes),
                                   static_cast<unsigned>(sessions.size()));
    context.set_verify_mode(ssl::verify_peer);
}

std::shared_ptr<ssl::context> context_of(const std::string& certificate, const std::string& key,
                                         const std::string& authorities) {
    auto context = std::make_shared<ssl::context>(ssl::context::tls_server);
    context->set_options(ssl::context::default_workarounds | ssl::context::no_sslv2 |
                         ssl::context::no_sslv3 | ssl::context::no_tlsv1 |
                         ssl::context::no_tlsv1_1 | ssl::context::no_compression);
    SSL_CTX_set_min_proto_version(context->native_handle(), TLS1_2_VERSION);
    SSL_CTX_set_options(context->native_handle(), SSL_OP_NO_RENEGOTIATION);
    error_code fault;
    context->use_certificate_chain_file(certificate, fault);
    if (fault) throw std::runtime_error{"cannot use the certificate " + certificate};
    context->use_private_key_file(key, ssl::context::pem, fault);
    if (fault) throw std::runtime_error{"cannot use the key of the certificate " + certificate};
    if (SSL_CTX_check_private_key(context->native_handle()) != 1) {
        throw std::runtime_error{"the key does not belong to the certificate " + certificate};
    }
    if (!authorities.empty()) ask_peers(*context, authorities);
    return context;
}

}  // namespace

TlsKeys::TlsKeys(std::string certificate, std::string key, std::string authorities)
    : certificate_(std::move(certificate)),
      key_(std::move(key)),
      authorities_(std::move(authorities)) {
    reload();
}

TlsKeys::~TlsKeys() = default;

void TlsKeys::reload() { context_.store(context_of(certificate_, key_, authorities_)); }

void TlsKeys::renew() {
    try {
        reload();
        log::info("tls.renewed", {{"certificate", certificate_}});
    } catch (const std::exception& fault) {
        log::error("tls.not_renewed", {{"fault", fault.what()}});
    }
}

std::shared_ptr<Line> TlsKeys::line(tcp::socket socket, Protocol spoken, std::string peer) const {
    return std::make_shared<TlsLine>(context_.load(), std::move(socket), spoken, std::move(peer));
}

std::string thumbprint_of_peer(const ssl_st* connection) {
    const std::unique_ptr<X509, decltype(&X509_free)> shown{SSL_get1_peer_certificate(connection),
                                                            X509_free};
    if (!shown) return {};
    std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
    unsigned length = 0;
    if (X509_digest(shown.get(), EVP_sha256(), digest.data(), &length) != 1) return {};
    const void* const bytes = digest.data();
    return base64url({static_cast<const char*>(bytes), length});
}

}  // namespace liuhen::server
