#include "server/tools/decode.hpp"

#include "server/tools/decode_fields.hpp"
#include "server/tools/decode_items.hpp"
#include "telematics/jtt808/catalogue.hpp"
#include "telematics/jtt808/location.hpp"
#include "telematics/jtt808/lock_report.hpp"
#include "telematics/text.hpp"

#include <nlohmann/json.hpp>

#include <cstdio>
#include <istream>
#include <ostream>

namespace liuhen::server::tools {
namespace {

using Json = nlohmann::ordered_json;
using namespace telematics;
using namespace telematics::jtt808;

std::string hex_word(std::uint32_t value, int digits) {
    std::array<char, 16> text{};
    std::snprintf(text.data(), text.size(), "0x%0*x", digits, value);
    return text.data();
}
std::string hex_id(std::uint16_t id) { return hex_word(id, 4); }

// Coordinates that are on no earth are shown as sent.
LatLon shown_place(const Position& p, bool& on_earth) {
    const auto place = place_of(p);
    on_earth = place.has_value();
    if (place) return *place;
    const double lat = p.latitude / 1e6;
    const double lon = p.longitude / 1e6;
    return {(p.status & status_bit::south) != 0 ? -lat : lat,
            (p.status & status_bit::west) != 0 ? -lon : lon};
}

Json position_json(const Position& m) {
    bool on_earth = true;
    const LatLon place = shown_place(m, on_earth);
    const auto at = jtt808::time_of(m, china_standard_time);
    Json json{{"alarm", hex_word(m.alarm, 8)},
              {"status", hex_word(m.status, 8)},
              {"lat", place.lat},
              {"lon", place.lon},
              {"altitude_m", m.altitude},
              {"speed_kmh", m.speed / 10.0},
              {"direction_deg", m.direction},
              {"time", at ? Json(to_iso(*at)) : Json(nullptr)},
              {"items", items_json(m.items)}};
    if (!at) json["time_raw"] = to_hex(m.time);
    if (!on_earth) json["out_of_range"] = true;
    if (!m.tail.empty()) json["items_unparsed"] = to_hex(m.tail);
    return json;
}

Json body_json(const Position& m) { return position_json(m); }
Json body_json(const Batch& m) {
    Json positions = Json::array();
    for (const Bytes& body : m.bodies) {
        const auto position = decode(Position::id, Edition::v2013, body);
        if (position) {
            positions.push_back(body_json(std::get<Position>(*position)));
        } else {
            positions.push_back({{"error", code(position.error())}, {"raw", to_hex(body)}});
        }
    }
    Json json{{"count", m.announced}, {"kind", m.kind}, {"positions", std::move(positions)}};
    if (!m.tail.empty()) json["unparsed"] = to_hex(m.tail);
    return json;
}

template <std::uint16_t Id>
Json body_json(const GeneralReply<Id>& m) {
    return {{"reply_serial", m.serial},
            {"reply_id", hex_id(m.message)},
            {"result", static_cast<int>(m.outcome)}};
}
template <std::uint16_t Id>
Json body_json(const MissingParts<Id>& m) {
    return {{"first_serial", m.first_serial}, {"indexes", m.indexes}};
}
Json body_json(const Heartbeat& m) {
    return m.extra.empty() ? Json::object() : Json{{"raw", to_hex(m.extra)}};
}
Json body_json(const Unregister&) { return Json::object(); }
Json body_json(const Register& m) {
    return {{"province", m.province}, {"city", m.city},         {"maker", m.maker},
            {"model", m.model},       {"terminal", m.terminal}, {"plate_colour", m.plate_colour},
            {"plate", m.plate}};
}
Json body_json(const RegisterReply& m) {
    return {{"reply_serial", m.serial}, {"result", static_cast<int>(m.result)}, {"code", m.code}};
}
Json body_json(const Authenticate& m) {
    Json json{{"code", m.code}};
    if (!m.imei.empty()) json["imei"] = m.imei;
    if (!m.software.empty()) json["software"] = m.software;
    return json;
}
Json body_json(const Unknown& m) { return {{"raw", to_hex(m.body)}}; }

// Every message that is described field by field.
template <class M>
Json body_json(const M& m) {
    FieldPrinter printer{position_json};
    M::describe(printer, m);
    Json json = printer.finish();
    if constexpr (HasTail<M>) {
        if (!m.tail.empty()) json["unparsed"] = to_hex(m.tail);
    }
    return json;
}

DecodedLine error_line(std::string_view code, std::string_view detail) {
    Json json{{"error", code}};
    if (code == telematics::code(Fault::bad_checksum)) json["checksum_ok"] = false;
    json["detail"] = detail;
    return {json.dump(), false};
}

std::string_view explain(Fault fault) {
    static constexpr std::array<std::pair<Fault, std::string_view>, 8> reasons{{
        {Fault::oversized, "longer than any frame"},
        {Fault::bad_escape, "a 7d is followed by neither 01 nor 02"},
        {Fault::bad_checksum, "the XOR of header and body is not the last byte"},
        {Fault::bad_length, "the length in the header fits neither edition"},
        {Fault::truncated, "the body ends inside a field"},
        {Fault::trailing_bytes, "the body goes on behind its last field"},
        {Fault::not_a_frame, "shorter than any frame, or more than one on the line"},
        {Fault::bad_value, "a field is outside its range"},
    }};
    for (const auto& [known, reason] : reasons) {
        if (known == fault) return reason;
    }
    return "not readable";
}

Result<Frame, Fault> frame_as_sent(ByteView wire) {
    if (std::ranges::find(wire, delimiter) != wire.end()) return fail(Fault::not_a_frame);
    auto plain = unescape(wire);
    if (!plain) return fail(Fault::bad_escape);
    return parse_frame(std::move(*plain));
}

// The bytes between the delimiters, which may be left out. Documents and logs often show frames
// with their escapes removed, so that is tried second.
Result<Frame, Fault> frame_of(ByteView wire) {
    while (!wire.empty() && wire.front() == delimiter) wire = wire.subspan(1);
    while (!wire.empty() && wire.back() == delimiter) wire = wire.first(wire.size() - 1);
    auto frame = frame_as_sent(wire);
    if (frame) return frame;
    auto plain = parse_frame({wire.begin(), wire.end()});
    return plain ? std::move(plain) : std::move(frame);
}

// A body that cannot be read is shown raw beside its fault.
Json frame_json(const Frame& frame, const Profile& profile) {
    const Header& head = frame.head;
    const CatalogueRow* const row = find_row(head.id);
    Json json{{"msg_id", hex_id(head.id)},
              {"name", row == nullptr ? "unknown" : row->name},
              {"edition", name_of(head.edition)},
              {"terminal", phone_digits(head)},
              {"serial", head.serial},
              {"checksum_ok", true}};
    if (head.encryption() != 0) json["encryption"] = head.encryption();
    if (head.part) {
        json["part"] = {{"total", head.part->total}, {"index", head.part->index}};
    }
    if (head.part || head.encryption() != 0) {
        json["body"] = {{"raw", to_hex(frame.body())}};
        return json;
    }
    const auto message = decode(head.id, head.edition, frame.body());
    if (!message) {
        json["body"] = {{"raw", to_hex(frame.body())}};
        json["error"] = code(message.error());
        json["detail"] = explain(message.error());
        return json;
    }
    json["body"] = std::visit([](const auto& m) -> Json { return body_json(m); }, *message);
    if (const auto* const position = std::get_if<Position>(&*message))
        json["body"].update(position_in(*position, profile, terminal_number(head)));
    return json;
}

// A lock's frame with its one-byte serial, which no header of 808 fits.
std::optional<Frame> lock_frame_of(ByteView wire) {
    while (!wire.empty() && wire.front() == delimiter) wire = wire.subspan(1);
    while (!wire.empty() && wire.back() == delimiter) wire = wire.first(wire.size() - 1);
    auto plain = unescape(wire);
    auto frame = parse_lock_frame(plain ? std::move(*plain) : Bytes{wire.begin(), wire.end()});
    return frame ? std::optional{std::move(*frame)} : std::nullopt;
}

DecodedLine printed(const Json& json) {
    return {.json = json.dump(-1, ' ', false, Json::error_handler_t::replace),
            .read = !json.contains("error")};
}

}  // namespace

std::optional<DecodedLine> decode_line(std::string_view line, const telematics::Profile& profile) {
    if (line.find_first_not_of(" \t\r\n") == std::string_view::npos) return std::nullopt;
    const auto bytes = from_hex(line);
    if (!bytes) return error_line("bad_hex", "an odd number of digits, or something else than hex");
    if (const auto lock = lock_frame_of(*bytes)) return printed(lock_frame_json(*lock, profile));
    const auto frame = frame_of(*bytes);
    if (!frame) return error_line(code(frame.error()), explain(frame.error()));
    return printed(frame_json(*frame, profile));
}

int decode_stream(std::istream& in, std::ostream& out, const telematics::Profile& profile) {
    bool all_read = true;
    for (std::string line; std::getline(in, line);) {
        const auto decoded = decode_line(line, profile);
        if (!decoded) continue;
        out << decoded->json << '\n';
        all_read = all_read && decoded->read;
    }
    out.flush();
    return all_read ? 0 : 1;
}

}  // namespace liuhen::server::tools
