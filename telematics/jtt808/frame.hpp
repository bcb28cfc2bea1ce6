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
#include <string>
#include <string_view>

namespace liuhen::telematics::jtt808 {

inline constexpr std::byte delimiter{0x7E};
inline constexpr std::size_t max_body_bytes = 1023;  ///< of one frame: ten bits of length
/// Header with both part numbers, body, checksum: the longest frame between its delimiters, before
/// escaping; on the wire each byte may double.
inline constexpr std::size_t max_frame_bytes = 21 + max_body_bytes + 1;
inline constexpr std::size_t max_wire_bytes = 2 * max_frame_bytes;

/// The two forms of the header. 2011 and 2013 share one; bodies tell them apart where it matters.
enum class Edition : std::uint8_t { v2013, v2019 };
/// "2011/2013" or "2019".
std::string_view name_of(Edition edition);

/// Place of a frame in a message that was too long for one. `index` counts from 1.
struct Part {
    std::uint16_t total{};
    std::uint16_t index{};
    friend bool operator==(const Part&, const Part&) = default;
};

/// The header as it was received, so that an answer can use the same edition and phone bytes.
struct Header {
    std::uint16_t id{};
    std::uint16_t attributes{};  ///< as sent; `seal` sets the length and the part bit itself
    Edition edition = Edition::v2013;
    std::uint8_t version = 1;           ///< protocol revision, 2019 only
    std::array<std::byte, 10> phone{};  ///< 2011/2013: the first six count
    std::uint16_t serial{};
    std::optional<Part> part;

    [[nodiscard]] ByteView phone_bytes() const {
        return ByteView{phone}.first(edition == Edition::v2019 ? 10 : 6);
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

enum class Checksum : std::uint8_t { required, ignored };

/// Removes the escapes `7D 01` and `7D 02`. A 7D as the very last byte stands for itself: there are
/// terminals that escape everything but the checksum. Nullopt when it is followed by anything else.
std::optional<Bytes> unescape(ByteView wire);

/// Reads what stands between two delimiters, escapes removed. The edition follows from bit 14 and
/// from which header makes the length right; see docs/wire-jtt808.md. Faults: not_a_frame (shorter
/// than any header), oversized, bad_checksum, bad_length.
Result<Frame, Fault> parse_frame(Bytes unescaped, Checksum checksum = Checksum::required);

/// Number of frames, and so of serials, that a body of this size takes.
std::size_t frames_needed(std::size_t body_size);

/// The message on the wire with its delimiters: one frame, or all parts of a longer one in order,
/// counting serials from `head.serial`. A head with a part of its own is written as that one part.
Bytes seal(const Header& head, ByteView body);

}  // namespace liuhen::telematics::jtt808
