#include "server/tools/decode.hpp"

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include <fstream>
#include <sstream>

using namespace liuhen::server::tools;
using nlohmann::json;

namespace {

// A position at 28.1 S 119.6 E on a 2013 terminal, with odometer, satellites and a vendor's item.
const std::string position =
    "7e 0200 0028 013912344323 0007 00000001 00000007 01acc5a0 0720f380 fff4 01c8 005a 261121120000"
    " 0104000004d2 31010b e10101 ";
std::string with_checksum(const std::string& hex);

json decoded(const std::string& line) {
    const auto result = decode_line(line);
    REQUIRE(result);
    return json::parse(result->json);
}

// Closes a frame given without escapes: checksum and delimiter.
std::string with_checksum(const std::string& hex) {
    unsigned sum = 0;
    std::istringstream digits{hex.substr(2)};
    std::string all;
    for (std::string word; digits >> word;) all += word;
    for (std::size_t i = 0; i < all.size(); i += 2) {
        sum ^= static_cast<unsigned>(std::stoul(all.substr(i, 2), nullptr, 16));
    }
    std::ostringstream closed;
    closed << hex << std::hex << (sum < 16 ? "0" : "") << sum << "7e";
    return closed.str();
}

}  // namespace

TEST_CASE("a position is printed with its header, basic part and items") {
    const json line = decoded(with_checksum(position));
    CHECK(line["msg_id"] == "0x0200");
    CHECK(line["name"] == "position report");
    CHECK(line["edition"] == "2011/2013");
    CHECK(line["terminal"] == "013912344323");
    CHECK(line["serial"] == 7);
    CHECK(line["checksum_ok"] == true);
    const json& body = line["body"];
    CHECK(body["alarm"] == "0x00000001");
    CHECK(body["status"] == "0x00000007");
    CHECK(body["lat"] == -28.1);
    CHECK(body["lon"] == 119.6);
    CHECK(body["altitude_m"] == -12);
    CHECK(body["speed_kmh"] == 45.6);
    CHECK(body["direction_deg"] == 90);
    CHECK(body["time"] == "2026-11-21T04:00:00Z");
    CHECK(body["items"]["01"] == json{{"raw", "000004d2"}, {"odometer_km", 123.4}});
    CHECK(body["items"]["31"] == json{{"raw", "0b"}, {"satellites", 11}});
    CHECK(body["items"]["e1"] == json{{"raw", "01"}});
}

TEST_CASE("a wrong checksum is named and the line says so") {
    std::string frame = with_checksum(position);
    frame[frame.size() - 3] = frame[frame.size() - 3] == '0' ? '1' : '0';
    const json line = decoded(frame);
    CHECK(line["error"] == "bad_checksum");
    CHECK(line["checksum_ok"] == false);
    CHECK(line["detail"].is_string());
}

TEST_CASE("other faults have their own codes") {
    CHECK(decoded("7e 00 0")["error"] == "bad_hex");
    CHECK(decoded("hello")["error"] == "bad_hex");
    CHECK(decoded("7e 0002 7e")["error"] == "not_a_frame");
    CHECK(decoded("7e 0002 0000 013912344323 00 7d05 7e")["error"] == "bad_escape");
    CHECK(decoded(with_checksum("7e 0002 0005 013912344323 0001"))["error"] == "bad_length");
}

TEST_CASE("a body that cannot be read is shown raw with its header and fault") {
    const std::string frame = with_checksum("7e 8001 0002 013912344323 0001 0001");
    const json line = decoded(frame);
    CHECK(line["error"] == "truncated");
    CHECK(line["msg_id"] == "0x8001");
    CHECK(line["body"] == json{{"raw", "0001"}});
    CHECK_FALSE(decode_line(frame)->read);
}

TEST_CASE("a frame shown with its escapes removed is read all the same") {
    CHECK(decoded(with_checksum("7e 0f00 0003 013912344323 7d7e f07e7d"))["body"]["raw"] ==
          "f07e7d");
    CHECK(decoded("7e 0f00 0001 013912344323 7d017d02 7d02 33 7e")["error"] == "bad_checksum");
}

TEST_CASE("a message that is not understood shows its body") {
    const json line = decoded(with_checksum("7e 0f00 4002 01 00000000013912344323 0001 f0aa"));
    CHECK(line["name"] == "unknown");
    CHECK(line["edition"] == "2019");
    CHECK(line["body"] == json{{"raw", "f0aa"}});
}

// On the wire page a frame stands alone on its line and what it says, indented, on the next one.
TEST_CASE("the bodies on the wire page are printed as shown there") {
    std::ifstream page{LIUHEN_SOURCE_DIR "/docs/wire-jtt808.md"};
    int shown = 0;
    std::string frame;
    for (std::string line; std::getline(page, line); frame = line) {
        if (!frame.starts_with("7e") || !line.starts_with("  0x")) continue;
        const auto name_ends = line.find(": {");
        REQUIRE(name_ends != std::string::npos);
        INFO(frame);
        const json printed = decoded(frame);
        CHECK(line.substr(2, name_ends - 2) ==
              printed["msg_id"].get<std::string>() + " " + printed["name"].get<std::string>());
        CHECK(json::parse(line.substr(name_ends + 2)) == printed["body"]);
        ++shown;
    }
    CHECK(shown == 94);
}

TEST_CASE("0x0210 with seven bytes is a battery and a time, which may be none") {
    const json alive = decoded(with_checksum("7e 0210 0007 013912344323 0007 4f 000000000000"));
    CHECK(alive["name"] == "short batch");
    CHECK(alive["body"] ==
          json{{"battery_percent", 79}, {"time", nullptr}, {"time_raw", "000000000000"}});
    const json cut = decoded(with_checksum("7e 0210 0003 013912344323 0007 1c 0102"));
    CHECK(cut["body"] == json{{"count", 1}, {"positions", json::array()}, {"unparsed", "1c0102"}});
}

TEST_CASE("bytes behind a described body are printed") {
    const json line = decoded(with_checksum("7e 0800 000a 013912344323 0001 0000001100000401ffff"));
    CHECK(line["body"]["event"] == 4);
    CHECK(line["body"]["unparsed"] == "ffff");
}

TEST_CASE("parameters are printed with the standard's names, vendors' with their bytes") {
    const json line = decoded(
        with_checksum("7e 0104 0011 013912344323 0001 00070200000083024142 0000f364020102 "));
    const json expected =
        json::array({{{"id", "0x00000083"}, {"name", "plate"}, {"value", "AB"}, {"raw", "4142"}},
                     {{"id", "0x0000f364"}, {"raw", "0102"}}});
    CHECK(line["body"]["parameters"] == expected);
}

TEST_CASE("a part of a long message shows its place and bytes") {
    const json line = decoded(with_checksum("7e 0704 2002 013912344323 0001 0003 0002 aabb"));
    CHECK(line["part"] == json{{"total", 3}, {"index", 2}});
    CHECK(line["body"] == json{{"raw", "aabb"}});
}

TEST_CASE("an item that comes twice is printed twice") {
    const json line = decoded(with_checksum(
        "7e 0200 0022 013912344323 0007 00000000 00000002 01acc5a0 0720f380 0000 0000 0000"
        " 261121120000 31010b 31010c "));
    CHECK(line["body"]["items"]["31"].size() == 2);
}

TEST_CASE("a position without time has null and the digits") {
    const json line = decoded(with_checksum(
        "7e 0200 001c 013912344323 0007 00000000 00000002 01acc5a0 0720f380 0000 0000 0000"
        " 000000000000 "));
    CHECK(line["body"]["time"].is_null());
    CHECK(line["body"]["time_raw"] == "000000000000");
}

TEST_CASE("blank lines are skipped and bad lines do not stop the rest") {
    std::istringstream in{"\n  \n" + with_checksum(position) + "\nzz\n" + with_checksum(position) +
                          "\r\n"};
    std::ostringstream out;
    CHECK(decode_stream(in, out) == 1);
    const std::string text = out.str();
    CHECK(std::count(text.begin(), text.end(), '\n') == 3);
}

TEST_CASE("the exit is 1 when the output takes no more") {
    std::istringstream in{with_checksum(position)};
    std::ofstream full{"/dev/full"};
    REQUIRE(full);
    CHECK(decode_stream(in, full) == 1);
}

TEST_CASE("the exit is 0 when every frame was read") {
    std::istringstream in{with_checksum(position)};
    std::ostringstream out;
    CHECK(decode_stream(in, out) == 0);
}
