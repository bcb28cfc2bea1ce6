#include "tests/score/recordings.hpp"

#include "tests/score/roads.hpp"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <fstream>
#include <limits>
#include <memory>

namespace liuhen::score {
namespace {

constexpr double hole_s = 20;            // longer and nothing is known between
constexpr std::size_t least_tape = 120;  // seconds
constexpr double off_the_map_m = 150;    // for a minute: the route is wrong, not the receiver
constexpr double fastest = 40;           // m/s; faster steps are errors

/// `2019-03-11 08:33:24+00:00`
double seconds_of(const std::string& iso) {
    const auto at = parse_iso(iso);
    return at ? static_cast<double>(at->time_since_epoch().count()) / 1000 : -1;
}

/// All lines of a route in one plane, for many questions.
class FlatRoute {
public:
    explicit FlatRoute(const std::vector<Path>& lines) : origin_(lines.front().front()) {
        for (const Path& line : lines) {
            for (std::size_t i = 1; i < line.size(); ++i) {
                pieces_.push_back({between(origin_, line[i - 1]), between(origin_, line[i])});
            }
        }
    }
    /// Distance to the route, negative to the left of it.
    [[nodiscard]] double off(LatLon where) const {
        const Offset p = between(origin_, where);
        double best = std::numeric_limits<double>::max();
        double side = 1;
        for (const auto& [a, b] : pieces_) {
            const Offset step = b + a * -1;
            const Offset to = p + a * -1;
            const double squared = step.east * step.east + step.north * step.north;
            const double along = to.east * step.east + to.north * step.north;
            const double share = squared > 0 ? std::clamp(along / squared, 0.0, 1.0) : 0;
            const Offset gap = to + step * -share;
            const double off = gap.east * gap.east + gap.north * gap.north;
            if (off >= best) continue;
            best = off;
            side = to.east * step.north - to.north * step.east < 0 ? -1 : 1;
        }
        return side * std::sqrt(best);
    }

private:
    LatLon origin_;
    std::vector<std::pair<Offset, Offset>> pieces_;
};

/// Pieces between holes, a value each second by straight lines between the fixes.
template <class Value>
std::vector<std::vector<float>> each_second(const RealDrive& drive, Value value) {
    std::vector<std::vector<float>> tapes(1);
    double before = 0;
    for (std::size_t i = 0; i < drive.places.size(); ++i) {
        const double now = value(i);
        const double step = i == 0 ? 0 : drive.seconds[i] - drive.seconds[i - 1];
        if (step > hole_s) tapes.emplace_back();
        for (double t = 1; step <= hole_s && t <= step; ++t) {
            tapes.back().push_back(static_cast<float>(before + (now - before) * t / step));
        }
        before = now;
    }
    std::erase_if(tapes, [](const auto& tape) { return tape.size() < least_tape; });
    return tapes;
}

bool leaves_the_map(const ErrorTape& tape) {
    int run = 0;
    for (const float error : tape) {
        run = std::abs(error) > off_the_map_m ? run + 1 : 0;
        if (run > 60) return true;
    }
    return false;
}

std::vector<SpeedTape> speeds_of(const RealDrive& drive) {
    auto tapes = each_second(drive, [&](std::size_t i) {
        if (i == 0) return 0.0;
        const double step = std::max(1.0, drive.seconds[i] - drive.seconds[i - 1]);
        return std::min(fastest, distance(drive.places[i - 1], drive.places[i]) / step);
    });
    std::erase_if(tapes, [](const SpeedTape& tape) {
        const auto moving = std::ranges::count_if(tape, [](float v) { return v > 2; });
        return moving * 2 < static_cast<std::ptrdiff_t>(tape.size());
    });
    return tapes;
}

}  // namespace

std::vector<RealDrive> hof_drives(const std::filesystem::path& trajectories) {
    return drives_of("hof", trajectories / "hof_fcd/points.csv",
                     trajectories / "hof_fcd/ground_truth.csv");
}

std::vector<RealDrive> drives_of(const std::string& name, const std::filesystem::path& points,
                                 const std::filesystem::path& truth) {
    auto routes = true_routes(truth);
    std::map<int, RealDrive> drives;
    std::ifstream in(points);
    std::string line;
    std::getline(in, line);
    while (std::getline(in, line)) {
        const auto first = line.find(',');
        const auto second = line.find(',', first + 1);
        const int id = std::stoi(line.substr(0, first));
        if (!routes.contains(id)) continue;
        const auto places = paths_of_wkt(line.substr(second + 1));
        RealDrive& drive = drives[id];
        const double at = seconds_of(line.substr(first + 1, second - first - 1));
        if (!drive.seconds.empty() && at <= drive.seconds.back()) continue;
        drive.seconds.push_back(at);
        drive.places.push_back(places.at(0).at(0));
    }
    std::vector<RealDrive> all;
    for (auto& [id, drive] : drives) {
        drive.name = name + "-" + std::to_string(id);
        drive.route = routes[id];
        all.push_back(std::move(drive));
    }
    return all;
}

std::vector<RealDrive> kubicka_drives(const std::filesystem::path& trajectories) {
    auto routes = true_routes(trajectories / "kubicka100/routes.csv");
    std::vector<RealDrive> drives;
    const auto file = trajectories / "kubicka100/tracks.csv.gz";
    if (!std::filesystem::exists(file)) return drives;
    const std::string command = "gzip -dc '" + file.string() + "'";
    const std::unique_ptr<FILE, int (*)(FILE*)> pipe(popen(command.c_str(), "r"), &pclose);
    int last = -1;
    int track = 0;
    double at = 0;
    LatLon where;
    char line[256];
    while (pipe && std::fgets(line, sizeof line, pipe.get()) != nullptr) {
        if (std::sscanf(line, "%d,%lf,%lf,%lf", &track, &at, &where.lon, &where.lat) != 4) continue;
        if (!routes.contains(track)) continue;
        if (track != last) {
            drives.push_back({.name = "kubicka-" + std::to_string(track),
                              .seconds = {},
                              .places = {},
                              .route = routes[track]});
        }
        last = track;
        RealDrive& drive = drives.back();
        if (!drive.seconds.empty() && at <= drive.seconds.back()) continue;
        drive.seconds.push_back(at);
        drive.places.push_back(where);
    }
    return drives;
}

std::vector<ErrorTape> errors_of(const RealDrive& drive) {
    if (drive.route.empty() || drive.route.front().empty()) return {};
    const FlatRoute route(drive.route);
    return each_second(drive, [&](std::size_t i) { return route.off(drive.places[i]); });
}

Recordings recordings_of(Part part, const std::filesystem::path& shared) {
    Recordings recordings;
    const auto take = [&](const std::vector<RealDrive>& drives) {
        for (std::size_t i = 0; i < drives.size(); ++i) {
            const bool train = i % 5 == 0 || i % 5 == 1;
            const Part its = train ? Part::train : i % 5 == 2 ? Part::tune : Part::test;
            if (its != part) continue;
            const auto errors = errors_of(drives[i]);
            if (std::ranges::any_of(errors, leaves_the_map)) continue;
            recordings.errors.insert(recordings.errors.end(), errors.begin(), errors.end());
            const auto speeds = speeds_of(drives[i]);
            recordings.speeds.insert(recordings.speeds.end(), speeds.begin(), speeds.end());
        }
    };
    take(hof_drives(shared / "trajectories"));
    take(kubicka_drives(shared / "trajectories"));
    return recordings;
}

}  // namespace liuhen::score
