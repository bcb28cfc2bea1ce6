// How often one address may open pages at the roadside, or try codes that are none.
#pragma once

#include "server/http/access.hpp"

#include <boost/asio/execution_context.hpp>

namespace liuhen::server::http {

/// A service of the context that answers requests, made when it is first asked for. Used on its
/// thread alone.
class RoadsideDoor : public asio::execution_context::service {
public:
    explicit RoadsideDoor(asio::execution_context& context)
        : asio::execution_context::service(context) {}
    /// That of the executor's context.
    static RoadsideDoor& of(const asio::any_io_executor& executor) {
        return asio::use_service<RoadsideDoor>(asio::query(executor, asio::execution::context));
    }

    /// By address: pages opened and copies printed. An officer scans a truck a minute.
    RateLimit openings{60, 0.2};
    /// By address: codes and pages that are none. Right ones pass all the same.
    RateLimit unknown{20, 0.1};

    static inline asio::execution_context::id id;  ///< how Asio tells services apart

private:
    void shutdown() override {}
};

}  // namespace liuhen::server::http
