// The worked examples of docs/wire-jtt808.md.
#include "telematics/jtt808/catalogue.hpp"
#include "telematics/jtt808/location.hpp"
#include "telematics/jtt808/scanner.hpp"
#include "telematics/text.hpp"

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include <fstream>
#include <sstream>

using namespace liuhen;
using namespace liuhen::telematics;
using namespace liuhen::telematics::jtt808;
using nlohmann::json;

namespace {

std::vector<json> own_vectors() {
    std::ifstream in{LIUHEN_SOURCE_DIR "/tests/vectors/jtt808_own.jsonl"};
    std::vector<json> vectors;
    for (std::string line; std::getline(in, line);) vectors.push_back(json::parse(line));
    return vectors;
}

// What the test knows to say about each kind of message; the rest is covered by unit tests.
struct Facts {
    json operator()(const Register& m) const {
        return {{"plate", m.plate}, {"maker", m.maker}, {"model", m.model}};
    }
    json operator()(const RegisterReply& m) const { return {{"code", m.code}}; }
    json operator()(const Authenticate& m) const { return {{"code", m.code}}; }
    json operator()(const PlatformReply& m) const {
        return {{"reply_serial", m.serial}, {"reply_id", m.message}};
    }
    json operator()(const Position& m) const {
        const auto fix = std::get<Fix>(sighting_of(m, {}, {.received = Instant{}})->what);
        json facts{{"at", to_iso(fix.at)}, {"lat", fix.where.lat}, {"lon", fix.where.lon}};
        if (fix.satellites) facts["satellites"] = *fix.satellites;
        if (fix.odometer) facts["odometer_m"] = static_cast<int>(fix.odometer->value);
        return facts;
    }
    json operator()(const Batch& m) const { return {{"positions", m.bodies.size()}}; }
    template <class Other>
    json operator()(const Other&) const {
        return json::object();
    }
};

}  // namespace

TEST_CASE("each of our own frames is read as stated and written to the same bytes") {
    const auto vectors = own_vectors();
    REQUIRE(vectors.size() == 100);
    for (const json& vector : vectors) {
        INFO(vector["name"]);
        const Bytes wire = *from_hex(vector["hex"].get<std::string>());
        FrameScanner scanner;
        scanner.feed(wire);
        const auto piece = scanner.next();
        REQUIRE(piece);
        REQUIRE(*piece);
        const Header& head = (*piece)->head;
        CHECK(head.id == vector["id"]);
        CHECK(name_of(head.edition) == vector["edition"]);
        CHECK(terminal_number(head) == vector["terminal"]);
        CHECK(head.serial == vector["serial"]);
        const auto message = decode(head.id, head.edition, (*piece)->body());
        REQUIRE(message);
        CHECK(std::visit(Facts{}, *message) == vector["expect"]);
        CHECK(to_hex(seal_message(head, *message)) == to_hex(wire));
    }
}

TEST_CASE("the wire page shows each of our own frames") {
    std::ifstream in{LIUHEN_SOURCE_DIR "/docs/wire-jtt808.md"};
    std::ostringstream page;
    page << in.rdbuf();
    for (const json& vector : own_vectors()) {
        INFO(vector["name"]);
        CHECK(page.str().find(vector["hex"].get<std::string>()) != std::string::npos);
    }
}

TEST_CASE("every message of the catalogue has a worked example") {
    const auto vectors = own_vectors();
    for (const CatalogueRow& row : catalogue()) {
        if (row.id == 0x0101 || row.id == 0x0506) continue;  // read as 0x0003 and 0x0002
        INFO(row.name);
        CHECK(std::any_of(vectors.begin(), vectors.end(),
                          [&](const json& vector) { return vector["id"] == row.id; }));
    }
}

TEST_CASE("each frame in a table of the wire page is one of the message beside it") {
    std::ifstream in{LIUHEN_SOURCE_DIR "/docs/wire-jtt808.md"};
    int shown = 0;
    for (std::string line; std::getline(in, line);) {
        if (!line.starts_with("| `7e")) continue;
        INFO(line);
        FrameScanner scanner;
        scanner.feed(*from_hex(line.substr(3, line.find('`', 3) - 3)));
        const auto piece = scanner.next();
        REQUIRE(piece);
        REQUIRE(*piece);
        const std::string id = to_hex(Writer{}.u16((*piece)->head.id).view());
        CHECK(line.find("| 0x" + id + ":") != std::string::npos);
        ++shown;
    }
    CHECK(shown == 1);
}
