#include "tests/world/story.hpp"

#include "tests/support/drive.hpp"

#include <array>

namespace liuhen::world {
namespace {

using namespace std::chrono_literals;
using geofence::SiteKind;
using simulators::Chance;
using test::Drive;

const auto at = test::sketch(R"(
                 W
    A------B-----C------D
                 x        )",
                             Metres{400});
const Path road{at.at('A'), at.at('B'), at.at('C'), at.at('D')};

int any(Chance& chance, int below) {
    return static_cast<int>(chance.below(static_cast<std::uint64_t>(below)));
}

void wander(Drive& drive, Chance& chance) {
    const std::array spots{road[1], road[2], at.at('x'), at.at('W')};
    for (int turns = any(chance, 4); turns > 0; --turns) {
        switch (any(chance, 5)) {
            case 0:
                drive.wait(any(chance, 1'500));
                break;
            case 1:
                drive.silent(any(chance, 1'200)).fix();
                break;
            case 2:
                drive.jump(spots[chance.below(4)]).fix().fix();
                break;
            default:
                drive.to(spots[chance.below(4)], {static_cast<double>(6 + any(chance, 12))});
                break;
        }
    }
}

}  // namespace

const Instant morning = *parse_iso("2026-11-21T00:00:00Z");

Journey journey_of(std::uint64_t seed, int truck, int as) {
    Chance chance{seed, "journey" + std::to_string(as)};
    const int step = 8 + any(chance, 20);
    Drive drive{morning + std::chrono::seconds{30 + any(chance, 300)}, road[0], step};
    drive.wait(any(chance, 120)).to(road[1]);
    wander(drive, chance);
    drive.to(road[2], {12}).to(road[3], {14}).wait(60);
    auto trip =
        test::loaded_trip(road, {test::round_site("W", SiteKind::water_source, at.at('W'), {300}),
                                 test::round_site("F", SiteKind::fuel, road[2], {100})});
    const auto no = std::to_string(truck);
    trip.id = {"trip-" + no};
    trip.vehicle = {"truck-" + no};
    trip.armed_at = morning - 1h;
    trip.locks.clear();
    Journey journey{{"1390000000" + no, "浙K1000" + no,
                     std::make_shared<const geofence::Trip>(std::move(trip))},
                    {}};
    for (const auto& seen : drive.seen()) {
        const auto& fix = std::get<Fix>(seen.what);
        if (fix.at < morning + story_length) journey.told.push_back({fix, {}});
    }
    return journey;
}

simulators::Network radio_of(std::uint64_t seed, int truck) {
    Chance chance{seed, "radio" + std::to_string(truck)};
    return {.loss = chance.between(0, 0.08),
            .ack_loss = chance.between(0, 0.08),
            .duplicate = chance.between(0, 0.08),
            .disorder = chance.between(0, 0.08),
            .delay = std::chrono::seconds{chance.below(40)}};
}

std::vector<Mishap> mishaps_of(std::uint64_t seed) {
    Chance chance{seed, "mishaps"};
    std::vector<Mishap> all;
    for (int count = 2 + any(chance, 7); count > 0; --count) {
        all.push_back({.what = static_cast<Mishap::What>(
                           chance.below(static_cast<std::uint64_t>(Mishap::What::count_))),
                       .at = 1min + std::chrono::seconds{any(chance, 58 * 60)},
                       .lasts = Duration{200 + any(chance, 40'000)}});
    }
    return all;
}

}  // namespace liuhen::world
