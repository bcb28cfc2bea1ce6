#include "server/json/command_json.hpp"

#include "server/json/command_readers.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <array>
#include <functional>

namespace liuhen::server {
namespace {

using namespace commands;

// What is about this moment is worth nothing later; what changes the device is worth waiting for.
constexpr std::chrono::seconds now = std::chrono::minutes{5};
constexpr std::chrono::seconds a_day = std::chrono::hours{24};

constexpr std::array kinds{
    CommandKind{"call_back", now, read_call_back},
    CommandKind{"camera", now, read_camera},
    CommandKind{"confirm_alarm", now, read_confirm_alarm},
    CommandKind{"control_live", now, read_control_live},
    CommandKind{"control_play_back", now, read_control_play_back},
    CommandKind{"control_upload", now, read_control_upload},
    CommandKind{"delete_areas", a_day, read_delete_areas},
    CommandKind{"delete_media", a_day, read_delete_media},
    CommandKind{"doors", now, read_doors},
    CommandKind{"event_menu", a_day, read_event_menu},
    CommandKind{"link_check", now, read_link_check},
    CommandKind{"locate", now, read_locate},
    CommandKind{"lock", now, read_lock},
    CommandKind{"lock_setting", a_day, read_lock_setting},
    CommandKind{"manifest_route", a_day, read_manifest_route},
    CommandKind{"phone_book", a_day, read_phone_book},
    CommandKind{"photo", now, read_photo},
    CommandKind{"play_back", now, read_play_back},
    CommandKind{"query_areas", a_day, read_query_areas},
    CommandKind{"query_attributes", a_day, read_query_attributes},
    CommandKind{"query_driver", now, read_query_driver},
    CommandKind{"query_media", a_day, read_query_media},
    CommandKind{"query_parameters", a_day, read_query_parameters},
    CommandKind{"query_recorder", a_day, read_query_recorder},
    CommandKind{"query_recordings", a_day, read_query_recordings},
    CommandKind{"query_video_attributes", a_day, read_query_video_attributes},
    CommandKind{"question", now, read_question},
    CommandKind{"record_sound", now, read_record_sound},
    CommandKind{"send_alarm_files", a_day, read_send_alarm_files},
    CommandKind{"send_media", a_day, read_send_media},
    CommandKind{"service_menu", a_day, read_service_menu},
    CommandKind{"service_text", a_day, read_service_text},
    CommandKind{"set_circles", a_day, read_set_circles},
    CommandKind{"set_parameters", a_day, read_set_parameters},
    CommandKind{"set_polygon", a_day, read_set_polygon},
    CommandKind{"set_rectangles", a_day, read_set_rectangles},
    CommandKind{"set_route", a_day, read_set_route},
    CommandKind{"terminal_control", now, read_terminal_control},
    CommandKind{"text", a_day, read_text},
    CommandKind{"track", now, read_track},
    CommandKind{"transparent", a_day, read_transparent},
    CommandKind{"upload_recording", a_day, read_upload_recording},
    CommandKind{"watch_live", now, read_watch_live},
};
static_assert(std::ranges::is_sorted(kinds, std::less{}, &CommandKind::name));

// "main_password" or its number, however that is written.
bool is_password(const nlohmann::json& parameter) {
    static constexpr std::array<std::uint32_t, 3> passwords{0x0012, 0x0016, 0x0025};
    const auto name = parameter.is_object() ? parameter.value("parameter", "") : std::string{};
    const auto id = parameter_id(name);
    return id && std::ranges::find(passwords, *id) != passwords.end();
}

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
    const nlohmann::json document = nlohmann::json::parse(text, nullptr, false);
    if (known == nullptr || document.is_discarded()) return std::nullopt;
    Faults faults;
    Fields form{document, "", faults};
    Command command = read_command(*known, form);
    form.finish();
    if (!faults.empty()) return std::nullopt;
    return command;
}

nlohmann::json without_secrets(std::string_view kind, nlohmann::json command) {
    if (kind == "set_parameters" && command.contains("parameters")) {
        for (auto& one : command["parameters"]) {
            if (is_password(one)) one = {{"parameter", one["parameter"]}, {"hidden", true}};
        }
    }
    // What 0x8105 connects with holds the password of a network.
    if (kind == "terminal_control" && command.contains("arguments"))
        command["arguments"] = "(hidden)";
    if (kind == "upload_recording" && command.contains("password"))
        command["password"] = "(hidden)";
    return command;
}

}  // namespace liuhen::server
