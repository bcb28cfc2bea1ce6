// Text to JSON, with the limits that keep a hostile document small.
#pragma once

#include "base/result.hpp"

#include <nlohmann/json_fwd.hpp>

#include <cstddef>
#include <string>
#include <string_view>

namespace liuhen::server {

inline constexpr std::size_t max_json_depth = 32;
inline constexpr std::size_t max_json_values = 50'000;  ///< commas and colons, roughly values

/// Why a text is no document of ours: "NOT_JSON", "TOO_DEEP", "DUPLICATE_KEY", "TOO_MANY_VALUES".
struct JsonFault {
    std::string code;
    std::string detail;  ///< a sentence for a person, with the byte (from 0) where it broke
};

/// Reads one JSON text (UTF-8, RFC 8259). Repeated keys of one object and U+0000 are refused.
Result<nlohmann::json, JsonFault> parse_json(std::string_view text,
                                             std::size_t max_values = max_json_values);

}  // namespace liuhen::server
