// A scenario: who there is, where, and what each truck is to do. docs/scenario.md describes the
// file.
#pragma once

#include "base/geo.hpp"
#include "base/observation.hpp"
#include "base/result.hpp"
#include "base/time.hpp"
#include "base/units.hpp"
#include "simulators/motion.hpp"

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace liuhen::simulators {

inline constexpr std::size_t max_trucks = 2'000;
inline constexpr std::size_t max_scenario_bytes = 4 << 20;

/// What is wrong with a scenario file: a JSON pointer to the place, and a sentence.
struct ScenarioFault {
    std::string pointer;  ///< empty: the file as a whole
    std::string text;
};

/// How badly the network treats what devices send. Probabilities are per frame, 0..0.9.
struct Network {
    double loss = 0;       ///< the frame never leaves: the device hears no answer and sends again
    double ack_loss = 0;   ///< the answer never arrives: the server hears the same again
    double duplicate = 0;  ///< the frame leaves twice
    double disorder = 0;   ///< the frame is overtaken by the next one
    Duration delay{};      ///< longest time between a fix and its leaving, in the server's time
};

struct PartyPlan {
    std::string key;
    std::string name;
    std::string role;  ///< "producer", "carrier", "receiver"
    std::string uscc;  ///< credit code, check character and all
    std::string division = "331100";
    friend bool operator==(const PartyPlan&, const PartyPlan&) = default;
};

struct SitePlan {
    std::string key;
    std::string name;
    std::string kind;   ///< as in `POST /v1/sites`: "producer", "rest", "water_source", ...
    std::string party;  ///< key; empty: nobody's
    std::optional<LatLon> centre;
    Metres radius{150};
    Path area;  ///< outline; empty when it is a circle
};

struct RoutePlan {
    std::string key;
    std::string name;
    Path line;
    Metres width{50};
    std::vector<Path> also{};  ///< further lines of the approved road, driven by nobody
};

struct WastePlan {
    std::string name;
    std::string code;  ///< of the national list: "900-249-08"
    std::vector<std::string> hazards;
    std::string form;
    std::string package;
    std::string un_no;
    std::string dg_class;
    std::int64_t planned_kg = 2'000;
};

/// One truck, its devices, its work, and what police are to hear of it.
struct TruckPlan {
    std::string key;
    std::string plate;
    std::string carrier;
    std::string driver;
    std::string terminal;            ///< digits of its phone number
    std::string edition = "2013";    ///< "2011", "2013" or "2019"
    std::string model = "standard";  ///< of the terminal, as in telematics/profiles.rows
    std::string lock;                ///< 10 digits; `terminal` when that is one; empty: plain seals
    std::string producer, receiver, origin, destination, route;  ///< keys
    WastePlan waste;
    Duration starts_after{};  ///< from the start of play to its first arrival at the origin
    Duration loading{std::chrono::minutes{6}};
    Duration unloading{std::chrono::minutes{5}};
    Speed cruise = from_kmh(50);
    std::uint32_t laps = 0;  ///< 0: as long as the play lasts
    std::vector<Halt> halts;
    std::vector<BlindStretch> blind;
    std::vector<Detour> detours;
    std::vector<Fix> recording;        ///< driven in place of the route, with its own times shifted
    std::vector<std::string> expects;  ///< alert kinds that have to come, in any order
    std::vector<std::string> allows;   ///< alert kinds that may come beside them
};

struct Scenario {
    std::string title;
    std::uint64_t seed = 1;
    Instant starts_at;  ///< where `--track` shifts a recording to, unless the server runs already
    Duration report_every{std::chrono::seconds{10}};
    Metres receiver_error{4};
    Network network;
    std::vector<PartyPlan> parties;
    std::vector<SitePlan> sites;
    std::vector<RoutePlan> routes;
    std::vector<TruckPlan> trucks;
};

/// Reads a scenario strictly: unknown fields, wrong types, numbers outside their ranges and keys
/// that name nothing are faults. The first fault is returned.
Result<Scenario, ScenarioFault> parse_scenario(std::string_view json);
Result<Scenario, ScenarioFault> load_scenario(const std::filesystem::path& file);

/// Null when there is none of that key.
const PartyPlan* find_party(const Scenario& scenario, std::string_view key);
const SitePlan* find_site(const Scenario& scenario, std::string_view key);
const RoutePlan* find_route(const Scenario& scenario, std::string_view key);
/// Middle of a site: the centre, or the mean of its outline.
LatLon middle_of(const SitePlan& site);

}  // namespace liuhen::simulators
