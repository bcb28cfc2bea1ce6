// Pictures, sound and video: 0x0800 to 0x0802, 0x0805 and 0x8800 to 0x8805.
#pragma once

#include "telematics/jtt808/fields.hpp"
#include "telematics/jtt808/position.hpp"

namespace liuhen::telematics::jtt808 {

/// What a medium is and why it was made.
struct MediaHead {
    std::uint32_t media{};
    std::uint8_t kind{};    ///< 0 picture, 1 sound, 2 video
    std::uint8_t format{};  ///< 0 JPEG, 1 TIF, 2 MP3, 3 WAV, 4 WMV
    std::uint8_t event{};   ///< 0 command, 1 timer, 2 robbery, 3 collision or roll-over, 4 door
                            ///< opened, 5 door shut, 6 20 km/h passed with doors shut, 7 distance
    std::uint8_t channel{};
    friend bool operator==(const MediaHead&, const MediaHead&) = default;

    static void describe(auto& fields, auto& m) {
        fields.number("media", m.media);
        fields.number("kind", m.kind);
        fields.number("format", m.format);
        fields.number("event", m.event);
        fields.number("channel", m.channel);
    }
};

/// 0x0800: a medium was made.
struct MediaEvent {
    static constexpr std::uint16_t id = 0x0800;
    MediaHead head{};
    Bytes tail{};
    friend bool operator==(const MediaEvent&, const MediaEvent&) = default;

    static void describe(auto& fields, auto& m) { MediaHead::describe(fields, m.head); }
};

/// 0x0801: the medium itself, answered by 0x8800. 2011 sends only its id, the number of packets and
/// which one this is.
struct Media {
    static constexpr std::uint16_t id = 0x0801;
    Layout layout = Layout::v2013;
    MediaHead head{};         ///< 2011: the id only
    std::uint32_t packets{};  ///< 2011 only
    std::uint32_t packet{};   ///< 2011 only, from 1
    Position position{};      ///< 2013 on: where and when, without items
    Bytes data{};
    friend bool operator==(const Media&, const Media&) = default;

    static void describe(auto& fields, auto& m) {
        if (m.layout == Layout::v2011) {
            fields.number("media", m.head.media);
            fields.number("packets", m.packets);
            fields.number("packet", m.packet);
        } else {
            MediaHead::describe(fields, m.head);
            fields.basic_position("position", m.position);
        }
        fields.bytes("data", m.data);
    }
    [[nodiscard]] bool plausible() const;
};

/// One stored medium. 2011 does not tell its id.
struct StoredMedia {
    std::uint32_t media{};
    std::uint8_t kind{};
    std::uint8_t channel{};
    std::uint8_t event{};
    Position position{};
    friend bool operator==(const StoredMedia&, const StoredMedia&) = default;

    static void describe(auto& fields, auto& m, Layout layout) {
        if (layout != Layout::v2011) fields.number("media", m.media);
        fields.number("kind", m.kind);
        fields.number("channel", m.channel);
        fields.number("event", m.event);
        fields.basic_position("position", m.position);
    }
};
/// 0x0802: the media that 0x8802 asked for.
struct MediaList {
    static constexpr std::uint16_t id = 0x0802;
    Layout layout = Layout::v2013;
    std::uint16_t serial{};  ///< of the query
    std::uint16_t total{};   ///< of all messages of this answer
    std::vector<StoredMedia> media{};
    friend bool operator==(const MediaList&, const MediaList&) = default;

    static void describe(auto& fields, auto& m) {
        fields.number("reply_serial", m.serial);
        fields.number("total", m.total);
        fields.items_to_end("media", m.media, m.layout);
    }
};

/// 0x0805 (2013 on): what became of 0x8801. Results: 0 done, 1 failed, 2 no such channel.
struct ShotReply {
    static constexpr std::uint16_t id = 0x0805;
    std::uint16_t serial{};  ///< of the command
    std::uint8_t result{};
    std::vector<std::uint32_t> media{};
    Bytes tail{};
    friend bool operator==(const ShotReply&, const ShotReply&) = default;

    static void describe(auto& fields, auto& m) {
        fields.number("reply_serial", m.serial);
        fields.number("result", m.result);
        const bool counted = m.result == 0 || !m.media.empty() || !m.tail.empty();
        if (!fields.more(counted)) return;
        const auto n = fields.template count<std::uint16_t>("count", m.media.size());
        fields.items("media", m.media, n);
    }
};

/// The packets of a medium that are to be sent again.
struct MissingPackets {
    std::vector<std::uint16_t> packets{};  ///< counted from 1, at most 255
    friend bool operator==(const MissingPackets&, const MissingPackets&) = default;

    static void describe(auto& fields, auto& m) {
        const auto n = fields.template count<std::uint8_t>("missing", m.packets.size());
        fields.items("packets", m.packets, n);
    }
};
/// 0x8800: a medium has arrived, or these packets of it have not. 2011 puts the serial first.
struct MediaReply {
    static constexpr std::uint16_t id = 0x8800;
    Layout layout = Layout::v2013;
    std::uint16_t serial{};  ///< 2011 only: of the medium
    std::uint32_t media{};
    std::optional<MissingPackets> missing{};  ///< only when packets are missing
    friend bool operator==(const MediaReply&, const MediaReply&) = default;

    static void describe(auto& fields, auto& m) {
        if (m.layout == Layout::v2011) fields.number("reply_serial", m.serial);
        fields.number("media", m.media);
        fields.maybe("missing", m.missing);
    }
};

/// 0x8801: take pictures or video now.
struct Shoot {
    static constexpr std::uint16_t id = 0x8801;
    static constexpr std::uint16_t stop = 0;
    static constexpr std::uint16_t video = 0xFFFF;
    std::uint8_t channel{};
    std::uint16_t command{};  ///< `stop`, `video`, else how many pictures
    std::uint16_t seconds{};  ///< between pictures, or of video; 0: as short or long as it goes
    std::uint8_t keep{};      ///< 1 keep it, 0 send it
    std::uint8_t
        resolution{};  ///< 1 320x240, 2 640x480, 3 800x600, 4 1024x768, 5-8 176x144 to 704x576
    std::uint8_t quality{};  ///< 1 best to 10 smallest
    std::uint8_t brightness{};
    std::uint8_t contrast{};    ///< 0-127
    std::uint8_t saturation{};  ///< 0-127
    std::uint8_t chroma{};
    friend bool operator==(const Shoot&, const Shoot&) = default;

    static void describe(auto& fields, auto& m) {
        fields.number("channel", m.channel);
        fields.number("command", m.command);
        fields.number("seconds", m.seconds);
        fields.number("keep", m.keep);
        fields.number("resolution", m.resolution);
        fields.number("quality", m.quality);
        fields.number("brightness", m.brightness);
        fields.number("contrast", m.contrast);
        fields.number("saturation", m.saturation);
        fields.number("chroma", m.chroma);
    }
};

/// Which stored media: kind, channel (0 all), event and time, packed YYMMDDhhmmss, zeros for all.
struct MediaSelection {
    std::uint8_t kind{};
    std::uint8_t channel{};
    std::uint8_t event{};
    Octets<6> start{};
    Octets<6> end{};
    friend bool operator==(const MediaSelection&, const MediaSelection&) = default;

    static void describe(auto& fields, auto& m) {
        fields.number("kind", m.kind);
        fields.number("channel", m.channel);
        fields.number("event", m.event);
        fields.digits("start", m.start);
        fields.digits("end", m.end);
    }
};
/// 0x8802: list stored media; answered by 0x0802.
struct QueryMedia {
    static constexpr std::uint16_t id = 0x8802;
    MediaSelection which{};
    friend bool operator==(const QueryMedia&, const QueryMedia&) = default;

    static void describe(auto& fields, auto& m) { MediaSelection::describe(fields, m.which); }
};
/// 0x8803: send stored media, and delete them afterwards (1) or not (0).
struct SendMedia {
    static constexpr std::uint16_t id = 0x8803;
    MediaSelection which{};
    std::uint8_t remove{};
    friend bool operator==(const SendMedia&, const SendMedia&) = default;

    static void describe(auto& fields, auto& m) {
        MediaSelection::describe(fields, m.which);
        fields.number("delete", m.remove);
    }
};
/// 0x8804: record sound: command 1 begins, 0 ends. Rates: 0 8 kHz, 1 11 kHz, 2 23 kHz, 3 32 kHz.
struct RecordSound {
    static constexpr std::uint16_t id = 0x8804;
    std::uint8_t command{};
    std::uint16_t seconds{};  ///< 0: until told to end
    std::uint8_t keep{};      ///< 1 keep it, 0 send it
    std::uint8_t rate{};
    friend bool operator==(const RecordSound&, const RecordSound&) = default;

    static void describe(auto& fields, auto& m) {
        fields.number("command", m.command);
        fields.number("seconds", m.seconds);
        fields.number("keep", m.keep);
        fields.number("rate", m.rate);
    }
};
/// 0x8805 (2013 on): send one stored medium, and delete it afterwards (1) or not (0).
struct SendOneMedia {
    static constexpr std::uint16_t id = 0x8805;
    std::uint32_t media{};
    std::uint8_t remove{};
    friend bool operator==(const SendOneMedia&, const SendOneMedia&) = default;

    static void describe(auto& fields, auto& m) {
        fields.number("media", m.media);
        fields.number("delete", m.remove);
    }
};

}  // namespace liuhen::telematics::jtt808
