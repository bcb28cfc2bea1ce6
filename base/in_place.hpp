// Large values made where they will stay.
#pragma once

#include <type_traits>
#include <utility>

namespace liuhen {

/// Becomes what `make` returns, at the place where it is converted. Handed to `std::in_place`,
/// `tl::in_place` and the like, it has a value made inside the optional, variant or Result instead
/// of being made elsewhere and copied: a copy right after the making waits for each small store.
template <class Make>
struct InPlace {
    Make make;
    operator std::invoke_result_t<const Make&>() const { return make(); }
};
template <class Make>
InPlace(Make) -> InPlace<Make>;

}  // namespace liuhen
