// A record of a manifest's history as the exact text that is hashed: docs/history.md.
#pragma once

#include "base/time.hpp"

#include <cstdint>
#include <string>

namespace liuhen::server::history {

/// Names the form of the text. Another form gets another name; old records keep theirs.
inline constexpr const char* record_format = "liuhen-record-1";

/// What happened to a manifest: who, when, from where, and the document it led to. Texts are left
/// out of the record when they are empty.
struct Happening {
    std::string manifest;  ///< uuid
    std::uint32_t version{};
    std::string transition;  ///< "T10"
    std::string event;       ///< code of the event
    std::string role;
    std::string party;     ///< organisation that signs; empty: an authority or the system
    std::string delegate;  ///< who acted for it under a delegation; empty: itself
    std::string token;     ///< id of the token, never the token
    std::string person;
    std::string origin;      ///< address that the request came from; empty: the system
    Instant at{};            ///< when it happened
    Instant recorded_at{};   ///< when the server took it
    std::string chained_at;  ///< ISO 8601; set where a row older than the chain was taken into it
    std::string request;     ///< JSON text
    std::string document;    ///< JSON text of the manifest as of `version`, as `dump` writes it
};

/// One line of JSON: members sorted by name, no spaces, integers as digits, UTF-8. `request` is
/// written anew in that form. Throws nlohmann::json::exception when it is no JSON.
std::string record_text(const Happening& one);

}  // namespace liuhen::server::history
