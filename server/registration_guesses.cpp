#include "server/registration_guesses.hpp"

#include "server/newcomers.hpp"

#include <algorithm>

namespace liuhen::server {

void RegistrationGuesses::note(const std::string& number, const std::string& peer, Monotonic now) {
    if (!may_try(number, peer, now)) return;  // nobody is shut out for longer by trying on
    auto& guesses = wrong_[number];
    while (!guesses.empty() && now - guesses.front().at >= guesses_kept) guesses.pop_front();
    guesses.push_back({household_of(peer), now});
}

bool RegistrationGuesses::may_try(const std::string& number, const std::string& peer,
                                  Monotonic now) const {
    const auto found = wrong_.find(number);
    if (found == wrong_.end()) return true;
    const auto counts = [now](const Guess& one) { return now - one.at < guesses_kept; };
    const auto lately = static_cast<std::size_t>(std::ranges::count_if(found->second, counts));
    if (lately < free_guesses) return true;
    if (lately >= max_addresses) return false;  // forgetting one would let him try again
    return std::ranges::none_of(found->second,
                                [&counts, household = household_of(peer)](const Guess& one) {
                                    return counts(one) && one.household == household;
                                });
}

void RegistrationGuesses::drop_old(Monotonic now) {
    std::erase_if(
        wrong_, [now](const auto& entry) { return now - entry.second.back().at >= guesses_kept; });
}

}  // namespace liuhen::server
