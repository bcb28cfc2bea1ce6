// How the national system knows that a report is ours: a bearer token, a signature, or both.
#pragma once

#include "base/time.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace liuhen::server::national {

/// Read once from a file that only its owner may read. Never logged.
class Credentials {
public:
    /// None: the reports go without.
    Credentials() = default;
    /// Lines NAME=VALUE: `bearer`, and `hmac`, a key of at least 32 characters; others and repeated
    /// ones are faults. Throws std::runtime_error with a plain sentence that shows no value.
    static Credentials from_file(const std::string& path);

    /// "name: value" of each header that vouches for `body`: Authorization, and webhook-id,
    /// webhook-timestamp, webhook-signature as Standard Webhooks has them (v1, HMAC-SHA-256 over
    /// "key.seconds.body").
    [[nodiscard]] std::vector<std::string> headers(std::string_view key, Instant now,
                                                   std::string_view body) const;

private:
    std::string bearer_;
    std::string hmac_;
};

}  // namespace liuhen::server::national
