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

Result<std::string, SheetFault> convert(std::string_view bytes, const char* name) {
    const Converter from = open(name);
    UErrorCode error = U_ZERO_ERROR;
    ucnv_setToUCallBack(from.get(), UCNV_TO_U_CALLBACK_STOP, nullptr, nullptr, nullptr, &error);
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
    if (plain || marked || said) return plain;
    return convert(bytes, "gb18030");
}

}  // namespace liuhen::server::sheets
