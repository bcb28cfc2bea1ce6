// What real drives lend to the generator: their errors and their speeds.
#pragma once

#include "tests/score/ground.hpp"
#include "tests/score/script.hpp"

namespace liuhen::score {

/// Cross-track errors of a legal drive, a metre value each second.
using ErrorTape = std::vector<float>;

struct Recordings {
    std::vector<ErrorTape> errors;
    std::vector<SpeedTape> speeds;
};

/// One recorded drive on its true route.
struct RealDrive {
    std::string name;
    std::vector<double> seconds;  ///< on its own clock, rising
    std::vector<LatLon> places;
    std::vector<Path> route;  ///< empty: not known
};

/// Drives of Hof and Kubicka; those that leave the mapped roads for more than 60 s are dropped when
/// `on_the_map`. Empty where the files are absent.
std::vector<RealDrive> hof_drives(const std::filesystem::path& trajectories);
/// Drives as Hof's are written: `id,time,POINT (lon lat)` and `id,WKT` of their true routes.
std::vector<RealDrive> drives_of(const std::string& name, const std::filesystem::path& points,
                                 const std::filesystem::path& truth);
std::vector<RealDrive> kubicka_drives(const std::filesystem::path& trajectories);

/// Errors against the route, seconds by seconds, pieces of at least 2 min without a hole of 20 s.
std::vector<ErrorTape> errors_of(const RealDrive& drive);

/// Of the drives whose number belongs to the part.
Recordings recordings_of(Part part, const std::filesystem::path& shared);

}  // namespace liuhen::score
