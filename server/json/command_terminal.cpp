// The terminal itself: where it is, how it reports, its doors, recorder and attributes, data passed
// through, and what is said to locks.
#include "server/json/command_readers.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <array>

namespace liuhen::server::commands {
namespace {

using jtt808::Message;
using telematics::LockCommand;
using telematics::LockSetting;

constexpr std::array terminal_actions{
    Named{"upgrade", 1},       Named{"connect", 2},  Named{"power_off", 3}, Named{"reset", 4},
    Named{"factory_reset", 5}, Named{"data_off", 6}, Named{"radio_off", 7}};
constexpr std::array with_arguments{1U, 2U};
constexpr std::array doors{Named{"lock", static_cast<std::uint32_t>(jtt808::Doors::locked)},
                           Named{"unlock", static_cast<std::uint32_t>(jtt808::Doors::open)}};
// The alarms that wait for a person (2013, 8203), by bit.
constexpr std::array alarms{Named{"sos", 0},
                            Named{"danger", 3},
                            Named{"area", 20},
                            Named{"route", 21},
                            Named{"segment_time", 22},
                            Named{"illegal_ignition", 27},
                            Named{"illegal_movement", 28}};
constexpr std::array verbs{
    Named{"unseal", static_cast<std::uint32_t>(LockCommand::Verb::unseal)},
    Named{"seal", static_cast<std::uint32_t>(LockCommand::Verb::seal)},
    Named{"query_password", static_cast<std::uint32_t>(LockCommand::Verb::query_password)},
    Named{"allow_passwords", static_cast<std::uint32_t>(LockCommand::Verb::allow_passwords)},
    Named{"refuse_passwords", static_cast<std::uint32_t>(LockCommand::Verb::refuse_passwords)}};
constexpr std::size_t argument_bytes = 500;
constexpr std::size_t passed_bytes = 16 * 1024;
constexpr std::size_t recorder_bytes = 1'000;

}  // namespace

Command read_locate(Fields&) { return Message{jtt808::LocateNow{}}; }
Command read_query_attributes(Fields&) { return Message{jtt808::QueryAttributes{}}; }
Command read_link_check(Fields&) { return Message{jtt808::LinkCheck{}}; }
Command read_query_driver(Fields&) { return Message{jtt808::QueryDriver{}}; }

// Interval 0 ends it, and then nothing follows.
Command read_track(Fields& form) {
    jtt808::TrackForAWhile m;
    m.interval_s = number_of<std::uint16_t>(form, "interval_s", 0, UINT16_MAX);
    const nlohmann::json* const interval = form.any("interval_s");
    if (interval != nullptr && *interval == 0) {
        if (form.any("for_s") != nullptr) form.add("EXCLUSIVE", "for_s");
    } else {
        m.validity_s = number_of<std::uint32_t>(form, "for_s", 1, UINT32_MAX);
    }
    return Message{m};
}

Command read_confirm_alarm(Fields& form) {
    jtt808::ConfirmAlarm m;
    m.serial = number_or<std::uint16_t>(form, "serial", 0, UINT16_MAX, 0);
    const auto add_alarm = [&m](const std::string& name) {
        const auto* const row = std::ranges::find(alarms, name, &Named::name);
        if (row != alarms.end()) m.alarm |= 1U << row->number;
        return row != alarms.end();
    };
    const auto names = form.codes("alarms", alarms.size(), {1, 32}, add_alarm, Need::required);
    if (form.has("alarms") && names.empty()) form.add("TOO_SHORT", "alarms");
    return Message{m};
}

// In the sense of 2013; the conversation turns it round for a terminal of 2019.
Command read_doors(Fields& form) {
    const auto wanted = static_cast<jtt808::Doors>(choice(form, "doors", doors));
    return Message{jtt808::door_command(jtt808::Edition::v2013, wanted)};
}

Command read_terminal_control(Fields& form) {
    jtt808::TerminalControl m;
    m.command = static_cast<std::uint8_t>(choice(form, "action", terminal_actions));
    const bool takes = std::ranges::find(with_arguments, m.command) != with_arguments.end();
    m.arguments = gbk_text(form, "arguments", takes ? 1 : 0, argument_bytes);
    if (!takes && !m.arguments.utf8.empty()) form.add("EXCLUSIVE", "arguments");
    return Message{std::move(m)};
}

Command read_query_recorder(Fields& form) {
    return Message{
        jtt808::QueryRecorder{.command = number_of<std::uint8_t>(form, "command", 0, 255),
                              .block = hex_bytes(form, "block", recorder_bytes, Need::optional)}};
}

Command read_transparent(Fields& form) {
    return Message{
        jtt808::PassedDown{.kind = number_of<std::uint8_t>(form, "type", 0, 255),
                           .content = hex_bytes(form, "content", passed_bytes, Need::required)}};
}

Command read_lock(Fields& form) {
    LockCommand command;
    command.verb = static_cast<LockCommand::Verb>(choice(form, "verb", verbs));
    command.lock = form.text("lock", {0, 20});
    command.user = gbk_text(form, "user", 0, 32).utf8;
    return command;
}

Command read_lock_setting(Fields& form) {
    return LockSetting{form.text("sentence", {3, 120}, Need::required)};
}

}  // namespace liuhen::server::commands

namespace liuhen::server {

nlohmann::json lock_command_json(const telematics::LockCommand& command) {
    const auto verb = static_cast<std::uint32_t>(command.verb);
    const auto* const row = std::ranges::find(commands::verbs, verb, &commands::Named::number);
    nlohmann::json document{{"verb", row->name}};
    if (!command.lock.empty()) document["lock"] = command.lock;
    if (!command.user.empty()) document["user"] = command.user;
    return document;
}

}  // namespace liuhen::server
