// Worked examples of docs/wire-elock.md: pieces of locks that dial in themselves, and the frame of
// an order.
#include "telematics/elock/dialogue.hpp"
#include "telematics/jtt808/dialogue.hpp"
#include "telematics/profile.hpp"
#include "telematics/text.hpp"

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include <array>
#include <fstream>
#include <sstream>

using namespace liuhen;
using namespace liuhen::telematics;
using nlohmann::json;

namespace {

std::vector<json> own_vectors() {
    std::ifstream in{LIUHEN_SOURCE_DIR "/tests/vectors/elock_own.jsonl"};
    std::vector<json> vectors;
    for (std::string line; std::getline(in, line);) vectors.push_back(json::parse(line));
    return vectors;
}

std::string page() {
    std::ifstream in{LIUHEN_SOURCE_DIR "/docs/wire-elock.md"};
    std::ostringstream text;
    text << in.rdbuf();
    return text.str();
}

constexpr std::array<std::string_view, 9> actions{"sealed",      "unsealed",     "refused",
                                                  "cut",         "shell_opened", "left_open",
                                                  "battery_low", "motor_fault",  "reported"};

std::string said(const Observation& seen) {
    const auto* const event = std::get_if<LockEvent>(&seen);
    if (event == nullptr) return "fix";
    return event->lock.text + " " + std::string{actions[static_cast<std::size_t>(event->action)]};
}

Enrolment everyone(const std::string& profile) {
    return [profile](std::string_view number) {
        return Enrolled{TerminalId{std::string{number}}, "", "code", *find_profile(profile)};
    };
}

}  // namespace

TEST_CASE("each worked example of a lock is seen and answered as its page says") {
    const auto vectors = own_vectors();
    REQUIRE(vectors.size() == 4);
    for (const json& vector : vectors) {
        INFO(vector["name"]);
        elock::Dialogue dialogue{everyone("lock-jointech")};
        const Turn turn = dialogue.hear(*from_hex(vector["hex"].get<std::string>()), Instant{});
        CHECK(turn.refused.empty());
        CHECK(to_hex(turn.reply) == to_hex(bytes_of(vector["reply"].get<std::string>())));
        json seen = json::array();
        for (const Sighting& one : turn.seen) seen.push_back(said(one.what));
        CHECK(seen == vector["seen"]);
    }
}

TEST_CASE("the page of locks shows each worked example") {
    const std::string text = page();
    for (const json& vector : own_vectors()) {
        INFO(vector["name"]);
        CHECK(text.find(vector["hex"].get<std::string>()) != std::string::npos);
    }
}

TEST_CASE("the page of locks shows the frame that opens an HHD lock") {
    jtt808::Dialogue dialogue{everyone("lock-hhd")};
    const auto code = bytes_of("code");
    jtt808::Header head = *jtt808::header_for("8000620012", jtt808::Edition::v2013);
    head.id = jtt808::Authenticate::id;
    REQUIRE_FALSE(dialogue.hear(jtt808::seal(head, code), Instant{}).hang_up);
    const auto order = dialogue.tell(
        {"o", LockCommand{.verb = LockCommand::Verb::unseal, .user = "wang1"}}, Uptime{});
    REQUIRE(order);
    INFO(to_hex(*order));
    CHECK(page().find("\n" + to_hex(*order) + "\n") != std::string::npos);
}

TEST_CASE("a blind-area report of a lock is backlog, and known again from its live one") {
    const auto heard = [](std::uint16_t id, std::uint8_t serial) {
        std::ifstream in{LIUHEN_SOURCE_DIR "/tests/vectors/items_own.jsonl"};
        for (std::string line; std::getline(in, line);) {
            const auto bytes = *from_hex(json::parse(line)["hex"].get<std::string>());
            Reader r{ByteView{bytes}.subspan(1)};
            if (r.u16() != id) continue;
            CHECK(bytes[11] == std::byte{serial});
            return jtt808::Dialogue{everyone("lock-jointech")}.hear(bytes, Instant{});
        }
        return Turn{};
    };
    const Turn live = heard(0x5501, 7);
    const Turn blind = heard(0x5502, 8);
    REQUIRE(live.seen.size() == 2);
    REQUIRE(blind.seen.size() == 2);
    for (std::size_t i = 0; i < live.seen.size(); ++i) {
        CHECK(blind.seen[i].what == live.seen[i].what);
        CHECK(blind.seen[i].hash == live.seen[i].hash);
        CHECK(blind.seen[i].backlog);
        CHECK_FALSE(live.seen[i].backlog);
    }
    CHECK(page().find(to_hex(blind.reply)) != std::string::npos);
}
