// SQL of orders: given, said, answered, ended. Each change writes its line of the trail in the same
// statement; an order that has ended never changes again.
#pragma once

#include "base/ids.hpp"
#include "base/time.hpp"
#include "telematics/command.hpp"

#include <pqxx/transaction>

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

namespace liuhen::server::store {

/// Who asks for an order; all but the role are empty when the server itself does.
struct Asker {
    std::string token_id;
    std::string person;
    std::string role;  ///< "operator", …, or "system"
    std::string party;
};

/// An order to be given. `command` is the JSON that `read_command` (json/command_json.hpp) reads
/// under `kind`; it holds no secret.
struct NewOrder {
    std::string terminal;  ///< id of its row (uuid)
    std::string kind;
    std::string command;
    std::string sealed = {};  ///< with its secrets, kept until it ends; empty: it has none
    Asker by;
    std::string reason;  ///< at most 500 characters
    Instant now;
    Instant expires_at;    ///< not said after it, and over by then
    int most_said = 3;     ///< lines on which it is said before it is given up; 1: never again
    std::string manifest;  ///< for whose sake; empty: none
    std::string id{};      ///< uuid v7 under which it was granted; empty: a fresh one
};
/// `terminal` is the number by which its session is known: Exchange::nudge, once committed.
struct PlacedOrder {
    std::string id;
    TerminalId terminal;
};
/// Usable inside any transaction, also of the HTTP side. Nullopt when there is no such terminal.
/// Throws pqxx::check_violation ("orders_open_limit") when 100 orders of the terminal are open.
std::optional<PlacedOrder> insert_order(pqxx::work& db, const NewOrder& order);

struct OpenOrder {
    std::string id;
    std::string kind;
    std::string command;     ///< JSON text, with its secrets
    std::uint16_t serial{};  ///< of what was acknowledged
};
/// What is to be said to each terminal, oldest first, at most 100.
std::vector<std::vector<OpenOrder>> orders_to_say(pqxx::work& db,
                                                  const std::vector<TerminalId>& terminals,
                                                  Instant now);

/// What each terminal acknowledged under a serial and has not answered yet, oldest first, at most
/// 100; without secrets.
std::vector<std::vector<OpenOrder>> orders_acknowledged(pqxx::work& db,
                                                        const std::vector<TerminalId>& terminals);

/// About to be said. How often it has been said with this time, from 1; 0: the order had gone on or
/// ended before, and must not be said.
int note_saying(pqxx::work& db, const std::string& id, Instant now);
/// Could not be said: `busy` and `not_ready` take a saying back, the others end the order.
void note_untold(pqxx::work& db, const std::string& id, telematics::Untold why, Instant now);
/// What the device answered, or that it did not. An answer after the end is a line of the trail.
void note_answer(pqxx::work& db, const TerminalId& terminal, const telematics::OrderAnswer& answer,
                 Instant now);
/// What was said to them and not answered is open again, or given up when it was said often enough.
void reopen_said(pqxx::work& db, const std::vector<TerminalId>& terminals, Instant now);
/// The same of all terminals.
void reopen_all_said(pqxx::work& db, Instant now);
/// The same of one order, unless it has been said again since it was said for the `times`th time.
void reopen_unheard(pqxx::work& db, const std::string& id, int times, Instant now);
/// Ends an open order by the server itself, as "refused" or "cancelled", with the reason.
void end_order(pqxx::work& db, const std::string& id, const std::string& state,
               const std::string& why, Instant now);
/// Ends what is past its time; the terminal of each.
std::vector<TerminalId> end_overdue(pqxx::work& db, Instant now);
/// Which of these orders have ended.
std::vector<std::string> ended_of(pqxx::work& db, const std::vector<std::string>& orders);

/// By a person; the terminal that may have to hear no more of it. Nullopt when it was too late, and
/// when there is no such order or the caller does not see it.
std::optional<TerminalId> cancel_order(pqxx::work& db, const std::string& id, const Asker& by,
                                       Instant now);

}  // namespace liuhen::server::store
