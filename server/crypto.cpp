#include "server/crypto.hpp"

#include <openssl/evp.h>
#include <openssl/rand.h>

#include <algorithm>
#include <array>
#include <stdexcept>

namespace liuhen::server {
namespace {

constexpr std::string_view hex_digits = "0123456789abcdef";
constexpr std::string_view base64_digits =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
constexpr std::string_view token_head = "lh_";
constexpr std::size_t token_bytes = 32;
constexpr std::size_t token_digits = 43;  // base64url of 32 bytes

unsigned byte_of(char c) { return static_cast<unsigned char>(c); }

std::string hex(std::string_view bytes) {
    std::string text;
    text.reserve(bytes.size() * 2);
    for (const char c : bytes) {
        text += hex_digits[byte_of(c) >> 4U];
        text += hex_digits[byte_of(c) & 15U];
    }
    return text;
}

// Version and variant written over sixteen bytes, then dashed (RFC 9562 section 4).
std::string dashed(std::string bytes, unsigned version) {
    bytes[6] = static_cast<char>((byte_of(bytes[6]) & 0x0FU) | (version << 4U));
    bytes[8] = static_cast<char>((byte_of(bytes[8]) & 0x3FU) | 0x80U);
    std::string text = hex(bytes);
    for (const std::size_t at : {8U, 13U, 18U, 23U}) text.insert(at, 1, '-');
    return text;
}

}  // namespace

std::string random_bytes(std::size_t count) {
    std::basic_string<unsigned char> bytes(count, 0);
    if (RAND_bytes(bytes.data(), static_cast<int>(count)) != 1)
        throw std::runtime_error{"the system has no random bytes"};
    return {bytes.begin(), bytes.end()};
}

std::string sha256_hex(std::string_view bytes) {
    std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
    unsigned length = 0;
    if (EVP_Digest(bytes.data(), bytes.size(), digest.data(), &length, EVP_sha256(), nullptr) != 1)
        throw std::runtime_error{"SHA-256 failed"};
    return hex(std::string{digest.begin(), digest.begin() + length});
}

std::string base64url(std::string_view bytes) {
    std::string text;
    unsigned bits = 0;
    unsigned held = 0;
    for (const char c : bytes) {
        bits = (bits << 8U) | byte_of(c);
        for (held += 8; held >= 6; held -= 6) text += base64_digits[(bits >> (held - 6)) & 63U];
    }
    if (held > 0) text += base64_digits[(bits << (6 - held)) & 63U];
    return text;
}

std::string uuid_v4() { return dashed(random_bytes(16), 4); }

std::string uuid_v7(Instant now) {
    std::string bytes = random_bytes(16);
    const auto ms = static_cast<std::uint64_t>(now.time_since_epoch().count());
    for (unsigned i = 0; i < 6; ++i) bytes[i] = static_cast<char>((ms >> (8U * (5U - i))) & 255U);
    return dashed(std::move(bytes), 7);
}

bool is_uuid(std::string_view text) {
    if (text.size() != 36) return false;
    for (std::size_t i = 0; i < text.size(); ++i) {
        const bool dash = i == 8 || i == 13 || i == 18 || i == 23;
        const char c = text[i];
        const bool digit =
            (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
        if (dash ? c != '-' : !digit) return false;
    }
    return true;
}

std::string new_token() { return std::string{token_head} + base64url(random_bytes(token_bytes)); }

bool is_token_form(std::string_view text) {
    if (!text.starts_with(token_head) || text.size() != token_head.size() + token_digits)
        return false;
    text.remove_prefix(token_head.size());
    return std::all_of(text.begin(), text.end(),
                       [](char c) { return base64_digits.find(c) != std::string_view::npos; });
}

}  // namespace liuhen::server
