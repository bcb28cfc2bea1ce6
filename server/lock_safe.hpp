// Passwords of locks on their way between the wire, the vault and the database.
#pragma once

#include "server/database.hpp"
#include "server/vault.hpp"
#include "telematics/command.hpp"
#include "telematics/turn.hpp"

#include <memory>
#include <vector>

namespace liuhen::server {

/// Safe from any thread.
class LockSafe {
public:
    /// `vault` may be closed: then nothing is kept and nothing filled in.
    LockSafe(Database& database, std::shared_ptr<const Vault> vault)
        : database_(database), vault_(std::move(vault)) {}

    /// Keeps what locks told in a turn. Returns once it is committed: only then may the lock be
    /// answered, since it tells each password until it is. Throws DatabaseDown.
    awaitable<void> keep(std::vector<telematics::OneTimePassword> told);

    /// The password that a lock wants with `unseal`: the operator's static one, else the one-time
    /// password that it told last. Called as the order is about to be said, inside a transaction as
    /// liuhen_core; leaves the command as it is when none is kept.
    void fill_in(pqxx::work& db, telematics::LockCommand& command) const;

    [[nodiscard]] const std::shared_ptr<const Vault>& vault() const { return vault_; }

private:
    Database& database_;
    std::shared_ptr<const Vault> vault_;
};

}  // namespace liuhen::server
