// Blocking calls on the simulators' coroutines, for tests that tell their story line by line.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>

#include <exception>
#include <optional>
#include <type_traits>
#include <utility>

namespace liuhen::test {

/// Runs one coroutine to its end and returns what it came to; its exception comes out here.
template <class T>
T await(boost::asio::awaitable<T> work) {
    boost::asio::io_context io;
    std::exception_ptr failure;
    if constexpr (std::is_void_v<T>) {
        boost::asio::co_spawn(io, std::move(work),
                              [&failure](std::exception_ptr thrown) { failure = thrown; });
        io.run();
        if (failure) std::rethrow_exception(failure);
    } else {
        std::optional<T> result;
        boost::asio::co_spawn(io, std::move(work), [&](std::exception_ptr thrown, T value) {
            failure = thrown;
            if (!thrown) result.emplace(std::move(value));
        });
        io.run();
        if (failure) std::rethrow_exception(failure);
        return std::move(*result);
    }
}

}  // namespace liuhen::test
