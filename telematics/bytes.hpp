// Cursors over big-endian bytes. A decoder reads straight down the specification and asks once, at
// the end, whether everything was there.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>
#include <utility>
#include <vector>

namespace liuhen::telematics {

using Bytes = std::vector<std::byte>;
using ByteView = std::span<const std::byte>;

/// The characters of `text` as bytes. The view lives as long as the text.
inline ByteView bytes_of(std::string_view text) { return std::as_bytes(std::span{text}); }

/// Reads from the front. Past the end it yields zeros and turns bad, and stays bad.
class Reader {
public:
    explicit Reader(ByteView bytes) : rest_(bytes) {}

    std::uint8_t u8() { return static_cast<std::uint8_t>(number(1)); }
    std::uint16_t u16() { return static_cast<std::uint16_t>(number(2)); }
    std::uint32_t u32() { return static_cast<std::uint32_t>(number(4)); }
    /// Two's complement, as altitudes below the sea are sent.
    std::int16_t i16() { return static_cast<std::int16_t>(u16()); }

    /// The next `count` bytes; empty, and bad from now on, when fewer are left.
    ByteView take(std::size_t count) {
        if (count > rest_.size()) {
            fail();
            return {};
        }
        const ByteView taken = rest_.first(count);
        rest_ = rest_.subspan(count);
        return taken;
    }
    /// Everything that is left; the reader is at its end afterwards.
    ByteView rest() { return take(rest_.size()); }

    [[nodiscard]] std::size_t remaining() const { return rest_.size(); }
    /// True while nothing was read past the end.
    [[nodiscard]] bool ok() const { return ok_; }
    /// Turns the reader bad and empties it.
    void fail() {
        ok_ = false;
        rest_ = {};
    }

private:
    std::uint32_t number(std::size_t width) {
        std::uint32_t value = 0;
        for (const std::byte b : take(width)) value = value << 8U | std::to_integer<unsigned>(b);
        return value;
    }

    ByteView rest_;
    bool ok_ = true;
};

/// Appends to a growing list of bytes.
class Writer {
public:
    Writer& u8(std::uint8_t value) {
        bytes_.push_back(std::byte{value});
        return *this;
    }
    Writer& u16(std::uint16_t value) {
        return u8(static_cast<std::uint8_t>(value >> 8U)).u8(static_cast<std::uint8_t>(value));
    }
    Writer& u32(std::uint32_t value) {
        return u16(static_cast<std::uint16_t>(value >> 16U)).u16(static_cast<std::uint16_t>(value));
    }
    Writer& i16(std::int16_t value) { return u16(static_cast<std::uint16_t>(value)); }
    Writer& put(ByteView bytes) {
        bytes_.insert(bytes_.end(), bytes.begin(), bytes.end());
        return *this;
    }
    /// Exactly `width` bytes: `bytes` cut to the width, or followed by `padding`.
    Writer& padded(ByteView bytes, std::size_t width, std::byte padding = std::byte{0}) {
        const std::size_t kept = std::min(bytes.size(), width);
        put(bytes.first(kept));
        bytes_.resize(bytes_.size() + width - kept, padding);
        return *this;
    }

    [[nodiscard]] std::size_t size() const { return bytes_.size(); }
    [[nodiscard]] ByteView view() const { return bytes_; }
    /// Hands the bytes over; the writer is empty afterwards.
    [[nodiscard]] Bytes finish() { return std::exchange(bytes_, {}); }

private:
    Bytes bytes_;
};

}  // namespace liuhen::telematics
