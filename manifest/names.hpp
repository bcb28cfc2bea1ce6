// Enumerators and their published names, as a table each.
#pragma once

#include <array>
#include <cstddef>
#include <optional>
#include <string_view>

namespace liuhen::manifest {

/// The name of each enumerator of `E` in order; `E::count_` is their number.
template <class E>
struct Names {
    std::array<std::string_view, static_cast<std::size_t>(E::count_)> text;
};

template <class E>
constexpr std::string_view name_in(const Names<E>& names, E one) {
    return names.text.at(static_cast<std::size_t>(one));
}

template <class E>
constexpr std::optional<E> find_in(const Names<E>& names, std::string_view name) {
    for (std::size_t i = 0; i < names.text.size(); ++i) {
        if (names.text.at(i) == name) return static_cast<E>(i);
    }
    return std::nullopt;
}

}  // namespace liuhen::manifest
