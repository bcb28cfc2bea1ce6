// The transfer manifest on paper (危险废物转移联单): A4, in the parts of Order 23: what was sent,
// how it was carried, what was received, and who signed.
#pragma once

#include "base/result.hpp"
#include "manifest/manifest.hpp"

#include <optional>
#include <string>

#include "print/typeface.hpp"
#include "print/unprintable.hpp"

namespace liuhen::print {

/// What a print says beside the manifest itself.
struct Imprint {
    std::string url;                       ///< in the QR code, 1-280 bytes
    Instant at;                            ///< when this version of the manifest came to be
    std::optional<Instant> opens_until{};  ///< the address opens a page to everybody until then
};
inline constexpr std::size_t longest_manifest_qr = 280;

/// Equal calls give equal bytes, so that a print can be kept by its hash. VOIDED and drafts are
/// marked across every page. Times are Beijing time, weights kilograms.
Result<std::string, Unprintable> manifest_pdf(const Typeface& typeface,
                                              const manifest::Manifest& manifest,
                                              const Imprint& imprint);

}  // namespace liuhen::print
