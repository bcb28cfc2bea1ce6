// Worked examples of docs/wire-elock.md through `liuhen decode`.
#include "server/tools/decode.hpp"
#include "telematics/elock/report.hpp"
#include "telematics/jtt808/frame.hpp"
#include "telematics/text.hpp"

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include <sstream>

using namespace liuhen;
using namespace liuhen::server::tools;
using namespace liuhen::telematics;
using namespace liuhen::telematics::elock;
using nlohmann::json;

namespace {

json decoded(const std::string& line) {
    const auto result = decode_line(line);
    REQUIRE(result);
    return json::parse(result->json);
}

const std::string unlock =
    "(0080001234,P45,211126,140105,28.10000,N,119.60000,E,A,36,270,1,98,0008627839,0,0,24,45)";

}  // namespace

TEST_CASE("a text of a lock is printed with its position and what was done") {
    const json line = decoded(unlock);
    CHECK(line["form"] == "lock text");
    CHECK(line["lock"] == "0080001234");
    CHECK(line["command"] == "P45");
    CHECK(line["text"] == unlock);
    CHECK(line["time"] == "2026-11-21T14:01:05Z");
    CHECK(line["lat"] == Approx(28.1));
    CHECK(line["speed_kmh"] == 36);
    CHECK(line["event"] == 1);
    CHECK(line["verification"] == 98);
    CHECK(line["card"] == "0008627839");
    CHECK(line["lock_events"][0]["action"] == "unsealed");
    CHECK(line["lock_events"][0]["actor"] == "0008627839");
}

TEST_CASE("text in hex is the same text") {
    std::ostringstream hex;
    for (const char c : unlock) hex << std::hex << static_cast<int>(c);
    CHECK(decoded(hex.str()) == decoded(unlock));
}

TEST_CASE("a binary report is printed with its place, words and events") {
    LockReport report;
    report.lock = "0080001234";
    report.protocol = jt701d_protocol;
    report.data_type = live_report;
    report.at = *parse_iso("2026-11-21T14:00:05Z");
    report.where = {.lat = 28.1, .lon = 119.6};
    report.source = FixSource::satellite;
    report.odometer = Metres{45'000};
    report.satellites = 9;
    report.status = static_cast<std::uint16_t>(0x00C0);
    report.battery = 40;
    report.serial = 86;
    const json line = decoded(to_hex(write_report(report, std::chrono::minutes{0})));
    CHECK(line["form"] == "lock report");
    CHECK(line["lock"] == "0080001234");
    CHECK(line["protocol"] == jt701d_protocol);
    CHECK(line["serial"] == 86);
    CHECK(line["status"] == "0x00c0");
    CHECK(line["battery"] == 40);
    CHECK(line["time"] == "2026-11-21T14:00:05Z");
    CHECK(line["mileage_km"] == 45);
    CHECK(line["lock_events"][0]["action"] == "sealed");
}

TEST_CASE("several pieces on a line are all printed, a broken one with its fault") {
    const json line = decoded(unlock + unlock);
    REQUIRE(line["pieces"].size() == 2);
    const json broken = decoded("(0080001234,P45");
    CHECK(broken["error"] == "truncated");
    for (const char* const piece :
         {"(0080001234,P45", "(0080001234)", "(0080001234,P45,x,1)", "24 00 80", "##S"}) {
        const json fault = decoded(piece);
        CHECK(fault.contains("error"));
        CHECK(fault["detail"].get<std::string>().size() > 10);
    }
}

TEST_CASE("frames and texts mixed on a line are read as the server hears a stream") {
    const std::string beat = "7e000200000139123443230004787e";
    const json two = decoded(beat + beat);
    REQUIRE(two["pieces"].size() == 2);
    CHECK(two["pieces"][1]["name"] == "heartbeat");
    std::ostringstream text;
    for (const char c : unlock) text << std::hex << static_cast<int>(c);
    const json mixed = decoded(beat + text.str() + beat);
    REQUIRE(mixed["pieces"].size() == 3);
    CHECK(mixed["pieces"][1]["command"] == "P45");
    const auto junk = decode_line("0102" + beat + "7e00020000013912344323000479" + beat);
    REQUIRE(junk);
    CHECK_FALSE(junk->read);
    CHECK(json::parse(junk->json)["pieces"].back()["name"] == "heartbeat");
}

TEST_CASE("no password is printed, in whatever it stands and however it breaks off") {
    const std::string secret = "48291357";
    const auto hex = [](std::string_view text) { return to_hex(bytes_of(text)); };
    std::string wide;
    for (const char c : "(0080001234,P43," + secret + ")") wide += std::string{'\0', c};
    const auto frame = [](std::uint16_t id, std::string_view body) {
        auto head = *jtt808::header_for("13912344323", jtt808::Edition::v2013);
        head.id = id;
        return to_hex(jtt808::seal(head, bytes_of(body)));
    };
    const std::string text = "(0080001234,P43," + secret + ")";
    for (const std::string& line :
         {text, text.substr(0, text.size() - 1), "(P43," + secret + ")", "x(P43," + secret + ")",
          "##S,eSeal,0080001231,256,3.0.8,ELOCK," + secret + ",E##",
          "##S,eSeal,0080001231,256,3.0.8,ELOCK," + secret, "##S,ELOCK," + secret + ",1,1,1,1,E##",
          wide}) {
        INFO(line);
        for (const std::string& shown : {line, hex(line), hex("\x7e" + line), hex(line + "\x7e")}) {
            const auto printed = decode_line(shown);
            REQUIRE(printed);
            CHECK(printed->json.find(secret) == std::string::npos);
            CHECK(printed->json.find(hex(secret)) == std::string::npos);
            CHECK(printed->json.find("0034003800320039") == std::string::npos);
        }
        for (const auto& [id, front] :
             {std::pair{0x0900, "\x41"}, {0x6006, "\x01"}, {0x1300, ""}}) {
            const auto printed = decode_line(frame(static_cast<std::uint16_t>(id), front + line));
            REQUIRE(printed);
            CHECK(printed->json.find(secret) == std::string::npos);
            CHECK(printed->json.find(hex(secret)) == std::string::npos);
            CHECK(printed->json.find("0034003800320039") == std::string::npos);
        }
    }
}

TEST_CASE("the text of a seal is printed with its event and what answers it") {
    const json line = decoded(
        "##S,eSeal,1000999,256,3.0.6,Event-Door,7,2026-11-21,14:00:05,15,A,28.100000N "
        "119.600000E,90,36,Open,0.71,0:0:3:0,3.8,-73,E##");
    CHECK(line["form"] == "seal text");
    CHECK(line["lock"] == "1000999");
    CHECK(line["event"] == "Event-Door");
    CHECK(line["lat"] == Approx(28.1));
    CHECK(line["lock_events"][0]["action"] == "unsealed");
    CHECK(line["answer"] == "##S,eSeal,1000999,256,3.0.6,Event-Door ACK,7,E##\r\n");
}
