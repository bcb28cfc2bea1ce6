// The worked examples of docs/wire-items.md and of the 808 section of docs/wire-elock.md.
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
using namespace liuhen::telematics::jtt808;
using nlohmann::json;

namespace {

std::vector<json> own_vectors() {
    std::ifstream in{LIUHEN_SOURCE_DIR "/tests/vectors/items_own.jsonl"};
    std::vector<json> vectors;
    for (std::string line; std::getline(in, line);) vectors.push_back(json::parse(line));
    return vectors;
}

std::string page(const std::string& name) {
    std::ifstream in{LIUHEN_SOURCE_DIR "/docs/" + name};
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
    std::string text =
        event->lock.text + " " + std::string{actions[static_cast<std::size_t>(event->action)]};
    text += event->means == LockMeans::card ? " card" : " unknown";
    return event->actor.empty() ? text : text + " " + event->actor;
}

Turn heard(const json& vector) {
    Dialogue dialogue{[&](std::string_view number) {
        Profile profile = *find_profile(vector["profile"].get<std::string>());
        profile.speaks_before_authentication = true;
        return Enrolled{TerminalId{std::string{number}}, "", "code", profile};
    }};
    return dialogue.hear(*from_hex(vector["hex"].get<std::string>()), Instant{});
}

}  // namespace

TEST_CASE("each worked example of a profile is seen as its page says") {
    const auto vectors = own_vectors();
    REQUIRE(vectors.size() == 8);
    for (const json& vector : vectors) {
        INFO(vector["profile"] << " " << vector["hex"]);
        const Turn turn = heard(vector);
        CHECK(turn.refused.empty());
        CHECK_FALSE(turn.reply.empty());
        json seen = json::array();
        for (const Sighting& one : turn.seen) {
            seen.push_back(said(one.what));
            CHECK(to_iso(liuhen::time_of(one.what)) == vector["at"]);
        }
        CHECK(seen == vector["seen"]);
    }
}

TEST_CASE("the pages of items and of locks show each worked example") {
    const std::string pages = page("wire-items.md") + page("wire-elock.md");
    for (const json& vector : own_vectors()) {
        INFO(vector["profile"]);
        CHECK(pages.find(vector["hex"].get<std::string>()) != std::string::npos);
    }
}

TEST_CASE("the page of items names every profile") {
    const std::string text = page("wire-items.md");
    for (const Profile& profile : known_profiles()) {
        INFO(profile.name);
        CHECK(text.find(profile.name) != std::string::npos);
    }
}
