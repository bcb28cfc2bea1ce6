// The bytes of PostgreSQL's binary COPY: the quickest way into a table (documentation of COPY,
// "Binary Format").
#pragma once

#include "base/time.hpp"

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
        const auto bits = static_cast<Bits>(value);
        for (std::size_t i = sizeof(T); i-- > 0;) {
            bytes_ += static_cast<char>(static_cast<std::uint64_t>(bits) >> (8 * i));
        }
    }
    std::string bytes_;
    std::size_t rows_ = 0;
};

}  // namespace liuhen::server::store
