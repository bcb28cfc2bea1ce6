#include "server/lock_safe.hpp"

#include "server/log.hpp"
#include "server/store/lock_secrets.hpp"

#include <pqxx/pqxx>

namespace liuhen::server {

awaitable<void> LockSafe::keep(std::vector<telematics::OneTimePassword> told) {
    if (told.empty()) co_return;
    if (vault_->is_closed()) {
        log::warn("vault.no_key", {{"lock", told.front().lock.text}});
        co_return;
    }
    auto work = [vault = vault_, told = std::move(told)](pqxx::work& db) {
        for (const auto& one : told) store::keep_one_time_password(db, *vault, one);
    };
    auto keeping = database_.transact(std::move(work));
    co_await std::move(keeping);
}

void LockSafe::fill_in(pqxx::work& db, telematics::LockCommand& command) const {
    if (command.verb != telematics::LockCommand::Verb::unseal || vault_->is_closed()) return;
    const std::string lock = store::lock_named(db, {command.lock});
    if (lock.empty()) return;
    auto secret = store::find_secret(db, *vault_, lock, store::SecretKind::static_password);
    if (!secret) {
        secret = store::find_secret(db, *vault_, lock, store::SecretKind::one_time);
        command.secret_is_one_time = secret.has_value();
    }
    if (secret) command.secret = std::move(secret->text);
}

}  // namespace liuhen::server
