// What publishers state of the items in their positions, found again in what we read. Those that
// neither the standard nor a published layout supports stand in a table with the reason.
#include "telematics/jtt808/catalogue.hpp"
#include "telematics/jtt808/items.hpp"
#include "telematics/jtt808/location.hpp"
#include "telematics/jtt808/lock_items.hpp"
#include "telematics/jtt808/lock_report.hpp"
#include "telematics/text.hpp"
#include "tests/support/shared.hpp"

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <array>
#include <cmath>
#include <fstream>
#include <iostream>
#include <map>

using namespace liuhen;
using namespace liuhen::telematics;
using namespace liuhen::telematics::jtt808;
using nlohmann::json;

namespace {

struct Score {
    int matched = 0, wrong = 0;
    std::map<std::string, int> excused;
};

// Why a statement is not matched. Keys are those of the publishers.
const std::map<std::string, std::string> reasons{
    {"0x0200_0x54.SingnalStrength", "Wi-Fi list: no published layout"},
    {"0x0200_0x54.WifiMac", "Wi-Fi list: no published layout"},
    {"0x0200_0x58.Direction", "item 58: no published layout"},
    {"0x0200_0x58.ToArray", "item 58: no published layout"},
    {"0x0200_0xf1.ICCID", "item F1 of one vendor: no published layout"},
    {"0x0200_0x07.Count", "item 07: the standard's layout is not at hand"},
    {"0x0200_0x07.AttachInfoLength", "states the length of a test object, not a field"},
};
const std::string vendor_reason = "a tracker's own item: no published layout";

struct Stated {
    std::string_view key;
    std::uint8_t item;
    std::string_view field;
    double scale;  // stated = ours * scale
    std::string_view profile = "standard";
};
constexpr std::array asserted{
    Stated{"0x0200_0x01.Mileage", 0x01, "odometer_km", 10},
    Stated{"0x0200_0x02.Oil", 0x02, "fuel_l", 10},
    Stated{"0x0200_0x14.VideoRelateAlarm", 0x14, "video_alarm", 1},
    Stated{"0x0200_0x15.VideoSignalLoseAlarmStatus", 0x15, "video_loss_channels", 1},
    Stated{"0x0200_0x16.VideoSignalOcclusionAlarmStatus", 0x16, "video_masked_channels", 1},
    Stated{"0x0200_0x17.StorageFaultAlarmStatus", 0x17, "storage_faults", 1},
    Stated{"0x0200_0x18.AbnormalDrivingBehaviorAlarmType", 0x18, "abnormal_driving", 1},
    Stated{"0x0200_0x18.FatigueLevel", 0x18, "fatigue_degree", 1},
    Stated{"0x0200_0x52.Direction", 0x52, "drum", 1, "tracker-gps51"},
    Stated{"0x0200_0x61.Volage", 0x61, "main_voltage_v", 100, "tracker-gps51"},
};
// Attributes by item id; keys of composed ones as the publisher writes them.
constexpr std::array attributes{
    Stated{"", 0x01, "odometer_km", 10},
    Stated{"", 0x02, "fuel_l", 10},
    Stated{"", 0x03, "recorder_speed_kmh", 10},
    Stated{"", 0x04, "alarm_event", 1},
    Stated{"", 0x06, "compartment_temperature_c", 1},
    Stated{"", 0x25, "vehicle_signals", 1},
    Stated{"", 0x2A, "io_state", 1},
    Stated{"", 0x2B, "analog_0", 1},
    Stated{"", 0x30, "signal_strength", 1},
    Stated{"", 0x31, "satellites", 1},
    Stated{"areaType", 0x11, "area_type", 1},
    Stated{"areaId", 0x11, "area_id", 1},
    Stated{"areaType", 0x12, "area_type", 1},
    Stated{"areaId", 0x12, "area_id", 1},
    Stated{"direction", 0x12, "leaving", 1},
    Stated{"areaId", 0x13, "segment_id", 1},
    Stated{"driveTime", 0x13, "travel_s", 1},
    Stated{"result", 0x13, "too_long", 1},
};
// Fields that the four active-safety items share, where they have them. A publisher's "serialNo"
// and "id" are the same field of two editions of his code.
constexpr std::array safety{
    Stated{"state", 0, "alarm_state", 1},
    Stated{"type", 0, "alarm_type", 1},
    Stated{"level", 0, "alarm_level", 1},
    Stated{"frontSpeed", 0, "front_speed_kmh", 1},
    Stated{"frontDistance", 0, "front_distance_ds", 1},
    Stated{"deviateType", 0, "deviation_type", 1},
    Stated{"roadSign", 0, "road_sign_type", 1},
    Stated{"roadSignValue", 0, "road_sign_value", 1},
    Stated{"fatigueDegree", 0, "fatigue_degree", 1},
    Stated{"speed", 0, "speed_kmh", 1},
    Stated{"altitude", 0, "altitude_m", 1},
    Stated{"latitude", 0, "lat", 1e6},
    Stated{"longitude", 0, "lon", 1e6},
    Stated{"status", 0, "vehicle_state", 1},
    Stated{"statusBit", 0, "vehicle_state", 1},
    Stated{"id", 0, "alarm_id", 1},
    Stated{"sequenceNo", 0, "label_serial", 1},
    Stated{"fileTotal", 0, "attachments", 1},
};

std::vector<Position> positions_of(const json& line) {
    const Bytes bytes = *from_hex(line["hex"].get<std::string>());
    Bytes body = bytes;
    if (line["kind"] == "jt808/frame") {
        auto plain = unescape(ByteView{bytes}.subspan(1, bytes.size() - 2));
        if (line.value("form", "") == "unescaped" || !plain)
            plain = Bytes(bytes.begin() + 1, bytes.end() - 1);
        const auto frame = parse_frame(*plain, Checksum::ignored);
        if (!frame || frame->head.part) return {};
        body.assign(frame->body().begin(), frame->body().end());
    }
    Reader r{body};
    if (line["msg_id"] == "0x0201" || line["msg_id"] == "0x0500") r.u16();
    if (line["msg_id"] != "0x0704") return {read_position(r, Edition::v2013)};
    std::vector<Position> all;
    for (const Bytes& one : read_batch(r, Edition::v2013).bodies) {
        Reader inner{one};
        all.push_back(read_position(inner, Edition::v2013));
    }
    return all;
}

const ItemValue* value_of(const ItemValues& values, std::string_view name) {
    const auto found = std::ranges::find(values, name, &ItemValue::name);
    return found == values.end() ? nullptr : &*found;
}

double number_of(const ItemValue& value) {
    if (const auto* const flags = std::get_if<Flags>(&value.value)) return flags->word;
    const auto* const number = std::get_if<double>(&value.value);
    return number == nullptr ? std::nan("") : *number;
}

ItemValues values_of(const Position& p, std::uint8_t id, std::string_view profile = "standard") {
    const auto item = std::ranges::find(p.items, id, &Item::id);
    if (item == p.items.end()) return {};
    return read_item(*item, find_profile(profile)->dialect.get());
}

void compare(Score& score, const ItemValues& values, const Stated& stated, double theirs) {
    const ItemValue* const ours = value_of(values, stated.field);
    const bool same = ours != nullptr && std::abs(number_of(*ours) * stated.scale - theirs) < 1e-6;
    INFO(stated.field << " stated " << theirs);
    CHECK(same);
    ++(same ? score.matched : score.wrong);
}

void check_asserts(Score& score, const Position& p, const json& asserts) {
    for (const auto& [key, value] : asserts.items()) {
        if (!key.starts_with("0x0200_")) continue;
        const auto* const known = std::ranges::find(asserted, key, &Stated::key);
        if (known != asserted.end() && value.is_number()) {
            compare(score, values_of(p, known->item, known->profile), *known, value);
        } else {
            INFO(key);
            REQUIRE(reasons.contains(key));
            ++score.excused[reasons.at(key)];
        }
    }
}

void check_safety(Score& score, const ItemValues& values, const json& stated) {
    for (const Stated& field : safety) {
        const std::string key{field.key};
        if (stated.contains(key)) compare(score, values, field, stated[key]);
    }
    const json& label = stated.contains("alarmId") ? stated["alarmId"] : stated;
    const ItemValue* const terminal = value_of(values, "label_terminal");
    REQUIRE(terminal);
    CHECK(std::get<std::string>(terminal->value) == label["deviceId"].get<std::string>());
    ++score.matched;
}

void check_attributes(Score& score, const Position& p, const json& stated) {
    for (const auto& [key, value] : stated.items()) {
        const auto id = static_cast<std::uint8_t>(std::stoi(key));
        const ItemValues values = values_of(p, id);
        INFO("item " << key);
        if (id >= 0x64 && id <= 0x67) {
            check_safety(score, values, value);
        } else if (id == 0x05) {
            const auto list =
                std::get<std::vector<double>>(value_of(values, "tyre_pressure")->value);
            CHECK(json(list) == value["value"].get<std::vector<double>>());
            ++score.matched;
        } else {
            for (const Stated& field : attributes) {
                if (field.item != id) continue;
                compare(score, values, field,
                        value.is_object() ? value[std::string{field.key}] : value);
            }
        }
    }
}

void check_extras(Score& score, const Position& p, const json& extras) {
    for (const auto& [key, value] : extras.items()) {
        const auto id = static_cast<std::uint8_t>(std::stoi(key));
        for (const Stated& field : attributes) {
            if (field.item == id) compare(score, values_of(p, id), field, value);
        }
    }
}

void check_key(Score& score, const std::vector<Position>& all, const json& expected) {
    if (expected["key"] == "sat") {
        compare(score, values_of(all.back(), 0x31), attributes[9], expected["value"]);
        return;
    }
    if (expected["key"] == "temp1") {
        const auto values = values_of(all.front(), 0x51, "tracker-gps51");
        const ItemValue* const list = value_of(values, "temperatures_c");
        if (list != nullptr) {
            CHECK(std::get<std::vector<double>>(list->value)[0] ==
                  Approx(expected["value"].get<double>()));
            ++score.matched;
            return;
        }
    }
    ++score.excused[vendor_reason + " (" + expected["key"].get<std::string>() + ")"];
}

void check_line(Score& score, const json& line) {
    const auto all = positions_of(line);
    if (all.empty()) return;
    for (const json& expected : line["expect"]) {
        if (expected.contains("asserts")) check_asserts(score, all.front(), expected["asserts"]);
        if (expected.contains("json") && expected["json"].contains("attributes"))
            check_attributes(score, all.front(), expected["json"]["attributes"]);
        if (expected.contains("key")) check_key(score, all, expected);
        if (!expected.contains("fields")) continue;
        const json& fields = expected["fields"];
        const json place = fields.value("locationMessage", fields);
        if (place.contains("extraItems")) check_extras(score, all.front(), place["extraItems"]);
    }
}

std::vector<json> lines_of(const std::filesystem::path& path) {
    std::ifstream in{path};
    std::vector<json> lines;
    for (std::string line; std::getline(in, line);) lines.push_back(json::parse(line));
    return lines;
}

}  // namespace

TEST_CASE("published statements about items are found in what is read, or excused by name") {
    const auto path = test::shared_file("vectors/jt808_open.jsonl");
    if (!path) return test::skip("no published JT/T 808 frames here");
    Score score;
    for (const json& line : lines_of(*path)) {
        const auto id = line.value("msg_id", "");
        if (id != "0x0200" && id != "0x0201" && id != "0x0704" && id != "0x0500") continue;
        INFO(line["id"]);
        check_line(score, line);
    }
    std::cout << "item statements matched: " << score.matched << " of "
              << score.matched + score.wrong << "; not supported by a published layout:\n";
    for (const auto& [reason, count] : score.excused)
        std::cout << "  " << count << " " << reason << '\n';
    CHECK(score.matched > 100);
    CHECK(score.wrong == 0);
}

TEST_CASE("published items never run past their end, in any profile") {
    const auto path = test::shared_file("vectors/jt808_open.jsonl");
    if (!path) return test::skip("no published JT/T 808 frames here");
    int read = 0;
    for (const json& line : lines_of(*path)) {
        const auto id = line.value("msg_id", "");
        if (id != "0x0200" && id != "0x0201" && id != "0x0704") continue;
        for (const Position& p : positions_of(line)) {
            for (const Profile& profile : known_profiles()) {
                const auto seen = sightings_of(p, profile, {.received = Instant{}, .lock = "1"});
                read += seen ? 1 : 0;
                for (const Item& item : p.items) {
                    const auto values = read_item(item, profile.dialect.get());
                    CHECK(values.size() <= 64);
                    CHECK(without_secrets(item, profile.dialect.get()).value.size() ==
                          item.value.size());
                }
            }
        }
    }
    CHECK(read > 500);
}

namespace {

// What elock.md's publishers state of 808 locks.
Result<Frame, Fault> lock_frame(const json& line) {
    const Bytes bytes = *from_hex(line["hex"].get<std::string>());
    auto plain = unescape(ByteView{bytes}.subspan(1, bytes.size() - 2));
    if (!plain) plain = Bytes(bytes.begin() + 1, bytes.end() - 1);
    if (line["msg_id"] == "0x0200") return parse_frame(*plain, Checksum::ignored);
    return parse_lock_frame(*plain, Checksum::ignored);
}

void check_jointech(const json& line, const Frame& frame) {
    const json& lock = line["lock"];
    const auto report = read_jointech_report(frame.body(), std::chrono::minutes{0});
    REQUIRE(report);
    const auto& place = report->place;
    CHECK(to_iso(*place.at) == lock["time_utc"]);
    CHECK(place.where.lat == Approx(lock["lat"].get<double>()).margin(1e-6));
    CHECK(place.where.lon == Approx(lock["lon"].get<double>()).margin(1e-6));
    CHECK((place.source == FixSource::satellite) == lock["fix"]);
    CHECK(place.speed.value == Approx(from_knots(lock["speed_knots"].get<double>()).value));
    CHECK(place.heading.value == lock["course"]);
    CHECK(report->gsm == lock["gsm"]);
    CHECK(*place.satellites == lock["satellites"]);
    CHECK(place.odometer->value / 1000 == lock["mileage_km"]);
    CHECK(report->battery == lock["battery"]);
    CHECK(report->cell == lock["cell"]);
    CHECK(report->lac == lock["lac"]);
    CHECK(report->product == lock["product"]);
    CHECK("0x" + to_hex(Writer{}.u16(report->status).view()) == lock["status"]);
    CHECK("0x" + to_hex(Writer{}.u16(report->alarm).view()) == lock["alarm"]);
    if (lock.contains("lock_event")) {
        const auto event = std::ranges::find(report->items, std::uint8_t{0x0B}, &Item::id);
        REQUIRE(event != report->items.end());
        CHECK("0x" + to_hex(ByteView{event->value}.first(1)) == lock["lock_event"]["type"]);
    }
    json items = json::array();
    for (const Item& item : report->items)
        items.push_back({to_hex(std::array{std::byte{item.id}}), to_hex(item.value)});
    // A frame of an older form has a tail that is no list of items; its publisher read one.
    if (report->tail.empty()) CHECK(items == lock["items"]);
}

void check_hhd(const json& lock, const Position& p) {
    const Dialect& dialect = *find_profile("lock-hhd")->dialect;
    for (const json& stated : lock) {
        const auto id =
            static_cast<std::uint8_t>(std::stoi(stated["item"].get<std::string>(), nullptr, 16));
        const auto item = std::ranges::find(p.items, id, &Item::id);
        REQUIRE(item != p.items.end());
        if (stated.contains("event")) {
            const auto event = read_lock_event(*item, Reading::event, dialect);
            REQUIRE(event);
            CHECK("0x" + to_hex(Writer{}.u16(event->number).view()) == stated["event"]);
            CHECK(event->rule != nullptr);
            CHECK(to_hex(ByteView{item->value}.subspan(2)) == stated["rest"]);
            continue;
        }
        const auto locks = read_listed_locks(*item, Reading::slave_locks);
        REQUIRE(locks.size() == stated["slaves"].size());
        for (std::size_t i = 0; i < locks.size(); ++i) {
            const json& slave = stated["slaves"][i];
            CHECK(locks[i].lock == slave["id"]);
            CHECK(*locks[i].battery_v * 1000 == Approx(slave["millivolt"].get<double>()));
            CHECK(locks[i].sealed == (slave["seal"] == "0x31"));
            CHECK(locks[i].rod_closed == (slave["physical"] == "0x81"));
            CHECK(*locks[i].signal == slave["rssi"]);
        }
    }
}

}  // namespace

TEST_CASE("every published 808 frame of a lock reads as its publisher states") {
    const auto path = test::shared_file("vectors/elock_open.jsonl");
    if (!path) return test::skip("no published lock frames");
    int read = 0;
    for (const json& line : lines_of(*path)) {
        if (line["kind"] != "jt808/frame") continue;
        INFO(line["id"]);
        const auto frame = lock_frame(line);
        REQUIRE(frame);
        ++read;
        if (line["msg_id"] != "0x0200") {
            check_jointech(line, *frame);
            continue;
        }
        Reader r{frame->body()};
        const Position p = read_position(r, Edition::v2013);
        if (line.contains("lock")) {
            check_hhd(line["lock"], p);
        } else {
            CHECK_FALSE(values_of(p, 0x33, "lock-text").empty());
        }
    }
    std::cout << "808 frames of locks read as stated: " << read << '\n';
    CHECK(read == 9);
}
