// Two digests of the same bytes, SHA-256 and SM3 (GB/T 32905), side by side: a record stays proven
// should one of the two be broken, or not be admitted by who judges.
#pragma once

#include <array>
#include <cstdint>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>

namespace liuhen::server::history {

inline constexpr std::size_t digest_bytes = 32;  ///< of SHA-256 and of SM3
using Digest = std::array<std::uint8_t, digest_bytes>;

std::string_view bytes_of(const Digest& digest);
/// Bytes as lower-case hex digits, and back; nullopt for an odd number or other characters.
std::string hex_of(std::string_view bytes);
std::optional<std::string> bytes_from_hex(std::string_view digits);
/// 64 lower-case hex digits.
std::string hex(const Digest& digest);
/// Nullopt for anything but 64 hex digits, lower case.
std::optional<Digest> digest_from_hex(std::string_view digits);

/// What both algorithms make of the same bytes.
struct Digests {
    Digest sha256{};
    Digest sm3{};
    friend bool operator==(const Digests&, const Digests&) = default;
};

/// Of the parts put one after another. Throws std::runtime_error when OpenSSL has no SM3.
Digests digests_of(std::initializer_list<std::string_view> parts);

/// What the first record of a chain follows: zeros.
inline constexpr Digests before_the_first{};

/// The next link: H(previous || record), each algorithm after its own previous.
Digests chained(const Digests& previous, std::string_view record);

}  // namespace liuhen::server::history
