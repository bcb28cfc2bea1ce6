// What somebody at the roadside sees of a manifest: a page for a telephone, in Chinese and English,
// that runs nothing and loads nothing.
#pragma once

#include "manifest/manifest.hpp"
#include "server/http/message.hpp"
#include "server/store/roadside.hpp"

#include <map>
#include <string>
#include <vector>

namespace liuhen::server::http {

/// What the page is made from.
struct RoadsideView {
    manifest::Manifest manifest;
    std::uint32_t paper_version{};  ///< of the print in hand
    Instant recorded_at;            ///< when the manifest's version was taken into the history
    std::string sha256;             ///< of that record
    std::map<std::string, std::string> routes;  ///< names by id
    std::vector<store::LastScan> scans;
    Instant now;
    Instant until;     ///< when the page ends
    std::string copy;  ///< address of the manifest as PDF, relative to the page's
};
/// Texts from outside stand in it as texts, whatever they hold. Persons are named by their first
/// character, their numbers in part. It asks for itself again when its time is over.
std::string roadside_page(const RoadsideView& view);

/// One answer for codes and pages that never were, have ended, or were revoked: 404.
Reply roadside_dead();
/// 429, for whoever asks too often.
Reply roadside_busy(std::chrono::seconds wait);

/// 200 with a page of this house: kept nowhere, indexed nowhere, its address told nobody.
Reply roadside_reply(std::string page);

}  // namespace liuhen::server::http
