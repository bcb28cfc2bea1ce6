// Pictures, sound and stored media: 0x8801 to 0x8805.
#include "server/json/command_readers.hpp"

#include <array>

namespace liuhen::server::commands {
namespace {

using jtt808::Message;

constexpr std::array photo_actions{Named{"shoot", 1}, Named{"video", jtt808::Shoot::video},
                                   Named{"stop", jtt808::Shoot::stop}};
constexpr std::array resolutions{Named{"320x240", 1},  Named{"640x480", 2}, Named{"800x600", 3},
                                 Named{"1024x768", 4}, Named{"176x144", 5}, Named{"352x288", 6},
                                 Named{"704x288", 7},  Named{"704x576", 8}};
constexpr std::array sound_actions{Named{"end", 0}, Named{"begin", 1}};
constexpr std::array rates{Named{"8", 0}, Named{"11", 1}, Named{"23", 2}, Named{"32", 3}};
constexpr std::array media_kinds{Named{"picture", 0}, Named{"sound", 1}, Named{"video", 2}};
constexpr std::array media_events{
    Named{"command", 0},     Named{"timer", 1},       Named{"robbery", 2},    Named{"collision", 3},
    Named{"door_opened", 4}, Named{"door_closed", 5}, Named{"moving_off", 6}, Named{"distance", 7}};
constexpr int most_shots = 100;
constexpr int middle = 64;  // of contrast and saturation, 0 to 127

jtt808::MediaSelection read_selection(Fields& form) {
    jtt808::MediaSelection which;
    which.kind = static_cast<std::uint8_t>(choice(form, "media", media_kinds));
    which.channel = number_or<std::uint8_t>(form, "channel", 0, 255, 0);
    which.event = static_cast<std::uint8_t>(choice(form, "event", media_events, 0));
    const auto from = form.instant("from");
    const auto until = form.instant("until");
    if (from && until && *until <= *from) form.add("TIME_ORDER", "until", to_iso(*until));
    which.start = packed_time(form, "from");
    which.end = packed_time(form, "until");
    return which;
}

// One stored medium by its number, or all of a kind, place and time.
Command read_sending(Fields& form, std::uint8_t remove) {
    if (!form.has("medium"))
        return Message{jtt808::SendMedia{.which = read_selection(form), .remove = remove}};
    return Message{
        jtt808::SendOneMedia{number_of<std::uint32_t>(form, "medium", 0, UINT32_MAX), remove}};
}

}  // namespace

Command read_photo(Fields& form) {
    jtt808::Shoot m;
    const std::uint32_t action = choice(form, "action", photo_actions, 1);
    m.channel = number_or<std::uint8_t>(form, "channel", 1, 255, 1);
    const auto shots = form.integer("shots", 1, most_shots);
    m.command = static_cast<std::uint16_t>(
        action == 1 ? static_cast<std::uint32_t>(shots.value_or(1)) : action);
    if (shots && action != 1) form.add("EXCLUSIVE", "shots");
    m.seconds = number_or<std::uint16_t>(form, "seconds", 0, UINT16_MAX, 0);
    m.keep = form.flag("keep", false) ? 1 : 0;
    m.resolution = static_cast<std::uint8_t>(choice(form, "resolution", resolutions, 2));
    m.quality = number_or<std::uint8_t>(form, "quality", 1, 10, 5);
    m.brightness = number_or<std::uint8_t>(form, "brightness", 0, 255, 128);
    m.contrast = number_or<std::uint8_t>(form, "contrast", 0, 127, middle);
    m.saturation = number_or<std::uint8_t>(form, "saturation", 0, 127, middle);
    m.chroma = number_or<std::uint8_t>(form, "chroma", 0, 255, 128);
    return Message{m};
}

Command read_record_sound(Fields& form) {
    jtt808::RecordSound m;
    m.command = static_cast<std::uint8_t>(choice(form, "action", sound_actions));
    m.seconds = number_or<std::uint16_t>(form, "seconds", 0, UINT16_MAX, 0);
    m.keep = form.flag("keep", false) ? 1 : 0;
    m.rate = static_cast<std::uint8_t>(choice(form, "rate_khz", rates, 0));
    return Message{m};
}

Command read_query_media(Fields& form) { return Message{jtt808::QueryMedia{read_selection(form)}}; }

Command read_send_media(Fields& form) { return read_sending(form, 0); }

// No message only deletes: the terminal sends once more what it deletes then.
Command read_delete_media(Fields& form) { return read_sending(form, 1); }

}  // namespace liuhen::server::commands
