#include "telematics/elock/passwords.hpp"

#include "telematics/elock/frame.hpp"

#include <algorithm>
#include <array>
#include <string_view>

namespace liuhen::telematics::elock {
namespace {

// Commands whose fields may hold a password.
constexpr std::array<std::string_view, 5> secret_words{"P52", "P43", "P44", "ELOCK", "ELOCK ACK"};
constexpr std::size_t min_secret_size = 4;  // shorter fields are results and switches

char upper(char c) { return c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c; }

// Letters of a text: one behind the other, or, in UTF-16 of either byte order, two bytes apart with
// a zero between them. Of a letter that is none of ASCII this sees one byte, which is no bracket.
struct Letters {
    std::string_view bytes;
    std::size_t step;

    [[nodiscard]] bool is_zero(std::size_t at) const {
        return at >= bytes.size() || bytes[at] == '\0';
    }
    // The one `count` behind that at `at`; zero where the text does not go on so far.
    [[nodiscard]] char behind(std::size_t at, std::size_t count) const {
        const std::size_t place = at + count * step;
        const bool apart = step == 1 || count == 0 || is_zero(place - 1);
        return place < bytes.size() && apart ? bytes[place] : '\0';
    }
    [[nodiscard]] bool ends_field(std::size_t at) const {
        constexpr std::string_view ends = ",()";
        if (ends.find(bytes[at]) == std::string_view::npos) return false;
        return step == 1 || (is_zero(at + 1) && (at == 0 || is_zero(at - 1)));
    }
    [[nodiscard]] std::size_t end_of_field(std::size_t at) const {
        while (at < bytes.size() && !ends_field(at)) at += step;
        return at;
    }
};

// Behind the comma that follows such a command at `at`; zero when none does.
std::size_t behind_secret_word(const Letters& letters, std::size_t at) {
    constexpr std::string_view blanks = " \t\r\n";
    for (const std::string_view word : secret_words) {
        std::size_t count = 0;
        while (count < word.size() && upper(letters.behind(at, count)) == word[count]) ++count;
        if (count < word.size()) continue;
        while (blanks.find(letters.behind(at, count)) != std::string_view::npos) ++count;
        if (letters.behind(at, count) == ',') return at + (count + 1) * letters.step;
    }
    return 0;
}

void blank(std::span<std::byte> bytes, std::size_t from, std::size_t to, std::size_t step) {
    for (std::size_t at = from; at < to; at += step) bytes[at] = std::byte{'*'};
}

// Overwrites in `bytes` the fields that begin at `at` of `said`, what they held; where they end.
std::size_t blank_fields(std::span<std::byte> bytes, const Letters& said, std::size_t at) {
    for (;;) {
        const std::size_t end = std::min(said.end_of_field(at), bytes.size());
        const bool breaks_off = end >= bytes.size();
        if (breaks_off || end - at >= min_secret_size * said.step) blank(bytes, at, end, said.step);
        if (breaks_off || said.bytes[end] != ',') return end;
        at = end + said.step;
    }
}

std::string_view text_in(std::span<const std::byte> bytes) {
    return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

// Looks for words in the bytes as they came: the stars of one reading must not hide another's.
void blank_whole_texts(std::span<std::byte> bytes) {
    std::string said;
    std::string_view text = text_in(bytes);
    std::array<std::size_t, 3> done{};  // as single bytes, as pairs from even and from odd places
    constexpr std::string_view first_letters = "PpEe";
    for (std::size_t at = text.find_first_of(first_letters); at < text.size();
         at = text.find_first_of(first_letters, at + 1)) {
        for (const std::size_t step : {std::size_t{1}, std::size_t{2}}) {
            std::size_t& so_far = done[step == 1 ? 0 : 1 + at % 2];
            const std::size_t fields = behind_secret_word({text, step}, at);
            if (fields == 0 || at < so_far) continue;
            if (said.empty()) text = said = std::string{text};
            so_far = blank_fields(bytes, {text, step}, fields);
        }
    }
}

// What may be the end of a text whose beginning nobody has: printable up to the first bracket.
void blank_end_of_text(std::span<std::byte> bytes, const Letters& said, std::size_t first) {
    std::size_t at = first;
    for (; at < said.bytes.size(); at += said.step) {
        const char c = said.bytes[at];
        if (said.ends_field(at) && c != ',') break;
        const bool is_letter = (c >= ' ' && c <= '~') || c == '\r' || c == '\n';
        if (!is_letter || (said.step == 2 && !said.is_zero(at + 1))) return;
    }
    blank(bytes, first, std::min(said.end_of_field(first), bytes.size()), said.step);
    if (first < bytes.size()) blank_fields(bytes, said, first);
}

void blank_end_of_text(std::span<std::byte> bytes) {
    const std::string said{text_in(bytes)};
    blank_end_of_text(bytes, {said, 1}, 0);
    blank_end_of_text(bytes, {said, 2}, 0);
    if (said.starts_with('\0')) blank_end_of_text(bytes, {said, 2}, 1);
}

ByteView latest(const Bytes& bytes) {
    return ByteView{bytes}.last(std::min(bytes.size(), max_text_bytes));
}

}  // namespace

void move_on(Before& before, ByteView next) {
    before.bytes.insert(before.bytes.end(), next.begin(), next.end());
    const ByteView kept = latest(before.bytes);
    before.bytes = Bytes{kept.begin(), kept.end()};
}

void blank_passwords(std::span<std::byte> bytes, const Before& before) {
    const ByteView known = latest(before.bytes);
    if (known.empty() && before.whole) {
        blank_whole_texts(bytes);
        return;
    }
    Bytes all{known.begin(), known.end()};
    all.insert(all.end(), bytes.begin(), bytes.end());
    if (!before.whole && known.size() < max_text_bytes) blank_end_of_text(all);
    blank_whole_texts(all);
    std::ranges::copy(ByteView{all}.subspan(known.size()), bytes.begin());
}

}  // namespace liuhen::telematics::elock
