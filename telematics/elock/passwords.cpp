#include "telematics/elock/passwords.hpp"

#include "telematics/elock/frame.hpp"

#include <algorithm>
#include <array>
#include <string_view>

namespace liuhen::telematics::elock {
namespace {

// Commands whose fields may hold a password.
constexpr std::array<std::string_view, 4> secret_words{"P52", "P43", "P44", "ELOCK"};
constexpr std::size_t min_secret_size = 4;  // shorter fields are results and switches

char upper(char c) { return c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c; }

// Behind the comma that follows such a command at the beginning of `text`; zero when none does.
std::size_t behind_secret_word(std::string_view text) {
    for (const std::string_view word : secret_words) {
        const auto same = [](char one, char other) { return upper(one) == other; };
        if (!std::ranges::equal(text.substr(0, word.size()), word, same)) continue;
        const auto comma = text.find_first_not_of(" \t\r\n", word.size());
        if (comma != std::string_view::npos && text[comma] == ',') return comma + 1;
    }
    return 0;
}

// Overwrites the fields that begin at `at`; where they end.
std::size_t blank_fields(std::span<std::byte> bytes, std::string_view text, std::size_t at) {
    for (;;) {
        const std::size_t end = std::min(text.find_first_of(",()", at), text.size());
        const bool breaks_off = end == text.size();
        if (breaks_off || end - at >= min_secret_size)
            std::ranges::fill(bytes.subspan(at, end - at), std::byte{'*'});
        if (breaks_off || text[end] != ',') return end;
        at = end + 1;
    }
}

std::string_view text_in(std::span<const std::byte> bytes) {
    return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

void blank_whole_texts(std::span<std::byte> bytes) {
    const std::string_view text = text_in(bytes);
    for (std::size_t at = text.find_first_of("PpEe"); at < text.size();
         at = text.find_first_of("PpEe", at)) {
        const std::size_t fields = behind_secret_word(text.substr(at));
        at = fields > 0 ? blank_fields(bytes, text, at + fields) : at + 1;
    }
}

// What may be the end of a text whose beginning nobody has.
void blank_end_of_text(std::span<std::byte> bytes) {
    const std::string_view text = text_in(bytes);
    const auto may_be_text = [](char c) {
        return (c >= ' ' && c <= '~') || c == '\r' || c == '\n';
    };
    if (!std::ranges::all_of(text.substr(0, text.find_first_of("()")), may_be_text)) return;
    const std::size_t first = std::min(text.find_first_of(",()"), text.size());
    blank_fields(bytes, text, 0);
    std::ranges::fill(bytes.first(first), std::byte{'*'});
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
