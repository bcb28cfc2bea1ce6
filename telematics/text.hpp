// Text as devices write it: packed decimal digits, GBK, hex.
#pragma once

#include "base/time.hpp"
#include "telematics/bytes.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace liuhen::telematics {

/// Lower-case hex, two digits a byte.
std::string to_hex(ByteView bytes);
/// Hex digits of either case, white space anywhere between them. Nullopt on any other character or
/// on an odd number of digits.
std::optional<Bytes> from_hex(std::string_view text);

/// The two decimal digits of a packed byte as a number 0-99; nullopt when a nibble is above 9.
std::optional<int> bcd_number(std::byte packed);
/// `digits` packed into `width` bytes, padded with zeros in front. Nullopt when a character is no
/// hex digit (numbers that are no BCD are kept as they were sent) or the digits do not fit.
std::optional<Bytes> bcd_bytes(std::string_view digits, std::size_t width);

/// A packed time YYMMDDhhmmss, 2000 to 2099, of a clock that stands `zone` east of Greenwich.
/// Nullopt when `packed` is not six bytes, has a nibble above 9 or no such moment exists.
std::optional<Instant> bcd_time(ByteView packed, std::chrono::minutes zone);
/// The packed form of `at` on such a clock; years outside 2000-2099 lose their century.
Bytes to_bcd_time(Instant at, std::chrono::minutes zone);

/// GBK as UTF-8, zero bytes at both ends dropped. Bytes that are plainly UTF-8 with Chinese
/// characters are taken as such (some terminals send it); what is neither becomes U+FFFD.
std::string utf8_from_gbk(ByteView text);
/// UTF-8 as GBK (GB 18030 where GBK has no character); what is no UTF-8 becomes `?`.
Bytes gbk_from_utf8(std::string_view text);

}  // namespace liuhen::telematics
