#include "server/tools/decode_items.hpp"

#include "telematics/jtt808/items.hpp"
#include "telematics/jtt808/location.hpp"
#include "telematics/jtt808/lock_report.hpp"
#include "telematics/jtt808/secrets.hpp"
#include "telematics/text.hpp"

#include <nlohmann/json.hpp>

#include <array>
#include <cmath>
#include <cstdio>

namespace liuhen::server::tools {
namespace {

using Json = nlohmann::ordered_json;
using namespace telematics;
using namespace telematics::jtt808;

std::string hex_word(std::uint32_t value, int bytes) {
    std::array<char, 16> text{};
    std::snprintf(text.data(), text.size(), "0x%0*x", bytes * 2, value);
    return text.data();
}

// Whole numbers are printed without a fraction, unknown ones as null.
Json number(double value) {
    if (std::isnan(value)) return nullptr;
    const auto whole = static_cast<std::int64_t>(value);
    if (static_cast<double>(whole) == value) return whole;
    return value;
}

Json values_json(const ItemValues& values);

struct ValueJson {
    Json operator()(double value) const { return number(value); }
    Json operator()(const Flags& flags) const { return hex_word(flags.word, flags.bytes); }
    Json operator()(const std::string& text) const { return text; }
    Json operator()(const std::vector<double>& list) const {
        Json json = Json::array();
        for (const double one : list) json.push_back(number(one));
        return json;
    }
    Json operator()(const std::vector<ItemValues>& groups) const {
        Json json = Json::array();
        for (const ItemValues& group : groups) json.push_back(values_json(group));
        return json;
    }
};

Json values_json(const ItemValues& values) {
    Json json = Json::object();
    for (const ItemValue& one : values) json[one.name] = std::visit(ValueJson{}, one.value);
    return json;
}

Json item_json(const Item& item, const Dialect* dialect) {
    Json json{{"raw", to_hex(without_secrets(item, dialect).value)}};
    json.update(values_json(read_item(item, dialect)));
    return json;
}

constexpr std::array<std::string_view, 9> action_names{"sealed",      "unsealed",     "refused",
                                                       "cut",         "shell_opened", "left_open",
                                                       "battery_low", "motor_fault",  "reported"};
constexpr std::array<std::string_view, 8> means_names{
    "unknown", "card", "password", "one_time_password", "bluetooth", "remote", "key", "automatic"};

Json jointech_json(const JointechReport& report, const Dialect* dialect) {
    const elock::LockReport& place = report.place;
    Json json{{"time", place.at ? Json(to_iso(*place.at)) : Json(nullptr)},
              {"lat", place.where.lat},
              {"lon", place.where.lon},
              {"fix", place.source == FixSource::satellite},
              {"speed_kmh", number(std::round(to_kmh(place.speed) * 10) / 10)},
              {"direction_deg", number(place.heading.value)},
              {"gsm", report.gsm},
              {"satellites", place.satellites.value_or(0)},
              {"mileage_km", number(place.odometer.value_or(Metres{}).value / 1000)},
              {"battery", report.battery},
              {"cell", report.cell},
              {"lac", report.lac},
              {"product", report.product},
              {"status", hex_word(report.status, 2)},
              {"alarm", hex_word(report.alarm, 2)},
              {"items", items_json(report.items, dialect)}};
    if (!report.tail.empty()) json["items_unparsed"] = to_hex(report.tail);
    return json;
}

}  // namespace

Json lock_events_json(const std::vector<Sighting>& seen) {
    Json events = Json::array();
    for (const Sighting& one : seen) {
        const auto* const event = std::get_if<LockEvent>(&one.what);
        if (event == nullptr) continue;
        Json json{{"lock", event->lock.text},
                  {"action", action_names[static_cast<std::size_t>(event->action)]},
                  {"means", means_names[static_cast<std::size_t>(event->means)]}};
        if (!event->actor.empty()) json["actor"] = event->actor;
        if (event->cuts) json["cuts"] = *event->cuts;
        events.push_back(std::move(json));
    }
    return events;
}

Json items_json(const std::vector<Item>& items, const Dialect* dialect) {
    Json json = Json::object();
    for (const Item& item : items) {
        Json& slot = json[to_hex(std::array{std::byte{item.id}})];
        if (slot.is_null()) {
            slot = item_json(item, dialect);
        } else {
            if (slot.is_object()) slot = Json::array({slot});
            slot.push_back(item_json(item, dialect));
        }
    }
    return json;
}

Json position_in(const Position& position, const Profile& profile, const std::string& terminal) {
    Json json = Json::object();
    const auto at = jtt808::time_of(position, profile.time_zone);
    if (at && profile.time_zone != china_standard_time) json["time"] = to_iso(*at);
    if (!profile.dialect) return json;
    json["alarm_bits"] = set_bits(*profile.dialect, Word::alarm, position.alarm);
    json["status_bits"] = set_bits(*profile.dialect, Word::status, position.status);
    json["items"] = items_json(position.items, profile.dialect.get());
    const auto seen =
        sightings_of(position, profile, {.received = at.value_or(Instant{}), .lock = terminal});
    if (seen) json["lock_events"] = lock_events_json(*seen);
    return json;
}

Json lock_frame_json(const Frame& frame, const Profile& profile) {
    const bool live = frame.head.id == lock_report_live;
    Json json{{"msg_id", hex_word(frame.head.id, 2)},
              {"name", live ? "lock report" : "lock report, blind area"},
              {"edition", "one-byte serial"},
              {"terminal", phone_digits(frame.head)},
              {"serial", frame.head.serial},
              {"checksum_ok", true}};
    const Profile lock = profile.dialect ? profile : *find_profile("lock-jointech");
    const auto report = read_jointech_report(frame.body(), lock.time_zone);
    if (!report) {
        const Bytes kept = kept_bytes(frame, lock);
        const ByteView body = ByteView{kept}.subspan(frame.body_at, frame.body_size);
        json["body"] = {{"raw", to_hex(body)}};
        json["error"] = code(report.error());
        return json;
    }
    json["body"] = jointech_json(*report, lock.dialect.get());
    const auto seen = sightings_of(frame, lock, terminal_number(frame.head), Instant{});
    if (seen) json["body"]["lock_events"] = lock_events_json(*seen);
    return json;
}

}  // namespace liuhen::server::tools
