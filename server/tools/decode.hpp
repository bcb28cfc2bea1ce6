// `liuhen decode`: hex frames in, one JSON object a line out.
#pragma once

#include "telematics/profile.hpp"

#include <iosfwd>
#include <optional>
#include <string>
#include <string_view>

namespace liuhen::server::tools {

/// What one line of input came to: a JSON object, and whether a frame was read from it.
struct DecodedLine {
    std::string json;
    bool read = false;
};

/// Decodes one hex frame, with or without its delimiters; or the pieces of a lock that dials in
/// itself, in hex, or as they are when they begin with a bracket. Several on a line are `pieces`.
/// Nullopt for a blank line. A frame that cannot be read gives `{"error": code, "detail": ...}`;
/// the codes are those of docs/wire-jtt808.md and `bad_hex`. A profile adds what its dialect says
/// of positions.
std::optional<DecodedLine> decode_line(std::string_view line,
                                       const telematics::Profile& profile = {});

/// Every line of `in` to `out`. The exit code: 0 when all frames were read and `out` took all that
/// was written, else 1.
int decode_stream(std::istream& in, std::ostream& out, const telematics::Profile& profile = {});

}  // namespace liuhen::server::tools
