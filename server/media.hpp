// What a medium is: formats by their first bytes, and the codes of JT/T 808 0x0801 in words.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

namespace liuhen::server {

/// The largest medium and the longest document that is kept.
inline constexpr std::size_t max_medium_bytes = 2 * 1024 * 1024;
inline constexpr std::size_t max_document_bytes = 2 * 1024 * 1024;

enum class MediaFormat : std::uint8_t { jpeg, tif, mp3, wav, wmv, mp4, count_ };

std::string_view code(MediaFormat format);          ///< "jpeg"; stored, never rename them
std::string_view content_type(MediaFormat format);  ///< "image/jpeg"
std::string_view file_ending(MediaFormat format);   ///< "jpg"
std::optional<MediaFormat> media_format_from_code(std::string_view code);

/// By the first bytes; nullopt when they begin no format that is known here.
std::optional<MediaFormat> format_of(std::span<const std::byte> bytes);
/// By the format byte of 0x0800 and 0x0801; nullopt for reserved codes.
std::optional<MediaFormat> declared_format(std::uint8_t code);
/// Whether the bytes are what they were said to be. Film under a reserved code is: makers use
/// those for MP4, which the standard has no code for.
bool is_as_declared(std::uint8_t declared, std::optional<MediaFormat> found);

/// A code and what it means to a person.
struct MediaWords {
    std::string_view code, en, zh;
};
/// 0 picture, 1 sound, 2 video; others "other".
MediaWords media_kind(std::uint8_t kind);
/// What a medium was made for; codes the standard leaves open are "other".
MediaWords media_event(std::uint8_t event);

}  // namespace liuhen::server
