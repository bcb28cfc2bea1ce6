// Lists of IP networks: who may speak for others.
#pragma once

#include <boost/asio/ip/address.hpp>

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

namespace liuhen::server {

class Networks {
public:
    /// `10.0.0.0/8, 192.0.2.7, fd00::/8`: networks or single addresses. Nullopt when one is
    /// neither.
    static std::optional<Networks> parse(std::string_view text);

    /// An IPv4 address written as an IPv6 one counts as what it is.
    [[nodiscard]] bool contains(const boost::asio::ip::address& address) const;
    [[nodiscard]] bool empty() const { return all_.empty(); }

private:
    struct Network {
        boost::asio::ip::address_v6::bytes_type bits{};  // IPv4 in its mapped form
        unsigned length{};                               // of the prefix, 0 .. 128
    };
    static std::optional<Network> parse_one(std::string_view text);
    std::vector<Network> all_;
};

}  // namespace liuhen::server
