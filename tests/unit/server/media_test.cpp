#include "server/media.hpp"

#include "server/json/medium_json.hpp"

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include <string>
#include <vector>

using namespace liuhen;
using namespace liuhen::server;
using namespace std::string_literals;

namespace {

std::optional<MediaFormat> format_in(const std::string& text) {
    const auto* first = reinterpret_cast<const std::byte*>(text.data());
    return format_of({first, text.size()});
}

struct FormatCase {
    std::string bytes;
    MediaFormat format;
};
const FormatCase cases[] = {
    {"\xff\xd8\xff\xe0\0\x10JFIF"s, MediaFormat::jpeg},
    {"II*\0\x08\0\0\0"s, MediaFormat::tif},
    {"MM\0*\0\0\0\x08"s, MediaFormat::tif},
    {"ID3\x03\0\0"s, MediaFormat::mp3},
    {"\xff\xfb\x90\x64"s, MediaFormat::mp3},
    {"\xff\xf3\x40\xc4"s, MediaFormat::mp3},  // MPEG 2
    {"RIFF\x24\x08\0\0WAVEfmt "s, MediaFormat::wav},
    {"\x30\x26\xb2\x75\x8e\x66\xcf\x11\xa6\xd9\0\xaa\0\x62\xce\x6c"s, MediaFormat::wmv},
    {"\0\0\0\x18"
     "ftypisom"s,
     MediaFormat::mp4},
};

store::SeenMedium taken(int format, const std::string& found) {
    store::SeenMedium medium;
    medium.id = "00000000-0000-7000-8000-000000000001";
    medium.format = format;
    medium.found = found;
    medium.event = 4;
    medium.manifests = "[]";
    return medium;
}

}  // namespace

TEST_CASE("a format is known by its first bytes") {
    for (const auto& [bytes, format] : cases) {
        INFO(code(format));
        CHECK(format_in(bytes) == format);
        CHECK(media_format_from_code(code(format)) == format);
    }
}

TEST_CASE("bytes that begin no known format, or too few of them, are none") {
    for (const auto& bytes : {""s, "\xff"s, "\xff\xd8"s, "RIFF\x24\x08\0\0AVI "s, "<html>"s,
                              "\xff\xff\xff\xff"s, "\xff\xea\x90\x64"s, "%PDF-1.4"s}) {
        CHECK_FALSE(format_in(bytes));
    }
    for (const auto& one : cases) {
        for (std::size_t cut = 0; cut < 3; ++cut) CHECK_FALSE(format_in(one.bytes.substr(0, cut)));
    }
}

TEST_CASE("a medium is what it was said to be only when its bytes agree") {
    CHECK(is_as_declared(0, MediaFormat::jpeg));
    CHECK(is_as_declared(4, MediaFormat::wmv));
    CHECK_FALSE(is_as_declared(0, MediaFormat::mp3));
    CHECK_FALSE(is_as_declared(0, MediaFormat::mp4));
    CHECK_FALSE(is_as_declared(0, std::nullopt));
    CHECK(is_as_declared(7, MediaFormat::mp4));  // reserved, used for film
    CHECK_FALSE(is_as_declared(7, MediaFormat::jpeg));
}

TEST_CASE("a medium whose bytes disagree is handed out without a meaning") {
    CHECK(served_as(taken(0, "jpeg")).type == "image/jpeg");
    CHECK(served_as(taken(0, "jpeg")).verified);
    for (const auto& medium : {taken(0, "mp3"), taken(0, ""), taken(3, "jpeg")}) {
        CHECK(served_as(medium).type == "application/octet-stream");
        CHECK_FALSE(served_as(medium).verified);
    }
}

TEST_CASE("what a medium was made for is said in both languages") {
    const auto shown = to_json(taken(0, "jpeg"));
    CHECK(shown["event"] == "door_opened");
    CHECK(shown["event_text"] == "a door was opened");
    CHECK(shown["event_text_zh"] == "门开拍照");
    CHECK(media_event(0).code == "command");
    CHECK(media_event(200).code == "other");
    CHECK(media_kind(2).code == "video");
}
