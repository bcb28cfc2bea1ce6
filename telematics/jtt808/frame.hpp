// One JT/T 808 frame: header, body, checksum, and the bytes it is made of on the wire.
// Pieces between two delimiters are found by scanner.hpp; long messages are joined in
// reassembly.hpp.
#pragma once

#include "base/result.hpp"
#include "telematics/bytes.hpp"
#include "telematics/turn.hpp"

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace liuhen::telematics::jtt808 {

inline constexpr std::byte delimiter{0x7E};          ///< of the standard's frames
inline constexpr std::byte e7_delimiter{0xE7};       ///< of the variant's, see `Wrapping`
inline constexpr std::size_t max_body_bytes = 1023;  ///< of one frame: ten bits of length
/// Header with both part numbers, body, checksum: the longest frame between its delimiters, before
/// escaping; on the wire each byte may double.
inline constexpr std::size_t max_frame_bytes = 21 + max_body_bytes + 1;
inline constexpr std::size_t max_wire_bytes = 2 * max_frame_bytes;

/// The two forms of the header. 2011 and 2013 share one; bodies tell them apart where it matters.
enum class Edition : std::uint8_t { v2013, v2019 };
/// "2011/2013" or "2019".
std::string_view name_of(Edition edition);

/// How frames are told apart in a stream. The standard delimits with 7E and escapes 7D and 7E by
/// 7D; a family of terminals delimits with E7 and sends E6 as `E6 01`, E7 as `E6 02`, 3E as `3E
/// 01`, 3D as `3E 02`, some of them with a phone field of seven bytes.
enum class Wrapping : std::uint8_t { standard, e7 };
constexpr std::byte delimiter_of(Wrapping wrapping) {
    return wrapping == Wrapping::e7 ? e7_delimiter : delimiter;
}

/// Place of a frame in a message that was too long for one. `index` counts from 1.
struct Part {
    std::uint16_t total{};
    std::uint16_t index{};
    friend bool operator==(const Part&, const Part&) = default;
};

/// The header as it was received, so that an answer can use the same edition, phone bytes and
/// wrapping.
struct Header {
    std::uint16_t id{};
    std::uint16_t attributes{};  ///< as sent; `seal` sets the length and the part bit itself
    Edition edition = Edition::v2013;
    std::uint8_t version = 1;           ///< protocol revision, 2019 only
    std::array<std::byte, 10> phone{};  ///< see `phone_bytes()`
    std::uint16_t serial{};
    std::optional<Part> part;
    Wrapping wrapping = Wrapping::standard;
    bool long_phone = false;  ///< seven bytes of phone in place of six; only in `Wrapping::e7`

    [[nodiscard]] ByteView phone_bytes() const {
        return ByteView{phone}.first(edition == Edition::v2019 ? 10 : long_phone ? 7 : 6);
    }
    /// Attribute bits 10-12; 0 means that the body is plain.
    [[nodiscard]] unsigned encryption() const { return attributes >> 10U & 7U; }
    friend bool operator==(const Header&, const Header&) = default;
};

/// The header of an ordinary frame of a terminal. `digits` is its number, at most 12 (2019: 20).
/// Nullopt when it is too long or holds anything but hex digits.
std::optional<Header> header_for(std::string_view digits, Edition edition);

/// The phone field digit by digit as sent; bytes that are no BCD appear as hex digits.
std::string phone_digits(const Header& head);
/// The same without leading zeros, the form in which terminals are enrolled. "0" if all are zero.
std::string terminal_number(const Header& head);

/// A frame, or a message put together from several (then `bytes` has part 1's header, the whole
/// body and no checksum).
struct Frame {
    Header head;
    Bytes bytes;  ///< unescaped, header to checksum
    std::size_t body_at{};
    std::size_t body_size{};

    [[nodiscard]] ByteView body() const { return ByteView{bytes}.subspan(body_at, body_size); }
};

/// A frame that stands in bytes of somebody else's, good as long as they are.
struct FrameView {
    Header head;
    ByteView bytes;  ///< unescaped, header to checksum
    ByteView body;
};
/// The same with bytes of its own.
Frame owned(const FrameView& frame);

enum class Checksum : std::uint8_t { required, ignored };

/// Removes the escapes of the wrapping, those of the standard being `7D 01` and `7D 02`. An escape
/// byte as the very last stands for itself: there are terminals that escape everything but the
/// checksum. Nullopt when it is followed by anything else.
std::optional<Bytes> unescape(ByteView wire, Wrapping wrapping = Wrapping::standard);
/// The same in place: the part at the front that holds the result. What no escape stands in is left
/// as it was, also when the result is nullopt.
std::optional<ByteView> unescape_in_place(std::span<std::byte> wire, Wrapping wrapping);

/// Which header a frame has, and how long it is.
struct FrameLayout {
    Edition edition{};
    bool long_phone = false;
    std::size_t header_bytes{};
};
/// What `view_frame` finds out before it reads anything; its faults.
Result<FrameLayout, Fault> layout_of(ByteView unescaped, Wrapping wrapping,
                                     Checksum checksum = Checksum::required);
/// The frame of a layout that was found in it.
FrameView frame_with(const FrameLayout& layout, ByteView unescaped, Wrapping wrapping);

/// Reads what stands between two delimiters, escapes removed. The edition follows from bit 14 and
/// from which header makes the length right; see docs/wire-jtt808.md. Faults: not_a_frame (shorter
/// than any header), oversized, bad_checksum, bad_length.
Result<FrameView, Fault> view_frame(ByteView unescaped, Wrapping wrapping = Wrapping::standard,
                                    Checksum checksum = Checksum::required);
/// The same as a frame with bytes of its own.
Result<Frame, Fault> parse_frame(Bytes unescaped, Checksum checksum = Checksum::required,
                                 Wrapping wrapping = Wrapping::standard);
/// True when some header makes the length right, whatever the checksum.
bool fits_a_header(ByteView unescaped, Wrapping wrapping);

/// A frame's bytes, checksum included, with escapes and delimiters.
Bytes wrapped(ByteView unescaped, Wrapping wrapping);

/// Number of frames, and so of serials, that a body of this size takes.
std::size_t frames_needed(std::size_t body_size);

/// The message on the wire with its delimiters: one frame, or all parts of a longer one in order,
/// counting serials from `head.serial`. A head with a part of its own is written as that one part.
Bytes seal(const Header& head, ByteView body);

}  // namespace liuhen::telematics::jtt808
