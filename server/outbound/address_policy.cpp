#include "server/outbound/address_policy.hpp"

namespace liuhen::server {
namespace {

// The registries of special-purpose addresses (RFC 6890), multicast and what is reserved.
const Networks& special_ipv4() {
    static const Networks all = *Networks::parse(
        "0.0.0.0/8, 10.0.0.0/8, 100.64.0.0/10, 127.0.0.0/8, 169.254.0.0/16, 172.16.0.0/12, "
        "192.0.0.0/24, 192.0.2.0/24, 192.88.99.0/24, 192.168.0.0/16, 198.18.0.0/15, "
        "198.51.100.0/24, 203.0.113.0/24, 224.0.0.0/4, 240.0.0.0/4");
    return all;
}

// All that IANA has given out to hosts anywhere (RFC 4291 section 2.4).
const Networks& global_ipv6() {
    static const Networks all = *Networks::parse("2000::/3");
    return all;
}

// In there: Teredo and other protocols, documentation, 6to4.
const Networks& special_ipv6() {
    static const Networks all = *Networks::parse("2001::/23, 2001:db8::/32, 2002::/16, 3fff::/20");
    return all;
}

}  // namespace

bool may_call(const boost::asio::ip::address& address, const Networks& allowed) {
    if (allowed.contains(address)) return true;
    if (address.is_v4()) return !special_ipv4().contains(address);
    return global_ipv6().contains(address) && !special_ipv6().contains(address);
}

}  // namespace liuhen::server
