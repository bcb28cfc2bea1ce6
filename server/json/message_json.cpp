#include "server/json/message_json.hpp"

#include "server/tools/decode_fields.hpp"
#include "server/tools/decode_items.hpp"
#include "telematics/jtt808/catalogue.hpp"
#include "telematics/jtt808/location.hpp"
#include "telematics/text.hpp"

#include <nlohmann/json.hpp>

#include <array>
#include <cstdio>

namespace liuhen::server {
namespace {

using Json = nlohmann::ordered_json;
using namespace telematics;
using namespace telematics::jtt808;
using tools::FieldPrinter;
using tools::items_json;

std::string hex_word(std::uint32_t value, int digits) {
    std::array<char, 16> text{};
    std::snprintf(text.data(), text.size(), "0x%0*x", digits, value);
    return text.data();
}

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
Json battery_and_time(ByteView body) {
    const auto at = bcd_time(body.subspan(1), china_standard_time);
    Json json{{"battery_percent", std::to_integer<int>(body.front())},
              {"time", at ? Json(to_iso(*at)) : Json(nullptr)}};
    if (!at) json["time_raw"] = to_hex(body.subspan(1));
    return json;
}
Json body_json(const Unknown& m) {
    if (m.id != short_batch_id) return {{"raw", to_hex(m.body)}};
    if (m.body.size() == battery_and_time_bytes) return battery_and_time(m.body);
    Reader r{m.body};
    Json json = body_json(read_short_batch(r));
    json.erase("kind");  // it tells none
    return json;
}

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

}  // namespace

std::string hex_id(std::uint16_t message) { return hex_word(message, 4); }

std::string_view message_name(std::uint16_t message) {
    if (message == short_batch_id) return "short batch";
    const CatalogueRow* const row = find_row(message);
    return row == nullptr ? "unknown" : row->name;
}

Json message_json(const Message& message) {
    return std::visit([](const auto& m) -> Json { return body_json(m); }, message);
}

}  // namespace liuhen::server
