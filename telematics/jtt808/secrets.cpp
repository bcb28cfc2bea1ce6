#include "telematics/jtt808/secrets.hpp"

#include "telematics/elock/passwords.hpp"
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
// In 0x0104, behind serial and count; 2011 has one byte more, and nothing tells the two apart.
constexpr std::array<std::size_t, 2> parameters_at{3, 4};
constexpr std::size_t parameter_head_bytes = 5;
// Of the networks of the main, the second and the slave server (0x8103).
constexpr std::array<std::uint32_t, 3> secret_parameters{0x0012, 0x0016, 0x0025};

bool has_code(std::uint16_t message) {
    return message == Authenticate::id || message == ParametersReply::id;
}

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

// The values of a list of parameters that are passwords, as far as the list goes.
void blank_parameters(Bytes& safe, ByteView body, std::size_t at) {
    Reader r{body};
    r.take(std::min(at, body.size()));
    while (r.remaining() > parameter_head_bytes) {
        const std::uint32_t id = r.u32();
        const std::size_t length = r.u8();
        const ByteView value = r.take(std::min(length, r.remaining()));
        if (std::ranges::find(secret_parameters, id) == secret_parameters.end()) continue;
        std::fill_n(safe.begin() + (value.data() - body.data()), value.size(), std::byte{'*'});
    }
}

// Codes and parameters are overwritten whole when they cannot be found in the body.
Bytes without_code(const Frame& frame) {
    const ByteView body = frame.body();
    const bool is_plain = !frame.head.part && frame.head.encryption() == 0;
    Bytes safe{body.begin(), body.end()};
    if (is_plain && frame.head.id == ParametersReply::id) {
        for (const std::size_t at : parameters_at) blank_parameters(safe, body, at);
        return safe;
    }
    const ByteView code = is_plain ? auth_code_in(body, frame.head.edition) : body;
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
    if (frame.head.id == Media::id) return frame.bytes;
    const bool is_lock = is_lock_report(frame.head.id);
    const bool may_have_items = !frame.head.part && (profile.dialect || is_lock);
    Bytes kept = frame.bytes;
    const std::span body = std::span{kept}.subspan(frame.body_at, frame.body_size);
    if (has_code(frame.head.id)) {
        std::ranges::copy(without_code(frame), body.begin());
    } else if (may_have_items) {
        const Dialect& dialect = is_lock ? lock_dialect(profile) : *profile.dialect;
        std::ranges::copy(blanked_body(frame, dialect), body.begin());
    }
    elock::blank_passwords(body);
    // A message put together from parts has no checksum behind its body.
    const bool summed = kept.size() > frame.body_at + frame.body_size;
    if (summed) kept.back() ^= xor_of(frame.body()) ^ xor_of(body);
    return kept;
}

Bytes kept_piece(ByteView piece) {
    Bytes kept{piece.begin(), piece.end()};
    Reader r{piece};
    const bool may_have_code = has_code(r.u16()) && kept.end() - kept.begin() > header_bytes;
    if (may_have_code) std::fill(kept.begin() + header_bytes, kept.end(), std::byte{'*'});
    elock::blank_passwords(kept);
    return kept;
}

}  // namespace liuhen::telematics::jtt808
