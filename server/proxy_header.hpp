// The PROXY protocol, version 2: what a load balancer says of the connection it passes on, in front
// of the device's own bytes. Pure: no sockets, so that any bytes can be tried on it.
#pragma once

#include "base/result.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>
#include <variant>

namespace liuhen::server {

using IpV4 = std::array<std::uint8_t, 4>;
using IpV6 = std::array<std::uint8_t, 16>;

/// Who is behind the balancer.
struct ProxySource {
    std::variant<IpV4, IpV6> address;
    std::uint16_t port{};
    friend bool operator==(const ProxySource&, const ProxySource&) = default;
};

/// Why the bytes are no header of version 2. `code()` is its stable name.
enum class ProxyFault : std::uint8_t {
    no_header,    ///< something else stands there
    version_one,  ///< the text form, which is not taken
    bad_version,  ///< the signature, but neither version 2 nor a command of it
    bad_address,  ///< shorter than its family's addresses
    too_long,     ///< more than `max_proxy_rest` bytes
    truncated,    ///< the bytes end before the header does
    count_,
};
std::string_view code(ProxyFault fault);

/// Bytes of the fixed part, which says how many follow it.
inline constexpr std::size_t proxy_prefix = 16;
/// Most bytes that may follow: UNIX addresses and some TLVs beside them fit.
inline constexpr std::size_t max_proxy_rest = 1024;

/// True when `bytes` begin as a header of version 2 does.
bool is_proxy_signature(std::span<const std::byte> bytes);

/// How many bytes follow the first `proxy_prefix` ones.
Result<std::size_t, ProxyFault> proxy_rest(std::span<const std::byte> prefix);

/// The whole header, prefix and rest. Nullopt as source: the balancer speaks for itself (LOCAL) or
/// names no address of IP; TLVs are passed over.
Result<std::optional<ProxySource>, ProxyFault> read_proxy_header(std::span<const std::byte> header);

}  // namespace liuhen::server
