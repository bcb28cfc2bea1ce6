// Pieces of a lock's stream: a Jointech lock mixes `$` binary and `(…)` text on one socket, an
// electronic seal sends `##S,…,E##` (docs/wire-elock.md, "Pieces").
#pragma once

#include "base/result.hpp"
#include "telematics/bytes.hpp"
#include "telematics/turn.hpp"

#include <cstddef>
#include <cstdint>
#include <optional>

namespace liuhen::telematics::elock {

inline constexpr std::size_t max_text_bytes = 512;    ///< of a text or seal, delimiters counted
inline constexpr std::size_t old_record_bytes = 27;   ///< one position of the JT600 form
inline constexpr std::size_t max_old_records = 64;    ///< positions in one JT600 frame
inline constexpr std::size_t min_report_bytes = 35;   ///< length word of a JT701 protocol 16 report
inline constexpr std::size_t min_newer_bytes = 52;    ///< of protocols 17, 19 and later ones
inline constexpr std::size_t binary_head_bytes = 10;  ///< length word + 10 = whole frame
inline constexpr std::size_t max_stray_bytes = 256;   ///< bytes between pieces told as one fault

/// One binary frame, text or seal's text, as received, with its delimiters.
struct Piece {
    enum class Form : std::uint8_t { binary, text, seal } form{};
    Bytes bytes;
    friend bool operator==(const Piece&, const Piece&) = default;
};

/// What the bytes at the front of a stream are. It depends on no byte behind `size`, so that
/// slicing does not matter.
struct Verdict {
    enum class What : std::uint8_t { incomplete, piece, oversized, stray } what{};
    std::size_t size = 0;
};
/// The same for bytes that begin with `(`: a text is `(`, the lock's number of 8 to 16 digits, a
/// comma, printable characters (binary ones behind WLNET) and `)`, at most `max_text_bytes`.
Verdict inspect_text(ByteView rest);

/// True for the JT701 form, false for the older JT600 form without a protocol byte. `frame` begins
/// with `$` and has at least `binary_head_bytes`.
bool is_long_form(ByteView frame);

/// Cuts a stream into pieces. Feed slices of any size and take pieces or faults until it runs dry:
/// the same bytes give the same pieces however they were sliced. Between pieces, line ends are
/// dropped; other bytes become `not_a_frame`, a text without an end within its limit `oversized`.
/// Holds at most the largest frame, `max_stray_bytes` and the slice last fed.
class FrameScanner {
public:
    void feed(ByteView slice);
    std::optional<Result<Piece, Refused>> next();

private:
    Refused take_stray();
    void skip_line_ends();

    Bytes pending_;
    std::size_t at_ = 0;  // what lies before it in `pending_` is dealt with
    Bytes stray_;
};

/// Undoes the 3D escapes of a WLNET payload: 3D 15 is 28, 3D 14 is 29, 3D 11 is 2C, 3D 00 is 3D.
/// Another byte after 3D, or none, is `bad_escape`.
Result<Bytes, Fault> unescape(ByteView payload);
/// The payload as it stands inside a text.
Bytes escape(ByteView payload);

}  // namespace liuhen::telematics::elock
