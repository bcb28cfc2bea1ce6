// What may be said to a device, as JSON: one stable kind a command, its fields beside it.
#pragma once

#include "server/json/fields.hpp"
#include "telematics/command.hpp"

#include <nlohmann/json_fwd.hpp>

#include <chrono>
#include <optional>
#include <span>
#include <string_view>

namespace liuhen::server {

/// A kind of order: its name, how long it stays open unless said otherwise, and its reader.
struct CommandKind {
    std::string_view name;  ///< "text"
    std::chrono::seconds open_for;
    telematics::Command (*read)(Fields&);
};
/// All kinds by name.
std::span<const CommandKind> command_kinds();
/// Nullptr when there is no such kind.
const CommandKind* find_command_kind(std::string_view name);

/// Reads the fields of a command and adds what is wrong with them to the form's faults; without
/// faults the result is whole. The caller finishes the form.
telematics::Command read_command(const CommandKind& kind, Fields& form);

/// A stored command; nullopt when it cannot be read.
std::optional<telematics::Command> parse_command(std::string_view kind, std::string_view text);

/// What of a command everybody who sees the order may read: passwords of networks are left out.
nlohmann::json without_secrets(std::string_view kind, nlohmann::json command);

/// A lock command under the kind "lock", without its secret: {verb, lock, user}.
nlohmann::json lock_command_json(const telematics::LockCommand& command);

}  // namespace liuhen::server
