// Secrets at rest: AES-256-GCM under a key that lies in a file and never in the database.
#pragma once

#include "base/result.hpp"

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace liuhen::server {

inline constexpr std::size_t secret_key_bytes = 32;

/// A secret as it is stored.
struct SealedSecret {
    std::string key_id;  ///< which key opens it: 16 hex digits of the key's SHA-256
    std::string bytes;   ///< 12 bytes of nonce, the ciphertext, 16 bytes of tag
};

/// Why a stored secret cannot be opened.
enum class VaultFault : std::uint8_t {
    no_key,         ///< sealed under a key that this vault does not hold
    not_authentic,  ///< changed, or sealed for something else
};

/// Seals with its first key and opens with any. Immutable, safe from any thread. A vault without
/// keys opens nothing; whoever seals asks `is_closed` first.
class Vault {
public:
    Vault() = default;
    /// Raw keys of `secret_key_bytes` each, the newest first. Throws std::runtime_error.
    explicit Vault(const std::vector<std::string>& keys);
    /// Reads key files, the newest first. Throws std::runtime_error with a plain sentence when one
    /// is missing, has another length, or may be read by anybody but its owner.
    static Vault from_files(const std::vector<std::string>& paths);

    [[nodiscard]] bool is_closed() const { return keys_.empty(); }
    /// `bound_to` names what the secret belongs to; it opens for nothing else.
    [[nodiscard]] SealedSecret seal(std::string_view secret, std::string_view bound_to) const;
    [[nodiscard]] Result<std::string, VaultFault> open(const SealedSecret& sealed,
                                                       std::string_view bound_to) const;
    /// HMAC-SHA-256 of `text`, 32 bytes, under a key derived for `purpose` from each of its keys,
    /// the newest first: by them what is sealed is found again without being opened, and nobody
    /// without the key can try all texts there are.
    [[nodiscard]] std::vector<std::string> fingerprints(std::string_view text,
                                                        std::string_view purpose) const;

private:
    struct Key {
        std::string id, bytes;
    };
    std::vector<Key> keys_;
};

/// Makes a key file of random bytes with mode 0600 when there is none at `path`. Throws
/// std::runtime_error.
void make_secret_key(const std::string& path);

}  // namespace liuhen::server
