// Orders as JSON: what each kind becomes on the wire, and every fault at once.
#include "server/json/command_json.hpp"

#include "telematics/jtt808/catalogue.hpp"
#include "telematics/text.hpp"

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include <fstream>
#include <map>
#include <set>

namespace {

using namespace liuhen;
using nlohmann::json;
using telematics::to_hex;
namespace jtt808 = telematics::jtt808;

struct ReadCommand {
    telematics::Command command;
    server::Faults faults;
};
ReadCommand read(const std::string& kind, const json& fields) {
    const auto* const known = server::find_command_kind(kind);
    REQUIRE(known != nullptr);
    ReadCommand out;
    const json object = fields.is_null() ? json::object() : fields;  // {} is null to the library
    server::Fields form{object, "", out.faults};
    out.command = server::read_command(*known, form);
    form.finish();
    return out;
}

// "code pointer" of each fault.
std::set<std::string> faults_of(const std::string& kind, const json& fields) {
    std::set<std::string> out;
    for (const auto& one : read(kind, fields).faults) out.insert(one.code + " " + one.pointer);
    return out;
}

// Id and body, as "8300 0c…", in the form of 2013.
std::string wire(const std::string& kind, const json& fields) {
    const auto done = read(kind, fields);
    for (const auto& one : done.faults) FAIL_CHECK(one.code << " " << one.pointer);
    const auto& message = std::get<jtt808::Message>(done.command);
    const auto id = jtt808::id_of(message);
    const telematics::Bytes head{std::byte(id >> 8U), std::byte(id & 0xFFU)};
    return to_hex(head) + " " + to_hex(jtt808::encode(message, jtt808::Edition::v2013));
}

// The body of a worked frame of our own vectors, by its name.
std::string worked(const std::string& name) {
    std::ifstream in{LIUHEN_SOURCE_DIR "/tests/vectors/jtt808_own.jsonl"};
    for (std::string line; std::getline(in, line);) {
        const json row = json::parse(line);
        if (row["name"] != name) continue;
        const std::string hex = row["hex"];  // flag, 12 bytes of header, body, sum, flag
        return hex.substr(2, 4) + " " + hex.substr(26, hex.size() - 26 - 4);
    }
    return "no such vector";
}

TEST_CASE("each kind of order becomes the worked frame of its message") {
    CHECK(wire("locate", {}) == worked("locate now, 2013"));
    CHECK(wire("track", {{"interval_s", 10}, {"for_s", 3600}}) ==
          worked("track for a while, 2013"));
    CHECK(wire("set_parameters", {{"parameters",
                                   {{{"parameter", "heartbeat_s"}, {"value", 30}},
                                    {{"parameter", "0x0013"}, {"value", "lh.example"}}}}}) ==
          worked("set parameters, 2013"));
    CHECK(wire("query_parameters", {}) == worked("query all parameters, 2013"));
    CHECK(wire("query_parameters", {{"parameters", {"main_server", "0x29"}}}) ==
          worked("query parameters, 2013"));
    CHECK(wire("query_attributes", {}) == worked("query terminal attributes, 2013"));
    CHECK(wire("terminal_control", {{"action", "reset"}}) == worked("terminal control, 2013"));
    CHECK(wire("confirm_alarm", {{"serial", 9}, {"alarms", {"sos"}}}) ==
          worked("confirm alarm, 2013"));
    CHECK(wire("doors", {{"doors", "lock"}}) == worked("vehicle control, 2013"));
    CHECK(wire("query_driver", {}) == worked("query driver, 2013"));
    CHECK(wire("query_recorder", {{"command", 2}, {"block", "aa75 0200 0000 dd"}}) ==
          worked("query recorder, 2013"));
    CHECK(wire("transparent", {{"type", 0x41}, {"content", "0102"}}) ==
          worked("transparent data down, 2013"));
    CHECK(wire("call_back", {{"number", "13912344323"}}) == worked("call back, 2013"));
}

TEST_CASE("menus, questions and contacts become their worked frames") {
    CHECK(wire("event_menu",
               {{"action", "add"},
                {"events", {{{"event", 1}, {"text", "OK"}}, {{"event", 2}, {"text", "堵车"}}}}}) ==
          worked("event menu, 2013"));
    CHECK(wire("question",
               {{"question", "到了"},
                {"urgent", true},
                {"answers", {{{"answer", 1}, {"text", "是"}}, {{"answer", 2}, {"text", "否"}}}}}) ==
          worked("question, 2013"));
    CHECK(wire("service_menu",
               {{"action", "replace"}, {"services", {{{"service", 7}, {"name", "天气"}}}}}) ==
          worked("information menu, 2013"));
    CHECK(wire("service_text", {{"service", 7}, {"text", "晴"}}) == worked("information, 2013"));
    CHECK(wire("phone_book",
               {{"action", "add"},
                {"contacts", {{{"ways", "both"}, {"number", "110"}, {"name", "张三"}}}}}) ==
          worked("phone book, 2013"));
    CHECK(wire("event_menu", {{"action", "clear"}}) == "8301 00");
}

TEST_CASE("a text is shown and read aloud unless asked otherwise") {
    CHECK(wire("text", {{"text", "请靠边停车"}}) == "8300 0cc7ebbfbfb1dfcda3b3b5");
    CHECK(wire("text", {{"text", "A"}, {"urgent", true}, {"speak", false}}) == "8300 0541");
    CHECK(wire("text", {{"text", "A"}, {"display", false}, {"advertise", true}}) == "8300 1841");
}

TEST_CASE("areas and routes become their worked frames") {
    const json corners = {{119.6, 28.1}, {119.6, 28.101}, {119.601, 28.101}};
    CHECK(wire("set_rectangles", {{"action", "replace"},
                                  {"rectangles",
                                   {{{"area", 8},
                                     {"upper_left", {119.6, 28.1}},
                                     {"lower_right", {119.6032, 28.09856}},
                                     {"tell_platform_on_exit", true}}}}}) ==
          worked("set rectangles, 2013"));
    CHECK(wire("set_polygon",
               {{"area", 9}, {"corners", corners}, {"tell_platform_on_entry", true}}) ==
          worked("set polygon, 2013"));
    CHECK(wire("set_route", {{"route", 10},
                             {"daily_from", "06:00:00"},
                             {"daily_until", "20:00:00"},
                             {"points",
                              {{{"at", {119.6, 28.1}}, {"width_m", 50}},
                               {{"at", {119.6, 28.101}},
                                {"width_m", 50},
                                {"longest_s", 600},
                                {"shortest_s", 60},
                                {"speed_limit", {{"highest_kmh", 60}, {"for_s", 10}}}}}}}) ==
          worked("set route, 2013"));
    CHECK(wire("delete_areas", {{"shape", "circles"}, {"areas", {7}}}) ==
          worked("delete circles, 2013"));
    CHECK(wire("delete_areas", {{"shape", "rectangles"}, {"all", true}}) ==
          worked("delete rectangles, 2013"));
    CHECK(wire("delete_areas", {{"shape", "polygons"}, {"areas", {9}}}) ==
          worked("delete polygons, 2013"));
    CHECK(wire("delete_areas", {{"shape", "routes"}, {"areas", {10}}}) ==
          worked("delete routes, 2013"));
    CHECK(wire("query_areas", {{"shape", "circles"}, {"areas", {7}}}) == "8608 010000000100000007");
}

TEST_CASE("an area's hours, limit and hemisphere are its flags") {
    CHECK(wire("set_circles", {{"circles",
                                {{{"area", 7},
                                  {"centre", {-119.6, -28.1}},
                                  {"radius_m", 200},
                                  {"daily_from", "08:00:00"},
                                  {"daily_until", "18:30:00"},
                                  {"speed_limit", {{"highest_kmh", 60}}}}}}}) ==
          "8600 01010000000700c301acc5a00720f380000000c8000000080000000000183000003c0a");
}

TEST_CASE("photos, sound and stored media become their worked frames") {
    CHECK(wire("photo", {{"shots", 2},
                         {"seconds", 5},
                         {"brightness", 128},
                         {"contrast", 64},
                         {"saturation", 65},
                         {"chroma", 130}}) == worked("shoot, 2013"));
    CHECK(wire("photo", {{"action", "stop"}}).substr(0, 11) == "8801 010000");
    CHECK(wire("photo", {{"action", "video"}, {"seconds", 20}}).substr(0, 15) == "8801 01ffff0014");
    CHECK(wire("record_sound", {{"action", "begin"}, {"seconds", 30}, {"rate_khz", "11"}}) ==
          worked("record sound, 2013"));
    const json day{{"media", "picture"},
                   {"channel", 1},
                   {"event", "door_opened"},
                   {"from", "2026-11-20T16:00:00Z"},
                   {"until", "2026-11-21T15:59:59Z"}};
    CHECK(wire("query_media", day) == worked("query media, 2013"));
    CHECK(wire("send_media", day) == worked("send media, 2013"));
    CHECK(wire("delete_media", day) == worked("send media, 2013").substr(0, 35) + "01");
    CHECK(wire("send_media", {{"medium", 17}}) == worked("send one medium, 2013"));
    CHECK(wire("delete_media", {{"medium", 17}}) == "8805 0000001101");
}

TEST_CASE("cameras, recordings and files of alarms become their worked frames") {
    const json morning{{"from", "2026-11-21T00:00:00Z"}, {"until", "2026-11-21T00:30:00Z"}};
    const auto with = [](json fields, const json& more) {
        fields.update(more);
        return fields;
    };
    const json media{{"host", "media.example"}, {"tcp_port", 6605}, {"media", "picture"}};
    CHECK(wire("watch_live", with(media, {{"udp_port", 6606}, {"stream", "sub"}})) ==
          worked("watch live, 1078"));
    CHECK(wire("play_back", with(media, morning)) == worked("play back, 1078"));
    CHECK(wire("control_play_back", {{"action", "seek"}, {"position", "2026-11-21T00:00:00Z"}}) ==
          worked("control play back, 1078"));
    const json stored{{"channel", 1}, {"media", "both"}, {"stream", "main"}, {"store", "main"}};
    CHECK(wire("query_recordings", with(stored, morning)) == worked("query recordings, 1078"));
    const json ftp{
        {"host", "ftp.example"}, {"user", "liuhen"}, {"password", "secret"}, {"path", "/stops"}};
    CHECK(wire("upload_recording", with(with(stored, morning), ftp)) ==
          worked("upload recording, 1078"));
    CHECK(wire("camera", {{"turn", "left"}, {"speed", 20}}) == worked("turn camera, 1078"));
    CHECK(wire("camera", {{"channel", 2}, {"focus", "smaller"}}) == "9302 0201");
    CHECK(wire("camera", {{"iris", "larger"}}) == "9303 0100");
    CHECK(wire("camera", {{"wiper", "on"}}) == "9304 0101");
    CHECK(wire("camera", {{"infrared", "off"}}) == "9305 0100");
    CHECK(wire("camera", {{"zoom", "smaller"}}) == "9306 0101");
}

TEST_CASE("faults of orders to cameras, and a password that nobody is shown") {
    CHECK(faults_of("watch_live", {{"host", "h"}}) == std::set<std::string>{"MISSING /tcp_port"});
    CHECK(faults_of("camera", {{"channel", 1}}) == std::set<std::string>{"MISSING /turn"});
    CHECK(faults_of("camera", {{"zoom", "larger"}, {"wiper", "on"}}) ==
          std::set<std::string>{"EXCLUSIVE /wiper"});
    CHECK(faults_of("camera", {{"zoom", "larger"}, {"speed", 3}}) ==
          std::set<std::string>{"UNKNOWN_FIELD /speed"});
    CHECK(faults_of("control_play_back", {{"action", "seek"}}) ==
          std::set<std::string>{"MISSING /position"});
    CHECK(faults_of("query_recordings",
                    {{"from", "2026-11-21T01:00:00Z"}, {"until", "2026-11-21T00:00:00Z"}}) ==
          std::set<std::string>{"TIME_ORDER /until"});
    CHECK(faults_of("upload_recording", {{"host", "h"}, {"networks", {"lan", "string"}}}) ==
          std::set<std::string>{"MISSING /from", "MISSING /until", "UNKNOWN_VALUE /networks/1"});
    const json upload{{"host", "ftp.example"}, {"password", "secret"}};
    CHECK(server::without_secrets("upload_recording", upload)["password"] == "(hidden)");
}

TEST_CASE("a parameter has the width of the standard's table unless told otherwise") {
    const auto one = [](const json& parameter) {
        return wire("set_parameters", {{"parameters", {parameter}}});
    };
    CHECK(one({{"parameter", "fence_radius_m"}, {"value", 300}}) == "8103 010000003102012c");
    CHECK(one({{"parameter", "plate_colour"}, {"value", 2}}) == "8103 01000000840102");
    CHECK(one({{"parameter", "tcp_port"}, {"value", 7808}, {"bytes", 2}}) ==
          "8103 0100000018021e80");
    CHECK(one({{"parameter", "0xF364"}, {"hex", "01 02"}}) == "8103 010000f364020102");
    CHECK(one({{"parameter", "0x0029"}, {"hex", "1e"}}) == "8103 0100000029011e");
}

TEST_CASE("every fault of an order is told at once, by its place") {
    CHECK(faults_of("track", {{"interval_s", 70'000}, {"colour", 1}}) ==
          std::set<std::string>{"OUT_OF_RANGE /interval_s", "MISSING /for_s",
                                "UNKNOWN_FIELD /colour"});
    CHECK(faults_of("track", {{"interval_s", 0}, {"for_s", 60}}) ==
          std::set<std::string>{"EXCLUSIVE /for_s"});
    CHECK(faults_of("text", {{"text", std::string(1025, 'x')}, {"urgent", 1}}) ==
          std::set<std::string>{"TOO_LONG /text", "WRONG_TYPE /urgent"});
    CHECK(faults_of("text", {}) == std::set<std::string>{"MISSING /text"});
    CHECK(faults_of("set_parameters", {{"parameters",
                                        {{{"parameter", "colour"}, {"value", 1}},
                                         {{"parameter", "heartbeat_s"}, {"value", -1}},
                                         {{"parameter", "fence_radius_m"}, {"value", 70'000}},
                                         {{"parameter", "0xF364"}, {"hex", "0"}}}}}) ==
          std::set<std::string>{"UNKNOWN_VALUE /parameters/0/parameter",
                                "MISSING /parameters/0/hex", "UNKNOWN_FIELD /parameters/0/value",
                                "OUT_OF_RANGE /parameters/1/value",
                                "OUT_OF_RANGE /parameters/2/value", "NOT_HEX /parameters/3/hex"});
    CHECK(faults_of("set_polygon", {{"area", 1}, {"corners", {{119.6, 28.1}, {119.6, 128.1}}}}) ==
          std::set<std::string>{"BAD_GEOMETRY /corners/1", "TOO_SHORT /corners"});
    CHECK(faults_of("set_polygon", {{"area", 1}, {"corners", {{1, 1}, {-1, 1}, {1, -1}}}}) ==
          std::set<std::string>{"BAD_GEOMETRY /corners"});
    CHECK(faults_of("delete_areas", {{"shape", "routes"}}) ==
          std::set<std::string>{"MISSING /areas"});
    CHECK(faults_of("photo", {{"action", "stop"}, {"shots", 2}, {"quality", 11}}) ==
          std::set<std::string>{"EXCLUSIVE /shots", "OUT_OF_RANGE /quality"});
    CHECK(faults_of("confirm_alarm", {{"alarms", {"sos", "rain"}}}) ==
          std::set<std::string>{"UNKNOWN_VALUE /alarms/1"});
}

TEST_CASE("the length of a text counts as the device gets it, in GBK") {
    std::string chinese;
    for (int i = 0; i < 512; ++i) chinese += "停";
    CHECK(faults_of("text", {{"text", chinese}}).empty());
    CHECK(faults_of("text", {{"text", chinese + "x"}}) == std::set<std::string>{"TOO_LONG /text"});
}

TEST_CASE("passwords of networks are not shown with an order") {
    const json given{{"parameters",
                      {{{"parameter", "main_password"}, {"value", "s3cret"}},
                       {{"parameter", "0x00000016"}, {"value", "s3cret"}},
                       {{"parameter", "heartbeat_s"}, {"value", 30}}}}};
    const std::string shown = server::without_secrets("set_parameters", given).dump();
    CHECK(shown.find("s3cret") == std::string::npos);
    CHECK(shown.find("30") != std::string::npos);
    const json connect{{"action", "connect"}, {"arguments", "1;s3cret;cmnet"}};
    CHECK(server::without_secrets("terminal_control", connect).dump().find("s3cret") ==
          std::string::npos);
}

// A line "`{"kind": ...}` → `8300 0c…`" of docs/orders.md.
struct Example {
    std::string kind;
    json fields;
    std::string bytes;
};
std::vector<Example> examples() {
    std::vector<Example> found;
    std::ifstream in{LIUHEN_SOURCE_DIR "/docs/orders.md"};
    const std::string arrow = "` → `";
    for (std::string line; std::getline(in, line);) {
        const auto at = line.find(arrow);
        if (!line.starts_with("`{") || at == std::string::npos) continue;
        json fields = json::parse(line.substr(1, at - 1));
        std::string kind = fields.at("kind");
        fields.erase("kind");
        const auto from = at + arrow.size();
        found.push_back(
            {std::move(kind), std::move(fields), line.substr(from, line.size() - from - 1)});
    }
    return found;
}

TEST_CASE("every kind has an example in the documentation, and the example is what is sent") {
    const std::set<std::string_view> without{"lock", "lock_setting", "manifest_route"};
    std::set<std::string> shown;
    for (const auto& [kind, fields, bytes] : examples()) {
        INFO(kind << " " << fields);
        std::string sent = wire(kind, fields);
        if (sent.back() == ' ') sent.pop_back();
        CHECK(sent == bytes);
        shown.insert(kind);
    }
    for (const auto& kind : server::command_kinds()) {
        INFO(kind.name);
        CHECK(shown.contains(std::string{kind.name}) != without.contains(kind.name));
    }
}

TEST_CASE("a stored command is read as it was given, and what cannot be read is not a command") {
    CHECK(server::parse_command("locate", "{}"));
    CHECK_FALSE(server::parse_command("of_the_future", "{}"));
    CHECK_FALSE(server::parse_command("track", R"({"interval_s": 10})"));
    CHECK_FALSE(server::parse_command("locate", "{"));
    for (const auto& kind : server::command_kinds()) {
        INFO(kind.name);
        CHECK(kind.open_for.count() > 0);
        const auto garbage = server::parse_command(kind.name, R"({"x": [1, {"y": null}]})");
        CHECK_FALSE(garbage);
    }
}

}  // namespace
