#include "server/history/digest.hpp"

#include <openssl/evp.h>

#include <algorithm>
#include <memory>
#include <stdexcept>

namespace liuhen::server::history {
namespace {

constexpr std::string_view hex_digits = "0123456789abcdef";

// Fetched once: looking an algorithm up costs more than hashing a record with it.
struct Algorithm {
    explicit Algorithm(const char* name) : md(EVP_MD_fetch(nullptr, name, nullptr)) {
        if (md == nullptr) throw std::runtime_error{std::string{"OpenSSL has no "} + name};
    }
    ~Algorithm() { EVP_MD_free(md); }
    Algorithm(const Algorithm&) = delete;
    Algorithm& operator=(const Algorithm&) = delete;
    EVP_MD* md;
};
const Algorithm& sha256() {
    static const Algorithm one{"SHA256"};
    return one;
}
const Algorithm& sm3() {
    static const Algorithm one{"SM3"};
    return one;
}

struct FreeContext {
    void operator()(EVP_MD_CTX* context) const { EVP_MD_CTX_free(context); }
};

Digest digest_of(const Algorithm& algorithm, std::initializer_list<std::string_view> parts) {
    thread_local const std::unique_ptr<EVP_MD_CTX, FreeContext> context{EVP_MD_CTX_new()};
    Digest digest{};
    bool good = context && EVP_DigestInit_ex2(context.get(), algorithm.md, nullptr) == 1;
    for (const auto part : parts)
        good = good && EVP_DigestUpdate(context.get(), part.data(), part.size()) == 1;
    if (!good || EVP_DigestFinal_ex(context.get(), digest.data(), nullptr) != 1)
        throw std::runtime_error{"a digest could not be made"};
    return digest;
}

}  // namespace

std::string_view bytes_of(const Digest& digest) {
    return {reinterpret_cast<const char*>(digest.data()), digest.size()};
}

std::string hex_of(std::string_view bytes) {
    std::string text;
    text.reserve(bytes.size() * 2);
    for (const char c : bytes) {
        const auto byte = static_cast<unsigned char>(c);
        text += hex_digits[byte >> 4U];
        text += hex_digits[byte & 15U];
    }
    return text;
}

std::optional<std::string> bytes_from_hex(std::string_view digits) {
    if (digits.size() % 2 != 0) return std::nullopt;
    std::string bytes;
    bytes.reserve(digits.size() / 2);
    for (std::size_t i = 0; i < digits.size(); i += 2) {
        const auto high = hex_digits.find(digits[i]);
        const auto low = hex_digits.find(digits[i + 1]);
        if (high == std::string_view::npos || low == std::string_view::npos) return std::nullopt;
        bytes += static_cast<char>(high * 16 + low);
    }
    return bytes;
}

std::string hex(const Digest& digest) { return hex_of(bytes_of(digest)); }

std::optional<Digest> digest_from_hex(std::string_view digits) {
    const auto bytes = bytes_from_hex(digits);
    Digest digest{};
    if (!bytes || bytes->size() != digest.size()) return std::nullopt;
    std::copy(bytes->begin(), bytes->end(), digest.begin());
    return digest;
}

Digests digests_of(std::initializer_list<std::string_view> parts) {
    return {digest_of(sha256(), parts), digest_of(sm3(), parts)};
}

Digests chained(const Digests& previous, std::string_view record) {
    return {digest_of(sha256(), {bytes_of(previous.sha256), record}),
            digest_of(sm3(), {bytes_of(previous.sm3), record})};
}

}  // namespace liuhen::server::history
