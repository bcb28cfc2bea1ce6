#include "server/networks.hpp"

#include <algorithm>
#include <charconv>
#include <string>

namespace liuhen::server {
namespace {

namespace ip = boost::asio::ip;

constexpr unsigned mapped_bits = 96;  // before the four bytes of an IPv4 address

ip::address_v6::bytes_type widened(const ip::address& address) {
    if (address.is_v6()) return address.to_v6().to_bytes();
    return ip::make_address_v6(ip::v4_mapped, address.to_v4()).to_bytes();
}

std::string_view trimmed(std::string_view text) {
    const auto first = text.find_first_not_of(' ');
    if (first == std::string_view::npos) return {};
    return text.substr(first, text.find_last_not_of(' ') - first + 1);
}

}  // namespace

std::optional<Networks::Network> Networks::parse_one(std::string_view text) {
    const auto slash = text.find('/');
    boost::system::error_code fault;
    const auto address = ip::make_address(std::string{text.substr(0, slash)}, fault);
    if (fault) return std::nullopt;
    const unsigned longest = address.is_v4() ? 32 : 128;
    unsigned length = longest;
    if (slash != std::string_view::npos) {
        const auto digits = text.substr(slash + 1);
        const auto* end = digits.data() + digits.size();
        const auto read = std::from_chars(digits.data(), end, length);
        if (read.ec != std::errc{} || read.ptr != end || length > longest) return std::nullopt;
    }
    return Network{widened(address), address.is_v4() ? mapped_bits + length : length};
}

std::optional<Networks> Networks::parse(std::string_view text) {
    Networks networks;
    if (trimmed(text).empty()) return networks;
    for (bool more = true; more;) {
        const auto comma = text.find(',');
        const auto network = parse_one(trimmed(text.substr(0, comma)));
        if (!network) return std::nullopt;
        networks.all_.push_back(*network);
        more = comma != std::string_view::npos;
        if (more) text.remove_prefix(comma + 1);
    }
    return networks;
}

bool Networks::contains(const ip::address& address) const {
    const auto bits = widened(address);
    return std::any_of(all_.begin(), all_.end(), [&](const Network& network) {
        const auto whole = network.length / 8;
        const auto left = network.length % 8;
        if (!std::equal(bits.begin(), bits.begin() + whole, network.bits.begin())) return false;
        if (left == 0) return true;
        const auto mask = static_cast<unsigned char>(0xFF00U >> left);
        return (bits[whole] & mask) == (network.bits[whole] & mask);
    });
}

}  // namespace liuhen::server
