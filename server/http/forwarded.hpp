// For whom a proxy in front of the server speaks.
#pragma once

#include "server/networks.hpp"

#include <boost/asio/ip/address.hpp>

#include <string_view>

namespace liuhen::server::http {

/// Where a request comes from. `forwarded` is X-Forwarded-For, in which each proxy adds at the end
/// whom it was asked by: the last address that is none of `proxies` is the client's. It is read
/// only when `peer` is one of `proxies`; everything before an address that cannot be read is not
/// believed.
boost::asio::ip::address client_of(const boost::asio::ip::address& peer, std::string_view forwarded,
                                   const Networks& proxies);

}  // namespace liuhen::server::http
