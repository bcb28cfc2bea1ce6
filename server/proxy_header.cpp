#include "server/proxy_header.hpp"

#include <algorithm>
#include <cassert>

namespace liuhen::server {
namespace {

constexpr std::array<std::uint8_t, 12> signature{0x0D, 0x0A, 0x0D, 0x0A, 0x00, 0x0D,
                                                 0x0A, 0x51, 0x55, 0x49, 0x54, 0x0A};
constexpr std::string_view text_form = "PROXY ";

constexpr std::uint8_t version_two = 0x20;
enum Command : std::uint8_t { local = 0, proxied = 1 };
enum Family : std::uint8_t { ipv4 = 1, ipv6 = 2 };

std::uint8_t at(std::span<const std::byte> bytes, std::size_t place) {
    return std::to_integer<std::uint8_t>(bytes[place]);
}
std::uint16_t word(std::span<const std::byte> bytes, std::size_t place) {
    return static_cast<std::uint16_t>(at(bytes, place) << 8U | at(bytes, place + 1));
}

bool is_text_form(std::span<const std::byte> bytes) {
    return bytes.size() >= text_form.size() &&
           std::equal(text_form.begin(), text_form.end(), bytes.begin(),
                      [](char c, std::byte b) { return static_cast<std::byte>(c) == b; });
}

// Source address, destination address, source port, destination port.
template <class Address>
Result<std::optional<ProxySource>, ProxyFault> read_source(std::span<const std::byte> rest) {
    Address address{};
    const std::size_t ports = 2 * address.size();
    if (rest.size() < ports + 4) return fail(ProxyFault::bad_address);
    for (std::size_t i = 0; i < address.size(); ++i) address[i] = at(rest, i);
    return std::optional{ProxySource{address, word(rest, ports)}};
}

}  // namespace

std::string_view code(ProxyFault fault) {
    static constexpr std::array<std::string_view, static_cast<std::size_t>(ProxyFault::count_)>
        names{"no_header", "version_one", "bad_version", "bad_address", "too_long", "truncated"};
    assert(fault < ProxyFault::count_);
    return names[static_cast<std::size_t>(fault)];
}

bool is_proxy_signature(std::span<const std::byte> bytes) {
    return bytes.size() >= signature.size() &&
           std::equal(signature.begin(), signature.end(), bytes.begin(),
                      [](std::uint8_t s, std::byte b) { return static_cast<std::byte>(s) == b; });
}

Result<std::size_t, ProxyFault> proxy_rest(std::span<const std::byte> prefix) {
    if (is_text_form(prefix)) return fail(ProxyFault::version_one);
    if (prefix.size() < proxy_prefix) return fail(ProxyFault::truncated);
    if (!is_proxy_signature(prefix)) return fail(ProxyFault::no_header);
    const auto verb = at(prefix, 12);
    if ((verb & 0xF0U) != version_two || (verb & 0x0FU) > proxied) {
        return fail(ProxyFault::bad_version);
    }
    const std::size_t rest = word(prefix, 14);
    if (rest > max_proxy_rest) return fail(ProxyFault::too_long);
    return rest;
}

Result<std::optional<ProxySource>, ProxyFault> read_proxy_header(
    std::span<const std::byte> header) {
    const auto length = proxy_rest(header);
    if (!length) return fail(length.error());
    if (header.size() < proxy_prefix + *length) return fail(ProxyFault::truncated);
    const auto rest = header.subspan(proxy_prefix, *length);
    if ((at(header, 12) & 0x0FU) == local) return std::optional<ProxySource>{};
    switch (at(header, 13) >> 4U) {
        case ipv4:
            return read_source<IpV4>(rest);
        case ipv6:
            return read_source<IpV6>(rest);
    }
    return std::optional<ProxySource>{};  // UNIX, or a family to come
}

}  // namespace liuhen::server
