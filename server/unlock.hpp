// The unlocking desk: looks up the facts, asks the table of manifest/unlock.hpp, and puts what it
// said on record, with the window and the order that a grant leads to. One call is one request,
// inside the caller's transaction; a refusal is a record as well and must be committed.
#pragma once

#include "base/result.hpp"
#include "manifest/unlock.hpp"
#include "server/store/unlocks.hpp"
#include "server/vault.hpp"

#include <pqxx/transaction>

#include <optional>
#include <string>
#include <variant>

namespace liuhen::server {

/// Whoever collects more refusals a minute is told to wait; those are not put on record.
inline constexpr int max_refusals_per_minute = 20;

/// What a granted request came to.
struct Opened {
    std::string request;  ///< id of the record
    manifest::UnlockGranted granted;
    std::string order;     ///< what the device is told; empty: nothing
    TerminalId terminal;   ///< to be nudged once committed; empty: none
    VehicleId vehicle;     ///< whose locks or doors may be open now
    std::string password;  ///< one-time; shown to the caller and kept nowhere; empty: none yet
    std::optional<Instant> password_told_at;
};

/// What a refused request came to.
struct NotOpened {
    std::string request;
    manifest::UnlockRefusal why;
};
struct NothingThere {};  ///< no such lock or vehicle, or none that is this caller's business
struct AskedTooOften {};
using Unopened = std::variant<NothingThere, AskedTooOften, NotOpened>;

/// Has a lock told to open. `name`: its id or number. One whose model nobody knows how to tell is
/// refused at once (UNLOCK_NOT_REMOTE), and so is one that opens by a password of which the vault
/// has none (UNLOCK_NO_PASSWORD).
Result<Opened, Unopened> unlock(pqxx::work& db, const std::string& name, const Vault& vault,
                                const store::Asking& asking, Instant now);
/// Hands out the one-time password that the lock told last. If it has told none it is asked for
/// one within the window that is granted for it, and none is handed out yet; refused when it cannot
/// be asked (UNLOCK_NO_PASSWORD).
Result<Opened, Unopened> tell_password(pqxx::work& db, const std::string& name, const Vault& vault,
                                       const store::Asking& asking, Instant now);
/// Has the terminal of a vehicle told to open its doors (0x8500).
Result<Opened, Unopened> open_doors(pqxx::work& db, const std::string& vehicle,
                                    const store::Asking& asking, Instant now);
/// Has it told to lock them: whoever may see the vehicle may always have it locked. The order;
/// nullopt: nothing there, or no terminal.
struct Locking {
    std::string order;
    TerminalId terminal;
};
std::optional<Locking> lock_doors(pqxx::work& db, const std::string& vehicle,
                                  const store::Asking& asking, Instant now);

/// Reasons that are the desk's own: UNLOCK_NO_LINE, UNLOCK_NO_PASSWORD, UNLOCK_NOT_REMOTE.
std::span<const manifest::RefusalText> desk_refusals();

}  // namespace liuhen::server
