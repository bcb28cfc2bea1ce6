// Published lines of JT/T 808 and what is compared of each.
#pragma once

#include "telematics/jtt808/catalogue.hpp"
#include "telematics/jtt808/location.hpp"
#include "telematics/jtt808/scanner.hpp"
#include "telematics/text.hpp"
#include "tests/support/shared.hpp"

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <array>
#include <fstream>
#include <set>
#include <string>

namespace liuhen::test::published {

using namespace telematics;
using namespace telematics::jtt808;
using nlohmann::json;

inline constexpr std::string_view open_vectors = "vectors/jt808_open.jsonl";

inline std::vector<json> lines_of(const std::filesystem::path& path) {
    std::ifstream in{path};
    std::vector<json> lines;
    for (std::string line; std::getline(in, line);) {
        if (!line.empty()) lines.push_back(json::parse(line));
    }
    return lines;
}

// Published as on the wire, yet without their escapes: a bare 7e or 7d stands in the body, so that
// no receiver could read them. They are escaped here first.
inline constexpr std::array<std::string_view, 4> never_escaped{
    "traccar-219e81381e", "traccar-1cb1402726", "traccar-05f49b1613", "traccar-134b1f0e6f"};

inline Bytes escaped(ByteView frame) {
    Bytes wire{delimiter};
    for (const std::byte b : frame.subspan(1, frame.size() - 2)) {
        const bool special = b == delimiter || b == std::byte{0x7D};
        wire.push_back(special ? std::byte{0x7D} : b);
        if (special) wire.push_back(b == delimiter ? std::byte{2} : std::byte{1});
    }
    wire.push_back(delimiter);
    return wire;
}

inline Bytes wire_of(const json& vector) {
    const Bytes bytes = *from_hex(vector.value("wire_hex", vector["hex"].get<std::string>()));
    const auto id = vector["id"].get<std::string>();
    return std::ranges::find(never_escaped, id) != never_escaped.end() ? escaped(bytes) : bytes;
}

inline Result<Frame, Refused> only_piece(const Bytes& wire) {
    FrameScanner scanner;
    scanner.feed(wire);
    auto piece = scanner.next();
    REQUIRE(piece);
    CHECK_FALSE(scanner.next());
    return std::move(*piece);
}

// Where the published reading differs from ours on purpose: 37 positions have a latitude or
// longitude beyond the globe. Three of them are negative numbers in two's complement, which we
// read; the rest are invented numbers beyond 90 degrees, sent without a fix.
inline void check_place(const Position& p, const json& expected) {
    const auto place = place_of(p);
    if (expected.value("out_of_range", false)) {
        const bool complement = p.longitude > 0x80000000U;
        CHECK(place.has_value() == complement);
        CHECK(p.latitude / 1e6 == Approx(expected["lat"].get<double>()).margin(1e-9));
        CHECK(p.longitude / 1e6 == Approx(expected["lon"].get<double>()).margin(1e-9));
        return;
    }
    REQUIRE(place);
    CHECK(place->lat == Approx(expected["lat"].get<double>()).margin(1e-9));
    CHECK(place->lon == Approx(expected["lon"].get<double>()).margin(1e-9));
}

inline json items_of(const Position& p) {
    json items = json::array();
    for (const Item& item : p.items) {
        items.push_back({to_hex(std::array{std::byte{item.id}}), to_hex(item.value)});
    }
    return items;
}

inline std::uint32_t number_of(const json& hex) {
    return static_cast<std::uint32_t>(std::stoul(hex.get<std::string>(), nullptr, 16));
}

// Every key of a stated position is compared here.
inline void check_position(const Position& p, const json& expected) {
    static const std::set<std::string> compared{
        "acc_on",   "alarm",        "altitude_u16",   "direction", "doors_bits_12_17",
        "fix",      "items",        "items_unparsed", "lat",       "load_bits_8_9",
        "lon",      "out_of_range", "speed_kmh",      "status",    "time_gmt8",
        "time_raw", "time_utc"};
    for (const auto& [key, value] : expected.items()) {
        INFO(key);
        CHECK(compared.contains(key));
    }
    CHECK(((p.status & status_bit::ignition) != 0) == expected["acc_on"]);
    CHECK(((p.status & status_bit::fix) != 0) == expected["fix"]);
    CHECK((p.status >> status_bit::load_shift & 3U) == expected["load_bits_8_9"]);
    CHECK((p.status >> 12U & 0x3FU) == expected["doors_bits_12_17"]);
    CHECK(p.alarm == number_of(expected["alarm"]));
    CHECK(p.status == number_of(expected["status"]));
    check_place(p, expected);
    CHECK(static_cast<std::uint16_t>(p.altitude) == expected["altitude_u16"]);
    CHECK(p.speed / 10.0 == Approx(expected["speed_kmh"].get<double>()));
    CHECK(p.direction == expected["direction"]);
    CHECK(to_hex(p.time) == expected["time_raw"]);
    const auto at = jtt808::time_of(p, china_standard_time);
    REQUIRE(at);
    CHECK(to_iso(*at) == expected["time_utc"]);
    CHECK(to_iso(*at + china_standard_time) == expected["time_gmt8"].get<std::string>() + "Z");
    CHECK(items_of(p) == expected["items"]);
    CHECK(to_hex(p.tail) == expected.value("items_unparsed", ""));
}

inline void check_header(const Header& head, const json& vector) {
    const json& expected = vector["header"];
    CHECK(head.id == number_of(vector["msg_id"]));
    CHECK(head.attributes == number_of(expected["attr"]));
    CHECK(phone_digits(head) == expected["phone"]);
    CHECK(head.serial == expected["serial"]);
    CHECK((head.edition == Edition::v2019) == expected.contains("protocol_version"));
    CHECK(head.part.has_value() == expected["subpackage"].get<bool>());
    if (head.part) {
        CHECK(head.part->total == expected["package_count"]);
        CHECK(head.part->index == expected["package_index"]);
    }
}

inline void check_body(const Frame& frame, const json& expected) {
    const auto message = decode(frame.head.id, frame.head.edition, frame.body());
    REQUIRE(message);
    CHECK(to_hex(encode(*message, frame.head.edition)) == to_hex(frame.body()));
    if (const auto* const p = std::get_if<Position>(&*message)) check_position(*p, expected);
    if (const auto* const batch = std::get_if<Batch>(&*message)) {
        REQUIRE(batch->bodies.size() == expected["positions"].size());
        CHECK(batch->announced == expected["count"]);
        CHECK(batch->kind == expected["type"]);
        CHECK((batch->bodies.size() == batch->announced) == expected["complete"]);
        for (std::size_t i = 0; i < batch->bodies.size(); ++i) {
            Reader r{batch->bodies[i]};
            check_position(read_position(r, frame.head.edition), expected["positions"][i]);
        }
    }
    const auto check_reply = [&](const auto& reply) {
        CHECK(reply.serial == expected["reply_serial"]);
        CHECK(reply.message == number_of(expected["reply_id"]));
        CHECK(static_cast<int>(reply.outcome) == expected["result"]);
    };
    if (const auto* const reply = std::get_if<TerminalReply>(&*message)) check_reply(*reply);
    if (const auto* const reply = std::get_if<PlatformReply>(&*message)) check_reply(*reply);
}

}  // namespace liuhen::test::published
