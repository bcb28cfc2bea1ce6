// Captured and published frames of locks. What each says is stated by others: every fact they state
// must be found in what we read, or stand in `not_read` with the reason.
#include "telematics/elock/dialogue.hpp"
#include "telematics/elock/events.hpp"
#include "tests/support/shared.hpp"
#include "tests/unit/telematics/elock_samples.hpp"

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include <fstream>
#include <iostream>
#include <map>
#include <set>

using namespace liuhen;
using namespace liuhen::telematics;
using namespace liuhen::telematics::elock;
using namespace liuhen::telematics::elock::test;
using namespace std::chrono_literals;

namespace {

using Json = nlohmann::json;
using Misses = std::vector<std::string>;

// Statements that are not held against what we read, and why. Any other key must be matched.
const std::map<std::string, std::string> not_read{
    {"bind_vehicle", "kept raw: a number the lock was given, zeros as a rule"},
    {"cell_low", "kept raw: cells are not looked up"},
    {"lac", "kept raw: cells are not looked up"},
    {"gsm", "kept raw: signal strength moves nobody"},
    {"long_format", "which layout it is follows from everything else"},
    {"length", "layout: a wrong one makes another piece"},
    {"length_ok", "layout: a wrong one makes another piece"},
    {"status_set", "names for the bits of `status`, which is compared as a word"},
    {"event_name", "a name for `event`, which is compared as a number"},
    {"extra", "fields that newer firmware appends have no published meaning"},
    {"command", "of (id,1,nnn,WORD) the publisher names the 1, and we the WORD"},
};
// Everything that is compared; `reply` with null means that nothing is answered.
const std::set<std::string> compared{
    "device",  "protocol",     "device_type", "data_type",       "time_utc", "lat",
    "lon",     "fix",          "speed_knots", "speed_kmh",       "course",   "mileage_km",
    "battery", "status",       "satellites",  "serial",          "reply",    "event",
    "card",    "verification", "password_ok", "password_errors", "valid",
};

void check_keys(Misses& misses, const Json& facts) {
    for (const auto& [key, value] : facts.items()) {
        if (!compared.contains(key) && !not_read.contains(key))
            misses.push_back(key + ": neither compared nor excused");
    }
}

Turn heard(const Bytes& bytes) {
    Dialogue dialogue{[](std::string_view) {
        Enrolled enrolled;
        enrolled.profile.time_zone = 0min;
        return enrolled;
    }};
    return dialogue.hear(bytes, at("2026-11-21T00:00:00Z"));
}

void expect_text(Misses& misses, const Json& facts, const char* key, const std::string& ours) {
    if (!facts.contains(key) || facts[key].is_null()) return;
    const std::string theirs =
        facts[key].is_string() ? facts[key].get<std::string>() : facts[key].dump();
    if (theirs != ours) misses.push_back(std::string{key} + ": " + theirs + ", read " + ours);
}
void expect_near(Misses& misses, const Json& facts, const char* key, double ours, double margin) {
    if (!facts.contains(key) || !facts[key].is_number()) return;
    if (std::abs(facts[key].get<double>() - ours) > margin)
        misses.push_back(std::string{key} + ": " + facts[key].dump() + ", read " +
                         std::to_string(ours));
}
std::string hex16(std::uint16_t word) { return "0x" + to_hex(Writer{}.u16(word).view()); }

void check_fix(Misses& misses, const Json& facts, const Fix& fix, double margin = 1e-6) {
    expect_text(misses, facts, "time_utc", to_iso(fix.at));
    expect_near(misses, facts, "lat", fix.where.lat, margin);
    expect_near(misses, facts, "lon", fix.where.lon, margin);
    const bool fixed = fix.source == FixSource::satellite;
    expect_text(misses, facts, "fix", fixed ? "true" : "false");
    expect_near(misses, facts, "speed_knots", fix.speed.value / from_knots(1).value, 1e-9);
    expect_near(misses, facts, "speed_kmh", to_kmh(fix.speed), 1e-9);
    expect_near(misses, facts, "course", fix.heading.value, 1e-9);
    if (fix.odometer) expect_near(misses, facts, "mileage_km", fix.odometer->value / 1000, 1e-9);
    if (fix.satellites) expect_text(misses, facts, "satellites", std::to_string(*fix.satellites));
}

void check_report(Misses& misses, const Json& facts, const LockReport& report) {
    expect_text(misses, facts, "device", report.lock);
    if (report.protocol != 0)
        expect_text(misses, facts, "protocol", "0x" + to_hex(Writer{}.u8(report.protocol).view()));
    expect_text(misses, facts, "data_type", std::to_string(report.data_type));
    expect_text(misses, facts, "device_type", std::to_string(report.device_type));
    if (report.status) expect_text(misses, facts, "status", hex16(*report.status));
    if (report.battery && *report.battery != 0xFF)
        expect_text(misses, facts, "battery", std::to_string(*report.battery));
    if (report.battery == 0xFF) expect_text(misses, facts, "battery", "charging");
    expect_text(misses, facts, "serial", std::to_string(report.serial));
    check_fix(misses, facts, fixes(sightings_of(report, Instant{}))[0]);
}

void check_sentence(Misses& misses, const Json& facts, const Sentence& sentence) {
    expect_text(misses, facts, "device", sentence.lock());
    if (sentence.command != "P45") return;
    const auto unlock = read_unlock(sentence);
    if (!unlock) return misses.push_back("P45 unread");
    expect_text(misses, facts, "event", std::to_string(unlock->event));
    expect_text(misses, facts, "verification", std::to_string(unlock->verify));
    expect_text(misses, facts, "serial", std::to_string(unlock->serial));
    expect_text(misses, facts, "password_errors", std::to_string(unlock->wrong_passwords));
    expect_text(misses, facts, "password_ok", unlock->password_ok ? "1" : "0");
    expect_text(misses, facts, "card", unlock->card.empty() ? "0000000000" : unlock->card);
}

// The times in `fields` are written "2011-05-04 06:37:36.000".
void check_fields(Misses& misses, Json fields, const Turn& turn) {
    if (fixes(turn.seen).empty()) return misses.push_back("no position");
    const auto time = parse_iso(fields.value("time_utc", "") + "Z");
    if (time) fields["time_utc"] = to_iso(*time);
    fields["fix"] = fields.value("valid", false);
    check_fix(misses, fields, fixes(turn.seen)[0], 6e-6);  // stated to five decimals
}

void check_expectations(Misses& misses, const Json& line, const Bytes& bytes, const Turn& turn) {
    const auto positions = fixes(turn.seen).size();
    for (const Json& expected : line["expect"]) {
        const std::string what = expected.value("verify", "");
        if (what.starts_with("Position") && positions == 0) misses.push_back("no position");
        if (what == "Null" && positions != 0) misses.push_back("a position where there is none");
        if (expected.contains("fields")) check_fields(misses, expected["fields"], turn);
        if (!expected.contains("frame_hex")) continue;
        FrameScanner scanner;
        scanner.feed(bytes);
        const auto piece = scanner.next();
        if (!piece || !*piece || to_hex((*piece)->bytes) != expected["frame_hex"])
            misses.push_back("another piece");
    }
}

// WLNET payloads are published without their escapes; on the wire they have them.
Bytes on_the_wire(Bytes bytes) {
    constexpr std::string_view head = ",WLNET,5,2,";
    const std::string text = words(bytes);
    const auto found = text.find(head);
    if (found == std::string::npos) return bytes;
    const std::size_t from = found + head.size();
    const ByteView all{bytes};
    Writer out;
    out.put(all.first(from)).put(escape(all.subspan(from, bytes.size() - from - 1)));
    return out.put(all.last(1)).finish();
}

Misses misses_of(const Json& line) {
    Misses misses;
    const Bytes bytes = on_the_wire(from_hex(line["hex"].get<std::string>()).value());
    const Json facts = line.value("decoded", line.value("lock", Json::object()));
    check_keys(misses, facts);
    const Turn turn = heard(bytes);
    if (!turn.refused.empty()) misses.emplace_back(code(turn.refused[0].fault));
    if (facts.contains("reply"))
        expect_text(misses, {{"reply", facts["reply"].is_null() ? "" : facts["reply"]}}, "reply",
                    words(turn.reply));
    check_expectations(misses, line, bytes, turn);
    if (bytes[0] == std::byte{'$'}) {
        const auto reports = read_reports(binary_piece(bytes), 0min);
        if (!reports) misses.emplace_back(code(reports.error()));
        if (reports) check_report(misses, facts, reports->front());
        return misses;
    }
    if (bytes[0] == std::byte{'#'}) return misses;  // its publisher states positions, no values
    const auto sentence = read_sentence(Piece{Piece::Form::text, bytes});
    if (!sentence) misses.emplace_back(code(sentence.error()));
    if (sentence) check_sentence(misses, facts, *sentence);
    if (!fixes(turn.seen).empty()) check_fix(misses, facts, fixes(turn.seen)[0]);
    return misses;
}

}  // namespace

TEST_CASE("every published frame of a lock or seal that dials in reads as its publisher states") {
    const auto path = liuhen::test::shared_file("vectors/elock_open.jsonl");
    if (!path) return liuhen::test::skip("no published lock frames");
    std::ifstream in{*path};
    std::size_t total = 0;
    std::size_t matched = 0;
    std::size_t foreign = 0;
    for (std::string text; std::getline(in, text);) {
        const Json line = Json::parse(text);
        const std::string kind = line["kind"];
        if (!kind.starts_with("lock/") && !kind.starts_with("eseal/")) {
            const Turn turn = heard(from_hex(line["hex"].get<std::string>()).value());
            CHECK(turn.seen.empty());  // another protocol on this socket is never taken for a lock
            ++foreign;
            continue;
        }
        ++total;
        const Misses misses = misses_of(line);
        if (misses.empty()) ++matched;
        for (const std::string& miss : misses) std::cout << line["id"] << ' ' << miss << '\n';
    }
    std::cout << "lock frames: " << matched << " of " << total << " read as stated, " << foreign
              << " of other protocols heard without harm\n";
    CHECK(total > 0);
    CHECK(matched == total);
}
