// What everybody of one world shares.
#pragma once

#include "geofence/trip.hpp"
#include "tests/world/bug.hpp"
#include "tests/world/database.hpp"
#include "tests/world/network.hpp"
#include "tests/world/schedule.hpp"

#include <map>
#include <memory>
#include <string>
#include <vector>

namespace liuhen::world {

/// A truck as the registers know it; its place in the list is its number, its key one more.
struct Known {
    std::string number;  ///< of the terminal, as it is stored
    std::string plate;
    std::shared_ptr<const geofence::Trip> trip;
};

/// Everything that broke, and how much was tried.
struct Account {
    std::vector<std::string> complaints;
    std::uint64_t digest = 0xcbf29ce484222325ULL;  ///< of all that happened, in its order
    std::size_t acknowledged = 0, alerts = 0, acts = 0, refused_acts = 0, refolds = 0;
    std::size_t crashes = 0, database_crashes = 0, unknown_outcomes = 0, quarantined = 0, cuts = 0;
    void note(std::string_view what) {
        for (const char c : what)
            digest = (digest ^ static_cast<unsigned char>(c)) * 0x100000001b3ULL;
    }
    void complain(std::string what) { complaints.push_back(std::move(what)); }
};

struct Stage {
    Stage(std::uint64_t of_seed, Bug of_bug, Instant begin)
        : seed(of_seed),
          bug(of_bug),
          schedule(begin),
          chance(of_seed, "stage"),
          database(schedule, simulators::Chance{of_seed, "database"}, of_bug) {}
    std::uint64_t seed;
    Bug bug;
    Schedule schedule;
    simulators::Chance chance;
    Database database;
    Roads roads;
    Account account;
    std::vector<Known> trucks;
    Duration clock_error{};  ///< of the server's clock
    /// Servers that judge a report of a vehicle just now; dead ones are not among them.
    std::map<int, std::vector<int>> hands;

    [[nodiscard]] Instant server_time() const { return schedule.now() + clock_error; }
    /// Chance of the stage, in a simulated time.
    Duration some(Duration most) {
        return Duration{
            static_cast<std::int64_t>(chance.below(static_cast<std::uint64_t>(most.count()) + 1))};
    }
};

}  // namespace liuhen::world
