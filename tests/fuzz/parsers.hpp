// Every parser of outside bytes as a function that a fuzzer can call, with the bytes to begin from
// (docs/fuzzing.md). libFuzzer drives them in target.cpp, a test of `telematics` with mutations.
#pragma once

#include "telematics/bytes.hpp"

#include <span>
#include <stdexcept>
#include <string_view>
#include <vector>

namespace liuhen::test {

/// What a parser throws when something that must hold does not.
struct Broken : std::logic_error {
    using std::logic_error::logic_error;
};
inline void require(bool holds, const char* what) {
    if (!holds) throw Broken{what};
}

/// Reads any bytes without harm and checks what must hold for all of them.
using Parse = void (*)(telematics::ByteView);

/// One input to begin from.
using Seed = telematics::Bytes;
using Seeds = std::vector<Seed>;

struct FuzzedParser {
    std::string_view name;
    Parse parse;
    Seeds (*seeds)();
};
std::span<const FuzzedParser> fuzzed_parsers();

// frame_parsers.cpp
void parse_frames(telematics::ByteView input);
void parse_parts(telematics::ByteView input);
// conversation_parsers.cpp
void parse_conversation(telematics::ByteView input);
// body_parsers.cpp
void parse_body(telematics::ByteView input);
void parse_position(telematics::ByteView input);
// lock_parsers.cpp
void parse_lock_binary(telematics::ByteView input);
void parse_lock_text(telematics::ByteView input);
void parse_seal(telematics::ByteView input);
void parse_lock_conversation(telematics::ByteView input);
void parse_lock_report(telematics::ByteView input);
// text_parsers.cpp
void parse_text(telematics::ByteView input);
void parse_profile_rows(telematics::ByteView input);
void parse_proxy_header(telematics::ByteView input);
// piece_parsers.cpp
void parse_piece(telematics::ByteView input);
Seeds piece_seeds();
// tool_parsers.cpp
void parse_decode_line(telematics::ByteView input);

// seeds.cpp: from the frames worked out in tests/vectors and docs.
Seeds frame_seeds();
Seeds part_seeds();
Seeds body_seeds();
Seeds position_seeds();
Seeds lock_binary_seeds();
Seeds lock_text_seeds();
Seeds seal_seeds();
Seeds lock_stream_seeds();
Seeds lock_report_seeds();
Seeds text_seeds();
Seeds profile_seeds();
Seeds proxy_seeds();
Seeds decode_seeds();

}  // namespace liuhen::test
