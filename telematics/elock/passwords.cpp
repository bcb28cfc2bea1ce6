#include "telematics/elock/passwords.hpp"

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

}  // namespace

void blank_passwords(std::span<std::byte> bytes) {
    const std::string_view text{reinterpret_cast<const char*>(bytes.data()), bytes.size()};
    for (std::size_t at = text.find_first_of("PpEe"); at < text.size();
         at = text.find_first_of("PpEe", at)) {
        const std::size_t fields = behind_secret_word(text.substr(at));
        at = fields > 0 ? blank_fields(bytes, text, at + fields) : at + 1;
    }
}

}  // namespace liuhen::telematics::elock
