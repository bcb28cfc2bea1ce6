#include "server/webhook_rules.hpp"

#include <algorithm>
#include <array>

namespace liuhen::server::webhook {
namespace {

// Answers of a target that is busy, or not well, rather than of another opinion.
bool may_pass(int status) {
    constexpr std::array passing{408, 425, 429};
    return status >= 500 || std::find(passing.begin(), passing.end(), status) != passing.end();
}

}  // namespace

std::string_view code(Fate fate) {
    constexpr std::array<std::string_view, 4> codes{"delivered", "retry", "dead", "gone"};
    return codes.at(static_cast<std::size_t>(fate));
}

Fate fate_of(const OutboundAnswer& answer, const Standing& standing) {
    if (answer.is_success()) return Fate::delivered;
    if (answer.fault) return Fate::retry;
    if (answer.status == 410) return Fate::gone;
    const bool dead = may_pass(answer.status) ? standing.now - standing.first_at >= refused_for
                                              : standing.attempt >= refusals_at_most;
    return dead ? Fate::dead : Fate::retry;
}

std::chrono::milliseconds pause_after(const OutboundAnswer& answer, int attempt, double chance) {
    using std::chrono::milliseconds;
    constexpr int doublings_at_most = 8;  // beyond it the longest pause is reached
    const int doublings = std::clamp(attempt - 1, 0, doublings_at_most);
    const milliseconds whole =
        std::min<milliseconds>(shortest_pause * (1 << doublings), longest_pause);
    const milliseconds pause{
        static_cast<std::int64_t>(static_cast<double>(whole.count()) * (1 - chance / 2))};
    return std::max(pause, std::min<milliseconds>(answer.retry_after, longest_asked_pause));
}

bool has_failed_too_long(const Standing& standing) {
    return standing.attempt >= failing_attempts &&
           standing.now - standing.failing_since >= failing_for;
}

}  // namespace liuhen::server::webhook
