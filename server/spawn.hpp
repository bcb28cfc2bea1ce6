// The two ways to start a coroutine elsewhere: detached with its escape logged, or awaited.
#pragma once

#include "server/log.hpp"

#include <boost/asio/awaitable.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <exception>
#include <string>
#include <utility>

namespace liuhen::server {

namespace asio = boost::asio;
using asio::awaitable;

/// Runs `job` detached on `executor`. An exception that escapes it is logged under `name`.
template <class Executor>
void spawn(std::string name, Executor executor, awaitable<void> job) {
    auto report = [name = std::move(name)](const std::exception_ptr& escaped) {
        if (!escaped) return;
        try {
            std::rethrow_exception(escaped);
        } catch (const std::exception& fault) {
            log::error("job.failed", {{"job", name}, {"fault", fault.what()}});
        } catch (...) {
            log::error("job.failed", {{"job", name}, {"fault", "unknown"}});
        }
    };
    asio::co_spawn(executor, std::move(job), std::move(report));
}

/// Runs `job` on `executor` and resumes the caller on its own. `T` must be default constructible.
template <class Executor, class T>
awaitable<T> on(Executor executor, awaitable<T> job) {
    return asio::co_spawn(executor, std::move(job), asio::use_awaitable);
}

}  // namespace liuhen::server
