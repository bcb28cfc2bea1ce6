#include "telematics/jtt808/secrets.hpp"

#include "telematics/jtt808/access.hpp"
#include "telematics/jtt808/items.hpp"
#include "telematics/jtt808/location.hpp"
#include "telematics/jtt808/lock_report.hpp"
#include "telematics/octets.hpp"

#include <algorithm>
#include <array>

namespace liuhen::telematics::jtt808 {
namespace {

constexpr std::size_t batch_head_bytes = 3;
constexpr std::ptrdiff_t header_bytes = 12;  // of 2013, the shorter one

// Where the items of a body begin.
struct Layout {
    std::uint16_t message;
    std::size_t items_at;
};
constexpr std::array layouts{
    Layout{Position::id, basic_position_bytes}, Layout{0x0201, 2 + basic_position_bytes},
    Layout{0x0500, 2 + basic_position_bytes}, Layout{lock_report_live, jointech_basic_bytes},
    Layout{lock_report_blind, jointech_basic_bytes}};

// Items as sent, passwords overwritten; a list that breaks off is kept from there on.
Bytes blanked(ByteView items, const Dialect& dialect) {
    Reader r{items};
    Writer w;
    while (r.remaining() >= 2) {
        const Reader before = r;
        const std::uint8_t id = r.u8();
        const std::size_t length = r.u8();
        const ByteView value = r.take(length);
        if (!r.ok()) {
            r = before;
            break;
        }
        const Item safe =
            without_secrets({.id = id, .value = {value.begin(), value.end()}}, &dialect);
        w.u8(id).u8(static_cast<std::uint8_t>(length)).put(safe.value);
    }
    return w.put(r.rest()).finish();
}

Bytes blanked_from(ByteView body, std::size_t items_at, const Dialect& dialect) {
    const std::size_t head = std::min(items_at, body.size());
    Writer w;
    return w.put(body.first(head)).put(blanked(body.subspan(head), dialect)).finish();
}

Bytes blanked_batch(ByteView body, const Dialect& dialect) {
    Reader r{body};
    Writer w;
    w.put(r.take(std::min(batch_head_bytes, body.size())));
    while (r.remaining() >= 2) {
        const Reader before = r;
        const std::uint16_t length = r.u16();
        const ByteView entry = r.take(length);
        if (!r.ok()) {
            r = before;
            break;
        }
        w.u16(length).put(blanked_from(entry, basic_position_bytes, dialect));
    }
    return w.put(r.rest()).finish();
}

Bytes blanked_short_batch(ByteView body, const Dialect& dialect) {
    Reader r{body};
    Writer w;
    while (r.remaining() > 0) {
        const Reader before = r;
        const std::uint8_t length = r.u8();
        const ByteView entry = r.take(length);
        if (!r.ok()) {
            r = before;
            break;
        }
        w.u8(length).put(blanked_from(entry, basic_position_bytes, dialect));
    }
    return w.put(r.rest()).finish();
}

Bytes without_code(const Frame& frame) {
    const ByteView body = frame.body();
    const bool is_plain = !frame.head.part && frame.head.encryption() == 0;
    const ByteView code = is_plain ? auth_code_in(body, frame.head.edition) : body;
    Bytes safe{body.begin(), body.end()};
    std::fill_n(safe.begin() + (code.data() - body.data()), code.size(), std::byte{'*'});
    return safe;
}

Bytes blanked_body(const Frame& frame, const Dialect& dialect) {
    if (frame.head.id == Batch::id) return blanked_batch(frame.body(), dialect);
    if (frame.head.id == short_batch_id) return blanked_short_batch(frame.body(), dialect);
    const auto* const layout = std::ranges::find(layouts, frame.head.id, &Layout::message);
    const auto body = frame.body();
    if (layout == layouts.end()) return {body.begin(), body.end()};
    return blanked_from(body, layout->items_at, dialect);
}

}  // namespace

Bytes kept_bytes(const Frame& frame, const Profile& profile) {
    const bool is_lock = is_lock_report(frame.head.id);
    const bool has_code = frame.head.id == Authenticate::id;
    const bool may_have_items = !frame.head.part && (profile.dialect || is_lock);
    if (!has_code && !may_have_items) return frame.bytes;
    Bytes kept = frame.bytes;
    const Bytes body =
        has_code ? without_code(frame)
                 : blanked_body(frame, is_lock ? lock_dialect(profile) : *profile.dialect);
    std::ranges::copy(body, kept.begin() + static_cast<std::ptrdiff_t>(frame.body_at));
    // A message put together from parts has no checksum behind its body.
    const bool summed = kept.size() > frame.body_at + frame.body_size;
    if (summed) kept.back() ^= xor_of(frame.body()) ^ xor_of(body);
    return kept;
}

Bytes kept_piece(ByteView piece) {
    Bytes kept{piece.begin(), piece.end()};
    Reader r{piece};
    const bool has_code = r.u16() == Authenticate::id && kept.end() - kept.begin() > header_bytes;
    if (has_code) std::fill(kept.begin() + header_bytes, kept.end(), std::byte{'*'});
    return kept;
}

}  // namespace liuhen::telematics::jtt808
