#include "server/hmac.hpp"

#include <openssl/evp.h>

#include <cstddef>
#include <stdexcept>

namespace liuhen::server {
namespace {

constexpr std::size_t digest_bytes = 32;

}  // namespace

std::string hmac_sha256(std::string_view key, std::string_view text) {
    std::string digest(digest_bytes, '\0');
    std::size_t length = 0;
    const auto* const made =
        EVP_Q_mac(nullptr, "HMAC", nullptr, "SHA256", nullptr, key.data(), key.size(),
                  reinterpret_cast<const unsigned char*>(text.data()), text.size(),
                  reinterpret_cast<unsigned char*>(digest.data()), digest.size(), &length);
    if (made == nullptr || length != digest_bytes) throw std::runtime_error{"HMAC-SHA-256 failed"};
    return digest;
}

}  // namespace liuhen::server
