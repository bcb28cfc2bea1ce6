#include "telematics/jtt808/manners.hpp"

#include "telematics/octets.hpp"
#include "telematics/text.hpp"

#include <algorithm>
#include <string>

namespace liuhen::telematics::jtt808 {
namespace {

// What distinguishes one plate from another: letters, digits and Chinese characters.
std::string plain_plate(std::string_view plate) {
    static constexpr std::string_view middle_dot = "·";
    std::string plain;
    while (!plate.empty()) {
        if (plate.starts_with(middle_dot)) {
            plate.remove_prefix(middle_dot.size());
            continue;
        }
        const char c = plate.front();
        plate.remove_prefix(1);
        if (c == ' ' || c == '-' || c == '.') continue;
        plain.push_back(c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c);
    }
    return plain;
}

// The chassis number that it said before the plate was known.
bool repeats_chassis(const Registered& said, const Registered* before) {
    return before != nullptr && said.plate_colour == 0 && before->plate_colour == 0 &&
           is_same_plate(said.plate, before->plate);
}

}  // namespace

Refused refuse(Fault fault, ByteView bytes) {
    constexpr std::size_t most_kept = 2048;
    const ByteView kept = bytes.first(std::min(bytes.size(), most_kept));
    return {fault, {kept.begin(), kept.end()}};
}

Bytes without_long_tail(Bytes kept, const Frame& frame) {
    const bool is_heartbeat = frame.head.id == Heartbeat::id || frame.head.id == other_heartbeat_id;
    if (!is_heartbeat || frame.body_size <= max_heartbeat_body) return kept;
    constexpr std::size_t attributes_at = 2;
    constexpr auto length_bits = 0x3FFU;
    const std::byte sum = xor_of(kept);
    const unsigned attributes = (frame.head.attributes & ~length_bits) | max_heartbeat_body;
    kept[attributes_at] = static_cast<std::byte>(attributes >> 8U);
    kept[attributes_at + 1] = static_cast<std::byte>(attributes);
    kept.resize(frame.body_at + max_heartbeat_body);
    kept.push_back(xor_of(kept) ^ sum);
    return kept;
}

bool is_same_plate(std::string_view sent, std::string_view bound) {
    return plain_plate(sent) == plain_plate(bound);
}

Registered registered_as(const Register& m) {
    return {.terminal_id = m.terminal,
            .plate = m.plate,
            .maker = m.maker,
            .model = m.model,
            .plate_colour = m.plate_colour};
}

Registration judge_registration(const Registered& said, std::string_view bound,
                                const Registered* before) {
    if (!bound.empty() && !is_same_plate(said.plate, bound) && !repeats_chassis(said, before)) {
        return Registration::no_such_vehicle;
    }
    if (before == nullptr) return Registration::done;
    if (!is_same_plate(said.plate, before->plate)) {
        return Registration::terminal_registered;
    }
    return said.terminal_id == before->terminal_id ? Registration::done
                                                   : Registration::vehicle_registered;
}

std::optional<std::string> imei_of(const Header& head) {
    constexpr std::size_t number_bytes = 6, digits = 14;
    const ByteView sent = head.phone_bytes();
    const auto is_decimal = [](std::byte b) { return bcd_number(b).has_value(); };
    if (std::ranges::all_of(sent, is_decimal)) return std::nullopt;
    const ByteView padding = sent.first(sent.size() - number_bytes);
    if (std::ranges::any_of(padding, [](std::byte b) { return b != std::byte{0}; })) {
        return std::nullopt;
    }
    std::uint64_t number = 0;
    for (const std::byte b : sent.last(number_bytes)) {
        number = number << 8U | std::to_integer<std::uint64_t>(b);
    }
    std::string imei = std::to_string(number);
    if (imei.size() > digits) return std::nullopt;
    imei.insert(0, digits - imei.size(), '0');
    unsigned sum = 0;  // Luhn: every second digit doubled, from the last one on
    for (std::size_t i = 0; i < digits; ++i) {
        const auto digit = static_cast<unsigned>(imei[i] - '0');
        const unsigned doubled = i % 2 == 1 ? 2 * digit : digit;
        sum += doubled / 10 + doubled % 10;
    }
    imei.push_back(static_cast<char>('0' + (10 - sum % 10) % 10));
    return imei;
}

bool is_code(std::string_view secret, std::string_view given) {
    if (secret.empty()) return false;
    unsigned differing = secret.size() == given.size() ? 0 : 1;
    for (std::size_t i = 0; i < given.size(); ++i) {
        const char expected = secret[i % secret.size()];
        differing |= given[i] == expected ? 0U : 1U;
    }
    return differing == 0;
}

Header answer_header(const Header& received) {
    constexpr std::uint16_t version_flag = 1U << 14U;
    Header head = received;
    head.part.reset();
    head.attributes = received.attributes & version_flag;
    return head;
}

}  // namespace liuhen::telematics::jtt808
