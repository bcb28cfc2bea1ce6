// The version that a caller says it has read.
#pragma once

#include "server/http/message.hpp"

#include <cstdint>
#include <optional>

namespace liuhen::server::http {

/// The version named by If-Match; "*" and no header name none.
struct IfMatch {
    std::optional<std::uint32_t> version;
    bool malformed = false;  ///< not one entity tag in quotes
};
IfMatch read_if_match(const Request& request);

/// A change of content names the version it was made from; a step of a procedure may.
enum class MustName : std::uint8_t { no, yes };
/// The refusal of a change whose If-Match is not `current`: 400, 428 (missing) or 412.
std::optional<Reply> refuse_unless_current(const Request& request, std::uint32_t current,
                                           MustName must);

}  // namespace liuhen::server::http
