#include "server/sheets/charset.hpp"

#include <algorithm>
#include <memory>
#include <stdexcept>
#include <unicode/ucnv.h>
#include <vector>

namespace liuhen::server::sheets {
namespace {

constexpr std::string_view byte_order_mark = "\xEF\xBB\xBF";

struct Close {
    void operator()(UConverter* one) const { ucnv_close(one); }
};
using Converter = std::unique_ptr<UConverter, Close>;

Converter open(const char* name) {
    UErrorCode error = U_ZERO_ERROR;
    Converter made{ucnv_open(name, &error)};
    if (U_FAILURE(error)) throw std::runtime_error{std::string{"no converter for "} + name};
    return made;
}

SheetFault broken_at(std::string_view text, std::size_t at) {
    const auto lines = std::ranges::count(text.substr(0, at), '\n');
    return {"ENCODING", static_cast<std::size_t>(lines) + 1, 0};
}

// Stops at what is none of its texts.
Converter open_strict(const char* name) {
    Converter made = open(name);
    UErrorCode error = U_ZERO_ERROR;
    ucnv_setToUCallBack(made.get(), UCNV_TO_U_CALLBACK_STOP, nullptr, nullptr, nullptr, &error);
    return made;
}

Result<std::string, SheetFault> convert(std::string_view bytes, const char* name) {
    const Converter from = open_strict(name);
    UErrorCode error = U_ZERO_ERROR;
    std::vector<UChar> wide(bytes.size() + 1);
    UChar* target = wide.data();
    const char* source = bytes.data();
    ucnv_toUnicode(from.get(), &target, wide.data() + wide.size(), &source,
                   bytes.data() + bytes.size(), nullptr, 1, &error);
    if (U_FAILURE(error))
        return fail(broken_at(bytes, static_cast<std::size_t>(source - bytes.data())));
    const Converter to = open("UTF-8");
    std::string text(3 * static_cast<std::size_t>(target - wide.data()) + 1, '\0');
    const auto length =
        ucnv_fromUChars(to.get(), text.data(), static_cast<std::int32_t>(text.size()), wide.data(),
                        static_cast<std::int32_t>(target - wide.data()), &error);
    if (U_FAILURE(error)) throw std::runtime_error{"UTF-16 does not fit into UTF-8"};
    text.resize(static_cast<std::size_t>(length));
    return text;
}

// What is known of one row, or of one text: what its characters are when it is read as `from`.
struct Seen {
    bool broken = false;
    int chinese = 0;                                    // Chinese characters and full-width signs
    bool other = false, letters = false, high = false;  // beyond ASCII, U+0100-U+07FF, U+0800 on
};

Seen look(UConverter* from, std::string_view line) {
    ucnv_reset(from);
    Seen seen;
    const char* const end = line.data() + line.size();
    for (const char* at = line.data(); at != end;) {
        UErrorCode error = U_ZERO_ERROR;
        const UChar32 character = ucnv_getNextUChar(from, &at, end, &error);
        if (U_FAILURE(error)) {
            seen.broken = true;
            return seen;
        }
        if (character < 0x80) continue;
        const bool han = character >= 0x3000 && character <= 0x9FFF;
        const bool wide = character >= 0xFF00 && character <= 0xFFEF;
        if (han || wide)
            ++seen.chinese;
        else
            seen.other = true;
        seen.letters |= character >= 0x100 && character < 0x800;
        seen.high |= character >= 0x800;
    }
    return seen;
}

enum class LineKind : std::uint8_t { plain, utf8, other };

// Of a row in a text that is not UTF-8 throughout. UTF-8: two Chinese characters or full-width
// signs and more, and nothing else beyond ASCII, which GB 18030 comes to by no more than a rare
// accident. Plain: what may be either.
LineKind kind_of(const Seen& seen) {
    if (seen.broken) return LineKind::other;
    return seen.chinese >= 2 && !seen.other ? LineKind::utf8 : LineKind::plain;
}

// Calls `each(row, line)` until it says false. Rows count from 1 and keep their line break.
template <class Each>
void for_each_line(std::string_view bytes, const Each& each) {
    for (std::size_t row = 1; !bytes.empty(); ++row) {
        const auto end = std::min(bytes.find('\n'), bytes.size() - 1);
        if (!each(row, bytes.substr(0, end + 1))) return;
        bytes.remove_prefix(end + 1);
    }
}

// Where a text that is not UTF-8 throughout goes over from one coding into the other: read as
// either, some of it would be gibberish.
std::optional<SheetFault> second_coding(std::string_view bytes) {
    const Converter utf8 = open_strict("UTF-8");
    LineKind first = LineKind::plain;
    std::optional<SheetFault> found;
    for_each_line(bytes, [&](std::size_t row, std::string_view line) {
        const auto kind = kind_of(look(utf8.get(), line));
        if (first == LineKind::plain) first = kind;
        if (kind != LineKind::plain && kind != first) found = SheetFault{"ENCODING", row, 0};
        return !found;
    });
    return found;
}

// Whether good UTF-8 is GBK by accident: two bytes of a common Chinese character are often those of
// a Greek, Cyrillic, Arabic letter, which nobody writes here without Chinese beside it. Signs such
// as ° and × tell nothing. Rows of both kinds are a fault.
Result<bool, SheetFault> is_disguised(std::string_view bytes) {
    const Converter utf8 = open_strict("UTF-8");
    const Converter gbk = open_strict("gb18030");
    bool disguised = false, sure = false;
    std::optional<SheetFault> found;
    for_each_line(bytes, [&](std::size_t row, std::string_view line) {
        const Seen seen = look(utf8.get(), line);
        sure |= seen.high;
        disguised |= seen.letters && !seen.high && !look(gbk.get(), line).broken;
        if (disguised && sure) found = SheetFault{"ENCODING", row, 0};
        return !found;
    });
    if (found) return fail(*std::move(found));
    return disguised;
}

}  // namespace

std::optional<Charset> charset_from_name(std::string_view name) {
    std::string lower{name};
    std::ranges::transform(lower, lower.begin(), [](char c) {
        return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c;
    });
    if (lower == "utf-8" || lower == "utf8") return Charset::utf8;
    if (lower == "gbk" || lower == "gb2312" || lower == "gb18030") return Charset::gb18030;
    return std::nullopt;
}

Result<std::string, SheetFault> to_utf8(std::string_view bytes, std::optional<Charset> said) {
    const bool marked = bytes.starts_with(byte_order_mark);
    if (marked) bytes.remove_prefix(byte_order_mark.size());
    if (said == Charset::gb18030 && !marked) return convert(bytes, "gb18030");
    auto plain = convert(bytes, "UTF-8");
    if (marked || said) return plain;
    if (plain) {
        const auto disguised = is_disguised(bytes);
        if (!disguised) return fail(disguised.error());
        if (!*disguised) return plain;
        return convert(bytes, "gb18030");
    }
    if (auto mixed = second_coding(bytes)) return fail(*std::move(mixed));
    return convert(bytes, "gb18030");
}

}  // namespace liuhen::server::sheets
