// Numbers as bits, the highest first: what packed rows of the past are made of.
#pragma once

#include <algorithm>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>
#include <vector>

namespace liuhen::telematics::archive {

/// Small numbers of either sign as small numbers: 0, -1, 1, -2 become 0, 1, 2, 3.
constexpr std::uint64_t zigzag(std::int64_t value) {
    const auto bits = static_cast<std::uint64_t>(value);
    return bits << 1U ^ (value < 0 ? ~std::uint64_t{} : 0);
}
constexpr std::int64_t unzigzag(std::uint64_t value) {
    return static_cast<std::int64_t>(value >> 1U ^ ((value & 1U) != 0 ? ~std::uint64_t{} : 0));
}

/// Appends bits. The last byte is filled up with zeros.
class BitWriter {
public:
    /// The lowest `count` (at most 64) bits of `value`.
    void put(std::uint64_t value, unsigned count) {
        while (count > 0) {
            if (free_ == 0) {
                bytes_.push_back(std::byte{});
                free_ = 8;
            }
            const unsigned taken = std::min(count, free_);
            const auto part = value >> (count - taken) & ((std::uint64_t{1} << taken) - 1);
            bytes_.back() |= static_cast<std::byte>(part << (free_ - taken));
            free_ -= taken;
            count -= taken;
        }
    }
    /// A number of any size, its length in bits before it.
    void put_sized(std::uint64_t value) {
        const auto length = static_cast<unsigned>(std::bit_width(value));
        put(length, 7);
        put(value, length);
    }
    [[nodiscard]] std::vector<std::byte> take() { return std::move(bytes_); }

private:
    std::vector<std::byte> bytes_;
    unsigned free_ = 0;  // bits of the last byte
};

/// Reads what `BitWriter` wrote. Behind the end it fails, stays failed and reads zeros.
class BitReader {
public:
    explicit BitReader(std::span<const std::byte> bytes) : bytes_(bytes) {}

    /// The next `count` (at most 64) bits.
    std::uint64_t get(unsigned count) {
        if (count > left()) {
            failed_ = true;
            at_ = bytes_.size() * 8;
        }
        if (failed_ || count == 0) return 0;
        if (count > sure_bits) {
            const auto high = get(count - 32);
            return high << 32U | get(32);
        }
        const auto value = ahead() >> (64 - count);
        at_ += count;
        return value;
    }
    std::uint64_t get_sized() {
        const auto length = static_cast<unsigned>(get(7));
        if (length > 64) failed_ = true;
        return failed_ ? 0 : get(length);
    }
    /// Ones up to the next zero, which is read too; at most `most`, itself at most 32.
    unsigned ones(unsigned most) {
        const auto count = static_cast<unsigned>(std::countl_one(ahead()));
        if (failed_ || count > most || count + 1 > left()) {
            fail();
            return 0;
        }
        at_ += count + 1;
        return count;
    }
    [[nodiscard]] std::size_t left() const { return bytes_.size() * 8 - at_; }
    [[nodiscard]] bool failed() const { return failed_; }
    void fail() { failed_ = true; }

private:
    static constexpr unsigned sure_bits = 57;

    /// The bits from here on, the next one highest: at least `sure_bits`, behind the end zeros.
    [[nodiscard]] std::uint64_t ahead() const {
        const std::size_t byte = at_ / 8;
        std::uint64_t word = 0;
        if (byte + 8 <= bytes_.size()) {
            std::memcpy(&word, bytes_.data() + byte, 8);
            if constexpr (std::endian::native == std::endian::little)
                word = __builtin_bswap64(word);
        } else {
            for (std::size_t i = byte; i < byte + 8; ++i)
                word = word << 8U | (i < bytes_.size() ? std::to_integer<unsigned>(bytes_[i]) : 0U);
        }
        return word << at_ % 8;
    }

    std::span<const std::byte> bytes_;
    std::size_t at_ = 0;  // in bits
    bool failed_ = false;
};

}  // namespace liuhen::telematics::archive
