// Delivery rounds of which people said, fix by fix, whether the vehicle was driven.
#include "geofence/detect/motion.hpp"
#include "tests/score/recorded.hpp"
#include "tests/support/shared.hpp"
#include "tests/support/sketch.hpp"

#include <zip.h>

using namespace liuhen;
using namespace liuhen::geofence;
using namespace liuhen::test;

namespace {

struct Round {
    std::vector<Fix> fixes;
    std::vector<bool> stands;  ///< as labelled
};

/// Right and wrong by fix; standing is what is looked for.
struct Score {
    int found = 0, invented = 0, missed = 0;
    void add(bool labelled, bool said) {
        found += labelled && said;
        invented += !labelled && said;
        missed += labelled && !said;
    }
    [[nodiscard]] double f1() const { return 2.0 * found / (2.0 * found + invented + missed); }
    [[nodiscard]] double precision() const { return 1.0 * found / (found + invented); }
    [[nodiscard]] double recall() const { return 1.0 * found / (found + missed); }
};

/// `1964-01-12 00:00:05.003000021`: the publisher shifted the clock, here it goes on by 60 years.
Instant instant_of(std::string text) {
    text.replace(0, 4, std::to_string(std::stoi(text.substr(0, 4)) + 60));
    text[10] = 'T';
    const std::size_t dot = text.find('.');
    return parse_iso((dot == std::string::npos ? text : text.substr(0, dot + 4)) + "Z").value();
}

Round round_of(const std::string& table) {
    Round round;
    std::istringstream in(table);
    std::string line;
    std::getline(in, line);
    while (std::getline(in, line)) {
        const auto cells = cells_of(line);
        Fix fix;
        fix.at = instant_of(cells.at(0));
        fix.where = shifted(sketch_corner, {std::stod(cells.at(1))}, {std::stod(cells.at(2))});
        round.fixes.push_back(fix);
        round.stands.push_back(cells.at(3) == "OnFoot");
    }
    return round;
}

/// Every table of the archive, by name.
std::vector<Round> rounds_of(const std::filesystem::path& file) {
    std::vector<Round> rounds;
    zip_t* archive = zip_open(file.c_str(), ZIP_RDONLY, nullptr);
    REQUIRE(archive != nullptr);
    std::map<std::string, Round> by_name;
    for (zip_int64_t i = 0; i < zip_get_num_entries(archive, 0); ++i) {
        zip_stat_t stat;
        REQUIRE(zip_stat_index(archive, static_cast<zip_uint64_t>(i), 0, &stat) == 0);
        const std::string name = stat.name;
        if (!name.ends_with(".csv")) continue;
        std::string table(stat.size, '\0');
        zip_file_t* entry = zip_fopen_index(archive, static_cast<zip_uint64_t>(i), 0);
        REQUIRE(zip_fread(entry, table.data(), stat.size) == static_cast<zip_int64_t>(stat.size));
        zip_fclose(entry);
        by_name[name] = round_of(table);
    }
    zip_close(archive);
    for (auto& [name, round] : by_name) rounds.push_back(std::move(round));
    return rounds;
}

/// The reference: slower than 2 m/s since the fix before.
bool is_slow(const Round& round, std::size_t i) {
    const std::size_t to = std::max<std::size_t>(i, 1);
    const double moved = flat_distance(round.fixes[to - 1].where, round.fixes[to].where).value;
    return moved < 2 * seconds_between(round.fixes[to - 1].at, round.fixes[to].at);
}

void print(const char* what, const Score& score) {
    std::cout << "  " << what << ": F1 " << score.f1() << ", precision " << score.precision()
              << ", recall " << score.recall() << '\n';
}

}  // namespace

TEST_CASE("the stop machine tells standing from driving better than 2 m/s does") {
    const auto file = shared_file("data/trajectories/goal_stop_labels/trajectories.zip");
    if (!file) return skip("the GOAL labels are not on this machine");
    const auto rounds = rounds_of(*file);
    REQUIRE(rounds.size() > 800);
    const RuleSet rules = RuleSet::standard();
    struct Half {
        Score plain, settled, at_once;
    };
    std::array<Half, 2> halves;  // thresholds were chosen on the first half of the rounds
    for (std::size_t k = 0; k < rounds.size(); ++k) {
        const Round& round = rounds[k];
        Half& half = halves[2 * k >= rounds.size()];
        const auto gaits = gaits_of(round.fixes, rules);
        REQUIRE(gaits.size() == round.fixes.size());
        Motion motion;
        for (std::size_t i = 0; i < gaits.size(); ++i) {
            motion.see(round.fixes[i], rules);
            half.plain.add(round.stands[i], is_slow(round, i));
            half.settled.add(round.stands[i], is_standing(gaits[i]));
            half.at_once.add(round.stands[i], is_standing(motion.gait()));
        }
    }
    for (const auto& half : halves) {
        std::cout << (&half == halves.data() ? "GOAL, chosen on:\n" : "GOAL, held back:\n");
        print("slower than 2 m/s       ", half.plain);
        print("gait at once            ", half.at_once);
        print("gait, settled after 15 s", half.settled);
    }
    std::cout << std::flush;
    CHECK(halves[1].plain.f1() > 0.87);
    CHECK(halves[1].settled.f1() >= 0.92);
    CHECK(halves[1].settled.f1() > halves[1].plain.f1() + 0.03);
}
