#include "simulators/model.hpp"

#include "simulators/terminal.hpp"
#include "telematics/jtt808/dialogue.hpp"
#include "telematics/profile.hpp"

#include <catch2/catch.hpp>

#include <map>

using namespace liuhen;
using namespace liuhen::simulators;
using namespace std::chrono_literals;

namespace {

const Instant start = *parse_iso("2026-03-01T14:00:00Z");
constexpr LatLon here{.lat = 28.1, .lon = 119.6};

Fix fix_at(Instant at) {
    return {.at = at,
            .where = here,
            .speed = from_kmh(36),
            .heading = {90},
            .satellites = 11,
            .odometer = {}};
}

/// A device of a model and the conversation that the server would have with it.
struct Pair {
    explicit Pair(const Model& model)
        : device{"13905780101", "2013", "浙KD0101", {}, 10s, Chance{1}, model},
          dialogue{[&model](std::string_view number) {
              telematics::Enrolled enrolled{{std::string{number}}, "浙KD0101", "code7", {}};
              enrolled.profile.name = model.name;
              enrolled.profile.time_zone = model.zone;
              enrolled.profile.datum = model.datum;
              return std::optional{enrolled};
          }} {
        exchange(device.greet(Monotonic{}), start);
    }

    void exchange(telematics::Bytes bytes, Instant now) {
        for (int round = 0; round < 5 && !bytes.empty(); ++round) {
            auto turn = dialogue.hear(bytes, now);
            device.hear(turn.reply);
            heard.add(std::move(turn));
            bytes = device.due(now, Monotonic{});
        }
    }
    void report(Instant at, const Condition& condition) {
        device.record(fix_at(at), condition);
        exchange(device.due(at, Monotonic{}), at);
    }
    [[nodiscard]] std::vector<Fix> fixes() const { return all<Fix>(); }
    [[nodiscard]] std::vector<LockEvent> events() const { return all<LockEvent>(); }

    template <class T>
    [[nodiscard]] std::vector<T> all() const {
        std::vector<T> found;
        for (const Sighting& one : heard.seen) {
            if (const auto* what = std::get_if<T>(&one.what)) found.push_back(*what);
        }
        return found;
    }

    Terminal device;
    telematics::jtt808::Dialogue dialogue;
    telematics::Turn heard;
};

std::size_t count(const std::vector<LockEvent>& events, LockAction action) {
    return static_cast<std::size_t>(
        std::ranges::count(events, action, [](const LockEvent& e) { return e.action; }));
}

}  // namespace

TEST_CASE("every profile that is known has a simulated model, and the other way round") {
    for (const telematics::Profile& profile : telematics::known_profiles())
        CHECK(find_model(profile.name) != nullptr);
    for (const Model& model : models()) {
        INFO(model.name);
        const auto* profile = telematics::find_profile(model.name);
        REQUIRE(profile != nullptr);
        CHECK(profile->time_zone == model.zone);
        CHECK(profile->datum == model.datum);
    }
}

TEST_CASE("what a device of any model reports is heard at the right time and place") {
    for (const Model& model : models()) {
        INFO(model.name);
        Pair pair{model};
        for (int i = 0; i < 3; ++i) pair.report(start + i * 10s, {});
        const auto fixes = pair.fixes();
        REQUIRE(fixes.size() == 3);
        for (std::size_t i = 0; i < fixes.size(); ++i) {
            CHECK(fixes[i].at == start + static_cast<int>(i) * 10s);
            CHECK(fixes[i].where.lat == Approx(here.lat).margin(2e-6));
            CHECK(fixes[i].where.lon == Approx(here.lon).margin(2e-6));
            CHECK(to_kmh(fixes[i].speed) == Approx(36).margin(0.2));
        }
        CHECK(pair.device.settled());
    }
}

TEST_CASE("a load is told by the models that have a sensor for it") {
    const std::map<std::string_view, Load> told{{"standard", Load::full},
                                                {"waste-trwy", Load::full}};
    for (const auto& [name, load] : told) {
        INFO(name);
        Pair pair{*find_model(name)};
        pair.report(start, {.load = Load::full});
        REQUIRE(pair.fixes().size() == 1);
        CHECK(pair.fixes()[0].load == load);
    }
}

TEST_CASE("a lock on a terminal is heard to open and to be sealed again") {
    for (const std::string_view name : {"lock-jointech", "lock-huabao", "lock-hhd"}) {
        INFO(name);
        Pair pair{*find_model(name)};
        pair.report(start, {.lock = LockState::shut});
        CHECK(count(pair.events(), LockAction::unsealed) == 0);
        pair.report(start + 10s, {.lock = LockState::open});
        CHECK(count(pair.events(), LockAction::unsealed) >= 1);
        const auto sealed = count(pair.events(), LockAction::sealed);
        pair.report(start + 20s, {.lock = LockState::shut});
        CHECK(count(pair.events(), LockAction::sealed) > sealed);
    }
}

TEST_CASE("a card that opened a lock on a terminal is told") {
    for (const std::string_view name : {"lock-jointech", "lock-hhd"}) {
        INFO(name);
        Pair pair{*find_model(name)};
        pair.report(start, {.lock = LockState::shut});
        pair.report(start + 10s, {.lock = LockState::open});
        const auto events = pair.events();
        const auto by_card = std::ranges::find(events, LockMeans::card, &LockEvent::means);
        REQUIRE(by_card != events.end());
        CHECK(by_card->actor.ends_with("08627839"));
    }
}

TEST_CASE("a wrong checksum is accepted from the model known for it and from no other") {
    const Model& wrong = *find_model("bad-checksum");
    Pair pair{wrong};
    pair.report(start, {});
    CHECK(pair.fixes().size() == 1);
    REQUIRE(pair.heard.seen.size() == 1);
    CHECK(pair.heard.seen[0].unsound);
    CHECK(std::ranges::all_of(pair.heard.refused, [](const telematics::Refused& one) {
        return one.fault == telematics::Fault::bad_checksum;
    }));
    Pair strict{models().front()};
    strict.device.record(fix_at(start), {});
    strict.exchange(on_wire(strict.device.due(start, Monotonic{}), wrong), start);
    CHECK(strict.fixes().empty());
    REQUIRE(strict.heard.refused.size() == 1);
    CHECK(strict.heard.refused[0].fault == telematics::Fault::bad_checksum);
}
