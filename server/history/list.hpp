// A signed list of chain heads: what stood in the history at a moment, for whoever keeps the list
// where the database's owner cannot reach it.
#pragma once

#include "base/time.hpp"
#include "server/history/digest.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace liuhen::server::history {

inline constexpr const char* list_format = "liuhen-anchor-1";
/// Most heads in one list; a minute with more makes several.
inline constexpr std::size_t max_heads = 4'096;

/// The newest record of a manifest.
struct Head {
    std::string manifest;  ///< uuid
    std::uint32_t version{};
    Digests digests;
    friend bool operator==(const Head&, const Head&) = default;
};
/// The text of a leaf: JSON, members sorted by name, no spaces.
std::string head_text(const Head& head);
/// Root of the tree over the heads in their order.
Digests root_of_heads(const std::vector<Head>& heads);

/// What is signed.
struct AnchorList {
    std::uint64_t number{};     ///< from 1, without gaps
    Instant at{};               ///< the server's clock
    std::uint64_t heads{};      ///< in this list
    std::uint64_t manifests{};  ///< listed in all, since the first list
    std::uint64_t records{};    ///< the same
    std::string key_id;
    std::string ed25519;  ///< public key, hex: 32 bytes
    std::string sm2;      ///< public key, hex: the uncompressed point, 65 bytes
    Digests previous;     ///< of the text of the list before; zeros before the first
    Digests root;         ///< of the tree over the heads
};
/// One line of JSON: members sorted by name, no spaces, integers as digits.
std::string list_text(const AnchorList& list);
/// Nullopt for any text that `list_text` does not make.
std::optional<AnchorList> read_list(std::string_view text);

/// Signatures over the text of a list, as OpenSSL makes them: Ed25519 raw, SM2 in DER.
struct Signatures {
    std::string ed25519;
    std::string sm2;
    friend bool operator==(const Signatures&, const Signatures&) = default;
};

/// A list as it is kept in the database and in the anchors' folder.
struct SignedList {
    std::string text;
    Signatures signatures;
    std::vector<Head> heads;
};
/// One line of a file of the anchors' folder, without its end.
std::string line_of(const SignedList& list);
/// Nullopt for a line that `line_of` does not make.
std::optional<SignedList> read_line(std::string_view line);

}  // namespace liuhen::server::history
