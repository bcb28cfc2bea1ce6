// `liuhen replay --rules`: what another rule set would have said of stored history. Reads only.
#pragma once

#include "geofence/alert.hpp"
#include "geofence/rules.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <iosfwd>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace liuhen::server::backtest {

struct Options {
    std::string database;                ///< libpq connection string without user
    std::string role = "liuhen_reader";  ///< may look and no more
    std::shared_ptr<const geofence::RuleSet> rules;
    Instant from, to;     ///< alerts that begin in [from, to) are compared
    std::string vehicle;  ///< id or plate; empty: all
};

/// What becomes of one alert when the rules change.
enum class Change : std::uint8_t {
    same,
    withdrawn,  ///< stands under the old rules only
    raised,     ///< would stand under the new rules only
    regraded,   ///< another grade or tier
    moved,      ///< begins or ends at another time, or rests on other evidence
    count_,
};
std::string_view code(Change change);

/// One alert that would differ; the side on which it does not stand is empty.
struct Difference {
    Change what{};
    std::string plate;
    std::optional<geofence::Alert> before, after;
};

using Counts = std::array<std::size_t, static_cast<std::size_t>(Change::count_)>;
struct Report {
    std::size_t vehicles{}, of_vehicles{};  ///< done, and in all
    std::size_t trips{}, sightings{};
    std::array<Counts, static_cast<std::size_t>(geofence::Kind::count_)> kinds{};
};

/// Pairs alerts of one trip: by kind, subject and begin, else the first that overlaps.
std::vector<Difference> compare(std::vector<geofence::Alert> before,
                                std::vector<geofence::Alert> after);

/// Folds what is stored under the rules that held then and under the new ones, a vehicle and a page
/// of its history at a time. `tell` hears each difference, `progress` how far it is. Throws
/// std::runtime_error with a plain sentence, or pqxx's errors.
Report run(const Options& options, const std::function<void(const Difference&)>& tell,
           const std::function<void(const Report&)>& progress);

/// As the program says it: a JSON line, or a line of text.
enum class Form : std::uint8_t { text, json };
void say(std::ostream& out, const Difference& one, Form form);
void say(std::ostream& out, const Report& report, const Options& options, Form form);

}  // namespace liuhen::server::backtest
