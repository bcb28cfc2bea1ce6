#include "server/registrations.hpp"

#include "server/journal.hpp"

#include <utility>
#include <vector>

namespace liuhen::server {

Registrations::Registrations(Database& database, const Clock& clock)
    : database_(database),
      clock_(clock),
      proofs_(database, proofs_together,
              [this](pqxx::work& db, const std::vector<std::string>& numbers) {
                  store::keep_proofs(db, numbers, clock_.now());
                  return std::vector<Kept>(numbers.size());
              }) {}

awaitable<void> Registrations::load() {
    auto work = [](pqxx::work& db) {
        return std::pair{store::read_registrations(db), store::read_proofs(db)};
    };
    auto reading = database_.transact(std::move(work));
    auto [all, proofs] = co_await std::move(reading);
    const std::lock_guard lock{mutex_};
    proved_.insert(proofs.begin(), proofs.end());
    known_.clear();
    for (auto& one : all) known_[one.terminal.text] = std::move(one.said);
    ++edition_;
}

std::optional<telematics::Registered> Registrations::of(std::string_view number) const {
    const std::lock_guard lock{mutex_};
    const auto found = known_.find(std::string{number});
    return found == known_.end() ? std::nullopt : std::optional{found->second};
}

awaitable<void> Registrations::keep(telematics::FirstRegistration one) {
    auto work = [one, now = clock_.now()](pqxx::work& db) {
        return store::keep_registration(db, one, now);
    };
    auto storing = database_.transact(std::move(work));
    auto stands = co_await std::move(storing);
    if (!stands) throw NotStored{"the terminal is not entered any more"};
    const bool taken = *stands == one.said;
    {
        const std::lock_guard lock{mutex_};
        known_[one.terminal.text] = *std::move(stands);
        ++edition_;
    }
    if (!taken) throw NotStored{"the terminal has registered otherwise meanwhile"};
}

bool Registrations::note_proof(const std::string& number) {
    const std::lock_guard lock{mutex_};
    return proved_.insert(number).second;
}

awaitable<void> Registrations::keep_proof(std::string number) {
    auto storing = proofs_.ask(std::move(number));
    co_await std::move(storing);
}

bool Registrations::is_proved(const std::string& number) const {
    const std::lock_guard lock{mutex_};
    return proved_.contains(number);
}

bool Registrations::may_try(const std::string& number, const std::string& peer) const {
    const std::lock_guard lock{mutex_};
    return guesses_.may_try(number, peer, monotonic());
}

void Registrations::note_wrong(const std::string& number, const std::string& peer) {
    const std::lock_guard lock{mutex_};
    guesses_.note(number, peer, monotonic());
}

void Registrations::count_refusal(const std::string& number) {
    const Instant now = clock_.now();
    const std::lock_guard lock{mutex_};
    if (!known_.contains(number) && !proved_.contains(number)) return;
    auto& refused = uncounted_[number];
    refused = {number, refused.count + 1, now};
}

awaitable<void> Registrations::store_counts() {
    std::map<std::string, store::RefusedRegistrations> storing;
    {
        const std::lock_guard lock{mutex_};
        storing = uncounted_;
        guesses_.drop_old(monotonic());
    }
    if (storing.empty()) co_return;
    auto work = [storing](pqxx::work& db) {
        for (const auto& [number, refused] : storing) store::count_refusals(db, refused);
    };
    auto counting = database_.transact(std::move(work));
    co_await std::move(counting);
    const std::lock_guard lock{mutex_};
    for (const auto& [number, stored] : storing) {
        const auto found = uncounted_.find(number);
        if (found == uncounted_.end()) continue;  // reset meanwhile
        found->second.count -= stored.count;
        if (found->second.count <= 0) uncounted_.erase(found);
    }
}

void Registrations::forget(const std::string& number) {
    const std::lock_guard lock{mutex_};
    known_.erase(number);
    ++edition_;
    proved_.erase(number);
    uncounted_.erase(number);
    guesses_.forget(number);
}

}  // namespace liuhen::server
