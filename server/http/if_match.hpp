// The version that a caller says it has read.
#pragma once

#include "server/http/message.hpp"

#include <cstdint>
#include <optional>

namespace liuhen::server::http {

/// If-Match, RFC 9110 13.1.1. `*` is fulfilled by whatever version there is: who sends it has
/// decided to write over what was not read. A weak tag is never the same as a version.
struct IfMatch {
    enum class Said : std::uint8_t { nothing, any, version, malformed };
    Said said{};
    std::optional<std::uint32_t> version{};  ///< with `version`; 0 is none that ever was
};
IfMatch read_if_match(const Request& request);

/// A change of content names the version it was made from; a step of a procedure may.
enum class MustName : std::uint8_t { no, yes };
/// The refusal of a change whose If-Match is not `current`: 400, 428 (missing) or 412.
std::optional<Reply> refuse_unless_current(const Request& request, std::uint32_t current,
                                           MustName must);

}  // namespace liuhen::server::http
