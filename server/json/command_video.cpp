// Cameras of JT/T 1078 (0x9003 to 0x9306), and the files behind an active-safety alarm (0x9208).
#include "server/json/command_readers.hpp"

#include <algorithm>
#include <array>

namespace liuhen::server::commands {
namespace {

using jtt808::Message;

constexpr std::array live_kinds{Named{"both", 0},      Named{"picture", 1},
                                Named{"talk", 2},      Named{"listen", 3},
                                Named{"broadcast", 4}, Named{"pass_through", 5}};
constexpr std::array live_actions{Named{"close", 0}, Named{"change_stream", 1}, Named{"pause", 2},
                                  Named{"resume", 3}, Named{"end_talk", 4}};
constexpr std::array closed_kinds{Named{"both", 0}, Named{"sound", 1}, Named{"picture", 2}};
constexpr std::array live_streams{Named{"main", 0}, Named{"sub", 1}};
constexpr std::array recorded_kinds{Named{"both", 0}, Named{"sound", 1}, Named{"picture", 2},
                                    Named{"either", 3}};
constexpr std::array recorded_streams{Named{"any", 0}, Named{"main", 1}, Named{"sub", 2}};
constexpr std::array stores{Named{"any", 0}, Named{"main", 1}, Named{"disaster", 2}};
constexpr std::array play_modes{Named{"normal", 0}, Named{"fast", 1}, Named{"back", 2},
                                Named{"key_frames", 3}, Named{"one_frame", 4}};
constexpr std::array play_actions{Named{"start", 0},     Named{"pause", 1}, Named{"end", 2},
                                  Named{"fast", 3},      Named{"back", 4},  Named{"seek", 5},
                                  Named{"key_frames", 6}};
constexpr std::array speeds{Named{"1", 1}, Named{"2", 2}, Named{"4", 3}, Named{"8", 4},
                            Named{"16", 5}};
constexpr std::array upload_actions{Named{"pause", 0}, Named{"resume", 1}, Named{"cancel", 2}};
constexpr std::array networks{Named{"wifi", 1}, Named{"lan", 2}, Named{"mobile", 4}};
constexpr std::uint8_t any_network = 7;
constexpr std::array label_forms{Named{"jiangsu", 0}, Named{"guangdong", 1},
                                 Named{"heilongjiang", 2}};
constexpr std::array turns{Named{"stop", 0}, Named{"up", 1}, Named{"down", 2}, Named{"left", 3},
                           Named{"right", 4}};
constexpr std::size_t most_short_text = 255;  // its length is a byte
constexpr std::size_t alarm_bytes = 32;

std::uint8_t byte_choice(Fields& form, std::string_view field, std::span<const Named> names,
                         std::uint32_t otherwise) {
    return static_cast<std::uint8_t>(choice(form, field, names, otherwise));
}
std::uint8_t channel(Fields& form) { return number_or<std::uint8_t>(form, "channel", 1, 255, 1); }
// Stored sound and pictures may be asked for of all channels.
std::uint8_t channel_or_all(Fields& form) {
    return number_or<std::uint8_t>(form, "channel", 0, 255, 0);
}
std::uint16_t port(Fields& form, std::string_view name) {
    return number_or<std::uint16_t>(form, name, 1, UINT16_MAX, 0);
}

// One of the two ports must be there.
jtt808::StreamServer read_server(Fields& form) {
    jtt808::StreamServer server;
    server.host = gbk_text(form, "host", 1, most_short_text);
    server.tcp_port = port(form, "tcp_port");
    server.udp_port = port(form, "udp_port");
    if (!form.has("tcp_port") && !form.has("udp_port")) form.add("MISSING", "tcp_port");
    return server;
}

void check_order(Fields& form) {
    const auto from = form.instant("from");
    const auto until = form.instant("until");
    if (from && until && *until <= *from) form.add("TIME_ORDER", "until", to_iso(*until));
}

jtt808::Recording read_recording(Fields& form, std::uint32_t usual_kind) {
    jtt808::Recording what;
    what.channel = channel_or_all(form);
    check_order(form);
    what.start = packed_time(form, "from");
    what.end = packed_time(form, "until");
    what.kind = byte_choice(form, "media", recorded_kinds, usual_kind);
    what.stream = byte_choice(form, "stream", recorded_streams, 0);
    what.store = byte_choice(form, "store", stores, 0);
    return what;
}

std::uint8_t read_networks(Fields& form) {
    if (!form.has("networks")) return any_network;
    std::uint32_t bits = 0;
    form.codes("networks", networks.size(), {1, 16}, [&bits](const std::string& name) {
        const auto* const known = std::ranges::find(networks, name, &Named::name);
        if (known != networks.end()) bits |= known->number;
        return known != networks.end();
    });
    return static_cast<std::uint8_t>(bits);
}

template <class Part>
Message part_message(std::uint8_t channel, std::uint8_t value) {
    return Part{.channel = channel, .value = value};
}
// What moves in a camera, its two positions, and the message that says so.
struct PartRow {
    std::string_view name;
    std::array<Named, 2> positions;
    Message (*message)(std::uint8_t channel, std::uint8_t value);
};
constexpr std::array size_words{Named{"larger", 0}, Named{"smaller", 1}};
constexpr std::array switch_words{Named{"off", 0}, Named{"on", 1}};
constexpr std::array parts{PartRow{"focus", size_words, part_message<jtt808::Focus>},
                           PartRow{"iris", size_words, part_message<jtt808::Iris>},
                           PartRow{"zoom", size_words, part_message<jtt808::Zoom>},
                           PartRow{"wiper", switch_words, part_message<jtt808::Wiper>},
                           PartRow{"infrared", switch_words, part_message<jtt808::InfraredLight>}};

}  // namespace

Command read_query_video_attributes(Fields&) { return Message{jtt808::QueryVideoAttributes{}}; }

Command read_watch_live(Fields& form) {
    jtt808::WatchLive m;
    m.server = read_server(form);
    m.channel = channel(form);
    m.kind = byte_choice(form, "media", live_kinds, 0);
    m.stream = byte_choice(form, "stream", live_streams, 0);
    return Message{m};
}

Command read_control_live(Fields& form) {
    jtt808::ControlLive m;
    m.channel = channel(form);
    m.command = static_cast<std::uint8_t>(choice(form, "action", live_actions));
    m.closes = byte_choice(form, "closes", closed_kinds, 0);
    m.stream = byte_choice(form, "stream", live_streams, 0);
    return Message{m};
}

Command read_play_back(Fields& form) {
    jtt808::PlayBack m;
    m.server = read_server(form);
    m.channel = channel(form);
    m.kind = byte_choice(form, "media", recorded_kinds, 0);
    m.stream = byte_choice(form, "stream", recorded_streams, 0);
    m.store = byte_choice(form, "store", stores, 0);
    m.mode = byte_choice(form, "mode", play_modes, 0);
    m.speed = byte_choice(form, "speed", speeds, 0);
    check_order(form);
    form.instant("from", Need::required);
    m.start = packed_time(form, "from");
    m.end = packed_time(form, "until");
    return Message{m};
}

Command read_control_play_back(Fields& form) {
    constexpr std::uint8_t seek = 5;
    jtt808::ControlPlayBack m;
    m.channel = channel(form);
    m.command = static_cast<std::uint8_t>(choice(form, "action", play_actions));
    m.speed = byte_choice(form, "speed", speeds, 0);
    if (m.command == seek) form.instant("position", Need::required);
    m.position = packed_time(form, "position");
    return Message{m};
}

Command read_query_recordings(Fields& form) {
    constexpr std::uint32_t either = 3;
    return Message{jtt808::QueryRecordings{read_recording(form, either)}};
}

Command read_upload_recording(Fields& form) {
    jtt808::UploadRecording m;
    m.host = gbk_text(form, "host", 1, most_short_text);
    m.port = number_or<std::uint16_t>(form, "port", 1, UINT16_MAX, 21);
    m.user = gbk_text(form, "user", 0, most_short_text);
    m.password = gbk_text(form, "password", 0, most_short_text);
    m.path = gbk_text(form, "path", 0, most_short_text);
    form.instant("from", Need::required);
    form.instant("until", Need::required);
    m.what = read_recording(form, 0);
    m.networks = read_networks(form);
    return Message{m};
}

// Which upload, the conversation knows.
Command read_control_upload(Fields& form) {
    const auto action = static_cast<std::uint8_t>(choice(form, "action", upload_actions));
    return Message{jtt808::ControlUpload{.command = action}};
}

// One part and its position, or a turn with its speed.
Command read_camera(Fields& form) {
    const std::uint8_t which = channel(form);
    std::optional<Message> said;
    const auto say = [&](std::string_view name, Message message) {
        if (said) form.add("EXCLUSIVE", name);
        said = std::move(message);
    };
    if (form.has("turn")) {
        const auto direction = static_cast<std::uint8_t>(choice(form, "turn", turns));
        const auto speed = number_or<std::uint8_t>(form, "speed", 0, 255, 128);
        say("turn", jtt808::TurnCamera{which, direction, speed});
    }
    for (const PartRow& part : parts) {
        if (!form.has(part.name)) continue;
        const auto value = static_cast<std::uint8_t>(choice(form, part.name, part.positions));
        say(part.name, part.message(which, value));
    }
    if (!said) form.add("MISSING", "turn");
    return said ? *std::move(said) : Message{jtt808::TurnCamera{}};
}

Command read_send_alarm_files(Fields& form) {
    const auto server = read_server(form);
    jtt808::FilesWanted m;
    m.layout = static_cast<jtt808::LabelForm>(choice(form, "form", label_forms, 0));
    m.host = server.host;
    m.tcp_port = server.tcp_port;
    m.udp_port = server.udp_port;
    m.label.terminal = gbk_text(form, "terminal", 1, jtt808::widths_of(m.layout).terminal);
    form.instant("at", Need::required);
    m.label.time = packed_time(form, "at");
    m.label.serial = number_or<std::uint8_t>(form, "serial", 0, 255, 0);
    m.label.files = number_of<std::uint8_t>(form, "files", 1, 255);
    m.alarm = gbk_text(form, "alarm", 1, alarm_bytes);
    return Message{m};
}

}  // namespace liuhen::server::commands
