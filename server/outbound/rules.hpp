// What the operator allows of outbound requests, where those who answer requests find it.
#pragma once

#include "server/outbound/http_client.hpp"

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/execution_context.hpp>

namespace liuhen::server {

/// A service of the context that answers requests; nothing but the public internet until `policy`
/// is set, before the first request.
class OutboundRules : public boost::asio::execution_context::service {
public:
    explicit OutboundRules(boost::asio::execution_context& context)
        : boost::asio::execution_context::service(context) {}
    /// That of the executor's context.
    static OutboundRules& of(const boost::asio::any_io_executor& executor) {
        auto& context = boost::asio::query(executor, boost::asio::execution::context);
        return boost::asio::use_service<OutboundRules>(context);
    }

    OutboundPolicy policy;

    static inline boost::asio::execution_context::id id;  ///< how Asio tells services apart

private:
    void shutdown() override {}
};

}  // namespace liuhen::server
