#include "telematics/elock/frame.hpp"

#include <algorithm>
#include <array>
#include <iterator>
#include <string_view>
#include <utility>

namespace liuhen::telematics::elock {
namespace {

constexpr std::size_t min_number_digits = 8;
constexpr std::size_t max_number_digits = 16;

constexpr Verdict incomplete{};
constexpr Verdict piece(std::size_t size) { return {Verdict::What::piece, size}; }
constexpr Verdict stray(std::size_t size) { return {Verdict::What::stray, size}; }

char at(ByteView bytes, std::size_t i) { return static_cast<char>(bytes[i]); }
std::size_t number_at(ByteView bytes, std::size_t i) {
    return std::to_integer<std::size_t>(bytes[i]) << 8U |
           std::to_integer<std::size_t>(bytes[i + 1]);
}
bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_printable(char c) { return c >= 0x20 && c < 0x7f; }
bool is_packed_decimal(std::byte b) {
    return (b >> 4U) < std::byte{10} && (b & std::byte{15}) < std::byte{10};
}

// A shorter one than its protocol has ends in the middle of the record, where no serial is.
std::size_t least_report(std::byte protocol) {
    constexpr std::byte first_newer{0x17};
    return protocol < first_newer ? min_report_bytes : min_newer_bytes;
}

Verdict inspect_binary(ByteView rest) {
    if (rest.size() < binary_head_bytes) return incomplete;
    const ByteView number = rest.subspan(1, 5);
    if (!std::all_of(number.begin(), number.end(), is_packed_decimal)) return stray(1);
    const bool long_form = is_long_form(rest);
    const std::size_t length = number_at(rest, long_form ? 8 : 7);
    const bool fits =
        long_form ? length >= least_report(rest[6])
                  : length % old_record_bytes == 0 && length / old_record_bytes <= max_old_records;
    if (!fits) return stray(1);
    const std::size_t size = length + binary_head_bytes;
    return rest.size() < size ? incomplete : piece(size);
}

// `(`, the lock's number and a comma; where they end, zero when they are not there.
Verdict inspect_number(ByteView rest) {
    std::size_t i = 1;
    while (i < rest.size() && i <= max_number_digits && is_digit(at(rest, i))) ++i;
    if (i == rest.size()) return incomplete;
    return i > min_number_digits && at(rest, i) == ',' ? piece(i + 1) : stray(1);
}

Verdict inspect_seal(ByteView rest) {
    constexpr std::string_view head = "##S,", tail = ",E##";
    constexpr std::size_t mark = head.size();
    static_assert(tail.size() == mark);
    const std::size_t known = std::min(rest.size(), mark);
    if (!std::ranges::equal(rest.first(known), bytes_of(head.substr(0, known)))) return stray(1);
    for (std::size_t end = mark + 1; end <= std::min(rest.size(), max_text_bytes); ++end) {
        if (!is_printable(at(rest, end - 1))) return stray(1);
        const ByteView last = rest.subspan(end - mark, mark);
        if (std::ranges::equal(last, bytes_of(tail))) return piece(end);
        if (std::ranges::equal(last, bytes_of(head))) return stray(end - mark);  // it broke off
    }
    if (rest.size() < max_text_bytes) return incomplete;
    return {Verdict::What::oversized, max_text_bytes};
}

// What begins with which byte.
struct StartRow {
    char first;
    Piece::Form form;
    Verdict (*inspect)(ByteView rest);
};
constexpr std::array<StartRow, 3> starts{{{'$', Piece::Form::binary, inspect_binary},
                                          {'(', Piece::Form::text, inspect_text},
                                          {'#', Piece::Form::seal, inspect_seal}}};
const StartRow* start_row(char first) {
    const auto* const row = std::ranges::find(starts, first, &StartRow::first);
    return row == starts.end() ? nullptr : row;
}

Verdict inspect(ByteView rest, std::size_t stray_so_far) {
    if (const StartRow* const row = start_row(at(rest, 0))) return row->inspect(rest);
    const auto begins = [](std::byte b) { return start_row(static_cast<char>(b)) != nullptr; };
    const auto start = std::find_if(rest.begin(), rest.end(), begins);
    const auto run = static_cast<std::size_t>(start - rest.begin());
    return stray(std::min(run, max_stray_bytes - stray_so_far));
}

struct EscapeRow {
    std::byte escaped, plain;
};
constexpr std::byte escape_mark{0x3D};
constexpr std::array<EscapeRow, 4> escapes{{{std::byte{0x15}, std::byte{0x28}},
                                            {std::byte{0x14}, std::byte{0x29}},
                                            {std::byte{0x11}, std::byte{0x2C}},
                                            {std::byte{0x00}, std::byte{0x3D}}}};

Result<Piece, Refused> whole_piece(ByteView taken, Verdict::What what) {
    Bytes bytes{taken.begin(), taken.end()};
    if (what == Verdict::What::oversized) return fail(Refused{Fault::oversized, std::move(bytes)});
    return Piece{start_row(static_cast<char>(bytes.front()))->form, std::move(bytes)};
}

}  // namespace

Verdict inspect_text(ByteView rest) {
    const Verdict number = inspect_number(rest);
    if (number.what != Verdict::What::piece) return number;
    bool binary_payload = false;
    std::size_t field = number.size;
    for (std::size_t i = number.size; i < std::min(rest.size(), max_text_bytes); ++i) {
        const char c = at(rest, i);
        if (c == ')') return piece(i + 1);
        if (c == '(') return stray(i);  // the text broke off and another begins
        if (!binary_payload && !is_printable(c)) return stray(1);
        if (c != ',') continue;
        const ByteView word = rest.subspan(field, i - field);
        binary_payload = binary_payload || std::ranges::equal(word, bytes_of("WLNET"));
        field = i + 1;
    }
    if (rest.size() < max_text_bytes) return incomplete;
    return {Verdict::What::oversized, max_text_bytes};
}

bool is_long_form(ByteView frame) { return frame[8] == std::byte{0}; }

void FrameScanner::feed(ByteView slice) {
    pending_.erase(pending_.begin(), pending_.begin() + static_cast<std::ptrdiff_t>(at_));
    at_ = 0;
    pending_.insert(pending_.end(), slice.begin(), slice.end());
}

Refused FrameScanner::take_stray() { return {Fault::not_a_frame, std::exchange(stray_, {})}; }

// Between pieces only: within stray bytes a line end is one of them.
void FrameScanner::skip_line_ends() {
    const auto is_line_end = [](char c) { return c == '\r' || c == '\n'; };
    while (stray_.empty() && at_ < pending_.size() && is_line_end(at(pending_, at_))) ++at_;
}

std::optional<Result<Piece, Refused>> FrameScanner::next() {
    for (;;) {
        skip_line_ends();
        const ByteView rest = ByteView{pending_}.subspan(at_);
        const Verdict verdict = rest.empty() ? incomplete : inspect(rest, stray_.size());
        if (verdict.what == Verdict::What::incomplete) return std::nullopt;
        const ByteView taken = rest.first(verdict.size);
        if (verdict.what != Verdict::What::stray) {
            if (!stray_.empty()) return fail(take_stray());
            at_ += verdict.size;
            return whole_piece(taken, verdict.what);
        }
        stray_.insert(stray_.end(), taken.begin(), taken.end());
        at_ += verdict.size;
        if (stray_.size() >= max_stray_bytes) return fail(take_stray());
    }
}

Result<Bytes, Fault> unescape(ByteView payload) {
    Bytes plain;
    for (std::size_t i = 0; i < payload.size(); ++i) {
        if (payload[i] != escape_mark) {
            plain.push_back(payload[i]);
            continue;
        }
        if (++i == payload.size()) return fail(Fault::bad_escape);
        const auto row = std::ranges::find(escapes, payload[i], &EscapeRow::escaped);
        if (row == escapes.end()) return fail(Fault::bad_escape);
        plain.push_back(row->plain);
    }
    return plain;
}

Bytes escape(ByteView payload) {
    Bytes escaped;
    for (const std::byte b : payload) {
        const auto row = std::ranges::find(escapes, b, &EscapeRow::plain);
        if (row == escapes.end()) {
            escaped.push_back(b);
            continue;
        }
        escaped.push_back(escape_mark);
        escaped.push_back(row->escaped);
    }
    return escaped;
}

}  // namespace liuhen::telematics::elock
