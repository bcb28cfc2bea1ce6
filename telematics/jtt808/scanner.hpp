// Finds frames in a stream of bytes that may be cut anywhere and hold anything.
#pragma once

#include "telematics/jtt808/frame.hpp"

#include <optional>

namespace liuhen::telematics::jtt808 {

/// Feed any slices of the stream, then take frames, or faults with their bytes, until it runs dry.
/// After a fault the next delimiter starts afresh. Keeps at most one unfinished frame
/// (`max_wire_bytes`) between two feeds, once it was run dry.
class FrameScanner {
public:
    void feed(ByteView bytes);

    /// The next frame or refused piece; nullopt when more bytes are needed. Faults: bad_escape and
    /// those of `parse_frame`, with the bytes of the piece unescaped where that was possible;
    /// oversized when no delimiter came in time; not_a_frame for bytes outside any delimiters.
    std::optional<Result<Frame, Refused>> next();

    /// Bytes held back until their frame is complete.
    [[nodiscard]] std::size_t pending() const { return buffer_.size() - begin_; }

private:
    void drop_consumed();
    std::optional<Result<Frame, Refused>> too_long();
    Result<Frame, Refused> read(ByteView piece) const;

    Bytes buffer_;
    std::size_t begin_ = 0;     // first byte that was not handed out yet
    std::size_t searched_ = 0;  // no delimiter between begin_ and here
    bool opened_ = false;       // a delimiter of its own stands before begin_
    bool skipping_ = false;     // in a piece already refused as oversized
};

}  // namespace liuhen::telematics::jtt808
