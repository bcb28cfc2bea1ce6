#include "server/json/command_json.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <array>
#include <functional>

namespace liuhen::server {
namespace {

using nlohmann::json;
using telematics::Command;
using telematics::LockCommand;
using telematics::LockSetting;
namespace jtt808 = telematics::jtt808;

constexpr std::chrono::seconds moments = std::chrono::minutes{5};
constexpr std::chrono::seconds a_day = std::chrono::hours{24};

constexpr std::array<std::string_view, 5> verbs{"unseal", "seal", "query_password",
                                                "allow_passwords", "refuse_passwords"};

Command read_lock(Fields& form) {
    LockCommand command;
    const std::string verb = form.one_of("verb", verbs, Need::required);
    const auto* const row = std::find(verbs.begin(), verbs.end(), verb);
    if (row != verbs.end()) command.verb = static_cast<LockCommand::Verb>(row - verbs.begin());
    command.lock = form.text("lock", {0, 20});
    command.user = form.text("user", {0, 32});
    return command;
}

Command read_lock_setting(Fields& form) {
    return LockSetting{form.text("sentence", {3, 200}, Need::required)};
}

Command read_locate(Fields&) { return jtt808::Message{jtt808::LocateNow{}}; }

constexpr std::array kinds{
    CommandKind{"locate", moments, read_locate},
    CommandKind{"lock", moments, read_lock},
    CommandKind{"lock_setting", a_day, read_lock_setting},
};
static_assert(std::ranges::is_sorted(kinds, std::less{}, &CommandKind::name));

}  // namespace

std::span<const CommandKind> command_kinds() { return kinds; }

const CommandKind* find_command_kind(std::string_view name) {
    const auto* const found =
        std::ranges::lower_bound(kinds, name, std::less{}, &CommandKind::name);
    return found != kinds.end() && found->name == name ? found : nullptr;
}

Command read_command(const CommandKind& kind, Fields& form) { return kind.read(form); }

std::optional<Command> parse_command(std::string_view kind, std::string_view text) {
    const CommandKind* const known = find_command_kind(kind);
    const json document = json::parse(text, nullptr, false);
    if (known == nullptr || document.is_discarded()) return std::nullopt;
    Faults faults;
    Fields form{document, "", faults};
    Command command = read_command(*known, form);
    form.finish();
    if (!faults.empty()) return std::nullopt;
    return command;
}

json lock_command_json(const LockCommand& command) {
    json document{{"verb", verbs.at(static_cast<std::size_t>(command.verb))}};
    if (!command.lock.empty()) document["lock"] = command.lock;
    if (!command.user.empty()) document["user"] = command.user;
    return document;
}

}  // namespace liuhen::server
