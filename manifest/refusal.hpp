// Why an event is refused: a stable code, the field it concerns, and words in two languages.
#pragma once

#include "base/result.hpp"
#include "manifest/manifest.hpp"

#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace liuhen::manifest {

enum class Event : std::uint8_t;

/// What kind of "no" it is. The HTTP status of each is in the comment; the server maps it.
enum class RefusalKind : std::uint8_t {
    forbidden,      ///< 403 not your organisation, not named, wrong role
    illegal_state,  ///< 409 with `state` and `allowed_events`
    stale,          ///< 412 the version named is not the current one
    unprocessable,  ///< 422 a field or a fact is wrong
    held,           ///< 423
    unavailable,    ///< 503 no number left
};

/// One fault. The texts live as long as the program.
struct Refusal {
    std::string_view code;  ///< "TIME_ORDER"
    std::string pointer;    ///< JSON pointer into the request body; "" is the whole of it
    RefusalKind kind{};
    std::string_view message_en;
    std::string_view message_zh;
    std::string value;           ///< the offending value, at most 64 code points; may be empty
    std::optional<State> state;  ///< with illegal_state
    std::vector<Event> allowed_events;  ///< with illegal_state: what this caller may do instead
};
using Refusals = std::vector<Refusal>;

/// Said beside success.
struct Warning {
    std::string_view code;
    std::string pointer;
    std::string_view message_en;
    std::string_view message_zh;
};

/// One row of the catalogue of codes.
struct RefusalText {
    std::string_view code;
    RefusalKind kind;
    std::string_view en;
    std::string_view zh;
};
/// Every code that a refusal can bear. VEHICLE_NOT_HERE and ROUTE_MISSING are also said as
/// warnings.
std::span<const RefusalText> refusal_catalogue();
/// Codes that are only ever said beside success; their `kind` means nothing.
std::span<const RefusalText> warning_catalogue();

/// A refusal with the catalogue's kind and words. `code` must be in one of the catalogues.
Refusal refuse(std::string_view code, std::string pointer, std::string_view value = {});
Warning warn(std::string_view code, std::string pointer);

}  // namespace liuhen::manifest
