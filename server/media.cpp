#include "server/media.hpp"

#include <algorithm>
#include <array>
#include <cassert>

namespace liuhen::server {
namespace {

using Bytes = std::span<const std::byte>;
using namespace std::string_view_literals;

struct FormatRow {
    MediaFormat format;
    std::string_view code, type, ending;
};
constexpr FormatRow formats[] = {
    {MediaFormat::jpeg, "jpeg", "image/jpeg", "jpg"},
    {MediaFormat::tif, "tif", "image/tiff", "tif"},
    {MediaFormat::mp3, "mp3", "audio/mpeg", "mp3"},
    {MediaFormat::wav, "wav", "audio/wav", "wav"},
    {MediaFormat::wmv, "wmv", "video/x-ms-wmv", "wmv"},
    {MediaFormat::mp4, "mp4", "video/mp4", "mp4"},
};
static_assert(std::size(formats) == static_cast<std::size_t>(MediaFormat::count_));

const FormatRow& row_of(MediaFormat format) {
    assert(format < MediaFormat::count_);
    return formats[static_cast<std::size_t>(format)];
}

// Bytes that stand at a place of the file; a format may have two such marks.
struct Mark {
    MediaFormat format;
    std::size_t at;
    std::string_view bytes;
    std::size_t also_at = 0;
    std::string_view also = {};
};
constexpr Mark marks[] = {
    {MediaFormat::jpeg, 0, "\xff\xd8\xff"sv},
    {MediaFormat::tif, 0, "II*\0"sv},
    {MediaFormat::tif, 0, "MM\0*"sv},
    {MediaFormat::mp3, 0, "ID3"sv},
    {MediaFormat::wav, 0, "RIFF"sv, 8, "WAVE"sv},
    {MediaFormat::wmv, 0, "\x30\x26\xb2\x75\x8e\x66\xcf\x11\xa6\xd9\x00\xaa\x00\x62\xce\x6c"sv},
    {MediaFormat::mp4, 4, "ftyp"sv},
};

bool stands(Bytes bytes, std::size_t at, std::string_view mark) {
    if (bytes.size() < at + mark.size()) return false;
    return std::equal(mark.begin(), mark.end(), bytes.begin() + static_cast<std::ptrdiff_t>(at),
                      [](char c, std::byte b) { return static_cast<std::byte>(c) == b; });
}

// An MPEG audio frame (ISO/IEC 11172-3, 2.4.1.3): eleven bits set, a version, layer III, a bit rate
// and a sampling rate that exist.
bool begins_mpeg_audio(Bytes bytes) {
    if (bytes.size() < 4) return false;
    const auto bits = [&bytes](std::size_t at, unsigned shift, unsigned mask) {
        return std::to_integer<unsigned>(bytes[at]) >> shift & mask;
    };
    const bool sync = bits(0, 0, 0xFF) == 0xFF && bits(1, 5, 7) == 7;
    const bool version = bits(1, 3, 3) != 1;
    const bool layer_three = bits(1, 1, 3) == 1;
    const bool rates = bits(2, 4, 15) != 0 && bits(2, 4, 15) != 15 && bits(2, 2, 3) != 3;
    return sync && version && layer_three && rates;
}

struct CodeRow {
    std::uint8_t code;
    MediaFormat format;
};
constexpr CodeRow declared[] = {{0, MediaFormat::jpeg},
                                {1, MediaFormat::tif},
                                {2, MediaFormat::mp3},
                                {3, MediaFormat::wav},
                                {4, MediaFormat::wmv}};

constexpr MediaWords kinds[] = {
    {"picture", "picture", "图像"}, {"sound", "sound", "音频"}, {"video", "video", "视频"}};
constexpr MediaWords events[] = {
    {"command", "taken on command", "平台下发指令"},
    {"timer", "taken at a set time", "定时动作"},
    {"robbery", "robbery alarm", "抢劫报警触发"},
    {"collision", "collision or roll-over", "碰撞侧翻报警触发"},
    {"door_opened", "a door was opened", "门开拍照"},
    {"door_closed", "a door was closed", "门关拍照"},
    {"under_way", "doors shut, then faster than 20 km/h", "车门由开变关，时速超过20公里"},
    {"distance", "taken at a set distance", "定距拍照"},
};
constexpr MediaWords other{"other", "other", "其他"};

template <std::size_t N>
MediaWords word_of(const MediaWords (&words)[N], std::uint8_t code) {
    return code < N ? words[code] : other;
}

}  // namespace

std::string_view code(MediaFormat format) { return row_of(format).code; }
std::string_view content_type(MediaFormat format) { return row_of(format).type; }
std::string_view file_ending(MediaFormat format) { return row_of(format).ending; }

std::optional<MediaFormat> media_format_from_code(std::string_view code) {
    for (const FormatRow& row : formats) {
        if (row.code == code) return row.format;
    }
    return std::nullopt;
}

std::optional<MediaFormat> format_of(Bytes bytes) {
    for (const Mark& mark : marks) {
        if (stands(bytes, mark.at, mark.bytes) && stands(bytes, mark.also_at, mark.also))
            return mark.format;
    }
    if (begins_mpeg_audio(bytes)) return MediaFormat::mp3;
    return std::nullopt;
}

std::optional<MediaFormat> declared_format(std::uint8_t code) {
    for (const CodeRow& row : declared) {
        if (row.code == code) return row.format;
    }
    return std::nullopt;
}

bool is_as_declared(std::uint8_t declared, std::optional<MediaFormat> found) {
    if (!found) return false;
    return declared_format(declared).value_or(MediaFormat::mp4) == *found;
}

MediaWords media_kind(std::uint8_t kind) { return word_of(kinds, kind); }
MediaWords media_event(std::uint8_t event) { return word_of(events, event); }

}  // namespace liuhen::server
