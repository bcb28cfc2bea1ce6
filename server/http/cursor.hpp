// Cursors of the feeds: a letter that names the feed, then how far it was read.
#pragma once

#include <charconv>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace liuhen::server::http {

/// The cursors of one feed. What a reader gives back is told from another feed's by its letter.
class Cursors {
public:
    constexpr explicit Cursors(char feed) : feed_(feed) {}

    [[nodiscard]] std::string text(std::int64_t no) const { return feed_ + std::to_string(no); }
    /// The number in a cursor; 0, the beginning, of the empty one; nothing when it is none.
    [[nodiscard]] std::optional<std::int64_t> number(std::string_view text) const {
        if (text.empty()) return 0;
        if (!text.starts_with(feed_)) return std::nullopt;
        text.remove_prefix(1);
        std::int64_t no = 0;
        const auto [last, error] = std::from_chars(text.data(), text.data() + text.size(), no);
        const bool whole = error == std::errc{} && last == text.data() + text.size();
        return whole && no >= 0 ? std::optional{no} : std::nullopt;
    }

private:
    char feed_;
};

}  // namespace liuhen::server::http
