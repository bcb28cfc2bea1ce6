#include "telematics/jtt808/frame.hpp"

#include "telematics/text.hpp"

#include <algorithm>
#include <cassert>

namespace liuhen::telematics::jtt808 {
namespace {

constexpr std::byte escape{0x7D};
constexpr std::uint16_t length_bits = 0x03FF;
constexpr std::uint16_t part_bit = 1U << 13U;
constexpr std::uint16_t version_bit = 1U << 14U;
constexpr std::size_t shortest_header = 12;

std::byte xor_of(ByteView bytes) {
    std::byte sum{0};
    for (const std::byte b : bytes) sum ^= b;
    return sum;
}

constexpr std::size_t header_bytes(Edition edition, bool in_parts) {
    return (edition == Edition::v2019 ? 17U : 12U) + (in_parts ? 4U : 0U);
}

bool fits(Edition edition, std::uint16_t attributes, std::size_t frame_size) {
    const std::size_t header = header_bytes(edition, (attributes & part_bit) != 0);
    return header + (attributes & length_bits) + 1 == frame_size;
}

// Bit 14 says which header it is, unless only the other one makes the length right: old terminals
// with a stray bit exist, and 2019 ones that forget it.
std::optional<Edition> edition_of(std::uint16_t attributes, std::size_t frame_size) {
    const bool flagged = (attributes & version_bit) != 0;
    const Edition told = flagged ? Edition::v2019 : Edition::v2013;
    const Edition other = flagged ? Edition::v2013 : Edition::v2019;
    if (fits(told, attributes, frame_size)) return told;
    if (fits(other, attributes, frame_size)) return other;
    return std::nullopt;
}

Header read_header(Reader& r, Edition edition) {
    Header head;
    head.id = r.u16();
    head.attributes = r.u16();
    head.edition = edition;
    if (edition == Edition::v2019) head.version = r.u8();
    std::ranges::copy(r.take(head.phone_bytes().size()), head.phone.begin());
    head.serial = r.u16();
    if ((head.attributes & part_bit) != 0) {
        head.part.emplace();
        head.part->total = r.u16();
        head.part->index = r.u16();
    }
    return head;
}

void put_escaped(Bytes& wire, ByteView plain) {
    for (const std::byte b : plain) {
        if (b == escape || b == delimiter) {
            wire.push_back(escape);
            wire.push_back(b == escape ? std::byte{1} : std::byte{2});
        } else {
            wire.push_back(b);
        }
    }
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
    wire.push_back(delimiter);
    put_escaped(wire, w.view());
    wire.push_back(delimiter);
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

std::optional<Bytes> unescape(ByteView wire) {
    Bytes plain;
    plain.reserve(wire.size());
    while (!wire.empty()) {
        const auto stop = std::ranges::find(wire, escape);
        plain.insert(plain.end(), wire.begin(), stop);
        wire = wire.subspan(static_cast<std::size_t>(stop - wire.begin()));
        if (wire.empty()) break;
        if (wire.size() == 1) {
            plain.push_back(escape);
            break;
        }
        if (wire[1] != std::byte{1} && wire[1] != std::byte{2}) {
            return std::nullopt;
        }
        plain.push_back(wire[1] == std::byte{1} ? escape : delimiter);
        wire = wire.subspan(2);
    }
    return plain;
}

Result<Frame, Fault> parse_frame(Bytes unescaped, Checksum checksum) {
    if (unescaped.size() < shortest_header) return fail(Fault::not_a_frame);
    if (unescaped.size() > max_frame_bytes) return fail(Fault::oversized);
    // The checksum is the XOR of all before it, so the XOR of everything is zero.
    if (checksum == Checksum::required && xor_of(unescaped) != std::byte{0}) {
        return fail(Fault::bad_checksum);
    }
    Reader attributes{ByteView{unescaped}.subspan(2, 2)};
    const auto edition = edition_of(attributes.u16(), unescaped.size());
    if (!edition) return fail(Fault::bad_length);
    Frame frame;
    Reader r{unescaped};
    frame.head = read_header(r, *edition);
    frame.body_at = unescaped.size() - r.remaining();
    frame.body_size = r.remaining() - 1;
    frame.bytes = std::move(unescaped);
    return frame;
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
