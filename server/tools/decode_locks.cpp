#include "server/tools/decode_locks.hpp"

#include "server/tools/decode_faults.hpp"
#include "server/tools/decode_items.hpp"
#include "telematics/elock/eseal.hpp"
#include "telematics/elock/events.hpp"
#include "telematics/elock/passwords.hpp"
#include "telematics/elock/slave.hpp"
#include "telematics/text.hpp"

#include <nlohmann/json.hpp>

#include <cmath>

namespace liuhen::server::tools {
namespace {

using Json = nlohmann::ordered_json;
using namespace telematics;
using namespace telematics::elock;

Json hex_word(std::uint16_t word) { return "0x" + to_hex(Writer{}.u16(word).view()); }

Json measured(double value, double step) { return std::round(value / step) * step; }

void put_fix(Json& json, const Fix& fix, bool dated) {
    json["time"] = dated ? Json(to_iso(fix.at)) : Json(nullptr);
    json["lat"] = measured(fix.where.lat, 1e-7);
    json["lon"] = measured(fix.where.lon, 1e-7);
    json["fix"] = fix.source == FixSource::satellite;
    json["cell_tower"] = fix.source == FixSource::cell_tower;
    json["speed_kmh"] = std::round(to_kmh(fix.speed) * 10) / 10;
    json["direction_deg"] = fix.heading.value;
    if (fix.odometer) json["mileage_km"] = fix.odometer->value / 1000;
    if (fix.satellites) json["satellites"] = *fix.satellites;
}

void put_sightings(Json& json, const std::vector<Sighting>& seen) {
    for (const Sighting& one : seen) {
        if (const auto* const fix = std::get_if<Fix>(&one.what)) put_fix(json, *fix, !one.undated);
    }
    json["lock_events"] = lock_events_json(seen);
}

Json report_json(const LockReport& report) {
    Json json{{"form", "lock report"},         {"lock", report.lock},
              {"protocol", report.protocol},   {"device_type", report.device_type},
              {"data_type", report.data_type}, {"serial", report.serial}};
    if (report.status) json["status"] = hex_word(*report.status);
    if (report.battery)
        json["battery"] = *report.battery == 0xFF ? Json("charging") : Json(*report.battery);
    put_sightings(json, sightings_of(report, Instant{}));
    return json;
}

void put_fault(Json& json, Fault fault) {
    json["error"] = code(fault);
    json["detail"] = explain(fault);
}

Json fault_json(Fault fault, ByteView kept) {
    Json json = Json::object();
    put_fault(json, fault);
    json["raw"] = to_hex(kept);
    return json;
}

Json fault_json(Fault fault, const Piece& piece) {
    return fault_json(fault, elock::without_secrets(piece));
}

Json binary_json(const Piece& piece, std::chrono::minutes zone) {
    const auto reports = read_reports(piece, zone);
    if (!reports) return fault_json(reports.error(), piece);
    if (reports->size() == 1) return report_json(reports->front());
    Json list = Json::array();
    for (const LockReport& one : *reports) list.push_back(report_json(one));
    return {{"form", "lock reports"}, {"lock", reports->front().lock}, {"reports", list}};
}

void put_unlock(Json& json, const Sentence& sentence, const TextFix& place) {
    const auto unlock = read_unlock(sentence);
    if (!unlock) return;
    json["event"] = unlock->event;
    json["verification"] = unlock->verify;
    if (!unlock->card.empty()) json["card"] = unlock->card;
    json["password_ok"] = unlock->password_ok;
    json["password_errors"] = unlock->wrong_passwords;
    json["serial"] = unlock->serial;
    put_sightings(json, sightings_of(sentence, place, *unlock, Instant{}));
}

void put_slave(Json& json, const Sentence& sentence, std::chrono::minutes zone) {
    const auto slave = read_slave(sentence, zone);
    if (!slave) return;
    json["slave"] = slave->slave;
    json["slave_type"] = slave->type;
    json["serial"] = slave->serial;
    if (slave->state) json["slave_state"] = hex_word(*slave->state);
    if (slave->sensed) json["sensed"] = to_iso(*slave->sensed);
    put_sightings(json, sightings_of(*slave, Instant{}));
}

Json text_json(const Piece& piece, std::chrono::minutes zone) {
    const Piece shown{piece.form, elock::without_secrets(piece)};
    const auto sentence = read_sentence(piece);
    if (!sentence) return fault_json(sentence.error(), piece);
    Json json{{"form", "lock text"},
              {"lock", sentence->lock()},
              {"command", sentence->command},
              {"text", utf8_from_gbk(shown.bytes)}};
    const auto place = read_text_fix(*sentence, zone);
    if (place && !*place) put_fault(json, place->error());
    if (place && *place) {
        put_sightings(json, sightings_of(*sentence, **place, Instant{}));
        if (sentence->command == "P45") put_unlock(json, *sentence, **place);
    }
    if (sentence->command == "WLNET") put_slave(json, *sentence, zone);
    return json;
}

Json seal_json(const Piece& piece, std::chrono::minutes zone) {
    const Piece shown{piece.form, elock::without_secrets(piece)};
    const auto seal = read_seal(shown);
    if (!seal) return fault_json(seal.error(), piece);
    Json json{{"form", "seal text"},
              {"lock", seal->number()},
              {"event", seal->event()},
              {"text", utf8_from_gbk(shown.bytes)}};
    if (seal->is_answer()) return json;
    const auto seen = sightings_of(*seal, zone, Instant{});
    if (!seen) {
        put_fault(json, seen.error());
        return json;
    }
    put_sightings(json, *seen);
    json["answer"] = acknowledgement(*seal);
    return json;
}

// Locks send UTC; a profile with rows of its own may say otherwise.
std::chrono::minutes zone_of(const Profile& profile) {
    const bool is_standard = !profile.dialect && profile.time_zone == china_standard_time;
    return is_standard ? std::chrono::minutes{0} : profile.time_zone;
}

Json piece_json(const Piece& piece, std::chrono::minutes zone) {
    switch (piece.form) {
        case Piece::Form::binary:
            return binary_json(piece, zone);
        case Piece::Form::text:
            return text_json(piece, zone);
        case Piece::Form::seal:
            break;
    }
    return seal_json(piece, zone);
}

// What is no piece; a text that began in `before` may go on in it.
Json stray_json(Fault fault, ByteView bytes, const Before& before) {
    Bytes shown{bytes.begin(), bytes.end()};
    blank_passwords(shown, before);
    return fault_json(fault, shown);
}

}  // namespace

bool is_lock_piece(ByteView bytes) {
    constexpr std::string_view beginnings = "$(#";
    return !bytes.empty() && beginnings.find(static_cast<char>(bytes[0])) != std::string_view::npos;
}

DecodedLine decode_lock_pieces(ByteView bytes, const Profile& profile) {
    FrameScanner scanner;
    scanner.feed(bytes);
    Json pieces = Json::array();
    Before strays;
    bool read = true;
    while (const auto piece = scanner.next()) {
        if (*piece) {
            pieces.push_back(piece_json(**piece, zone_of(profile)));
        } else {
            const Refused& stray = piece->error();
            pieces.push_back(stray_json(stray.fault, stray.bytes, strays));
            move_on(strays, stray.bytes);
        }
        read = read && !pieces.back().contains("error");
    }
    if (pieces.empty()) pieces.push_back(stray_json(Fault::truncated, bytes, {}));
    Json shown = Json::object();
    if (pieces.size() == 1) {
        shown = pieces.front();
    } else {
        shown["pieces"] = pieces;
    }
    return {.json = shown.dump(-1, ' ', false, Json::error_handler_t::replace),
            .read = read && !shown.contains("error")};
}

}  // namespace liuhen::server::tools
