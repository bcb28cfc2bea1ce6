#include "geofence/roads/learnt_line.hpp"

#include "geofence/flat.hpp"

#include <algorithm>
#include <cmath>

namespace liuhen::geofence::roads {
namespace {

constexpr Metres least_step{15};       // nearer to the last place a truck stands, or as good as
constexpr Speed fastest{45};           // 162 km/h: no truck
constexpr int most_jumps = 3;          // in a row; then it is the place before that was wrong
constexpr double end_slack = 0.5;      // metres
constexpr double longest_filling = 3;  // times the gap, and one edge

/// Where the tracks lie along a line.
struct Pooled {
    Metres along, off;
    LatLon where;
};
using PooledTrack = std::vector<std::optional<Pooled>>;  // nothing: not beside the line

std::vector<PooledTrack> pooled(const std::vector<Track>& tracks, const Drawn& line,
                                const LearningRules& rules) {
    std::vector<PooledTrack> all;
    for (const Track& track : tracks) {
        PooledTrack one;
        std::optional<Metres> progress;
        for (const LatLon where : track) {
            const auto at = line.locate(where, progress);
            const bool past_end = line.is_end(at.along) && at.off > least_step;
            if (at.off > rules.apart || past_end) {
                one.emplace_back();
                continue;
            }
            progress = at.along;
            one.push_back(Pooled{at.along, at.off, where});
        }
        all.push_back(std::move(one));
    }
    return all;
}

/// The track with each of its gaps filled by the first other one that drove there without a gap.
Track joined(const std::vector<Track>& tracks, std::size_t medoid, const LearningRules& rules) {
    std::vector<Drawn> lines;
    for (const Track& track : tracks) lines.emplace_back(track, rules.longest_edge);
    Track whole;
    for (const LatLon where : tracks[medoid]) {
        const bool gap = !whole.empty() && flat_distance(whole.back(), where) > rules.longest_edge;
        if (gap) {
            const LatLon from = whole.back();
            for (const Drawn& line : lines) {
                if (line.is_empty()) continue;
                const auto filling = line.between(from, where, rules.apart);
                if (!filling) continue;
                whole.insert(whole.end(), filling->begin(), filling->end());
                break;
            }
        }
        whole.push_back(where);
    }
    return whole;
}

double median(std::vector<double>& values) {
    const auto middle = values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2);
    std::nth_element(values.begin(), middle, values.end());
    if (values.size() % 2 == 1) return *middle;
    return (*middle + *std::max_element(values.begin(), middle)) / 2;
}

LatLon median_place(const std::vector<LatLon>& places) {
    std::vector<double> lats;
    std::vector<double> lons;
    for (const LatLon place : places) {
        lats.push_back(place.lat);
        lons.push_back(place.lon);
    }
    return {.lat = median(lats), .lon = median(lons)};
}

/// One vertex for each step of the line that somebody was seen in.
Track median_track(const std::vector<PooledTrack>& tracks, Metres length, Metres step) {
    std::vector<std::vector<LatLon>> bins(static_cast<std::size_t>(std::floor(length / step)) + 1);
    for (const PooledTrack& track : tracks) {
        for (const auto& fix : track) {
            if (!fix) continue;
            const auto bin = static_cast<std::size_t>(fix->along / step);
            bins[std::min(bin, bins.size() - 1)].push_back(fix->where);
        }
    }
    Track line;
    for (const auto& bin : bins) {
        if (!bin.empty()) line.push_back(median_place(bin));
    }
    return line;
}

Metres length_of(const std::vector<Path>& lines) {
    Metres length;
    for (const Path& line : lines) {
        for (std::size_t i = 1; i < line.size(); ++i) length += flat_distance(line[i - 1], line[i]);
    }
    return length;
}

/// What the tracks say of one vertex.
struct Support {
    std::size_t passes = 0;
    Metres spread;  ///< of the farthest fix around
};

bool covers(const PooledTrack& track, std::size_t i, Metres along, const LearningRules& rules) {
    if (!track[i] || !track[i + 1]) return false;
    const auto [low, high] = std::minmax(track[i]->along, track[i + 1]->along);
    return low <= along && along <= high &&
           flat_distance(track[i]->where, track[i + 1]->where) <= rules.longest_edge;
}

Support support_at(const std::vector<PooledTrack>& tracks, Metres along,
                   const LearningRules& rules) {
    Support support;
    for (const PooledTrack& track : tracks) {
        bool covered = false;
        for (std::size_t i = 0; i < track.size(); ++i) {
            if (!track[i]) continue;
            const double away = std::abs(track[i]->along.value - along.value);
            if (away <= rules.reach.value) support.spread = std::max(support.spread, track[i]->off);
            if (away <= rules.step.value) covered = true;
            if (i + 1 < track.size() && covers(track, i, along, rules)) covered = true;
        }
        support.passes += covered ? 1 : 0;
    }
    return support;
}

class Cutter {
public:
    explicit Cutter(const LearningRules& rules) : rules_(rules) {}

    void add(LatLon where, const Support& support) {
        if (support.passes < rules_.least_passes) return cut();
        if (!open_.line.empty() && flat_distance(open_.line.back(), where) > rules_.longest_edge) {
            cut();
        }
        open_.line.push_back(where);
        open_.half_widths.push_back(
            std::clamp(rules_.margin + support.spread, min_half_width, max_half_width));
    }
    void cut() {
        if (open_.line.size() > 1) done_.push_back(std::move(open_));
        open_ = {};
    }
    [[nodiscard]] std::vector<Stretch> take() {
        cut();
        return std::move(done_);
    }

private:
    const LearningRules& rules_;
    Stretch open_;
    std::vector<Stretch> done_;
};

}  // namespace

Track thinned(const Pass& pass) {
    Track track;
    Instant last{};
    int jumps = 0;
    for (const Fix& fix : pass) {
        if (track.empty()) {
            track.push_back(fix.where);
            last = fix.at;
            continue;
        }
        const Metres step = flat_distance(track.back(), fix.where);
        if (step < least_step) continue;
        const double seconds = std::max(1.0, seconds_between(last, fix.at));
        if (step.value / seconds > fastest.value && ++jumps <= most_jumps) continue;
        jumps = 0;
        track.push_back(fix.where);
        last = fix.at;
    }
    return track;
}

Drawn::Drawn(const Track& track, Metres longest_edge) {
    Path line;
    const auto end_line = [&] {
        if (line.size() > 1) lines_.push_back(line);
        line.clear();
    };
    for (const LatLon where : track) {
        if (!line.empty() && line.back() == where) continue;
        if (!line.empty() && flat_distance(line.back(), where) > longest_edge) end_line();
        line.push_back(where);
    }
    end_line();
    auto corridor = Corridor::from_lines(lines_, max_half_width);
    if (!corridor) {
        lines_.clear();
        return;
    }
    corridor_ = std::make_shared<const Corridor>(std::move(*corridor));
    ends_.push_back({});
    for (const Path& one : lines_) ends_.push_back(ends_.back() + length_of({one}));
}

RouteOffset Drawn::locate(LatLon where, std::optional<Metres> progress) const {
    return progress ? corridor_->locate(where, *progress) : corridor_->locate(where);
}

bool Drawn::is_end(Metres along) const {
    return std::ranges::any_of(
        ends_, [along](Metres end) { return std::abs(end.value - along.value) <= end_slack; });
}

std::optional<Track> Drawn::between(LatLon from, LatLon to, Metres reach) const {
    const auto left = corridor_->locate(from);
    const auto come = corridor_->locate(to, left.along);
    const double bound = flat_distance(from, to).value * longest_filling + reach.value;
    const bool passes = left.off <= reach && come.off <= reach && left.along < come.along &&
                        come.along.value - left.along.value <= bound;
    if (!passes) return std::nullopt;
    Track part;
    Metres along;
    for (const Path& line : lines_) {
        for (std::size_t i = 0; i < line.size(); ++i) {
            if (i > 0) along += flat_distance(line[i - 1], line[i]);
            if (along > left.along && along < come.along) part.push_back(line[i]);
        }
        // A gap of its own between the two places leads nowhere.
        if (along > left.along && along < come.along && &line != &lines_.back()) {
            return std::nullopt;
        }
    }
    return part;
}

Learnt line_of(const std::vector<Track>& tracks, std::size_t medoid, const LearningRules& rules) {
    Learnt learnt;
    // Once to draw the fixes into one line, and once more along that line.
    Track line = joined(tracks, medoid, rules);
    for (int round = 0; round < 2; ++round) {
        const Drawn drawn(line, rules.longest_edge);
        if (drawn.is_empty()) return learnt;
        line = median_track(pooled(tracks, drawn, rules), length_of(drawn.lines()), rules.step);
    }
    const Drawn drawn(line, rules.longest_edge);
    if (drawn.is_empty()) return learnt;
    const auto seen = pooled(tracks, drawn, rules);
    Cutter cutter(rules);
    Metres along;
    for (const Path& one : drawn.lines()) {
        for (std::size_t i = 0; i < one.size(); ++i) {
            if (i > 0) along += flat_distance(one[i - 1], one[i]);
            cutter.add(one[i], support_at(seen, along, rules));
        }
        cutter.cut();
    }
    learnt.stretches = cutter.take();
    for (std::size_t i = 0; i < learnt.stretches.size(); ++i) {
        learnt.length += length_of({learnt.stretches[i].line});
        if (i == 0) continue;
        learnt.gaps.push_back(
            {learnt.stretches[i - 1].line.back(), learnt.stretches[i].line.front()});
    }
    return learnt;
}

}  // namespace liuhen::geofence::roads
