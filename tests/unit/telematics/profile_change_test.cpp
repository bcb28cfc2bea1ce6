// The operator changes how a device is read while it talks.
#include "telematics/elock/dialogue.hpp"
#include "telematics/elock/report.hpp"
#include "telematics/jtt808/catalogue.hpp"
#include "telematics/jtt808/dialogue.hpp"
#include "telematics/jtt808/location.hpp"

#include <catch2/catch.hpp>

using namespace liuhen;
using namespace liuhen::telematics;
using namespace std::chrono_literals;

namespace {

const Instant noon = *parse_iso("2026-11-21T04:00:00Z");

Enrolment reading(const Profile& profile) {
    return [&profile](std::string_view number) {
        return Enrolled{TerminalId{std::string{number}}, "", "code", profile};
    };
}

Instant first_time(const Turn& turn) {
    REQUIRE(!turn.seen.empty());
    return liuhen::time_of(turn.seen.front().what);
}

}  // namespace

TEST_CASE("a terminal is read in its new zone from its next bytes on") {
    Profile profile{.speaks_before_authentication = true};
    jtt808::Dialogue dialogue{reading(profile)};
    Fix fix;
    fix.at = noon;
    const auto wire = seal_message(*jtt808::header_for("13912344323", jtt808::Edition::v2013),
                                   jtt808::report_of(fix, china_standard_time));
    CHECK(first_time(dialogue.hear(wire, noon)) == noon);
    profile.time_zone = 0min;
    CHECK(first_time(dialogue.hear(wire, noon)) == noon + 8h);
}

TEST_CASE("a lock is read in its new zone from its next bytes on") {
    Profile profile{.time_zone = 0min};
    elock::Dialogue dialogue{reading(profile)};
    elock::LockReport report;
    report.lock = "0080001234";
    report.protocol = elock::jt701d_protocol;
    report.data_type = elock::live_report;
    report.at = noon;
    report.status = static_cast<std::uint16_t>(0);
    const auto wire = elock::write_report(report, 0min);
    CHECK(first_time(dialogue.hear(wire, noon)) == noon);
    profile.time_zone = china_standard_time;
    CHECK(first_time(dialogue.hear(wire, noon)) == noon - 8h);
}

TEST_CASE("a speaker is looked up again only after the registers have changed") {
    Profile profile{.speaks_before_authentication = true};
    std::uint64_t registers = 7;
    int asked = 0;
    jtt808::Dialogue dialogue{
        [&](std::string_view number) {
            ++asked;
            return Enrolled{TerminalId{std::string{number}}, "", "code", profile};
        },
        {},
        0,
        jtt808::Carrier::stream,
        {},
        {},
        [&] { return registers; }};
    Fix fix;
    fix.at = noon;
    const auto wire = seal_message(*jtt808::header_for("13912344323", jtt808::Edition::v2013),
                                   jtt808::report_of(fix, china_standard_time));
    CHECK(first_time(dialogue.hear(wire, noon)) == noon);
    CHECK(first_time(dialogue.hear(wire, noon)) == noon);
    const int by_then = asked;
    profile.time_zone = 0min;
    for (int i = 0; i < 10; ++i) CHECK(first_time(dialogue.hear(wire, noon)) == noon);
    CHECK(asked == by_then);
    ++registers;
    CHECK(first_time(dialogue.hear(wire, noon)) == noon + 8h);
    CHECK(asked == by_then + 1);
}
