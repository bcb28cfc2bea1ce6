// One HTTP request to an address that somebody else chose. Nothing inside the operator's network is
// reached by it unless the operator says so, and no answer costs more than its limits.
#pragma once

#include "server/networks.hpp"

#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace liuhen::server {

/// What the operator allows.
struct OutboundPolicy {
    Networks allowed;           ///< may be called although not of the public internet
    bool plain_http = false;    ///< http:// beside https://
    std::string authorities{};  ///< PEM file of certificates trusted beside the system's; or empty
    /// "name:port:address", asked before DNS is.
    std::vector<std::string> pinned{};
};

struct OutboundLimits {
    std::chrono::milliseconds connect{5'000};  ///< with the look-up of the name
    std::chrono::milliseconds total{15'000};
    std::size_t body = 64 * 1024;     ///< bytes of an answer that are read
    std::size_t headers = 16 * 1024;  ///< bytes of its status lines and header lines together
};
inline constexpr std::size_t max_url_bytes = 2'048;

/// Why there was no answer, or why none was asked for.
enum class OutboundFault : std::uint8_t {
    bad_url,      ///< not `https://host/…` in ASCII; a host with an empty label; with a user, a
                  ///< fragment; longer than the limit
    bad_scheme,   ///< neither https nor an http that is allowed
    bad_port,     ///< neither 80, 443 nor from 1024 on
    bad_header,   ///< of the request: a line break or another control character
    bad_address,  ///< every address of the name is one that may not be called, or the name is an
                  ///< IPv4 address that is not written as one ("127.0.0.1.", "256.1")
    no_such_name,
    no_connection,
    no_trust,  ///< no TLS 1.2 or 1.3, or a certificate that is not this host's
    timed_out,
    broken_answer,  ///< no HTTP, ended too early, or more headers than the limit
    stopped,        ///< this server stops
};
/// As it is logged and shown: "bad_url".
std::string_view code(OutboundFault fault);

struct OutboundPost {
    std::string url;
    std::vector<std::string>
        headers;  ///< "name: value"; Host and Content-Length come by themselves
    std::string body;
    std::string certificate{}, key{};  ///< files in PEM that say over TLS who asks; empty: none
};

struct OutboundAnswer {
    std::optional<OutboundFault> fault{};
    int status = 0;                      ///< of the answer; 0: none came
    std::string body{};                  ///< not longer than the limit
    bool cut = false;                    ///< there was more of it
    std::chrono::seconds retry_after{};  ///< that the answer asks for, at most 6 hours
    std::chrono::milliseconds duration{};
    std::string detail{};  ///< for logs: a plain sentence without URL or secret; or empty

    /// 200 to 299, all headers and as much of the body as is wanted. A redirection is none.
    [[nodiscard]] bool is_success() const { return !fault && status >= 200 && status < 300; }
};

/// Safe from any thread. Each call makes and closes a connection of its own, with nothing kept from
/// one to the next: no cookies, names, sessions or credentials. The environment's proxies are not
/// used and redirections not followed.
class HttpClient {
public:
    explicit HttpClient(OutboundPolicy policy, OutboundLimits limits = {});

    /// What is wrong with the URL before any name is looked up: an address in place of a name is
    /// judged in every way of writing it.
    [[nodiscard]] std::optional<OutboundFault> judge(std::string_view url) const;

    /// Waits for the answer: to be called on a thread that may. The address is judged as it is
    /// connected to, so that a name which meant another one a moment ago gains nothing. Throws
    /// nothing but std::bad_alloc.
    [[nodiscard]] OutboundAnswer post(const OutboundPost& post) const;

    /// Ends what is under way within a second, and whatever is begun after it.
    void stop() { stopped_ = true; }

private:
    OutboundPolicy policy_;
    OutboundLimits limits_;
    std::atomic<bool> stopped_ = false;
};

}  // namespace liuhen::server
