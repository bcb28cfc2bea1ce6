// Finds frames in a stream of bytes that may be cut anywhere and hold anything.
#pragma once

#include "telematics/jtt808/frame.hpp"

#include <optional>
#include <variant>

namespace liuhen::telematics::jtt808 {

/// A text of a Jointech lock, from `(` to `)`, sent between frames; see elock/sentence.hpp.
struct TextView {
    ByteView bytes;
};

/// Bytes that are no frame: unescaped where that was possible, else as sent.
struct BadView {
    Fault fault{};
    ByteView bytes;
    Wrapping wrapping = Wrapping::standard;  ///< the one it was read in
};

/// What a stream is made of. The views are good until the next call of the scanner.
using PieceView = std::variant<FrameView, TextView, BadView>;

/// Feed any slices of the stream, then take frames, texts, or faults with their bytes, until it
/// runs dry. The same stream gives the same pieces however it was sliced. After a fault the next
/// delimiter starts afresh. Keeps at most one unfinished frame (`max_wire_bytes`) between two
/// feeds, once it was run dry.
///
/// The first good frame settles the wrapping. Until then both delimiters open a frame, and 7E wins:
/// a whole standard frame that stands behind an E7 proves that the E7 was junk.
class FrameScanner {
public:
    void feed(ByteView bytes);
    /// Forgets what it was fed and did not hand out; what comes next begins afresh.
    void drop();

    /// The next piece; nullopt when more bytes are needed. Faults: bad_escape and those of
    /// `view_frame`; oversized when no delimiter came in time; not_a_frame for bytes outside any
    /// delimiters.
    std::optional<PieceView> take();

    /// The same for those who expect frames only, with bytes of their own; texts are not_a_frame.
    std::optional<Result<Frame, Refused>> next();

    /// Bytes held back until their frame is complete.
    [[nodiscard]] std::size_t pending() const { return buffer_.size() - begin_; }

private:
    // Where a piece ends, and which wrapping the delimiter there belongs to; none at a text.
    struct End {
        std::size_t at;
        std::optional<Wrapping> delimiter;
    };

    [[nodiscard]] std::span<std::byte> held() { return std::span{buffer_}.subspan(begin_); }
    [[nodiscard]] std::optional<Wrapping> delimiter_at(std::size_t at) const;
    void drop_consumed();
    void skip_between();
    bool skip_refused();
    std::optional<End> end_of_piece();
    std::optional<End> end_of_stray();
    std::optional<PieceView> too_long();
    std::optional<PieceView> doubtful(std::optional<End> end);
    std::optional<PieceView> read(End end);

    Bytes buffer_;
    std::size_t begin_ = 0;     // first byte that was not handed out yet
    std::size_t searched_ = 0;  // the piece does not end between begin_ and here
    bool opened_ = false;       // a delimiter of its own stands before begin_, that of wrapping_
    bool skipping_ = false;     // in a piece already refused as oversized
    bool settled_ = false;      // a good frame was read, so that wrapping_ is that of the stream
    Wrapping wrapping_ = Wrapping::standard;
};

}  // namespace liuhen::telematics::jtt808
