#include "telematics/jtt808/scanner.hpp"

#include "base/in_place.hpp"
#include "telematics/elock/frame.hpp"
#include "telematics/jtt808/manners.hpp"

#include <algorithm>
#include <cstring>

namespace liuhen::telematics::jtt808 {
namespace {

constexpr std::byte text_start{'('};

// Position of the first `wanted` at or after `from`, or the size.
std::size_t find(ByteView bytes, std::byte wanted, std::size_t from) {
    if (from >= bytes.size()) return bytes.size();
    const void* found =
        std::memchr(bytes.data() + from, std::to_integer<int>(wanted), bytes.size() - from);
    if (found == nullptr) return bytes.size();
    return static_cast<std::size_t>(static_cast<const std::byte*>(found) - bytes.data());
}

bool is_line_end(std::byte b) { return b == std::byte{'\r'} || b == std::byte{'\n'}; }

bool is_good_frame(ByteView wire) {
    constexpr std::size_t shortest = 13;  // a header and the checksum; escapes only add to it
    if (wire.size() < shortest) return false;
    const auto plain = unescape(wire);
    return plain && view_frame(*plain).has_value();
}

// Where, behind an E7 that may be junk, a good standard frame begins: its opening 7E.
std::optional<std::size_t> standard_frame_in(ByteView bytes) {
    std::size_t open = find(bytes, delimiter, 0);
    while (open < bytes.size()) {
        const std::size_t close = find(bytes, delimiter, open + 1);
        if (close == bytes.size()) break;
        const ByteView piece = bytes.subspan(open + 1, close - open - 1);
        if (is_good_frame(piece)) return open;
        open = close;
    }
    return std::nullopt;
}

}  // namespace

void FrameScanner::feed(ByteView bytes) {
    drop_consumed();
    buffer_.insert(buffer_.end(), bytes.begin(), bytes.end());
}

void FrameScanner::drop() {
    buffer_.clear();
    begin_ = searched_ = 0;
    opened_ = skipping_ = false;
}

void FrameScanner::drop_consumed() {
    buffer_.erase(buffer_.begin(), buffer_.begin() + static_cast<std::ptrdiff_t>(begin_));
    searched_ -= std::min(searched_, begin_);
    begin_ = 0;
}

std::optional<Wrapping> FrameScanner::delimiter_at(std::size_t at) const {
    const std::byte b = buffer_[at];
    if (b == delimiter && !(settled_ && wrapping_ == Wrapping::e7)) return Wrapping::standard;
    if (b == e7_delimiter && !(settled_ && wrapping_ == Wrapping::standard)) return Wrapping::e7;
    return std::nullopt;
}

std::optional<PieceView> FrameScanner::take() {
    while (skip_refused()) {
        skip_between();
        if (begin_ == buffer_.size()) break;
        if (buffer_[begin_] == text_start) {
            const elock::Verdict text = elock::inspect_text(held());
            if (text.what == elock::Verdict::What::incomplete) break;
            if (text.what == elock::Verdict::What::piece) {
                const ByteView bytes = held().first(text.size);
                begin_ += text.size;
                opened_ = false;
                return TextView{bytes};
            }
        }
        const auto end = end_of_piece();
        if (opened_ && !settled_ && wrapping_ == Wrapping::e7) {
            if (const auto junk = doubtful(end)) {
                if (std::get<BadView>(*junk).bytes.empty()) continue;
                return junk;
            }
        }
        if (!end || end->at - begin_ > max_wire_bytes) return too_long();
        return read(*end);
    }
    return std::nullopt;
}

// A run of delimiters is normal: one closes a frame, the next opens another. Line ends may follow a
// text.
void FrameScanner::skip_between() {
    while (begin_ < buffer_.size()) {
        if (const auto found = delimiter_at(begin_); found && (!opened_ || *found == wrapping_)) {
            wrapping_ = *found;
            opened_ = true;
        } else if (opened_ || !is_line_end(buffer_[begin_])) {
            break;
        }
        ++begin_;
    }
    searched_ = std::max(searched_, begin_);
}

// Passes over the rest of a piece that was refused as oversized. False while it goes on.
bool FrameScanner::skip_refused() {
    while (skipping_ && begin_ < buffer_.size()) {
        skipping_ = !delimiter_at(begin_).has_value();
        if (skipping_) ++begin_;
    }
    if (!skipping_) return true;
    searched_ = begin_;
    return false;
}

std::optional<FrameScanner::End> FrameScanner::end_of_piece() {
    if (!opened_) return end_of_stray();
    searched_ = find(buffer_, delimiter_of(wrapping_), searched_);
    if (searched_ == buffer_.size()) return std::nullopt;
    return End{searched_, wrapping_};
}

// Without a delimiter of its own a piece ends at the next one of any kind, or at a text.
std::optional<FrameScanner::End> FrameScanner::end_of_stray() {
    for (; searched_ < buffer_.size(); ++searched_) {
        if (const auto found = delimiter_at(searched_)) return End{searched_, found};
        if (buffer_[searched_] != text_start) continue;
        const auto text = elock::inspect_text(ByteView{buffer_}.subspan(searched_));
        if (text.what == elock::Verdict::What::incomplete) return std::nullopt;
        if (text.what == elock::Verdict::What::piece && searched_ > begin_)
            return End{searched_, std::nullopt};
    }
    return std::nullopt;
}

// No end of the piece in sight: wait, or give up once it is longer than any frame.
std::optional<PieceView> FrameScanner::too_long() {
    if (pending() <= max_wire_bytes) return std::nullopt;
    const ByteView refused = held().first(max_wire_bytes);
    begin_ += max_wire_bytes;
    searched_ = begin_;
    skipping_ = true;
    opened_ = false;
    return BadView{Fault::oversized, refused, wrapping_};
}

// The first E7 of a stream may be junk before 7E: when a standard frame stands behind it, or when
// it opens no frame, what is before the next 7E (perhaps nothing) is refused and the rest read
// afresh.
std::optional<PieceView> FrameScanner::doubtful(std::optional<End> end) {
    const std::size_t size = std::min(end ? end->at - begin_ : pending(), max_wire_bytes);
    const ByteView rest = held().first(size);
    auto resume = standard_frame_in(rest);
    if (!resume && (end || pending() > max_wire_bytes)) {
        const auto plain = unescape(rest, Wrapping::e7);
        const bool is_frame = end && plain && fits_a_header(*plain, Wrapping::e7);
        const std::size_t next = find(rest, delimiter, 0);
        if (!is_frame && next < rest.size()) resume = next;
    }
    if (!resume) return std::nullopt;
    const ByteView junk = rest.first(*resume);
    begin_ += junk.size();
    searched_ = begin_;
    opened_ = false;
    return BadView{Fault::not_a_frame, junk, Wrapping::standard};
}

// A frame is made where the caller keeps it: there are many.
std::optional<PieceView> FrameScanner::read(End end) {
    const std::span<std::byte> wire = held().first(end.at - begin_);
    const bool opened = opened_;
    const Wrapping wrapping = end.delimiter.value_or(wrapping_);
    begin_ = end.delimiter ? end.at + 1 : end.at;
    // After a frame its closing delimiter opens nothing; after a bad piece it may well be the
    // opening one of a good frame whose predecessor was cut.
    opened_ = end.delimiter.has_value();
    wrapping_ = wrapping;
    const auto plain = unescape_in_place(wire, wrapping);
    if (!plain) return BadView{opened ? Fault::bad_escape : Fault::not_a_frame, wire, wrapping};
    const auto layout = layout_of(*plain, wrapping);
    if (!layout) return BadView{opened ? layout.error() : Fault::not_a_frame, *plain, wrapping};
    opened_ = false;
    settled_ = true;
    const auto make = [&] { return frame_with(*layout, *plain, wrapping); };
    return std::optional<PieceView>{std::in_place, std::in_place_type<FrameView>, InPlace{make}};
}

std::optional<Result<Frame, Refused>> FrameScanner::next() {
    const auto piece = take();
    if (!piece) return std::nullopt;
    if (const auto* const frame = std::get_if<FrameView>(&*piece)) return owned(*frame);
    if (const auto* const text = std::get_if<TextView>(&*piece))
        return fail(refuse(Fault::not_a_frame, text->bytes));
    const auto& bad = std::get<BadView>(*piece);
    return fail(refuse(bad.fault, bad.bytes));
}

}  // namespace liuhen::telematics::jtt808
