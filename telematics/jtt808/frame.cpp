#include "telematics/jtt808/frame.hpp"

#include "base/in_place.hpp"
#include "telematics/octets.hpp"
#include "telematics/text.hpp"

#include <algorithm>
#include <cassert>
#include <cstring>

namespace liuhen::telematics::jtt808 {
namespace {

constexpr std::uint16_t length_bits = 0x03FF;
constexpr std::uint16_t part_bit = 1U << 13U;
constexpr std::uint16_t version_bit = 1U << 14U;
constexpr std::size_t shortest_header = 12;

// One byte that may not stand in a frame as it is, and the two that are sent in its place.
struct Escape {
    std::byte plain, mark, code;
};
using Escapes = std::span<const Escape>;
constexpr std::array standard_escapes{Escape{std::byte{0x7D}, std::byte{0x7D}, std::byte{1}},
                                      Escape{std::byte{0x7E}, std::byte{0x7D}, std::byte{2}}};
constexpr std::array e7_escapes{Escape{std::byte{0xE6}, std::byte{0xE6}, std::byte{1}},
                                Escape{std::byte{0xE7}, std::byte{0xE6}, std::byte{2}},
                                Escape{std::byte{0x3E}, std::byte{0x3E}, std::byte{1}},
                                Escape{std::byte{0x3D}, std::byte{0x3E}, std::byte{2}}};

constexpr Escapes escapes_of(Wrapping wrapping) {
    return wrapping == Wrapping::e7 ? Escapes{e7_escapes} : Escapes{standard_escapes};
}

// Which header a frame has.
struct Form {
    Edition edition{};
    bool long_phone = false;
};
constexpr std::array standard_forms{Form{Edition::v2013}, Form{Edition::v2019}};
constexpr std::array e7_forms{Form{Edition::v2013, true}, Form{Edition::v2013},
                              Form{Edition::v2019}};

constexpr std::size_t header_bytes(Form form, bool in_parts) {
    const std::size_t whole = form.edition == Edition::v2019 ? 17 : form.long_phone ? 13 : 12;
    return whole + (in_parts ? 4U : 0U);
}

// Bit 14 says which header it is, unless only another one makes the length right: old terminals
// with a stray bit exist, and 2019 ones that forget it.
std::optional<Form> form_of(std::uint16_t attributes, std::size_t frame_size, Wrapping wrapping) {
    const bool in_parts = (attributes & part_bit) != 0;
    const Edition told = (attributes & version_bit) != 0 ? Edition::v2019 : Edition::v2013;
    std::optional<Form> other;
    for (const Form form : wrapping == Wrapping::e7 ? std::span<const Form>{e7_forms}
                                                    : std::span<const Form>{standard_forms}) {
        if (header_bytes(form, in_parts) + (attributes & length_bits) + 1 != frame_size) continue;
        if (form.edition == told) return form;
        other = form;
    }
    return other;
}

std::uint16_t attributes_of(ByteView unescaped) {
    return static_cast<std::uint16_t>(number_at<2, 2>(unescaped.first<shortest_header>()));
}

// `bytes` are the whole header.
Header read_header(ByteView bytes, Form form, Wrapping wrapping) {
    Header head;
    head.id = static_cast<std::uint16_t>(number_at<0, 2>(bytes.first<2>()));
    head.attributes = attributes_of(bytes);
    head.edition = form.edition;
    head.wrapping = wrapping;
    head.long_phone = form.long_phone;
    Reader r{bytes.subspan(4)};
    if (head.edition == Edition::v2019) head.version = r.u8();
    const ByteView phone = r.take(head.phone_bytes().size());
    std::memcpy(head.phone.data(), phone.data(), phone.size());
    head.serial = r.u16();
    if ((head.attributes & part_bit) != 0) {
        head.part.emplace();
        head.part->total = r.u16();
        head.part->index = r.u16();
    }
    return head;
}

// The byte that an escape's two stand for; nullopt when they are no escape.
std::optional<std::byte> meant_by(Escapes escapes, std::byte mark, std::byte code) {
    for (const Escape& escape : escapes) {
        if (escape.mark == mark && escape.code == code) return escape.plain;
    }
    return std::nullopt;
}

// Where the next escape begins, or the size. The standard has one mark, which memchr finds faster
// than any loop of ours.
std::size_t find_mark(ByteView bytes, std::size_t from, Wrapping wrapping) {
    const ByteView rest = bytes.subspan(from);
    if (rest.empty()) return bytes.size();
    if (wrapping == Wrapping::standard) {
        const void* const found = std::memchr(rest.data(), 0x7D, rest.size());
        return found == nullptr
                   ? bytes.size()
                   : static_cast<std::size_t>(static_cast<const std::byte*>(found) - bytes.data());
    }
    const auto found =
        std::ranges::find_first_of(rest, escapes_of(wrapping), {}, {}, &Escape::mark);
    return from + static_cast<std::size_t>(found - rest.begin());
}

void put_wrapped(Bytes& wire, ByteView plain, Wrapping wrapping) {
    const Escapes escapes = escapes_of(wrapping);
    wire.push_back(delimiter_of(wrapping));
    for (const std::byte b : plain) {
        const auto escape = std::ranges::find(escapes, b, &Escape::plain);
        if (escape == escapes.end()) {
            wire.push_back(b);
        } else {
            wire.push_back(escape->mark);
            wire.push_back(escape->code);
        }
    }
    wire.push_back(delimiter_of(wrapping));
}

void put_frame(Bytes& wire, const Header& head, ByteView body) {
    assert(body.size() <= max_body_bytes);
    const unsigned kept = head.attributes & ~static_cast<unsigned>(length_bits | part_bit);
    Writer w;
    w.u16(head.id);
    w.u16(static_cast<std::uint16_t>(kept | body.size() | (head.part ? part_bit : 0U)));
    if (head.edition == Edition::v2019) w.u8(head.version);
    w.put(head.phone_bytes()).u16(head.serial);
    if (head.part) w.u16(head.part->total).u16(head.part->index);
    w.put(body);
    w.u8(std::to_integer<std::uint8_t>(xor_of(w.view())));
    put_wrapped(wire, w.view(), head.wrapping);
}

}  // namespace

std::string_view name_of(Edition edition) {
    return edition == Edition::v2019 ? "2019" : "2011/2013";
}

std::optional<Header> header_for(std::string_view digits, Edition edition) {
    Header head;
    head.edition = edition;
    if (edition == Edition::v2019) head.attributes = version_bit;
    const auto phone = bcd_bytes(digits, head.phone_bytes().size());
    if (!phone) return std::nullopt;
    std::ranges::copy(*phone, head.phone.begin());
    return head;
}

std::string phone_digits(const Header& head) { return to_hex(head.phone_bytes()); }

std::string terminal_number(const Header& head) {
    std::string digits = phone_digits(head);
    digits.erase(0, std::min(digits.find_first_not_of('0'), digits.size() - 1));
    return digits;
}

Frame owned(const FrameView& frame) {
    return {.head = frame.head,
            .bytes = {frame.bytes.begin(), frame.bytes.end()},
            .body_at = static_cast<std::size_t>(frame.body.data() - frame.bytes.data()),
            .body_size = frame.body.size()};
}

std::optional<Bytes> unescape(ByteView wire, Wrapping wrapping) {
    Bytes plain{wire.begin(), wire.end()};
    const auto result = unescape_in_place(plain, wrapping);
    if (!result) return std::nullopt;
    plain.resize(result->size());
    return plain;
}

std::optional<ByteView> unescape_in_place(std::span<std::byte> wire, Wrapping wrapping) {
    const Escapes escapes = escapes_of(wrapping);
    const std::size_t first = find_mark(wire, 0, wrapping);
    for (std::size_t at = first; at + 1 < wire.size(); at = find_mark(wire, at + 2, wrapping)) {
        if (!meant_by(escapes, wire[at], wire[at + 1])) return std::nullopt;
    }
    // What stands between two escapes moves to the front as one block.
    std::size_t size = first;
    for (std::size_t at = first; at < wire.size();) {
        const bool pair = at + 1 < wire.size();
        wire[size++] = pair ? *meant_by(escapes, wire[at], wire[at + 1]) : wire[at];
        at = std::min(at + 2, wire.size());
        const std::size_t next = find_mark(wire, at, wrapping);
        std::memmove(wire.data() + size, wire.data() + at, next - at);
        size += next - at;
        at = next;
    }
    return wire.first(size);
}

bool fits_a_header(ByteView unescaped, Wrapping wrapping) {
    return unescaped.size() >= shortest_header &&
           form_of(attributes_of(unescaped), unescaped.size(), wrapping).has_value();
}

Result<FrameLayout, Fault> layout_of(ByteView unescaped, Wrapping wrapping, Checksum checksum) {
    if (unescaped.size() < shortest_header) return fail(Fault::not_a_frame);
    if (unescaped.size() > max_frame_bytes) return fail(Fault::oversized);
    // The checksum is the XOR of all before it, so the XOR of everything is zero.
    if (checksum == Checksum::required && xor_of(unescaped) != std::byte{0}) {
        return fail(Fault::bad_checksum);
    }
    const std::uint16_t attributes = attributes_of(unescaped);
    const auto form = form_of(attributes, unescaped.size(), wrapping);
    if (!form) return fail(Fault::bad_length);
    return FrameLayout{form->edition, form->long_phone,
                       header_bytes(*form, (attributes & part_bit) != 0)};
}

FrameView frame_with(const FrameLayout& layout, ByteView unescaped, Wrapping wrapping) {
    const std::size_t head = layout.header_bytes;
    return {
        .head = read_header(unescaped.first(head), {layout.edition, layout.long_phone}, wrapping),
        .bytes = unescaped,
        .body = unescaped.subspan(head, unescaped.size() - head - 1)};
}

Result<FrameView, Fault> view_frame(ByteView unescaped, Wrapping wrapping, Checksum checksum) {
    const auto layout = layout_of(unescaped, wrapping, checksum);
    if (!layout) return fail(layout.error());
    const auto make = [&] { return frame_with(*layout, unescaped, wrapping); };
    return Result<FrameView, Fault>{tl::in_place, InPlace{make}};
}

Result<Frame, Fault> parse_frame(Bytes unescaped, Checksum checksum, Wrapping wrapping) {
    const auto view = view_frame(unescaped, wrapping, checksum);
    if (!view) return fail(view.error());
    const auto body_at = static_cast<std::size_t>(view->body.data() - unescaped.data());
    return Frame{.head = view->head,
                 .bytes = std::move(unescaped),
                 .body_at = body_at,
                 .body_size = view->body.size()};
}

Bytes wrapped(ByteView unescaped, Wrapping wrapping) {
    Bytes wire;
    put_wrapped(wire, unescaped, wrapping);
    return wire;
}

std::size_t frames_needed(std::size_t body_size) {
    return std::max<std::size_t>(1, (body_size + max_body_bytes - 1) / max_body_bytes);
}

Bytes seal(const Header& head, ByteView body) {
    Bytes wire;
    const std::size_t frames = frames_needed(body.size());
    if (head.part || frames == 1) {
        put_frame(wire, head, body);
        return wire;
    }
    assert(frames <= 0xFFFF);
    Header part = head;
    for (std::size_t index = 1; index <= frames; ++index) {
        part.part = Part{static_cast<std::uint16_t>(frames), static_cast<std::uint16_t>(index)};
        const ByteView piece = body.first(std::min(body.size(), max_body_bytes));
        put_frame(wire, part, piece);
        body = body.subspan(piece.size());
        ++part.serial;
    }
    return wire;
}

}  // namespace liuhen::telematics::jtt808
