// A report to the national system as JSON: docs/national.md.
#pragma once

#include "manifest/manifest.hpp"

#include <nlohmann/json_fwd.hpp>

#include <cstdint>
#include <string>

namespace liuhen::server {

inline constexpr const char* report_format = "liuhen-national-1";

/// What is told of one event.
struct ReportHead {
    std::string key;          ///< manifest::report_key
    std::uint32_t version{};  ///< that the event led to
    std::string event;        ///< code
    Instant at;               ///< when it happened
};

/// Members are named as the systems that exchange with the nation name theirs where that is known
/// (billCode, govCode, billStatus, billType, transferOrder, directoryVersion). `content` is the
/// manifest as of the event, or as corrected since. Members that say nothing are left out.
nlohmann::json report_json(const ReportHead& head, const manifest::Manifest& content);

}  // namespace liuhen::server
