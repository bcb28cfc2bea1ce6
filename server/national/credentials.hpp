// How the national system knows that a report is ours: a bearer token, a signature, a certificate,
// or several of them.
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
    /// Lines NAME=VALUE: `bearer`; `hmac`, a key of at least 32 characters; `certificate` and
    /// `certificate-key`, files in PEM that belong together, the key's as private as this one.
    /// Others and repeated ones are faults. Throws std::runtime_error with a plain sentence that
    /// shows no value.
    static Credentials from_file(const std::string& path);

    /// "name: value" of each header that vouches for `body`: Authorization, and webhook-id,
    /// webhook-timestamp, webhook-signature as Standard Webhooks has them (v1, HMAC-SHA-256 over
    /// "key.seconds.body").
    [[nodiscard]] std::vector<std::string> headers(std::string_view key, Instant now,
                                                   std::string_view body) const;

    /// Files in PEM to show over TLS; empty: none.
    [[nodiscard]] const std::string& certificate() const { return certificate_; }
    [[nodiscard]] const std::string& certificate_key() const { return certificate_key_; }

private:
    void check_certificate() const;

    std::string bearer_, hmac_;
    std::string certificate_, certificate_key_;
};

}  // namespace liuhen::server::national
