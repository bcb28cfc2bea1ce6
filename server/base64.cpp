#include "server/base64.hpp"

#include <sodium.h>

namespace liuhen::server {
namespace {

std::optional<std::string> decoded(std::string_view text, int variant) {
    std::string bytes(text.size(), '\0');
    auto* const to = reinterpret_cast<unsigned char*>(bytes.data());
    std::size_t length = 0;
    if (sodium_base642bin(to, bytes.size(), text.data(), text.size(), nullptr, &length, nullptr,
                          variant) != 0)
        return std::nullopt;
    bytes.resize(length);
    return bytes;
}

}  // namespace

std::string to_base64(std::string_view bytes) {
    constexpr int variant = sodium_base64_VARIANT_ORIGINAL;
    std::string text(sodium_base64_encoded_len(bytes.size(), variant), '\0');
    const auto* const from = reinterpret_cast<const unsigned char*>(bytes.data());
    sodium_bin2base64(text.data(), text.size(), from, bytes.size(), variant);
    text.pop_back();  // the C string's end
    return text;
}
std::optional<std::string> from_base64(std::string_view text) {
    return decoded(text, sodium_base64_VARIANT_ORIGINAL);
}
std::optional<std::string> from_base64url(std::string_view text) {
    return decoded(text, sodium_base64_VARIANT_URLSAFE_NO_PADDING);
}

}  // namespace liuhen::server
