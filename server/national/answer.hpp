// What the national system's answer means, and how long to wait for the next try. Free of clocks
// and sockets; the contract is docs/national.md.
#pragma once

#include "server/outbound/http_client.hpp"

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>

namespace liuhen::server::national {

/// What became of one try.
enum class Outcome : std::uint8_t {
    accepted,
    duplicate,  ///< it has the report from an earlier try: as good
    refused,    ///< for good, until a person has looked at it
    unanswered  ///< no answer, or none that can be read: nobody knows whether it was taken
};
std::string_view code(Outcome outcome);  ///< "accepted", …

struct Verdict {
    Outcome outcome{};
    std::string reference{};             ///< the other side's own number of it; may be empty
    std::string code{};                  ///< why not: "WASTE_CODE_UNKNOWN", "timed_out", "HTTP_503"
    std::string message{};               ///< in words; at most 500 characters
    std::chrono::seconds retry_after{};  ///< that the answer asks for
};

/// Reads an answer to the report named `key`. Only what plainly says so is a success or a refusal:
/// everything else is to be tried again under the same key.
Verdict judge(const OutboundAnswer& answer, std::string_view key);

/// From the end of try number `attempts` (1, 2, …) to the next: 10, 30, 60 s, then twice as long
/// each time up to ten minutes, a fifth more or less by `chance` (0 to 1), and never sooner than
/// the answer asks for.
std::chrono::milliseconds wait_after(int attempts, double chance, std::chrono::seconds retry_after);

}  // namespace liuhen::server::national
