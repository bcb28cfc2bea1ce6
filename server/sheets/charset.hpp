// Texts that Chinese programs save, as UTF-8.
#pragma once

#include "server/sheets/sheet.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace liuhen::server::sheets {

/// GBK is read as GB 18030, which holds it.
enum class Charset : std::uint8_t { utf8, gb18030 };

/// "utf-8", "gbk", "gb2312", "gb18030" in any case.
std::optional<Charset> charset_from_name(std::string_view name);

/// The text in UTF-8, without its byte order mark. Where `said` is empty: UTF-8 if it is that
/// throughout and no row is GBK in disguise, else GB 18030. GBK in disguise: a row (line) of good
/// UTF-8 with characters of U+0100-U+07FF and none from U+0800 on, whose bytes are good GBK as
/// well. What is neither, or both in turn, is ENCODING with the row where it broke or went over.
Result<std::string, SheetFault> to_utf8(std::string_view bytes, std::optional<Charset> said);

}  // namespace liuhen::server::sheets
