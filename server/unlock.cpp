#include "server/unlock.hpp"

#include "server/crypto.hpp"
#include "server/json/command_json.hpp"
#include "server/store/lock_secrets.hpp"
#include "server/store/orders.hpp"
#include "telematics/jtt808/lock_orders.hpp"
#include "telematics/text.hpp"

#include <nlohmann/json.hpp>
#include <pqxx/pqxx>

#include <algorithm>

namespace liuhen::server {
namespace {

using manifest::RefusalKind;
using manifest::RefusalText;
using nlohmann::json;
using store::Asking;
using store::Opening;
using store::UnlockRecord;
using store::UnlockView;
using telematics::LockCommand;

constexpr RefusalText refusals[] = {
    {"UNLOCK_NO_LINE", RefusalKind::illegal_state,
     "nothing that can be told to open it is on record", "没有登记可下发指令的终端"},
    {"UNLOCK_NO_PASSWORD", RefusalKind::illegal_state, "no password of this lock is on record",
     "没有登记该锁的密码"},
    {"UNLOCK_NOT_REMOTE", RefusalKind::illegal_state,
     "this lock cannot be opened from here: nobody knows how its model is told",
     "该型号的锁不支持远程开锁"},
};
constexpr std::size_t no_line = 0;
constexpr std::size_t no_password = 1;
constexpr std::size_t not_remote = 2;

bool has_own_line(const Opening& opening) {
    return telematics::elock::significant_digits(opening.number) ==
           telematics::elock::significant_digits(opening.line);
}

// A lock that hangs on another device, or whose model has no words for it, would never hear.
bool can_be_told(const Opening& opening) {
    if (opening.protocol != "jt808") return has_own_line(opening);
    const auto* const model = telematics::find_profile(opening.profile);
    return model != nullptr && telematics::jtt808::can_open(*model, opening.number, opening.line);
}

// Such a lock is told its password to open, and tells a one-time one when it is asked.
bool opens_by_password(pqxx::work& db, const Opening& opening, Instant now) {
    if (opening.protocol != "jt808") return !store::speaks_as_seal(db, opening, now);
    const auto* const model = telematics::find_profile(opening.profile);
    return model != nullptr && telematics::jtt808::opens_by_password(*model);
}

// A lock notes at most 32 bytes of GBK, a character of which takes one, two or four.
std::string user_of(const std::string& person) {
    constexpr std::size_t most = 32;
    const auto leads = [&person](std::size_t i) {
        return (static_cast<unsigned char>(person[i]) & 0xC0U) != 0x80U;
    };
    std::size_t bytes = 0;
    for (std::size_t begin = 0, end = 0; begin < person.size(); begin = end) {
        for (end = begin + 1; end < person.size() && !leads(end);) ++end;
        bytes += telematics::gbk_from_utf8(person.substr(begin, end - begin)).size();
        if (bytes > most) return person.substr(0, begin);
    }
    return person;
}

json command_to(const Opening& opening, LockCommand::Verb verb, const Asking& asking) {
    LockCommand command;
    command.verb = verb;
    command.lock = opening.number;
    command.user = user_of(asking.person);
    return lock_command_json(command);
}

// An order for the sake of this request. It is said once, and never after the window.
struct Wanted {
    std::string kind;
    json command;
    Instant until;
    std::string manifest;
};
std::optional<TerminalId> give(pqxx::work& db, const UnlockRecord& record, const Wanted& wanted,
                               Instant now) {
    const Asking& asking = record.asking;
    const store::NewOrder order{.terminal = record.opening.terminal,
                                .kind = wanted.kind,
                                .command = wanted.command.dump(),
                                .by = {asking.token_id, asking.person,
                                       std::string{code(asking.by.role)}, asking.by.party.text},
                                .reason = "unlock request " + record.id,
                                .now = now,
                                .expires_at = wanted.until,
                                .most_said = 1,
                                .manifest = wanted.manifest,
                                .id = record.order};
    const auto placed = store::insert_order(db, order);
    if (!placed) return std::nullopt;
    return placed->terminal;
}

manifest::UnlockRefusal own_refusal(std::size_t which, const manifest::UnlockGranted& granted) {
    const RefusalText& words = refusals[which];
    manifest::UnlockRefusal refusal{words.code, words.kind, words.en, words.zh, {}, {}};
    for (const auto& row : manifest::unlock_table()) {
        if (row.row == granted.row) refusal.needed.push_back(&row);
    }
    return refusal;
}

// Parties of what is aboard, the vehicle's carrier, and authorities that see the vehicle; to others
// it does not exist.
bool concerns(const Opening& opening, const UnlockView& view, const manifest::Actor& by) {
    if (!view.facts.aboard.empty()) return true;
    if (by.party.empty()) return opening.vehicle.empty() || !opening.carrier.empty();
    return opening.carrier == by.party;
}

// A request on its way: seen, judged, not yet on record.
struct Judged {
    UnlockRecord record;
    UnlockView view;
    manifest::UnlockRefusal refusal;  // when not granted
};
Result<Judged, Unopened> judge(pqxx::work& db, const std::optional<Opening>& opening,
                               const Asking& asking, Instant now) {
    if (!opening) return fail(Unopened{NothingThere{}});
    Judged judged{{uuid_v7(now), asking, *opening, std::nullopt, {}, {}},
                  store::look_at(db, *opening, now),
                  {}};
    if (!concerns(*opening, judged.view, asking.by)) return fail(Unopened{NothingThere{}});
    if (store::refusals_lately(db, asking.token_id, now) >= max_refusals_per_minute)
        return fail(Unopened{AskedTooOften{}});
    auto decided = manifest::may_unlock({asking.by, asking.manifest}, judged.view.facts);
    if (decided) {
        judged.record.granted = *std::move(decided);
    } else {
        judged.refusal = std::move(decided.error());
        judged.record.refusal = judged.refusal.code;
    }
    return judged;
}

Unopened refuse(pqxx::work& db, Judged& judged) {
    store::record_unlock(db, judged.record, judged.view);
    return NotOpened{judged.record.id, std::move(judged.refusal)};
}

Unopened refuse_after_all(pqxx::work& db, Judged& judged, std::size_t why) {
    judged.refusal = own_refusal(why, *judged.record.granted);
    judged.record.granted.reset();
    judged.record.refusal = judged.refusal.code;
    return refuse(db, judged);
}

Opened opened(const Judged& judged, TerminalId terminal) {
    const UnlockRecord& record = judged.record;
    return {.request = record.id,
            .granted = *record.granted,
            .order = record.order,
            .terminal = std::move(terminal),
            .vehicle = record.opening.vehicle,
            .password = {},
            .password_told_at = std::nullopt};
}

// On record with its window and order, in this order: the database lets no order in that no granted
// request names.
Result<Opened, Unopened> carry_out(pqxx::work& db, Judged& judged, const std::string& kind,
                                   json command, Instant now) {
    UnlockRecord& record = judged.record;
    if (!record.granted) return fail(refuse(db, judged));
    if (record.opening.terminal.empty()) return fail(refuse_after_all(db, judged, no_line));
    record.order = uuid_v7(now);
    store::record_unlock(db, record, judged.view);
    store::open_window(db, record, now);
    const Wanted wanted{kind, std::move(command), record.granted->until,
                        record.granted->manifest.text};
    auto terminal = give(db, record, wanted, now);
    return opened(judged, terminal.value_or(TerminalId{}));
}

}  // namespace

std::span<const RefusalText> desk_refusals() { return refusals; }

Result<Opened, Unopened> unlock(pqxx::work& db, const std::string& name, const Vault& vault,
                                const Asking& asking, Instant now) {
    auto judged = judge(db, store::find_lock(db, name, now), asking, now);
    if (!judged) return fail(std::move(judged.error()));
    const Opening& lock = judged->record.opening;
    if (judged->record.granted && !lock.terminal.empty()) {
        if (!can_be_told(lock)) return fail(refuse_after_all(db, *judged, not_remote));
        if (opens_by_password(db, lock, now) && !store::has_secret(db, vault, lock.lock))
            return fail(refuse_after_all(db, *judged, no_password));
    }
    json command = command_to(lock, LockCommand::Verb::unseal, asking);
    return carry_out(db, *judged, "lock", std::move(command), now);
}

Result<Opened, Unopened> tell_password(pqxx::work& db, const std::string& name, const Vault& vault,
                                       const Asking& asking, Instant now) {
    auto judged = judge(db, store::find_lock(db, name, now), asking, now);
    if (!judged) return fail(std::move(judged.error()));
    UnlockRecord& record = judged->record;
    if (!record.granted) return fail(refuse(db, *judged));
    const Opening& lock = record.opening;
    // The password can be read only once its window is there; when there is none and the lock
    // cannot be asked for one, there is no window either.
    db.exec0("SAVEPOINT untold");
    if (!lock.terminal.empty()) record.order = uuid_v7(now);
    store::record_unlock(db, record, judged->view);
    store::open_window(db, record, now);
    auto secret = store::find_secret(db, vault, lock.lock, store::SecretKind::one_time);
    const bool can_be_asked =
        !lock.terminal.empty() && can_be_told(lock) && opens_by_password(db, lock, now);
    if (!secret && !can_be_asked) {
        db.exec0("ROLLBACK TO SAVEPOINT untold");
        record.order.clear();
        return fail(refuse_after_all(db, *judged, lock.terminal.empty() ? no_line : no_password));
    }
    std::optional<TerminalId> terminal;
    if (!record.order.empty()) {
        const Wanted wanted{"lock", command_to(lock, LockCommand::Verb::allow_passwords, asking),
                            record.granted->until, record.granted->manifest.text};
        terminal = give(db, record, wanted, now);
    }
    Opened told = opened(*judged, terminal.value_or(TerminalId{}));
    if (secret) {
        told.password = std::move(secret->text);
        told.password_told_at = secret->told_at;
    }
    return told;
}

Result<Opened, Unopened> open_doors(pqxx::work& db, const std::string& vehicle,
                                    const Asking& asking, Instant now) {
    auto judged = judge(db, store::find_doors(db, vehicle, now), asking, now);
    if (!judged) return fail(std::move(judged.error()));
    return carry_out(db, *judged, "doors", json{{"doors", "unlock"}}, now);
}

std::optional<Locking> lock_doors(pqxx::work& db, const std::string& vehicle, const Asking& asking,
                                  Instant now) {
    const auto opening = store::find_doors(db, vehicle, now);
    if (!opening || opening->terminal.empty()) return std::nullopt;
    if (!concerns(*opening, store::look_at(db, *opening, now), asking.by)) return std::nullopt;
    const store::NewOrder order{.terminal = opening->terminal,
                                .kind = "doors",
                                .command = json{{"doors", "lock"}}.dump(),
                                .by = {asking.token_id, asking.person,
                                       std::string{code(asking.by.role)}, asking.by.party.text},
                                .reason = "doors to be locked",
                                .now = now,
                                .expires_at = now + manifest::unlock_window,
                                .most_said = 3,
                                .manifest = ""};
    const auto placed = store::insert_order(db, order);
    if (!placed) return std::nullopt;
    return Locking{placed->id, placed->terminal};
}

}  // namespace liuhen::server
