#include "server/national/credentials.hpp"

#include "server/key_file.hpp"

#include <openssl/evp.h>
#include <openssl/ssl.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <memory>
#include <sstream>
#include <stdexcept>

namespace liuhen::server::national {
namespace {

constexpr std::size_t most_bytes = 16 * 1024;
constexpr std::size_t shortest_key = 32;
constexpr std::size_t digest_bytes = 32;

bool is_sound(std::string_view value) {
    return !value.empty() &&
           std::ranges::all_of(value, [](unsigned char c) { return c > 0x20 && c < 0x7F; });
}

std::string base64(const std::string& bytes) {
    std::string text(4 * ((bytes.size() + 2) / 3) + 1, '\0');
    const int length = EVP_EncodeBlock(reinterpret_cast<unsigned char*>(text.data()),
                                       reinterpret_cast<const unsigned char*>(bytes.data()),
                                       static_cast<int>(bytes.size()));
    text.resize(static_cast<std::size_t>(length));
    return text;
}

std::string hmac_sha256(const std::string& key, const std::string& text) {
    std::array<unsigned char, digest_bytes> digest{};
    std::size_t length = 0;
    const auto* const octets = reinterpret_cast<const unsigned char*>(text.data());
    const auto* const made =
        EVP_Q_mac(nullptr, "HMAC", nullptr, "SHA256", nullptr, key.data(), key.size(), octets,
                  text.size(), digest.data(), digest.size(), &length);
    if (made == nullptr || length != digest.size()) throw std::runtime_error{"HMAC-SHA-256"};
    return {digest.begin(), digest.end()};
}

}  // namespace

Credentials Credentials::from_file(const std::string& path) {
    const KeyFile file{path, "the national system's credentials"};
    Credentials read;
    std::string text = file.read(most_bytes + 1);
    if (text.size() > most_bytes) file.bad("is longer than 16 KiB");
    std::istringstream lines{std::move(text)};
    for (std::string line; std::getline(lines, line);) {
        if (line.empty() || line.starts_with('#')) continue;
        const auto equals = line.find('=');
        const std::string name = line.substr(0, equals);
        const std::string value = equals == std::string::npos ? "" : line.substr(equals + 1);
        std::string* const place = name == "bearer"            ? &read.bearer_
                                   : name == "hmac"            ? &read.hmac_
                                   : name == "certificate"     ? &read.certificate_
                                   : name == "certificate-key" ? &read.certificate_key_
                                                               : nullptr;
        if (place == nullptr || !place->empty() || !is_sound(value))
            file.bad(
                "does not hold lines bearer=…, hmac=…, certificate=… and certificate-key=…, each "
                "once, without spaces");
        *place = value;
    }
    if (!read.hmac_.empty() && read.hmac_.size() < shortest_key)
        file.bad("has an hmac key of less than 32 characters");
    if (read.certificate_.empty() != read.certificate_key_.empty())
        file.bad("names a certificate or its key, not both");
    if (read.bearer_.empty() && read.hmac_.empty() && read.certificate_.empty())
        file.bad("holds none");
    if (!read.certificate_.empty()) read.check_certificate();
    return read;
}

void Credentials::check_certificate() const {
    const KeyFile key{certificate_key_, "the key of the national system's client certificate"};
    static_cast<void>(key.read(most_bytes));
    const std::unique_ptr<SSL_CTX, decltype(&SSL_CTX_free)> context{
        SSL_CTX_new(TLS_client_method()), SSL_CTX_free};
    if (!context) throw std::runtime_error{"OpenSSL cannot be used"};
    if (SSL_CTX_use_certificate_chain_file(context.get(), certificate_.c_str()) != 1)
        throw std::runtime_error{"cannot use the certificate " + certificate_};
    if (SSL_CTX_use_PrivateKey_file(context.get(), certificate_key_.c_str(), SSL_FILETYPE_PEM) != 1)
        key.bad("does not belong to the certificate " + certificate_);
}

std::vector<std::string> Credentials::headers(std::string_view key, Instant now,
                                              std::string_view body) const {
    std::vector<std::string> all;
    if (!bearer_.empty()) all.push_back("Authorization: Bearer " + bearer_);
    if (hmac_.empty()) return all;
    const std::string id{key};
    const auto since_epoch = std::chrono::floor<std::chrono::seconds>(now.time_since_epoch());
    const std::string seconds = std::to_string(since_epoch.count());
    all.push_back("webhook-id: " + id);
    all.push_back("webhook-timestamp: " + seconds);
    all.push_back("webhook-signature: v1," +
                  base64(hmac_sha256(hmac_, id + "." + seconds + "." + std::string{body})));
    return all;
}

}  // namespace liuhen::server::national
