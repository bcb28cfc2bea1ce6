// Streams of frames, and parts of messages.
#include "telematics/jtt808/reassembly.hpp"
#include "telematics/jtt808/scanner.hpp"
#include "tests/fuzz/parsers.hpp"

#include <algorithm>
#include <tuple>
#include <variant>

namespace liuhen::test {
namespace {

using namespace telematics;
using namespace telematics::jtt808;

// A piece with bytes of its own, to be compared with others.
struct Kept {
    std::size_t kind{};
    Header head;
    Bytes bytes;
    Fault fault{};
    friend bool operator==(const Kept&, const Kept&) = default;
};
Kept kept(const FrameView& f) { return {0, f.head, {f.bytes.begin(), f.bytes.end()}, {}}; }
Kept kept(const TextView& t) { return {1, {}, {t.bytes.begin(), t.bytes.end()}, {}}; }
Kept kept(const BadView& b) { return {2, {}, {b.bytes.begin(), b.bytes.end()}, b.fault}; }

std::vector<Kept> scanned(ByteView stream, std::size_t slice) {
    FrameScanner scanner;
    std::vector<Kept> pieces;
    for (std::size_t at = 0; at < stream.size(); at += slice) {
        scanner.feed(stream.subspan(at, std::min(slice, stream.size() - at)));
        while (const auto piece = scanner.take()) {
            pieces.push_back(std::visit([](const auto& one) { return kept(one); }, *piece));
        }
        require(scanner.pending() <= max_wire_bytes, "holds at most one frame");
    }
    return pieces;
}

// A sealed frame is found again as it was.
void seal_again(const Kept& piece) {
    if (piece.kind != 0 || piece.head.part) return;
    FrameScanner scanner;
    const ByteView body = ByteView{piece.bytes};
    scanner.feed(wrapped(body, piece.head.wrapping));
    const auto again = scanner.take();
    require(again && std::holds_alternative<FrameView>(*again), "a wrapped frame is found");
    require(kept(std::get<FrameView>(*again)) == piece, "a wrapped frame is the same");
}

}  // namespace

// The first byte says in what slices the rest comes.
void parse_frames(ByteView input) {
    if (input.empty()) return;
    const std::size_t slice = std::to_integer<std::size_t>(input[0]) + 1;
    const ByteView stream = input.subspan(1);
    const auto whole = scanned(stream, std::max<std::size_t>(stream.size(), 1));
    require(whole == scanned(stream, slice), "slices do not matter");
    for (const Kept& piece : whole) seal_again(piece);
}

// Eleven bytes of header and a body, again and again.
void parse_parts(ByteView input) {
    Reader r{input};
    Reassembly parts;
    Instant now{};
    while (r.remaining() >= 11) {
        Header head;
        head.id = r.u16();
        head.serial = r.u16();
        const std::uint16_t total = r.u16();
        head.part = Part{.total = total, .index = r.u16()};
        now += std::chrono::seconds{r.u8()};
        const ByteView body = r.take(std::min<std::size_t>(r.u16(), r.remaining()));
        const Frame frame{.head = head,
                          .bytes = {body.begin(), body.end()},
                          .body_at = 0,
                          .body_size = body.size()};
        const auto whole = parts.add(frame, now);
        require(parts.bytes_held() <= Reassembly::max_bytes, "parts are bounded");
        if (whole && *whole && !(*whole)->message.bytes.empty()) {
            require((*whole)->serials.size() == head.part->total, "whole when nothing is missing");
        }
    }
}

}  // namespace liuhen::test
