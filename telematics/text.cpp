#include "telematics/text.hpp"

#include <array>
#include <cerrno>
#include <iconv.h>
#include <stdexcept>

namespace liuhen::telematics {
namespace {

std::optional<unsigned> nibble(char c) {
    if (c >= '0' && c <= '9') return static_cast<unsigned>(c - '0');
    if (c >= 'a' && c <= 'f') return static_cast<unsigned>(c - 'a') + 10;
    if (c >= 'A' && c <= 'F') return static_cast<unsigned>(c - 'A') + 10;
    return std::nullopt;
}

// What each packed byte says, -1 where a nibble is above 9.
constexpr auto decimal_of = [] {
    std::array<signed char, 256> table{};
    for (std::size_t packed = 0; packed < table.size(); ++packed) {
        const std::size_t high = packed / 16, low = packed % 16;
        table[packed] = high > 9 || low > 9 ? static_cast<signed char>(-1)
                                            : static_cast<signed char>(high * 10 + low);
    }
    return table;
}();

// Two digits of a year are 2000 to 2099, where every fourth year has a day more. Days of the year
// before each month and, behind the last, of all; of an ordinary year and of a leap year.
constexpr int days_until_2000 = 10'957;  // from 1970
constexpr std::array<std::array<int, 13>, 2> days_before{
    {{0, 31, 59, 90, 120, 151, 181, 212, 243, 273, 304, 334, 365},
     {0, 31, 60, 91, 121, 152, 182, 213, 244, 274, 305, 335, 366}}};

bool is_space(char c) { return c == ' ' || c == '\t' || c == '\r' || c == '\n'; }

std::byte packed(int two_digits) {
    const auto value = static_cast<unsigned>(two_digits);
    return static_cast<std::byte>(value / 10 % 10 << 4U | value % 10);
}

// One direction of conversion by the C library. Opening one costs more than most texts, so that
// each thread keeps its own.
class Converter {
public:
    Converter(const char* to, const char* from) : handle_(iconv_open(to, from)) {
        // iconv_open's own mark of failure is the pointer -1.
        if (handle_ == reinterpret_cast<iconv_t>(-1)) {
            throw std::runtime_error("the C library cannot convert GB18030");
        }
    }
    Converter(const Converter&) = delete;
    Converter& operator=(const Converter&) = delete;
    ~Converter() { iconv_close(handle_); }

    // Each byte that cannot be converted gives one `replacement`.
    std::string convert(std::string text, std::string_view replacement) {
        iconv(handle_, nullptr, nullptr, nullptr, nullptr);  // as if it were new
        std::string result;
        char* in = text.data();
        std::size_t left = text.size();
        while (left > 0) {
            std::array<char, 256> piece;
            char* out = piece.data();
            std::size_t room = piece.size();
            const std::size_t done = iconv(handle_, &in, &left, &out, &room);
            const bool stuck = done == static_cast<std::size_t>(-1) && errno != E2BIG;
            result.append(piece.data(), piece.size() - room);
            if (!stuck) continue;
            result += replacement;
            ++in;
            --left;
        }
        return result;
    }

private:
    iconv_t handle_;
};

// The length of the UTF-8 sequence at the front and its value; nullopt when there is none.
struct Sequence {
    std::size_t length;
    unsigned value;
};
std::optional<Sequence> utf8_front(std::string_view text) {
    const auto at = [&](std::size_t i) { return static_cast<unsigned char>(text[i]); };
    const unsigned lead = at(0);
    if (lead < 0x80) return Sequence{1, lead};
    const std::size_t length = lead >= 0xF0 ? 4 : lead >= 0xE0 ? 3 : 2;
    if (lead < 0xC2 || lead > 0xF4 || text.size() < length) return std::nullopt;
    unsigned value = lead & (0x7FU >> length);
    for (std::size_t i = 1; i < length; ++i) {
        if ((at(i) & 0xC0U) != 0x80U) return std::nullopt;
        value = value << 6U | (at(i) & 0x3FU);
    }
    return Sequence{length, value};
}

// Two-byte sequences prove nothing: the GBK bytes of 鲁 are the UTF-8 bytes of a superscript three.
bool is_chinese_utf8(std::string_view text) {
    bool chinese = false;
    while (!text.empty()) {
        const auto front = utf8_front(text);
        if (!front) return false;
        chinese = chinese || (front->value >= 0x2E80 && front->value <= 0x9FFF);
        text.remove_prefix(front->length);
    }
    return chinese;
}

std::string without_zeros_around(ByteView text) {
    while (!text.empty() && text.front() == std::byte{0}) text = text.subspan(1);
    while (!text.empty() && text.back() == std::byte{0}) text = text.first(text.size() - 1);
    std::string plain;
    for (const std::byte b : text) plain.push_back(static_cast<char>(b));
    return plain;
}

}  // namespace

std::string to_hex(ByteView bytes) {
    static constexpr std::string_view digits = "0123456789abcdef";
    std::string text;
    text.reserve(bytes.size() * 2);
    for (const std::byte b : bytes) {
        text.push_back(digits[std::to_integer<std::size_t>(b >> 4U)]);
        text.push_back(digits[std::to_integer<std::size_t>(b & std::byte{0x0F})]);
    }
    return text;
}

std::optional<Bytes> from_hex(std::string_view text) {
    Bytes bytes;
    std::optional<unsigned> high;
    for (const char c : text) {
        if (is_space(c)) continue;
        const auto digit = nibble(c);
        if (!digit) return std::nullopt;
        if (high) {
            bytes.push_back(static_cast<std::byte>(*high << 4U | *digit));
            high.reset();
        } else {
            high = digit;
        }
    }
    if (high) return std::nullopt;
    return bytes;
}

std::optional<int> bcd_number(std::byte b) {
    const int number = decimal_of[std::to_integer<std::size_t>(b)];
    return number < 0 ? std::nullopt : std::optional{number};
}

std::optional<Bytes> bcd_bytes(std::string_view digits, std::size_t width) {
    if (digits.size() > width * 2) return std::nullopt;
    for (const char c : digits) {
        if (!nibble(c)) return std::nullopt;
    }
    return from_hex(std::string(width * 2 - digits.size(), '0') + std::string{digits});
}

std::optional<Instant> bcd_time(ByteView time, std::chrono::minutes zone) {
    if (time.size() != 6) return std::nullopt;
    const auto part = [&time](std::size_t i) -> int {
        return decimal_of[std::to_integer<std::size_t>(time[i])];
    };
    const int year = part(0), month = part(1), day = part(2);
    const int hour = part(3), minute = part(4), second = part(5);
    // One test for all six: no sign bit anywhere.
    if ((year | month | day | hour | minute | second) < 0) return std::nullopt;
    if (month < 1 || month > 12 || hour > 23 || minute > 59 || second > 59) return std::nullopt;
    const auto& before = days_before[(year & 3) == 0 ? 1 : 0];
    const auto of_month = static_cast<std::size_t>(month);
    if (day < 1 || before[of_month - 1] + day > before[of_month]) return std::nullopt;
    const int leap_days = static_cast<int>((static_cast<unsigned>(year) + 3) / 4);
    const int days = days_until_2000 + year * 365 + leap_days + before[of_month - 1] + day - 1;
    constexpr std::int64_t day_s = 86'400;
    return Instant{std::chrono::seconds{days * day_s + hour * 3'600 + minute * 60 + second}} - zone;
}

Bytes to_bcd_time(Instant at, std::chrono::minutes zone) {
    using namespace std::chrono;
    const auto wall = at + zone;
    const auto day = floor<days>(wall);
    const year_month_day date{day};
    const hh_mm_ss clock{floor<seconds>(wall - day)};
    const int year = static_cast<int>(date.year()) % 100;
    return {packed(year < 0 ? year + 100 : year),
            packed(static_cast<int>(static_cast<unsigned>(date.month()))),
            packed(static_cast<int>(static_cast<unsigned>(date.day()))),
            packed(static_cast<int>(clock.hours().count())),
            packed(static_cast<int>(clock.minutes().count())),
            packed(static_cast<int>(clock.seconds().count()))};
}

std::string utf8_from_gbk(ByteView text) {
    std::string plain = without_zeros_around(text);
    if (is_chinese_utf8(plain)) return plain;
    thread_local Converter converter{"UTF-8", "GB18030"};
    return converter.convert(std::move(plain), "\xEF\xBF\xBD");
}

Bytes gbk_from_utf8(std::string_view text) {
    thread_local Converter converter{"GB18030", "UTF-8"};
    const std::string gbk = converter.convert(std::string{text}, "?");
    const ByteView bytes = bytes_of(gbk);
    return {bytes.begin(), bytes.end()};
}

}  // namespace liuhen::telematics
