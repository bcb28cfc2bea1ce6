// Which addresses the server may call when somebody else chose the name.
#pragma once

#include "server/networks.hpp"

#include <boost/asio/ip/address.hpp>

namespace liuhen::server {

/// True for an address of the public internet, and for any in `allowed`. All others lead into
/// somebody's own network, to this machine, to many at once or nowhere: private, loopback,
/// link-local, shared (RFC 6598), unique local, multicast, reserved and documentation addresses,
/// IPv4 in the clothes of IPv6 (mapped, NAT64, 6to4, Teredo).
bool may_call(const boost::asio::ip::address& address, const Networks& allowed);

}  // namespace liuhen::server
