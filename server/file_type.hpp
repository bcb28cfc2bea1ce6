// What kinds of file are taken, told by their first bytes and never by a name.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

namespace liuhen::server {

/// The largest file that is taken. The table of files has the same limit.
inline constexpr std::size_t max_file_bytes = 20 * 1024 * 1024;

enum class FileType : std::uint8_t { jpeg, png, pdf, count_ };

std::string_view content_type(FileType type);  ///< "image/jpeg"
std::string_view file_ending(FileType type);   ///< "jpg"
std::optional<FileType> file_type_from_content_type(std::string_view type);

/// By the first bytes; nullopt when they begin nothing that is taken.
std::optional<FileType> file_type_of(std::string_view bytes);

}  // namespace liuhen::server
