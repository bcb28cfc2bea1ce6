// A set of enumerators in one word, usable in constant tables.
#pragma once

#include <bit>
#include <cstdint>
#include <initializer_list>
#include <optional>

namespace liuhen::manifest {

/// Enumerators below 64, as bits.
template <class E>
class EnumSet {
public:
    constexpr EnumSet() = default;
    constexpr EnumSet(E one) : bits_(bit(one)) {}
    constexpr EnumSet(std::initializer_list<E> many) {
        for (const E one : many) bits_ |= bit(one);
    }
    [[nodiscard]] constexpr bool has(E one) const { return (bits_ & bit(one)) != 0; }
    [[nodiscard]] constexpr bool empty() const { return bits_ == 0; }
    /// The one member of a set that has one.
    [[nodiscard]] constexpr std::optional<E> only() const {
        if (!std::has_single_bit(bits_)) return std::nullopt;
        return static_cast<E>(std::countr_zero(bits_));
    }
    [[nodiscard]] constexpr EnumSet without(EnumSet other) const {
        EnumSet rest;
        rest.bits_ = bits_ & ~other.bits_;
        return rest;
    }
    friend constexpr bool operator==(EnumSet, EnumSet) = default;

private:
    static constexpr std::uint64_t bit(E one) {
        return std::uint64_t{1} << static_cast<unsigned>(one);
    }
    std::uint64_t bits_ = 0;
};

}  // namespace liuhen::manifest
