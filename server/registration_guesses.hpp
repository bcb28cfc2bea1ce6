// Who said wrong things of a terminal in 0x0100 lately, and may guess no more for a while.
#pragma once

#include "server/clock.hpp"

#include <chrono>
#include <cstddef>
#include <deque>
#include <string>
#include <unordered_map>

namespace liuhen::server {

/// A plate and the unit id of a terminal are short and can be tried out. Of a number, whatever
/// addresses they come from, `free_guesses` wrong registrations in `guesses_kept` are judged; from
/// then on an address that is among those who were wrong is told no code, even if it is right at
/// last, and any other has one try. So the terminal itself, from its own address, is shut
/// out by more than `max_addresses` only. An IPv6 /64 network is one address. The caller guards it
/// against threads.
class RegistrationGuesses {
public:
    static constexpr std::size_t free_guesses = 5;
    static constexpr std::chrono::seconds guesses_kept{60};
    /// Addresses remembered of a number; from then on none is judged until one is over.
    static constexpr std::size_t max_addresses = 256;

    /// A registration of `number` from `peer` was refused for what it said.
    void note(const std::string& number, const std::string& peer, Monotonic now);
    /// Whether one from `peer` is judged now.
    [[nodiscard]] bool may_try(const std::string& number, const std::string& peer,
                               Monotonic now) const;
    /// Lets go of what is over. To be called every few seconds.
    void drop_old(Monotonic now);
    void forget(const std::string& number) { wrong_.erase(number); }
    [[nodiscard]] std::size_t size() const { return wrong_.size(); }

private:
    struct Guess {
        std::string household;
        Monotonic at;
    };
    std::unordered_map<std::string, std::deque<Guess>> wrong_;  ///< by number, the oldest first
};

}  // namespace liuhen::server
