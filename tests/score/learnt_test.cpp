// Routes learnt from recorded drives: a bus line of which one trip took another street, and garbage
// trucks that are seen once a minute.
#include "geofence/roads/learnt.hpp"

#include "tests/score/recorded.hpp"
#include "tests/support/shared.hpp"

using namespace liuhen;
using namespace liuhen::test;
using namespace std::chrono_literals;
namespace roads = liuhen::geofence::roads;
using geofence::Corridor;
using geofence::flat_distance;

namespace {

Corridor corridor_of(const roads::Learnt& learnt) {
    return Corridor::from_stretches(learnt.stretches).value();
}

/// What each learnt line must keep, whatever it was learnt from.
void check_sound(const roads::Learnt& learnt, const std::vector<roads::Pass>& passes) {
    const roads::LearningRules rules;
    CHECK(learnt.used.size() >= rules.least_passes);
    CHECK(learnt.used.size() + learnt.left_out.size() == passes.size());
    CHECK(learnt.gaps.size() + 1 == learnt.stretches.size());
    for (const auto& stretch : learnt.stretches) {
        for (std::size_t i = 1; i < stretch.line.size(); ++i) {
            CHECK(flat_distance(stretch.line[i - 1], stretch.line[i]) <= rules.longest_edge);
        }
        for (const LatLon vertex : stretch.line) {  // no vertex where fewer than three drove
            const auto drove_by = [&](std::size_t pass) {
                return std::ranges::any_of(passes[pass], [&](const Fix& fix) {
                    return flat_distance(fix.where, vertex) <= rules.longest_edge;
                });
            };
            CHECK(std::ranges::count_if(learnt.used, drove_by) >= 3);
        }
    }
}

struct Share {
    int inside = 0, beside = 0;
};
/// Fixes within the corridor, and those of the rest that are within 300 m of it.
Share share_of(const Corridor& corridor, const roads::Pass& pass) {
    Share share;
    for (const Fix& fix : pass) {
        const auto at = corridor.locate(fix.where);
        if (at.off <= corridor.half_width(at.along)) {
            ++share.inside;
        } else if (at.off <= Metres{400}) {
            ++share.beside;
        }
    }
    return share;
}

/// Drives of the trucks from the depot to the north end, cut where nothing is heard for 5 minutes.
std::vector<roads::Pass> depot_drives(const std::filesystem::path& file) {
    std::map<std::string, roads::Pass> trucks;
    std::ifstream in(file);
    std::string line;
    while (std::getline(in, line)) {
        std::vector<std::string> cells;
        std::istringstream row(line);
        for (std::string cell; std::getline(row, cell, '|');) cells.push_back(cell);
        Fix fix;
        fix.at = parse_iso(cells.at(4) + "-05:00").value();
        fix.where = {.lat = std::stod(cells.at(0)), .lon = std::stod(cells.at(1))};
        trucks[cells.at(2)].push_back(fix);
    }
    constexpr LatLon depot{.lat = 40.6885, .lon = -74.0905};
    constexpr LatLon north_end{.lat = 40.715, .lon = -74.0667};
    std::vector<roads::Pass> drives;
    for (auto& [truck, fixes] : trucks) {
        std::ranges::sort(fixes, {}, &Fix::at);
        roads::Pass drive;
        for (const Fix& fix : fixes) {
            if (flat_distance(fix.where, depot) < Metres{400}) drive.clear();
            if (!drive.empty() && fix.at - drive.back().at > 5min) drive.clear();
            const bool begun = !drive.empty() || flat_distance(fix.where, depot) < Metres{400};
            if (begun) drive.push_back(fix);
            if (drive.size() < 3 || flat_distance(fix.where, north_end) > Metres{400}) continue;
            drives.push_back(std::move(drive));
            drive.clear();
        }
    }
    return drives;
}

}  // namespace

TEST_CASE("the street that one bus took for itself is not learnt, the others' is") {
    const auto file = shared_file("data/trajectories/liverpool_bus14/route14_outbound.csv");
    if (!file) return skip("the Liverpool tracks are not on this machine");
    std::vector<roads::Pass> passes;
    std::vector<std::string> names;
    for (const auto& [name, track] : liverpool_trips(*file)) {
        names.push_back(name);
        auto& pass = passes.emplace_back();
        for (const Sighting& one : track) pass.push_back(std::get<Fix>(one.what));
    }
    const auto learnt = roads::learn(passes).value();
    check_sound(learnt, passes);
    std::cout << "Liverpool learnt: " << learnt.length.value / 1'000 << " km in "
              << learnt.stretches.size() << " stretches from " << learnt.used.size()
              << " passes, left out";
    for (const auto i : learnt.left_out) std::cout << ' ' << names[i];
    std::vector<double> widths;
    for (const auto& stretch : learnt.stretches) {
        for (const Metres width : stretch.half_widths) widths.push_back(width.value);
    }
    std::ranges::sort(widths);
    std::cout << ", half width median " << widths[widths.size() / 2] << " m, greatest "
              << widths.back() << " m\n";
    const auto corridor = corridor_of(learnt);
    Share all;
    for (std::size_t i = 0; i < passes.size(); ++i) {
        const Share share = share_of(corridor, passes[i]);
        if (names[i] == "1103") {
            CHECK(std::ranges::count(learnt.left_out, i) == 1);
            CHECK(share.beside >= 6);  // the other street stays outside of the corridor
            continue;
        }
        all.inside += share.inside;
        all.beside += share.beside;
    }
    std::cout << "Liverpool learnt: " << all.inside << " fixes of the others inside, " << all.beside
              << " within 400 m beside" << std::endl;
    CHECK(learnt.length.value > 8'000);
    CHECK(widths.back() <= 130);
    CHECK(all.beside * 50 < all.inside);  // fewer than 2 %
}

TEST_CASE("from drives seen once a minute only what three of them show is learnt") {
    const auto file = shared_file("data/trajectories/jersey_garbage_trucks/all_dedup.psv");
    if (!file) return skip("the Jersey City trucks are not on this machine");
    const auto passes = depot_drives(*file);
    REQUIRE(passes.size() >= 5);
    const auto learnt = roads::learn(passes);
    std::cout << "Jersey City: " << passes.size() << " drives; ";
    if (!learnt) {
        std::cout << code(learnt.error().code) << ": " << learnt.error().detail << std::endl;
        CHECK(learnt.error().code != roads::LearningFaultCode::too_many_passes);
        return;
    }
    check_sound(*learnt, passes);
    std::cout << learnt->length.value / 1'000 << " km learnt in " << learnt->stretches.size()
              << " stretches from " << learnt->used.size() << " drives" << std::endl;
}
