// The bytes of PostgreSQL's binary COPY: the quickest way into a table (documentation of COPY,
// "Binary Format").
#pragma once

#include "base/time.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <type_traits>

namespace liuhen::server::store {

/// Rows for one COPY. Call `row` and then exactly as many `put` as it announced.
class CopyBuffer {
public:
    CopyBuffer() {
        bytes_.assign("PGCOPY\n\377\r\n\0", 11);
        integer(std::int32_t{0});  // flags
        integer(std::int32_t{0});  // no header extension
    }
    /// Room for so many rows, so that the bytes are not moved again and again.
    void reserve(std::size_t rows, std::size_t bytes_a_row) {
        bytes_.reserve(bytes_.size() + rows * bytes_a_row);
    }
    void row(std::int16_t fields) {
        integer(fields);
        ++rows_;
    }
    template <class T>
    requires std::is_integral_v<T>
    void put(T value) {
        integer(static_cast<std::int32_t>(sizeof(T)));
        integer(value);
    }
    /// timestamptz: microseconds since 2000-01-01T00:00:00Z.
    void put(Instant t) {
        constexpr std::int64_t epoch_ms = 946'684'800'000;
        put((t.time_since_epoch().count() - epoch_ms) * 1000);
    }
    void put(std::string_view text) {
        integer(static_cast<std::int32_t>(text.size()));
        bytes_ += text;
    }
    void put(std::span<const std::byte> bytes) {
        put(std::string_view{reinterpret_cast<const char*>(bytes.data()), bytes.size()});
    }
    template <class T>
    void put(const std::optional<T>& value) {
        value ? put(*value) : integer(std::int32_t{-1});  // null
    }
    /// The stream with its trailer; nothing may be put afterwards.
    std::string_view finish() {
        integer(std::int16_t{-1});
        return bytes_;
    }
    [[nodiscard]] std::size_t rows() const { return rows_; }

private:
    template <class T>
    void integer(T value) {
        using Bits = std::make_unsigned_t<T>;
        const std::uint64_t bits = static_cast<Bits>(value);
        std::array<char, sizeof(T)> octets;
        for (std::size_t i = 0; i < sizeof(T); ++i) {
            octets[i] = static_cast<char>(bits >> (8 * (sizeof(T) - 1 - i)));
        }
        bytes_.append(octets.data(), octets.size());
    }
    std::string bytes_;
    std::size_t rows_ = 0;
};

}  // namespace liuhen::server::store
