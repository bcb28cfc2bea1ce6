// Where journeys are driven: approved courses over real roads, and ways that leave them.
#pragma once

#include "geofence/corridor.hpp"
#include "tests/score/line.hpp"
#include "tests/score/random.hpp"

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

namespace liuhen::score {

/// A way that leaves a course and comes back to it.
struct Branch {
    double leaves{}, rejoins{};  ///< metres along the course
    Line way;
    double turn{};  ///< metres along the way to its farthest place
    double off{};   ///< metres from the course there
};

struct Span {
    double from{}, to{};  ///< metres along the course
};

/// One approved way between two places.
struct Course {
    std::string name;
    Line line;
    geofence::Stretch stretch;      ///< the corridor as it is approved
    std::vector<double> speeds;     ///< metres a second that a lorry keeps up, each `speed_step`
    std::vector<Span> tunnels;      ///< of the map
    std::vector<Branch> spurs;      ///< out and back, 80 to 1,500 m off
    std::vector<Branch> detours;    ///< 1 to 12 km longer than the course
    std::vector<Branch> parallels;  ///< legal: a road beside, within the corridor's reach
};
inline constexpr double speed_step = 50;  ///< metres

/// Parts differ by geometry: no road of one is driven in another.
enum class Part : std::uint8_t { train, tune, test };
std::optional<Part> part_from(const std::string& name);
std::string name_of(Part part);

/// What courses are made from. Paths of the shared data may be absent; without any source there is
/// a small invented network.
struct Sources {
    std::filesystem::path shared;              ///< the folder `data` of ../shared
    std::vector<std::filesystem::path> roads;  ///< further .osm.pbf, .osm or .opl, for any part
    bool only_given = false;                   ///< nothing but `roads`
    std::size_t courses = 120;                 ///< wanted
};

/// Courses of one part; never empty. What is read and what is missing is said on `std::cerr`.
std::vector<Course> courses_of(Part part, const Sources& sources, std::uint64_t seed);

/// The invented network alone.
std::vector<Course> invented_courses(std::uint64_t seed, std::size_t wanted);

}  // namespace liuhen::score
