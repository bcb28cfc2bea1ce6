// Signalling of JT/T 1078-2016, which rides on 808 frames: what a terminal's cameras can do, live
// pictures, recordings and the camera's motors. The pictures themselves go to another address.
#pragma once

#include "telematics/jtt808/control.hpp"

namespace liuhen::telematics::jtt808 {

using QueryVideoAttributes = Bare<0x9003>;  ///< answered by VideoAttributes

/// 0x1003: what the terminal's sound and pictures look like.
struct VideoAttributes {
    static constexpr std::uint16_t id = 0x1003;
    std::uint8_t sound_coding{};
    std::uint8_t sound_channels{};
    std::uint8_t sampling_rate{};  ///< 0 8 kHz, 1 22.05 kHz, 2 44.1 kHz, 3 48 kHz
    std::uint8_t sample_bits{};    ///< 0 8 bits, 1 16 bits, 2 32 bits
    std::uint16_t sound_frame_bytes{};
    std::uint8_t sound_out{};  ///< 1: it can play sound
    std::uint8_t video_coding{};
    std::uint8_t most_sound_channels{};
    std::uint8_t most_video_channels{};
    friend bool operator==(const VideoAttributes&, const VideoAttributes&) = default;

    static void describe(auto& fields, auto& m) {
        fields.number("sound_coding", m.sound_coding);
        fields.number("sound_channels", m.sound_channels);
        fields.number("sampling_rate", m.sampling_rate);
        fields.number("sample_bits", m.sample_bits);
        fields.number("sound_frame_bytes", m.sound_frame_bytes);
        fields.number("sound_out", m.sound_out);
        fields.number("video_coding", m.video_coding);
        fields.number("most_sound_channels", m.most_sound_channels);
        fields.number("most_video_channels", m.most_video_channels);
    }
};

/// 0x1005: who got on and off between two times (packed YYMMDDhhmmss, as all times here).
struct PassengerCount {
    static constexpr std::uint16_t id = 0x1005;
    Octets<6> start{};
    Octets<6> end{};
    std::uint16_t on{};
    std::uint16_t off{};
    friend bool operator==(const PassengerCount&, const PassengerCount&) = default;

    static void describe(auto& fields, auto& m) {
        fields.digits("start", m.start);
        fields.digits("end", m.end);
        fields.number("got_on", m.on);
        fields.number("got_off", m.off);
    }
};

/// What is recorded, or asked for. Bits of `alarms`: 0-31 those of 0x0200, 32 on those of item 14.
struct Recording {
    std::uint8_t channel{};
    Octets<6> start{};
    Octets<6> end{};
    Octets<8> alarms{};
    std::uint8_t kind{};    ///< 0 sound and picture, 1 sound, 2 picture, 3 either (asking only)
    std::uint8_t stream{};  ///< 0 any (asking only), 1 main, 2 sub
    std::uint8_t store{};   ///< 0 any (asking only), 1 main, 2 the one for disasters
    friend bool operator==(const Recording&, const Recording&) = default;

    static void describe(auto& fields, auto& m) {
        fields.number("channel", m.channel);
        fields.digits("start", m.start);
        fields.digits("end", m.end);
        fields.octets("alarms", m.alarms);
        fields.number("kind", m.kind);
        fields.number("stream", m.stream);
        fields.number("store", m.store);
    }
};
struct StoredRecording {
    Recording what{};
    std::uint32_t size_bytes{};
    friend bool operator==(const StoredRecording&, const StoredRecording&) = default;

    static void describe(auto& fields, auto& m) {
        Recording::describe(fields, m.what);
        fields.number("size_bytes", m.size_bytes);
    }
};

/// 0x1205: the recordings that 0x9205 asked for.
struct RecordingList {
    static constexpr std::uint16_t id = 0x1205;
    std::uint16_t serial{};  ///< of the query
    std::vector<StoredRecording> recordings{};
    Bytes tail{};
    friend bool operator==(const RecordingList&, const RecordingList&) = default;

    static void describe(auto& fields, auto& m) {
        fields.number("reply_serial", m.serial);
        const auto n = fields.template count<std::uint32_t>("count", m.recordings.size());
        fields.items("recordings", m.recordings, n);
    }
};
/// 0x9205: which recordings are there?
struct QueryRecordings {
    static constexpr std::uint16_t id = 0x9205;
    Recording wanted{};
    friend bool operator==(const QueryRecordings&, const QueryRecordings&) = default;

    static void describe(auto& fields, auto& m) { Recording::describe(fields, m.wanted); }
};

/// 0x1206: the upload that 0x9206 asked for has ended. Results: 0 done, 1 failed.
struct UploadEnded {
    static constexpr std::uint16_t id = 0x1206;
    std::uint16_t serial{};
    std::uint8_t result{};
    friend bool operator==(const UploadEnded&, const UploadEnded&) = default;

    static void describe(auto& fields, auto& m) {
        fields.number("reply_serial", m.serial);
        fields.number("result", m.result);
    }
};
/// 0x9206: send a recording to an FTP server.
struct UploadRecording {
    static constexpr std::uint16_t id = 0x9206;
    Text host{};
    std::uint16_t port{};
    Text user{};
    Text password{};
    Text path{};
    Recording what{};
    std::uint8_t networks{};  ///< bits: 0 Wi-Fi, 1 LAN, 2 mobile network
    friend bool operator==(const UploadRecording&, const UploadRecording&) = default;

    static void describe(auto& fields, auto& m) {
        fields.template text_after<std::uint8_t>("host", m.host);
        fields.number("port", m.port);
        fields.template text_after<std::uint8_t>("user", m.user);
        fields.template text_after<std::uint8_t>("password", m.password);
        fields.template text_after<std::uint8_t>("path", m.path);
        Recording::describe(fields, m.what);
        fields.number("networks", m.networks);
    }
};
/// 0x9207: 0 pause, 1 go on, 2 give up the upload of an earlier 0x9206.
struct ControlUpload {
    static constexpr std::uint16_t id = 0x9207;
    std::uint16_t serial{};  ///< of the 0x9206
    std::uint8_t command{};
    friend bool operator==(const ControlUpload&, const ControlUpload&) = default;

    static void describe(auto& fields, auto& m) {
        fields.number("upload_serial", m.serial);
        fields.number("command", m.command);
    }
};

/// Where a stream is to be sent.
struct StreamServer {
    Text host{};
    std::uint16_t tcp_port{};
    std::uint16_t udp_port{};
    friend bool operator==(const StreamServer&, const StreamServer&) = default;

    static void describe(auto& fields, auto& m) {
        fields.template text_after<std::uint8_t>("host", m.host);
        fields.number("tcp_port", m.tcp_port);
        fields.number("udp_port", m.udp_port);
    }
};
/// 0x9101: send live sound or pictures.
struct WatchLive {
    static constexpr std::uint16_t id = 0x9101;
    StreamServer server{};
    std::uint8_t channel{};
    std::uint8_t kind{};    ///< 0 both, 1 picture, 2 talk, 3 listen, 4 broadcast, 5 pass through
    std::uint8_t stream{};  ///< 0 main, 1 sub
    friend bool operator==(const WatchLive&, const WatchLive&) = default;

    static void describe(auto& fields, auto& m) {
        StreamServer::describe(fields, m.server);
        fields.number("channel", m.channel);
        fields.number("kind", m.kind);
        fields.number("stream", m.stream);
    }
};
/// 0x9102: 0 close, 1 change the stream, 2 pause, 3 go on, 4 end the talk.
struct ControlLive {
    static constexpr std::uint16_t id = 0x9102;
    std::uint8_t channel{};
    std::uint8_t command{};
    std::uint8_t closes{};  ///< 0 both, 1 sound, 2 picture
    std::uint8_t stream{};
    friend bool operator==(const ControlLive&, const ControlLive&) = default;

    static void describe(auto& fields, auto& m) {
        fields.number("channel", m.channel);
        fields.number("command", m.command);
        fields.number("closes", m.closes);
        fields.number("stream", m.stream);
    }
};
/// 0x9105: how much of a live stream was lost.
struct LiveLoss {
    static constexpr std::uint16_t id = 0x9105;
    std::uint8_t channel{};
    std::uint8_t lost_percent{};
    friend bool operator==(const LiveLoss&, const LiveLoss&) = default;

    static void describe(auto& fields, auto& m) {
        fields.number("channel", m.channel);
        fields.number("lost_percent", m.lost_percent);
    }
};

/// 0x9201: play a recording to a server. Modes: 0 as it was, 1 fast, 2 back, 3 key frames, 4 one.
struct PlayBack {
    static constexpr std::uint16_t id = 0x9201;
    StreamServer server{};
    std::uint8_t channel{};
    std::uint8_t kind{};
    std::uint8_t stream{};
    std::uint8_t store{};
    std::uint8_t mode{};
    std::uint8_t speed{};  ///< 1 to 5: 1, 2, 4, 8, 16 times; 0 without meaning
    Octets<6> start{};
    Octets<6> end{};
    friend bool operator==(const PlayBack&, const PlayBack&) = default;

    static void describe(auto& fields, auto& m) {
        StreamServer::describe(fields, m.server);
        fields.number("channel", m.channel);
        fields.number("kind", m.kind);
        fields.number("stream", m.stream);
        fields.number("store", m.store);
        fields.number("mode", m.mode);
        fields.number("speed", m.speed);
        fields.digits("start", m.start);
        fields.digits("end", m.end);
    }
};
/// 0x9202: 0 start, 1 pause, 2 end, 3 fast, 4 back, 5 go to `position`, 6 key frames.
struct ControlPlayBack {
    static constexpr std::uint16_t id = 0x9202;
    std::uint8_t channel{};
    std::uint8_t command{};
    std::uint8_t speed{};
    Octets<6> position{};
    friend bool operator==(const ControlPlayBack&, const ControlPlayBack&) = default;

    static void describe(auto& fields, auto& m) {
        fields.number("channel", m.channel);
        fields.number("command", m.command);
        fields.number("speed", m.speed);
        fields.digits("position", m.position);
    }
};

/// 0x9301: turn the camera. 0 stop, 1 up, 2 down, 3 left, 4 right; speed 0 to 255.
struct TurnCamera {
    static constexpr std::uint16_t id = 0x9301;
    std::uint8_t channel{};
    std::uint8_t direction{};
    std::uint8_t speed{};
    friend bool operator==(const TurnCamera&, const TurnCamera&) = default;

    static void describe(auto& fields, auto& m) {
        fields.number("channel", m.channel);
        fields.number("direction", m.direction);
        fields.number("speed", m.speed);
    }
};
/// 0x9302 focus and 0x9303 iris and 0x9306 zoom: 0 larger, 1 smaller; 0x9304 wiper and 0x9305
/// infrared light: 0 off, 1 on.
template <std::uint16_t Id>
struct CameraPart {
    static constexpr std::uint16_t id = Id;
    std::uint8_t channel{};
    std::uint8_t value{};
    friend bool operator==(const CameraPart&, const CameraPart&) = default;

    static void describe(auto& fields, auto& m) {
        fields.number("channel", m.channel);
        fields.number("value", m.value);
    }
};
using Focus = CameraPart<0x9302>;
using Iris = CameraPart<0x9303>;
using Wiper = CameraPart<0x9304>;
using InfraredLight = CameraPart<0x9305>;
using Zoom = CameraPart<0x9306>;

}  // namespace liuhen::telematics::jtt808
