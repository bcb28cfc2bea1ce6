// How often one may ask: by address and by identity, told with every answer.
#pragma once

#include "server/http/access.hpp"

#include <chrono>
#include <string>
#include <string_view>

namespace liuhen::server::http {

/// One request's standing with the limits that it has come under so far.
class Rates {
public:
    explicit Rates(Access& access) : access_(access) {}

    /// Takes one from the quota of an address or of a token. Zero: go on; otherwise how long to
    /// wait.
    std::chrono::seconds take_from_address(const std::string& address);
    std::chrono::seconds take_from_identity(const std::string& token_id);

    /// Adds `RateLimit-Policy` and `RateLimit` in the form of draft-ietf-httpapi-ratelimit-headers:
    /// `"address";q=10000;w=2` is a quota of q requests that fills up again within w seconds;
    /// `"address";r=9999;t=1` says that r are left and that it is full again in t seconds.
    void tell(Reply& reply) const;

private:
    std::chrono::seconds take(std::string_view name, RateLimit& limit, const std::string& who);
    Access& access_;
    std::string policies_, standings_;
};

/// 429 with Retry-After.
Reply slow_down(std::string_view code, std::string detail, std::chrono::seconds wait);

}  // namespace liuhen::server::http
