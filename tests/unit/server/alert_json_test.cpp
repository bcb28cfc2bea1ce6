#include "server/json/alert_json.hpp"

#include "geofence/episode.hpp"
#include "geofence/watch.hpp"
#include "tests/support/drive.hpp"

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

using namespace liuhen;
using namespace liuhen::test;
using nlohmann::json;

namespace {

const auto at = sketch(R"(
        A------B------C
               x       )",
                       Metres{700});
const Path road{at.at('A'), at.at('B'), at.at('C')};

Drive bad_night() {
    Drive drive(night, at.at('A'));
    drive.load(Load::full).to(at.at('B')).to(at.at('x')).lock(LockAction::unsealed).wait(300);
    return drive.silent(900).fix().to(at.at('C'));
}

std::vector<geofence::Alert> alerts_of_a_bad_night() {
    const Drive drive = bad_night();
    geofence::Watch watch(std::make_shared<const geofence::Trip>(loaded_trip(road)));
    watch.refold(drive.seen(), drive.now());
    return watch.standing();
}

}  // namespace

TEST_CASE("evidence written as JSON text is read back equal") {
    const auto alerts = alerts_of_a_bad_night();
    REQUIRE(alerts.size() >= 4);
    for (const auto& alert : alerts) {
        const json written = json::parse(server::to_json(alert.evidence).dump());
        const auto read = server::evidence_from_json(written);
        REQUIRE(read);
        CHECK(*read == alert.evidence);
    }
}

TEST_CASE("what a truck said of itself is in the evidence and read back equal") {
    Fix fix;
    fix.at = night;
    fix.where = road[0];
    fix.speed = from_kmh(31.4);
    fix.source = FixSource::none;
    fix.recorder_speed = from_kmh(30.27);
    fix.mass = Grams{12'345'678};
    for (const auto one : {Signal::ignition_told, Signal::power_cut, Signal::lifted})
        fix.signals.set(one);
    geofence::Evidence evidence;
    evidence.path = {fix};
    const auto published = geofence::as_published(evidence);
    const json written = json::parse(server::to_json(*published).dump());
    const json& first = written["fixes"][0];
    CHECK(first["mass_g"] == 12'345'678);
    CHECK(first["recorder_speed_kmh"] == 30.3);
    CHECK(first["ignition"] == false);
    CHECK(first["source"] == "none");
    CHECK(first["signals"] == json{"power_cut", "body_lifted"});
    CHECK(server::evidence_from_json(written) == *published);

    json unknown = written;
    unknown["fixes"][0]["signals"] = {"haunted"};
    CHECK_FALSE(server::evidence_from_json(unknown));
}

TEST_CASE("every signal but the ignition has a code that leads back to it") {
    for (unsigned bit = 2; bit <= 10; ++bit) {
        Fix fix;
        fix.signals.bits = static_cast<std::uint16_t>(1U << bit);
        geofence::Evidence evidence;
        evidence.path = {fix};
        const json written = server::to_json(evidence);
        REQUIRE(written["fixes"][0]["signals"].size() == 1);
        const auto code = written["fixes"][0]["signals"][0].get<std::string>();
        const auto signal = server::signal_from_code(code);
        REQUIRE(signal);
        CHECK(static_cast<unsigned>(*signal) == 1U << bit);
    }
    CHECK_FALSE(server::signal_from_code("ignition_on"));
}

TEST_CASE("alerts read back from their JSON are not amended by a restart") {
    auto alerts = alerts_of_a_bad_night();
    const Drive drive = bad_night();
    for (auto& alert : alerts) {
        alert.evidence =
            *server::evidence_from_json(json::parse(server::to_json(alert.evidence).dump()));
    }
    geofence::Watch watch(std::make_shared<const geofence::Trip>(loaded_trip(road)));
    watch.remember(alerts);
    CHECK(watch.refold(drive.seen(), drive.now()).changes.empty());
}

TEST_CASE("JSON that is no evidence is refused with a sentence") {
    for (const auto* text : {"{}", "[]", "7", R"({"fixes":7})", R"({"fixes":[{"at":"noon"}]})"}) {
        const auto read = server::evidence_from_json(json::parse(text));
        REQUIRE_FALSE(read);
        CHECK_FALSE(read.error().empty());
    }
}

TEST_CASE("every action of a lock has a code that leads back to it") {
    for (int i = 0; i <= static_cast<int>(LockAction::reported); ++i) {
        const auto action = static_cast<LockAction>(i);
        CHECK(server::lock_action_from_code(server::code(action)) == action);
    }
    CHECK_FALSE(server::lock_action_from_code("opened"));
}
