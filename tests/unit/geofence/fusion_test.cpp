#include "geofence/fusion.hpp"

#include "geofence/watch.hpp"
#include "tests/support/drive.hpp"

#include <catch2/catch.hpp>

#include <numeric>

using namespace liuhen;
using namespace liuhen::geofence;
using namespace liuhen::test;
using namespace std::chrono_literals;

namespace {

const auto at = sketch(R"(
    A------B-----C------D
                 x
           y             )",
                       Metres{500});
const Path road{at.at('A'), at.at('B'), at.at('C'), at.at('D')};

/// Findings told at each fix of a truck that reports every ten seconds.
class Story {
public:
    explicit Story(Instant start = afternoon) : now_(start) {}
    /// `seconds` of the same amounts, or of amounts that count up from 0 where `counts`.
    Story& tell(int seconds, const std::vector<std::pair<Sign, double>>& signs,
                std::optional<Sign> counts = std::nullopt) {
        for (int passed = 0; passed < seconds; passed += 10) {
            now_ += 10s;
            Moment moment;
            moment.fix.at = now_;
            moment.fix.where = road[1];
            moment.step_s = 10;
            Findings found;
            for (const auto& [sign, amount] : signs) found.push_back({sign, now_, amount});
            if (counts) found.push_back({*counts, now_, static_cast<double>(passed)});
            const Episodes more = fusion_.see(found, moment, std::nullopt, trip_);
            ended_.insert(ended_.end(), more.begin(), more.end());
            if (fusion_.open() && !raised_) raised_ = now_;
        }
        return *this;
    }
    Trip& trip() { return trip_; }
    [[nodiscard]] const Fusion& fusion() const { return fusion_; }
    [[nodiscard]] const Episodes& ended() const { return ended_; }
    [[nodiscard]] std::optional<Instant> raised() const { return raised_; }
    [[nodiscard]] Instant now() const { return now_; }
    [[nodiscard]] double sum() const { return fusion_.weighing(now_, trip_.rules->fusion).sum; }

private:
    Trip trip_ = loaded_trip(road);
    Fusion fusion_;
    Episodes ended_;
    std::optional<Instant> raised_;
    Instant now_;
};

std::vector<Alert> alerts_of(const Drive& drive) {
    Watch watch(std::make_shared<const Trip>(loaded_trip(road)));
    watch.refold(drive.seen(), drive.now());
    watch.tick(drive.now());
    return watch.standing();
}

}  // namespace

TEST_CASE("a sign's strength rises from where it counts to where it is full, either way round") {
    CHECK(strength_of({.weight = 1, .none = 20, .full = 200}, 10) == 0);
    CHECK(strength_of({.weight = 1, .none = 20, .full = 200}, 110) == Approx(0.5));
    CHECK(strength_of({.weight = 1, .none = 20, .full = 200}, 9000) == 1);
    CHECK(strength_of({.weight = 1, .none = 300, .full = 200}, 250) == Approx(0.5));
    CHECK(strength_of({.weight = 1, .none = 300, .full = 200}, -50) == 1);
}

TEST_CASE("no sign alone makes a suspicion, however long and strong it is") {
    const FusionRules rules = FusionRules::standard();
    for (std::size_t i = 0; i < sign_count; ++i) {
        std::array<double, sign_count> strengths{};
        strengths[i] = 1;
        INFO(words_of(static_cast<Sign>(i)).code);
        CHECK(weigh(strengths, rules).sum <= rules.watch);
    }
}

TEST_CASE("more of any sign never says less") {
    const FusionRules rules = FusionRules::standard();
    for (std::size_t i = 0; i < sign_count; ++i) CHECK(rules.signs[i].weight >= 0);
    for (const double weight : rules.pairings) CHECK(weight >= 0);
}

TEST_CASE("a stop and an open lock are dumping together and not each for itself") {
    CHECK_FALSE(Story().tell(3600, {}, Sign::stopped).raised());
    CHECK_FALSE(Story().tell(3600, {}, Sign::lock_open).raised());
    Story both;
    both.tell(400, {{Sign::lock_open, 60}}, Sign::stopped);
    REQUIRE(both.raised());
    CHECK(seconds_between(afternoon, *both.raised()) <= 180);
    CHECK(both.fusion().open()->since == afternoon + 10s);  // the stay, not the decision
}

TEST_CASE("a fallen load, a lifted body or a lock makes a short stop dumping") {
    for (const auto& second : {std::pair{Sign::load_fell, 0.2}, std::pair{Sign::body_lifted, 60.0},
                               std::pair{Sign::lock_cut, 1.0}}) {
        Story story;
        story.tell(240, {second}, Sign::stopped);
        INFO(words_of(second.first).code);
        REQUIRE(story.raised());
        CHECK(seconds_between(afternoon, *story.raised()) <= 150);
    }
}

TEST_CASE("what was found fades, so that two things far apart are not one") {
    Story soon;
    soon.tell(10, {{Sign::jammed, 600}}).tell(60, {}).tell(10, {{Sign::load_fell, 0.3}});
    CHECK(soon.raised());
    Story late;
    late.tell(10, {{Sign::jammed, 600}}).tell(9 * 60, {}).tell(30, {}, Sign::stopped);
    const double before = late.sum();
    late.tell(9 * 60, {}).tell(10, {{Sign::load_fell, 0.3}});
    CHECK(before < 0);
    CHECK_FALSE(late.raised());
}

TEST_CASE("an episode ends after ten minutes of normal data, and what lasts is not told twice") {
    Story story;
    story.tell(300, {{Sign::lock_open, 60}}, Sign::stopped);
    REQUIRE(story.fusion().open());
    const Instant last = story.now();
    story.tell(590, {});
    CHECK(story.fusion().open());
    CHECK(story.ended().empty());
    story.tell(20, {});
    CHECK_FALSE(story.fusion().open());
    REQUIRE(story.ended().size() == 1);
    CHECK(story.ended()[0].until == last);
    story.tell(300, {{Sign::lock_open, 60}}, Sign::stopped);
    CHECK(story.fusion().open());  // another episode
    CHECK(story.ended().size() == 1);
}

TEST_CASE("silence is not normal data: a gap does not end an episode") {
    Story story;
    story.tell(300, {{Sign::lock_open, 60}}, Sign::stopped);
    Moment moment;
    moment.fix.at = story.now() + 30min;
    moment.step_s = 1800;
    Fusion fusion = story.fusion();
    CHECK(fusion.see({}, moment, std::nullopt, story.trip()).empty());
    REQUIRE(fusion.open());
    const Episodes ended = fusion.end(moment.fix.at, story.trip());
    REQUIRE(ended.size() == 1);
    REQUIRE(ended[0].evidence->gaps.size() == 1);
    CHECK(seconds_between(ended[0].evidence->gaps[0].from, moment.fix.at) == 1800);
}

TEST_CASE("the evidence has every sign with its share, and names what would have cleared it") {
    const Drive drive = Drive(afternoon, road[0])
                            .lock(LockAction::sealed)
                            .wait(60)
                            .to(road[1])
                            .lock(LockAction::unsealed)
                            .wait(300);
    const auto alerts = alerts_of(drive);
    const auto found = std::ranges::find(alerts, Kind::suspected_dumping, &Alert::kind);
    REQUIRE(found != alerts.end());
    const Evidence& evidence = found->evidence;
    double shares = 0;
    std::vector<std::string> names;
    for (const Term& term : evidence.terms) {
        shares += term.share;
        names.push_back(term.name);
    }
    CHECK(shares == Approx(1).margin(0.03));
    CHECK(names == std::vector<std::string>{"log_likelihood_ratio", "lock_open_s", "stopped_s",
                                            "stop_lock"});
    CHECK(evidence.terms[0].value > evidence.terms[0].limit);
    CHECK(evidence.terms[2].value >= 150);
    REQUIRE(evidence.locks.size() == 1);
    CHECK(evidence.locks[0].action == LockAction::unsealed);
    CHECK(evidence.would_clear ==
          "Any one of: a known rest place, yard or receiver around the stop; the lock shut.");
    CHECK(flat_distance(*evidence.where, road[1]).value < 20);
    CHECK(evidence.path.size() > 10);
}

TEST_CASE("where no single sign decides, what would clear it names all that must go") {
    FusionRules rules = FusionRules::standard();
    std::array<double, sign_count> all{};
    all.fill(1);
    const std::string text = what_would_clear(weigh(all, rules), rules);
    CHECK(text.starts_with("All of: "));
    CHECK(text.find("rest place") != std::string::npos);
}

TEST_CASE("under watch a stop is unplanned after five minutes, not only after fifteen") {
    auto trip = loaded_trip(road);
    RuleSet rules = *trip.rules;
    rules.fusion.watch = -2.5;  // a full stop alone comes to -2
    trip.rules = std::make_shared<const RuleSet>(rules);
    const Drive drive = Drive(afternoon, road[0]).to(road[1]).wait(400).to(road[2]);
    Watch watch(std::make_shared<const Trip>(trip));
    watch.refold(drive.seen(), drive.now());
    REQUIRE(watch.standing().size() == 1);
    CHECK(watch.standing()[0].kind == Kind::unplanned_stop);
    CHECK(alerts_of(drive).empty());
}

TEST_CASE("a truck that turned back and stands is watched and not suspected by that") {
    Story story(afternoon);
    story.tell(60, {{Sign::turned_back, 1'500}})
        .tell(300, {{Sign::turned_back, 1'500}}, Sign::stopped);
    CHECK(story.fusion().suspicion() == Suspicion::watch);
    CHECK_FALSE(story.raised());
    Story longest(afternoon);  // however far it went, and at night
    longest.tell(900, {{Sign::turned_back, 9'000}, {Sign::detour, 16'000}, {Sign::night, 1}},
                 Sign::stopped);
    CHECK_FALSE(longest.raised());
    Story light(afternoon);  // a red light on the way back is none
    light.tell(60, {{Sign::turned_back, 1'500}}, Sign::stopped);
    CHECK(light.fusion().suspicion() == Suspicion::quiet);
}

TEST_CASE(
    "load that goes is dumping off the corridor, in slow driving, or under forged positions") {
    const std::vector<std::pair<Sign, double>> leak{{Sign::load_leaks, 0.3}};
    CHECK_FALSE(Story(afternoon).tell(600, leak).raised());
    for (const auto& [beside, amount] : {std::pair{Sign::off_route, 100.0},
                                         {Sign::slow, 150.0},
                                         {Sign::odometer_differs, 0.5},
                                         {Sign::lock_apart, 1'600.0}}) {
        auto both = leak;
        both.emplace_back(beside, amount);
        CHECK(Story(afternoon).tell(600, both).raised());
        CHECK_FALSE(Story(afternoon).tell(600, {{beside, amount}}).raised());
    }
}

TEST_CASE("wires that fell silent are dumping beside wheels that differ, and not alone") {
    CHECK_FALSE(Story(afternoon).tell(900, {{Sign::unplugged, 5'000}}).raised());
    CHECK(Story(afternoon)
              .tell(900, {{Sign::unplugged, 5'000}, {Sign::odometer_differs, 0.9}})
              .raised());
}
