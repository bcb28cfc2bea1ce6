// Frames of devices whose profile is wrong, and what the ranking says of them.
#include "telematics/diagnosis.hpp"

#include "telematics/jtt808/catalogue.hpp"
#include "telematics/jtt808/frame.hpp"
#include "telematics/jtt808/location.hpp"
#include "telematics/text.hpp"

#include <catch2/catch.hpp>

#include <algorithm>
#include <functional>

using namespace liuhen;
using namespace liuhen::telematics;
using namespace liuhen::telematics::jtt808;
using namespace std::chrono_literals;

namespace {

const Instant noon = *parse_iso("2026-11-21T04:00:00Z");

Fix fix_at(Instant at) {
    Fix fix;
    fix.at = at;
    fix.where = {.lat = 28.1, .lon = 119.6};
    fix.satellites = 9;
    return fix;
}

// As the archive keeps it: unescaped, without delimiters.
Evidence sent(const Position& position, Instant received, bool spoiled = false) {
    const Header head = *header_for("13912344323", Edition::v2013);
    const Bytes wire = seal_message(head, position);
    Bytes plain = *unescape(ByteView{wire}.subspan(1, wire.size() - 2));
    if (spoiled) plain.back() ^= std::byte{0xFF};
    return {std::move(plain), received};
}

std::vector<Evidence> positions(std::chrono::minutes zone,
                                const std::function<void(Position&)>& change = {}) {
    std::vector<Evidence> all;
    for (int i = 0; i < 10; ++i) {
        const Instant at = noon + i * 30s;
        Position one = report_of(fix_at(at), zone);
        if (change) change(one);
        all.push_back(sent(one, at + 2s));
    }
    return all;
}

const Fit& of(const std::vector<Fit>& fits, std::string_view profile) {
    return *std::ranges::find_if(fits,
                                 [&](const Fit& fit) { return fit.profile->name == profile; });
}

}  // namespace

TEST_CASE("a device of the standard makes most sense in the standard") {
    const auto fits = rank_profiles(positions(china_standard_time), known_profiles());
    CHECK(fits.front().profile->name == "standard");
    CHECK(fits.front().score == Approx(100));
    CHECK(fits.front().frames == Share{10, 10});
    CHECK(fits.front().times == Share{10, 10});
    CHECK(of(fits, "tracker-utc").times == Share{0, 10});
    CHECK(of(fits, "tracker-utc").score < fits.front().score);
}

TEST_CASE("a clock in another zone is found, late reports and early clocks notwithstanding") {
    const auto utc = positions(0min);
    CHECK(likely_zone(utc) == 0min);
    CHECK(likely_zone(positions(china_standard_time)) == 480min);
    CHECK(likely_zone(positions(-210min)) == -210min);
    CHECK(rank_profiles(utc, known_profiles()).front().times.part() == 1);
    std::vector<Evidence> late = utc;
    for (Evidence& one : late) one.received += 8min;
    CHECK(likely_zone(late) == 0min);
    CHECK_FALSE(likely_zone({}));
}

TEST_CASE("what was sent from a store has no say in which zone a clock is") {
    std::vector<Evidence> mixed = positions(0min);
    for (int i = 1; i <= 5; ++i) {
        Batch stored{.kind = Batch::blind_area, .announced = 5, .bodies = {}, .tail = {}};
        for (int entry = 0; entry < 5; ++entry)
            stored.bodies.push_back(
                encode(report_of(fix_at(noon - i * 3h - entry * 30s), 0min), Edition::v2013));
        const Bytes wire = seal_message(*header_for("13912344323", Edition::v2013), stored);
        mixed.push_back({*unescape(ByteView{wire}.subspan(1, wire.size() - 2)), noon});
    }
    CHECK(likely_zone(mixed) == 0min);
}

TEST_CASE("a lock's reports and texts show in which zone its clock is") {
    // Both say 2026-11-21 14:00:05 and a minute later.
    const Bytes report = *from_hex(
        "2400800012341911003421112614000528060000119360000F12980000002D"
        "060000000020E028000000001400010F0F0F0F0F0F0F0F0F0F000001CC0056");
    const ByteView text = bytes_of(
        "(0080001234,P45,211126,140105,28.10000,N,119.60000,E,A,36,270,1,98,0008627839,0,0,24,45)");
    const Instant received = *parse_iso("2026-11-21T06:01:10Z");
    CHECK(likely_zone(std::vector<Evidence>{{report, received}}) == 480min);
    CHECK(likely_zone(std::vector<Evidence>{{{text.begin(), text.end()}, received + 8h}}) == 0min);
}

TEST_CASE("wrong checksums make sense only where they are accepted") {
    std::vector<Evidence> bad;
    for (int i = 0; i < 5; ++i)
        bad.push_back(sent(report_of(fix_at(noon), china_standard_time), noon, true));
    const auto fits = rank_profiles(bad, known_profiles());
    CHECK(fits.front().profile->name == "bad-checksum");
    CHECK(of(fits, "standard").frames == Share{0, 5});
}

TEST_CASE("items and bits of a waste truck lead to its profile") {
    const auto trwy = positions(china_standard_time, [](Position& p) { p.status |= 0x50000000; });
    CHECK(rank_profiles(trwy, known_profiles()).front().profile->name == "waste-trwy");
    const auto eeye = positions(china_standard_time, [](Position& p) {
        p.items.push_back({.id = 0xE4, .value = Bytes(4, std::byte{1})});
    });
    const auto fits = rank_profiles(eeye, known_profiles());
    CHECK(fits.front().profile->name == "waste-eeye");
    CHECK(of(fits, "standard").items == Share{10, 20});
}

TEST_CASE("coordinates of the state plug-in have a place only in the grid of Chinese maps") {
    const auto shifted =
        positions(china_standard_time, [](Position& p) { p.status |= status_bit::encrypted; });
    const auto fits = rank_profiles(shifted, known_profiles());
    CHECK(fits.front().profile->name == "tracker-gcj02");
    CHECK(of(fits, "standard").places == Share{0, 10});
}

TEST_CASE("bytes that are no frame are passed over, and of nothing everything makes sense") {
    const std::vector<Evidence> stray{{Bytes(30, std::byte{0x55}), noon}};
    const auto fits = rank_profiles(stray, known_profiles());
    CHECK(fits.size() == known_profiles().size());
    CHECK(fits.front().profile->name == "standard");
    CHECK(fits.front().frames == Share{0, 0});
    CHECK(Share{}.part() == 1);
}
