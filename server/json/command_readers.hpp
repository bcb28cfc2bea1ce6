// The readers of command_json.hpp by family, and what they share. Each takes its fields from the
// form; with a fault in the form its result says nothing.
#pragma once

#include "base/geo.hpp"
#include "server/json/fields.hpp"
#include "telematics/command.hpp"

#include <nlohmann/json_fwd.hpp>

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

namespace liuhen::server::commands {

namespace jtt808 = telematics::jtt808;
using telematics::Bytes;
using telematics::Command;

// command_terminal.cpp: the terminal itself, its position, doors, recorder, locks
Command read_locate(Fields& form);
Command read_track(Fields& form);
Command read_confirm_alarm(Fields& form);
Command read_doors(Fields& form);
Command read_terminal_control(Fields& form);
Command read_query_attributes(Fields& form);
Command read_link_check(Fields& form);
Command read_query_driver(Fields& form);
Command read_query_recorder(Fields& form);
Command read_transparent(Fields& form);
Command read_lock(Fields& form);
Command read_lock_setting(Fields& form);

// command_text.cpp: texts, menus and telephones
Command read_text(Fields& form);
Command read_event_menu(Fields& form);
Command read_question(Fields& form);
Command read_service_menu(Fields& form);
Command read_service_text(Fields& form);
Command read_call_back(Fields& form);
Command read_phone_book(Fields& form);

// command_parameters.cpp
/// "heartbeat_s", or "0x0001" for ids in hex.
std::optional<std::uint32_t> parameter_id(std::string_view name);
Command read_set_parameters(Fields& form);
Command read_query_parameters(Fields& form);

// command_areas.cpp, command_routes.cpp
Command read_set_circles(Fields& form);
Command read_set_rectangles(Fields& form);
Command read_set_polygon(Fields& form);
Command read_delete_areas(Fields& form);
Command read_query_areas(Fields& form);
Command read_set_route(Fields& form);
/// As read_set_route, for a manifest that the form names.
Command read_manifest_route(Fields& form);

// command_media.cpp
Command read_photo(Fields& form);
Command read_record_sound(Fields& form);
Command read_query_media(Fields& form);
Command read_send_media(Fields& form);
Command read_delete_media(Fields& form);

// command_video.cpp
Command read_camera(Fields& form);
Command read_control_live(Fields& form);
Command read_control_play_back(Fields& form);
Command read_control_upload(Fields& form);
Command read_play_back(Fields& form);
Command read_query_recordings(Fields& form);
Command read_query_video_attributes(Fields& form);
Command read_send_alarm_files(Fields& form);
Command read_upload_recording(Fields& form);
Command read_watch_live(Fields& form);

/// A number between `least` and `most`, which `T` holds; `otherwise` when absent.
template <class T>
T number_or(Fields& form, std::string_view name, std::int64_t least, std::int64_t most,
            T otherwise) {
    return static_cast<T>(form.integer(name, least, most).value_or(otherwise));
}
/// The same for a number that must be there.
template <class T>
T number_of(Fields& form, std::string_view name, std::int64_t least, std::int64_t most) {
    return static_cast<T>(form.integer(name, least, most, Need::required).value_or(least));
}

/// A name and the number it stands for on the wire.
struct Named {
    std::string_view name;
    std::uint32_t number;
};
/// The number of one of these names; `otherwise` when absent or wrong.
std::uint32_t choice(Fields& form, std::string_view field, std::span<const Named> names,
                     std::uint32_t otherwise);
std::uint32_t choice(Fields& form, std::string_view field, std::span<const Named> names);

/// A text of at most `most` bytes in GBK, which is what a device gets.
jtt808::Text gbk_text(Fields& form, std::string_view name, std::size_t least, std::size_t most);
/// Bytes written in hex; at most `most` of them.
Bytes hex_bytes(Fields& form, std::string_view name, std::size_t most, Need need);
/// A time as devices have it: packed YYMMDDhhmmss in GMT+8; zeros when absent.
jtt808::Octets<6> packed_time(Fields& form, std::string_view name);

/// Reads each element of a list of objects; a missing list is a fault.
template <class T, class Read>
std::vector<T> each(Fields& form, std::string_view name, std::size_t most, Read read);

/// The element `index` of a list that was asked for, as a form of its own.
const nlohmann::json& element(const nlohmann::json& list, std::size_t index);
std::size_t size_of(const nlohmann::json& list);

template <class T, class Read>
std::vector<T> each(Fields& form, std::string_view name, std::size_t most, Read read) {
    std::vector<T> many;
    const nlohmann::json* const list = form.array(name, most, Need::required);
    if (list == nullptr) return many;
    for (std::size_t i = 0; i < size_of(*list); ++i) {
        Fields one{element(*list, i), pointer_to(form.pointer(name), i), form.faults()};
        many.push_back(read(one));
        one.finish();
    }
    return many;
}

}  // namespace liuhen::server::commands
