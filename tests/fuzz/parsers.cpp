#include "tests/fuzz/parsers.hpp"

#include <array>

namespace liuhen::test {
namespace {

constexpr std::array parsers{
    FuzzedParser{"frames", parse_frames, frame_seeds},
    FuzzedParser{"reassembly", parse_parts, part_seeds},
    FuzzedParser{"conversation", parse_conversation, frame_seeds},
    FuzzedParser{"bodies", parse_body, body_seeds},
    FuzzedParser{"positions", parse_position, position_seeds},
    FuzzedParser{"lock_binary", parse_lock_binary, lock_binary_seeds},
    FuzzedParser{"lock_text", parse_lock_text, lock_text_seeds},
    FuzzedParser{"seal", parse_seal, seal_seeds},
    FuzzedParser{"lock_conversation", parse_lock_conversation, lock_stream_seeds},
    FuzzedParser{"lock_report", parse_lock_report, lock_report_seeds},
    FuzzedParser{"text", parse_text, text_seeds},
    FuzzedParser{"profile_rows", parse_profile_rows, profile_seeds},
    FuzzedParser{"proxy_header", parse_proxy_header, proxy_seeds},
    FuzzedParser{"piece", parse_piece, piece_seeds},
    FuzzedParser{"decode_line", parse_decode_line, decode_seeds},
};

}  // namespace

std::span<const FuzzedParser> fuzzed_parsers() { return parsers; }

}  // namespace liuhen::test
