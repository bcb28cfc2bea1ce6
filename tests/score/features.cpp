#include "tests/score/features.hpp"

#include "geofence/fold.hpp"
#include "geofence/timeline.hpp"

#include <algorithm>

namespace liuhen::score {
namespace {

using geofence::Weighing;

struct Row {
    double at_s{};
    Weighing weighing;
    [[nodiscard]] double told() const {
        double sum = 0;
        for (const double strength : weighing.signs) sum += strength;
        return sum;
    }
};

/// The strengths after each observation of the journey, in the order of the fold.
std::vector<Row> rows_of(const Journey& journey) {
    std::vector<geofence::Seen> seen;
    for (const Arrival& one : journey.arrivals) {
        if (time_of(one.what.what) < journey.trip->armed_at) continue;
        seen.push_back({one.what.what, one.what.hash});
    }
    std::ranges::sort(seen, geofence::precedes);
    const auto last = std::unique(seen.begin(), seen.end(), geofence::same);
    seen.erase(last, seen.end());
    geofence::State state;
    std::vector<Row> rows;
    for (const geofence::Seen& one : seen) {
        geofence::step(state, one.what, *journey.trip);
        const Instant at = time_of(one.what);
        Row row{.at_s = seconds_between(journey.trip->armed_at, at),
                .weighing = state.fusion.weighing(at, journey.trip->rules->fusion)};
        if (row.told() > 0.05) rows.push_back(row);
    }
    return rows;
}

void print_row(std::ostream& out, const Journey& journey, bool dumping, const Row& row) {
    out << journey.id << ',' << id_of(journey.family) << ',' << (dumping ? 1 : 0) << ','
        << row.at_s;
    for (const double strength : row.weighing.signs) out << ',' << strength;
    for (const double strength : row.weighing.pairings) out << ',' << strength;
    out << '\n';
}

}  // namespace

void print_features_head(std::ostream& out) {
    out << "journey,family,dumping,at_s";
    for (std::size_t i = 0; i < geofence::sign_count; ++i) {
        out << ',' << geofence::words_of(static_cast<geofence::Sign>(i)).code;
    }
    for (std::size_t i = 0; i < geofence::pairing_count; ++i) {
        out << ',' << code(static_cast<geofence::Pairing>(i));
    }
    out << '\n';
}

void print_features(std::ostream& out, const Journey& journey) {
    const bool dumping = std::ranges::any_of(
        journey.labels, [](const Label& label) { return label.tier == geofence::Tier::a; });
    if (is_positive(journey.family) && !dumping) return;
    const std::vector<Row> rows = rows_of(journey);
    if (rows.empty()) return print_row(out, journey, dumping, {});
    const auto heaviest =
        std::ranges::max_element(rows, {}, [](const Row& row) { return row.weighing.sum; });
    const auto most = std::ranges::max_element(rows, {}, &Row::told);
    const std::size_t each = rows.size() / (most_instants - 2) + 1;
    for (std::size_t i = 0; i < rows.size(); ++i) {
        const auto row = rows.begin() + static_cast<std::ptrdiff_t>(i);
        if (i % each == 0 || row == heaviest || row == most) {
            print_row(out, journey, dumping, rows[i]);
        }
    }
}

}  // namespace liuhen::score
