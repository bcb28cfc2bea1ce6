#include "telematics/jtt808/secrets.hpp"

#include "telematics/elock/passwords.hpp"
#include "telematics/jtt808/access.hpp"
#include "telematics/jtt808/items.hpp"
#include "telematics/jtt808/location.hpp"
#include "telematics/jtt808/lock_report.hpp"
#include "telematics/jtt808/passed_on.hpp"
#include "telematics/jtt808/text_events.hpp"
#include "telematics/octets.hpp"

#include <algorithm>
#include <array>
#include <utility>

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

// Items as sent, passwords overwritten, also in one that breaks off.
Bytes blanked(ByteView items, const Dialect& dialect) {
    Reader r{items};
    Writer w;
    while (r.remaining() >= 2) {
        Item item{.id = r.u8(), .value = {}};
        const std::uint8_t length = r.u8();
        const ByteView value = r.take(std::min<std::size_t>(length, r.remaining()));
        item.value.assign(value.begin(), value.end());
        item.value.resize(length);
        const Item safe = without_secrets(std::move(item), &dialect);
        w.u8(safe.id).u8(length).put(ByteView{safe.value}.first(value.size()));
    }
    return w.put(r.rest()).finish();
}

Bytes blanked_from(ByteView body, std::size_t items_at, const Dialect& dialect) {
    const std::size_t head = std::min(items_at, body.size());
    Writer w;
    return w.put(body.first(head)).put(blanked(body.subspan(head), dialect)).finish();
}

// The last entry may break off.
Bytes blanked_batch(ByteView body, const Dialect& dialect) {
    Reader r{body};
    Writer w;
    w.put(r.take(std::min(batch_head_bytes, body.size())));
    while (r.remaining() >= 2) {
        const std::uint16_t length = r.u16();
        const ByteView entry = r.take(std::min<std::size_t>(length, r.remaining()));
        w.u16(length).put(blanked_from(entry, basic_position_bytes, dialect));
    }
    return w.put(r.rest()).finish();
}

Bytes blanked_short_batch(ByteView body, const Dialect& dialect) {
    Reader r{body};
    Writer w;
    while (r.remaining() > 0) {
        const std::uint8_t length = r.u8();
        const ByteView entry = r.take(std::min<std::size_t>(length, r.remaining()));
        w.u8(length).put(blanked_from(entry, basic_position_bytes, dialect));
    }
    return w.finish();
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

Bytes blanked_body(std::uint16_t message, ByteView body, const Dialect& dialect) {
    if (message == Batch::id) return blanked_batch(body, dialect);
    if (message == short_batch_id) return blanked_short_batch(body, dialect);
    const auto* const layout = std::ranges::find(layouts, message, &Layout::message);
    if (layout == layouts.end()) return {body.begin(), body.end()};
    return blanked_from(body, layout->items_at, dialect);
}

bool has_items(std::uint16_t message) {
    return message == Batch::id || message == short_batch_id ||
           std::ranges::find(layouts, message, &Layout::message) != layouts.end();
}

bool has_passwords(const Dialect& dialect) {
    const auto secret_event = [](const EventRule& rule) {
        using enum EventData;
        return rule.data == secret || rule.data == password || rule.data == password_result;
    };
    const auto secret_item = [](const ItemRule& rule) {
        return rule.reading == Reading::secret || rule.reading == Reading::one_time_password;
    };
    return std::ranges::any_of(dialect.items, secret_item) ||
           std::ranges::any_of(dialect.events, secret_event);
}

// Items may begin in an earlier part.
Bytes blanked_part(const Frame& part, const elock::Before& before, const Dialect& dialect) {
    const ByteView body = part.body();
    if (!has_items(part.head.id) || !has_passwords(dialect)) return {body.begin(), body.end()};
    if (!before.whole) return Bytes(body.size(), std::byte{'*'});
    Bytes all = before.bytes;
    all.insert(all.end(), body.begin(), body.end());
    const Bytes safe = blanked_body(part.head.id, all, dialect);
    return {safe.end() - static_cast<std::ptrdiff_t>(body.size()), safe.end()};
}

}  // namespace

ByteView passed_on(const Frame& frame) {
    if (frame.head.part || frame.body().empty()) return {};
    if (frame.head.id == WideTextAnswer::id) return frame.body();
    const bool passes_on = frame.head.id == PassedUp::id || frame.head.id == TextAnswer::id;
    return passes_on ? frame.body().subspan(1) : ByteView{};  // behind the kind or the encoding
}

Bytes kept_bytes(const Frame& frame, const Profile& profile, const elock::Before& before) {
    if (frame.head.id == Media::id) return frame.bytes;
    const bool is_lock = is_lock_report(frame.head.id);
    Bytes kept = frame.bytes;
    const std::span body = std::span{kept}.subspan(frame.body_at, frame.body_size);
    if (has_code(frame.head.id)) {
        std::ranges::copy(without_code(frame), body.begin());
    } else if (profile.dialect || is_lock) {
        const Dialect& dialect = is_lock ? lock_dialect(profile) : *profile.dialect;
        const Bytes safe = frame.head.part ? blanked_part(frame, before, dialect)
                                           : blanked_body(frame.head.id, frame.body(), dialect);
        std::ranges::copy(safe, body.begin());
    }
    const std::size_t passed = passed_on(frame).size();
    elock::blank_passwords(passed > 0 ? body.last(passed) : body, before);
    // A message put together from parts has no checksum behind its body.
    const bool summed = kept.size() > frame.body_at + frame.body_size;
    if (summed) kept.back() ^= xor_of(frame.body()) ^ xor_of(body);
    return kept;
}

Bytes kept_items(ByteView items, const Dialect* dialect) {
    Bytes kept = dialect != nullptr ? blanked(items, *dialect) : Bytes{items.begin(), items.end()};
    // Positions come by the thousand, and a text among their items is rare: it has a comma.
    if (std::ranges::find(kept, std::byte{','}) != kept.end()) elock::blank_passwords(kept);
    return kept;
}

Bytes kept_entry(ByteView entry, const Profile& profile) {
    Bytes kept{entry.begin(), entry.end()};
    if (profile.dialect) kept = blanked_from(entry, basic_position_bytes, *profile.dialect);
    elock::blank_passwords(kept);
    return kept;
}

Bytes kept_piece(ByteView piece, const elock::Before& before) {
    Bytes kept{piece.begin(), piece.end()};
    Reader r{piece};
    const bool may_have_code = has_code(r.u16()) && kept.end() - kept.begin() > header_bytes;
    if (may_have_code) std::fill(kept.begin() + header_bytes, kept.end(), std::byte{'*'});
    elock::blank_passwords(kept, before);
    return kept;
}

}  // namespace liuhen::telematics::jtt808
