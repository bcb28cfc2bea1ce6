// The keys that sign lists: Ed25519 (RFC 8032) and SM2 (GB/T 32918, with SM3 and the identity that
// GM/T 0009 names when none is agreed).
#pragma once

#include "server/history/list.hpp"

#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace liuhen::server::history {

/// Identity that SM2 signatures are bound to.
inline constexpr std::string_view sm2_identity = "1234567812345678";

/// Public halves, as published.
struct PublicKeys {
    std::string id;           ///< 16 hex digits: the head of the SHA-256 of the raw Ed25519 key
    std::string ed25519;      ///< hex of 32 bytes
    std::string sm2;          ///< hex of the uncompressed point, 65 bytes
    std::string ed25519_pem;  ///< SubjectPublicKeyInfo
    std::string sm2_pem;
};

/// Why a signed text is not believed.
enum class Verdict : std::uint8_t { good, ed25519_wrong, sm2_wrong };

/// Checks signatures with public keys that are trusted already.
class Verifier {
public:
    /// Two PEM blocks, Ed25519 and SM2, one after another; nullopt when they are not that.
    static std::optional<Verifier> from_pem(const std::string& pem);
    [[nodiscard]] const PublicKeys& keys() const { return keys_; }
    [[nodiscard]] Verdict check(std::string_view text, const Signatures& signatures) const;

private:
    friend class SigningKeys;
    PublicKeys keys_;
    std::shared_ptr<void> ed25519_, sm2_;  ///< EVP_PKEY
};

/// Both private keys. Immutable, safe from any thread.
class SigningKeys {
public:
    /// Reads the file, or makes it with new keys and mode 0600. Throws std::runtime_error with a
    /// plain sentence when it cannot, or when others than its owner may read it.
    static SigningKeys load_or_make(const std::string& path);

    [[nodiscard]] Signatures sign(std::string_view text) const;
    [[nodiscard]] const Verifier& verifier() const { return verifier_; }
    [[nodiscard]] const PublicKeys& keys() const { return verifier_.keys(); }

private:
    Verifier verifier_;
};

}  // namespace liuhen::server::history
