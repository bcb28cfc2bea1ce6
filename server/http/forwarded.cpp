#include "server/http/forwarded.hpp"

namespace liuhen::server::http {
namespace {

std::string_view trimmed(std::string_view text) {
    while (!text.empty() && (text.front() == ' ' || text.front() == '\t')) text.remove_prefix(1);
    while (!text.empty() && (text.back() == ' ' || text.back() == '\t')) text.remove_suffix(1);
    return text;
}

}  // namespace

boost::asio::ip::address client_of(const boost::asio::ip::address& peer, std::string_view forwarded,
                                   const Networks& proxies) {
    auto client = peer;
    while (proxies.contains(client) && !forwarded.empty()) {
        const auto comma = forwarded.rfind(',');
        const auto last = comma == std::string_view::npos ? forwarded : forwarded.substr(comma + 1);
        boost::system::error_code error;
        const auto address = boost::asio::ip::make_address(trimmed(last), error);
        if (error) break;
        client = address;
        forwarded =
            comma == std::string_view::npos ? std::string_view{} : forwarded.substr(0, comma);
    }
    return client;
}

}  // namespace liuhen::server::http
