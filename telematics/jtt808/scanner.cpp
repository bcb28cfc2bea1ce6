#include "telematics/jtt808/scanner.hpp"

#include "telematics/jtt808/manners.hpp"

#include <algorithm>
#include <cstring>

namespace liuhen::telematics::jtt808 {
namespace {

// Position of the first delimiter at or after `from`, or the size.
std::size_t find_delimiter(const Bytes& bytes, std::size_t from) {
    if (from >= bytes.size()) return bytes.size();
    const void* found =
        std::memchr(bytes.data() + from, std::to_integer<int>(delimiter), bytes.size() - from);
    if (found == nullptr) return bytes.size();
    return static_cast<std::size_t>(static_cast<const std::byte*>(found) - bytes.data());
}

}  // namespace

void FrameScanner::feed(ByteView bytes) {
    drop_consumed();
    buffer_.insert(buffer_.end(), bytes.begin(), bytes.end());
}

void FrameScanner::drop_consumed() {
    buffer_.erase(buffer_.begin(), buffer_.begin() + static_cast<std::ptrdiff_t>(begin_));
    searched_ -= begin_;
    begin_ = 0;
}

std::optional<Result<Frame, Refused>> FrameScanner::next() {
    for (;;) {
        // A run of delimiters is normal: one closes a frame, the next opens another.
        if (!skipping_) {
            while (begin_ < buffer_.size() && buffer_[begin_] == delimiter) {
                ++begin_;
                opened_ = true;
            }
        }
        searched_ = std::max(searched_, begin_);
        const std::size_t end = find_delimiter(buffer_, searched_);
        searched_ = end;
        if (end == buffer_.size() || (!skipping_ && end - begin_ > max_wire_bytes)) {
            return too_long();
        }
        const ByteView piece = ByteView{buffer_}.subspan(begin_, end - begin_);
        begin_ = end + 1;
        if (skipping_) {
            skipping_ = false;
            opened_ = true;
            continue;
        }
        auto outcome = read(piece);
        // After a frame its closing delimiter opens nothing; after a bad piece it may well be the
        // opening one of a good frame whose predecessor was cut.
        opened_ = !outcome;
        return outcome;
    }
}

// No end of the piece in sight: wait, or give up once it is longer than any frame.
std::optional<Result<Frame, Refused>> FrameScanner::too_long() {
    const ByteView held = ByteView{buffer_}.subspan(begin_);
    if (skipping_) {
        begin_ = searched_;
        return std::nullopt;
    }
    if (held.size() <= max_wire_bytes) return std::nullopt;
    Refused refused = refuse(Fault::oversized, held);
    begin_ = searched_;
    skipping_ = true;
    return fail(std::move(refused));
}

Result<Frame, Refused> FrameScanner::read(ByteView piece) const {
    auto plain = unescape(piece);
    if (!plain) return fail(refuse(opened_ ? Fault::bad_escape : Fault::not_a_frame, piece));
    auto frame = parse_frame(std::move(*plain));
    if (frame) return std::move(*frame);
    return fail(refuse(opened_ ? frame.error() : Fault::not_a_frame, *unescape(piece)));
}

}  // namespace liuhen::telematics::jtt808
