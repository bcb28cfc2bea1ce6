// What terminals said of themselves when they first registered: in the database, and in memory for
// those who must not wait.
#pragma once

#include "server/asked_together.hpp"
#include "server/clock.hpp"
#include "server/database.hpp"
#include "server/registration_guesses.hpp"
#include "server/store/registrations.hpp"

#include <atomic>
#include <cstdint>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <unordered_set>

namespace liuhen::server {

/// First codes of terminals that are stored in one transaction.
inline constexpr std::size_t proofs_together = 500;

/// Safe from any thread.
class Registrations {
public:
    Registrations(Database& database, const Clock& clock);

    /// Reads all of them; before devices are let in. Throws DatabaseDown.
    awaitable<void> load();
    /// What the terminal of this number said; nullopt: it never came, or was reset since.
    [[nodiscard]] std::optional<telematics::Registered> of(std::string_view number) const;
    /// Grows with every change of what `of` answers. Who asks for it first and for the answer
    /// afterwards has an answer that is at least as new.
    [[nodiscard]] std::uint64_t edition() const { return edition_; }
    /// Returns once it is stored: only then may the code leave. Throws DatabaseDown, and NotStored
    /// when another connection was quicker and said something else.
    awaitable<void> keep(telematics::FirstRegistration one);
    /// The terminal of this number has sent its code: known at once to all lines. True the first
    /// time, when it is to be stored too.
    bool note_proof(const std::string& number);
    /// Returns once that is stored. Throws DatabaseDown.
    awaitable<void> keep_proof(std::string number);
    /// Whether it ever has, since it was reset.
    [[nodiscard]] bool is_proved(const std::string& number) const;
    /// Came with other data than the first time, or for the first time without the code that its
    /// terminal has sent before. Stored by the next `store_counts()`.
    void count_refusal(const std::string& number);
    /// A registration from this address was refused for whatever it said, first or not, on a line
    /// that had not sent the code.
    void note_wrong(const std::string& number, const std::string& peer);
    /// Whether a registration from this address is judged now (RegistrationGuesses).
    [[nodiscard]] bool may_try(const std::string& number, const std::string& peer) const;
    /// Throws DatabaseDown; then the counts wait for the next call.
    awaitable<void> store_counts();
    /// The operator has reset it in the database.
    void forget(const std::string& number);

private:
    struct Kept {};
    Database& database_;
    const Clock& clock_;
    AskedTogether<std::string, Kept> proofs_;
    std::atomic<std::uint64_t> edition_ = 0;
    mutable std::mutex mutex_;                                       // guards what follows
    std::unordered_map<std::string, telematics::Registered> known_;  // by number
    std::unordered_set<std::string> proved_;                         // numbers
    std::map<std::string, store::RefusedRegistrations> uncounted_;   // by number
    RegistrationGuesses guesses_;
};

}  // namespace liuhen::server
