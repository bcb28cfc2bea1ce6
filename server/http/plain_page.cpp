#include "server/http/plain_page.hpp"

#include <openssl/evp.h>

#include <array>

namespace liuhen::server::http {
namespace {

std::string_view entity(char c) {
    switch (c) {
        case '&':
            return "&amp;";
        case '<':
            return "&lt;";
        case '>':
            return "&gt;";
        case '"':
            return "&quot;";
        case '\'':
            return "&#39;";
        default:
            return {};
    }
}

std::string sha256_base64(std::string_view text) {
    std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
    unsigned size = 0;
    EVP_Digest(text.data(), text.size(), digest.data(), &size, EVP_sha256(), nullptr);
    std::array<unsigned char, 4 * (EVP_MAX_MD_SIZE / 3 + 1) + 1> written{};
    const int length = EVP_EncodeBlock(written.data(), digest.data(), static_cast<int>(size));
    return {written.begin(), written.begin() + length};
}

}  // namespace

std::string escaped(std::string_view text) {
    std::string safe;
    safe.reserve(text.size());
    for (const char c : text) {
        const auto name = entity(c);
        if (name.empty())
            safe += c;
        else
            safe += name;
    }
    return safe;
}

std::string policy_of_style(std::string_view style) {
    return "default-src 'none'; style-src 'sha256-" + sha256_base64(style) +
           "'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";
}

}  // namespace liuhen::server::http
