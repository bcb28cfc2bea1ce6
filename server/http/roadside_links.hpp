// Addresses that stand in the code of a printed manifest.
#pragma once

#include "manifest/manifest.hpp"
#include "server/roadside.hpp"

#include <string>

namespace liuhen::server::http {

/// What of a version is known beside its document.
struct VersionRecord {
    Instant recorded_at;
    std::string sha256;  ///< of the record in the chain, hex
};

/// "#no=…&sha256=…": it is not sent; a telephone that is not on line shows it all the same.
inline std::string checked_by(const manifest::Manifest& m, const VersionRecord& record) {
    return "#no=" + m.no + "&sha256=" + record.sha256;
}
/// The page for whoever holds the paper.
inline std::string roadside_url(const std::string& origin, const std::string& code) {
    return origin + "/r/" + code;
}
/// The version itself, for callers with a token: of prints without a code.
inline std::string version_url(const std::string& origin, const manifest::Manifest& m) {
    return origin + "/v1/manifests/" + m.id.text + "/versions/" + std::to_string(m.version);
}

}  // namespace liuhen::server::http
