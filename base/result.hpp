// Outcomes: a value or a fault, never a bool.
#pragma once

#include <tl/expected.hpp>

#include <utility>

namespace liuhen {

/// A `T`, or the reason (`E`) why there is none. Bad input is a value; a broken world is an
/// exception.
template <class T, class E>
using Result = tl::expected<T, E>;

/// Makes the fault side of a `Result`: `return fail(Malformed::truncated);`.
template <class E>
auto fail(E fault) {
    return tl::unexpected<E>(std::move(fault));
}

}  // namespace liuhen
