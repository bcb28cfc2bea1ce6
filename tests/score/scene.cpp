#include "tests/score/scene.hpp"

#include <algorithm>
#include <cmath>

namespace liuhen::score {
namespace {

using geofence::Kind;
using geofence::Site;
using geofence::SiteKind;
using geofence::Tier;

constexpr double scale_sigmas = 3;  // a fall of so many sigmas is there to be seen

Instant some_start(bool at_night, Random& random) {
    const auto day = Instant{std::chrono::hours(24 * (20'500 + random.whole(0, 365)))};
    const bool night = at_night || random.chance(0.15);
    const double hour = night ? random.between(21.6, 27) : random.between(5.5, 20);
    return day + std::chrono::seconds(std::llround((hour - 8) * 3600));
}

Driver some_driver(const World& world, Random& random) {
    Driver driver;
    driver.factor = random.between(0.75, 1.05);
    driver.light_every = random.between(2'000, 9'000);
    if (!world.recordings.speeds.empty() && random.chance(0.5)) {
        driver.tape = &random.pick(world.recordings.speeds);
    }
    return driver;
}

/// Spans of a line by its vertices, in order and apart from each other, as a map gives them.
std::vector<geofence::TunnelSpan> tunnels_along(const Path& path, std::vector<Span> spans) {
    std::ranges::sort(spans, {}, &Span::from);
    std::vector<geofence::TunnelSpan> tunnels;
    double along = 0;
    std::vector<double> alongs;
    for (std::size_t i = 0; i < path.size(); ++i) {
        if (i > 0) along += distance(path[i - 1], path[i]);
        alongs.push_back(along);
    }
    for (const Span& span : spans) {
        const auto from = std::ranges::upper_bound(alongs, span.from) - alongs.begin() - 1;
        const auto to = std::ranges::lower_bound(alongs, span.to) - alongs.begin();
        const auto first = static_cast<std::size_t>(std::max<std::ptrdiff_t>(0, from));
        const auto last = std::min(static_cast<std::size_t>(to), path.size() - 1);
        if (!tunnels.empty() && first <= tunnels.back().last) {
            tunnels.back().last = std::max(tunnels.back().last, last);
        } else if (last > first) {
            tunnels.push_back({first, last});
        }
    }
    return tunnels;
}

std::shared_ptr<const geofence::Corridor> corridor_of(geofence::Stretch stretch) {
    const std::array stretches{std::move(stretch)};
    return std::make_shared<const geofence::Corridor>(
        geofence::Corridor::from_stretches(stretches).value());
}

double time_of_course(const Course& course) {
    double seconds = 0;
    for (const double speed : course.speeds) seconds += speed_step / speed;
    return seconds;
}

}  // namespace

Scene::Scene(const World& of, Family what, Random chance)
    : world(of),
      course(chance.pick(of.courses)),
      family(what),
      random(chance.bits()),
      device(some_device(of.variant, random)),
      tunnels(course.tunnels),
      begins(some_start(row_of(what).at_night, random)),
      driver(some_driver(of, random)),
      script(begins, course.line.at(0), driver, Random(random.bits())) {
    planned_s = time_of_course(course) / 0.8;
    choose_sites();
}

SiteId Scene::add_site(SiteKind kind, LatLon at, double radius) {
    Site site{.id = {std::string(geofence::code(kind)) + "-" + std::to_string(sites.size())},
              .name = std::string(geofence::code(kind)) + " " + std::to_string(sites.size()),
              .kind = kind,
              .shape = geofence::Shape::circle(at, {radius}).value(),
              .valid = {}};
    sites.push_back(std::move(site));
    return sites.back().id;
}

void Scene::choose_sites() {
    const double length = course.line.length();
    origin = add_site(SiteKind::producer, course.line.at(0), 150);
    destination = add_site(SiteKind::receiver, course.line.at(length), 150);
    for (const SiteKind kind : {SiteKind::rest, SiteKind::fuel, SiteKind::weighbridge}) {
        const double along = random.between(0.15, 0.85) * length;
        const double side = random.chance(0.5) ? 1 : -1;
        add_site(kind, beside(course.line, along, side * random.between(15, 70)), 60);
    }
}

double Scene::quiet_place(double margin) {
    const double length = course.line.length();
    double best = length / 2;
    double best_room = -1;
    for (int tries = 0; tries < 40; ++tries) {
        const double along = random.between(0.08, 0.92) * length;
        const LatLon at = course.line.at(along);
        double room = std::min(along, length - along) - 400;
        for (const Site& site : sites) {
            room = std::min(room, site.shape.signed_distance(at).value);
        }
        for (const Span& tunnel : tunnels) {
            if (along > tunnel.from - 300 && along < tunnel.to + 300) room = -1;
        }
        if (room > margin) return along;
        if (room > best_room) best = along;
        best_room = std::max(room, best_room);
    }
    return best;
}

const Branch& Scene::some_spur(double off) {
    const Branch* best = nullptr;
    double best_room = -1e9;
    for (int tries = 0; tries < 20; ++tries) {
        const Branch& spur = random.pick(course.spurs);
        const LatLon turn = spur.way.at(spur.turn);
        double room = spur.off - off + 250;
        for (const Site& site : sites) {
            room = std::min(room, site.shape.signed_distance(turn).value);
        }
        if (room >= 250) return spur;
        if (room > best_room) best = &spur;
        best_room = std::max(room, best_room);
    }
    return *best;
}

void Scene::load_up() {
    script.lock(LockAction::unsealed, LockMeans::card, "loader");
    const double stay = random.between(300, 900);
    script.pour(-1 / stay);
    script.stand(stay);
    script.pour(0);
    script.load(1);
    script.lock(LockAction::sealed);
    script.stand(random.between(20, 90));
    armed = script.now();
    script.set(Fact::ignition);
    script.stand(random.between(60, 180));
    departed = script.now();
}

void Scene::go_to(double to) {
    const double direction = to < along_ ? -1 : 1;
    while ((to - along_) * direction > 0.5) {
        double until = to;
        bool inside = false;
        for (const Span& tunnel : tunnels) {  // cut at the portals
            for (const double portal : {tunnel.from, tunnel.to}) {
                if ((portal - along_) * direction > 0.5 && (until - portal) * direction > 0) {
                    until = portal;
                }
            }
        }
        const double middle = (along_ + until) / 2;
        for (const Span& tunnel : tunnels) {
            inside = inside || (middle > tunnel.from && middle < tunnel.to);
        }
        script.set(Fact::in_tunnel, inside);
        script.drive(course.line, along_, until, &course.speeds);
        along_ = until;
    }
    script.set(Fact::in_tunnel, false);
}

void Scene::go(const Branch& branch, double from, double to) {
    script.drive(branch.way, from, to, nullptr, random.between(5, 9));
}

void Scene::arrive() {
    go_to(course.line.length());
    arrived = script.now();
    script.set(Fact::ignition, random.chance(0.5));
    script.stand(random.between(180, 500));
    script.lock(LockAction::unsealed, LockMeans::card, "receiver");
    script.set(Fact::lifted);
    script.pour(1 / random.between(200, 600));
    script.stand(random.between(700, 1'500));
    script.set(Fact::lifted, false);
    script.pour(0);
    script.lock(LockAction::sealed);
    script.stand(random.between(60, 600));
}

void Scene::unload(double stand_s, double share) {
    const double lead = std::min(20.0, stand_s * 0.1);
    script.stand(lead);
    script.lock(random.chance(0.3) ? LockAction::cut : LockAction::unsealed);
    script.set(Fact::lifted);
    const double pouring = std::max(10.0, stand_s * random.between(0.4, 0.7));
    script.pour(share / pouring);
    script.stand(pouring);
    script.pour(0);
    script.set(Fact::lifted, false);
    script.stand(std::max(0.0, stand_s - lead - pouring - 5));
    script.lock(LockAction::sealed);
    script.stand(5);
}

Instant Scene::off_since(Instant since, double metres) const {
    const auto& ticks = script.ticks();
    const auto first = std::chrono::duration_cast<std::chrono::seconds>(since - begins).count();
    for (auto i = static_cast<std::size_t>(first); i < ticks.size(); ++i) {
        if (course.line.nearest(ticks[i].where).off > metres) {
            return begins + std::chrono::seconds(static_cast<std::int64_t>(i));
        }
    }
    return since;
}

Mark& Scene::mark(Instant start, Instant end, Kinds kinds, Shown shown) {
    Mark mark;
    mark.start = start;
    mark.end = end;
    mark.until = end + std::chrono::minutes(10);
    mark.observable_from = start;
    mark.place = script.tick(start).where;
    mark.kinds = kinds;
    mark.shown = shown;
    marks.push_back(mark);
    return marks.back();
}

/// What of the mark the devices really showed, by what arrived.
Label Scene::label_of(const Mark& mark, const std::vector<Arrival>& arrivals, bool& shown) const {
    Label label{.family = family,
                .start = mark.start,
                .end = mark.end,
                .place = mark.place,
                .kinds = mark.kinds,
                .long_stop = mark.long_stop};
    label.observable = mark.observable_from;
    label.counts_until = mark.until;
    bool lock_told = false;
    bool first = true;
    bool place_told = mark.seen_until == Instant{};
    for (const Arrival& one : arrivals) {
        const Instant at = time_of(one.what.what);
        const auto* fix = std::get_if<Fix>(&one.what.what);
        if (fix && fix->source == FixSource::satellite && at >= mark.seen_from &&
            at <= mark.seen_until) {
            place_told = true;
        }
        if (at < mark.observable_from || at > mark.end) continue;
        const auto* event = std::get_if<LockEvent>(&one.what.what);
        const bool opened =
            event && (event->action == LockAction::unsealed || event->action == LockAction::cut);
        lock_told = lock_told || opened;
        if (first && !mark.by_clock && (opened || !mark.by_lock)) {
            label.observable = one.received;
            first = false;
        }
        label.counts_until = std::max(label.counts_until, one.received + std::chrono::minutes(10));
    }
    const auto& scale = device.scale;
    const bool load_told =
        scale.present && !scale.stuck && mark.shown.load >= scale_sigmas * scale.sigma;
    const bool crime = (mark.shown.place && place_told) || (mark.shown.lock && lock_told) ||
                       load_told || (mark.shown.body && device.body_sensor) ||
                       (mark.shown.other_place && device.lock.present && device.lock.has_place);
    shown = crime || mark.shown.else_tier;
    label.tier = crime ? Tier::a : mark.shown.else_tier.value_or(Tier::a);
    return label;
}

Instant Scene::due() const {
    return *departed + std::chrono::seconds(std::llround(planned_s * 1.25 + 1'200));
}

void Scene::visit(SiteKind kind, double stand_s) {
    for (const Site& site : sites) {
        if (site.kind != kind) continue;
        const LatLon centre{.lat = (site.shape.low().lat + site.shape.high().lat) / 2,
                            .lon = (site.shape.low().lon + site.shape.high().lon) / 2};
        const auto near = course.line.nearest(centre);
        go_to(near.along);
        aside(near.signed_off, [&] { script.stand(stand_s); });
        return;
    }
}

std::shared_ptr<geofence::Trip> Scene::trip(const LockId& lock) const {
    auto trip = std::make_shared<geofence::Trip>();
    trip->vehicle = {"truck"};
    trip->plate = "浙K00001";
    trip->places = std::make_shared<const geofence::Places>(geofence::Places::from(sites).value());
    trip->armed_at = *armed - std::chrono::minutes(2);
    trip->rules = std::make_shared<const geofence::RuleSet>(geofence::RuleSet::standard());
    if (empty) return trip;
    trip->carrying = {{"load"}};
    trip->manifest_nos = {"33112600000001"};
    geofence::Stretch approved = course.stretch;
    approved.tunnels = tunnels_along(approved.line, tunnels);
    trip->corridor = corridor_of(std::move(approved));
    for (const geofence::Stretch& way_round : alternatives) {
        trip->diversions.push_back({.during = {begins, begins + std::chrono::hours(24)},
                                    .corridor = corridor_of(way_round)});
    }
    trip->origin = origin;
    trip->destination = destination;
    trip->due_at = due();
    trip->declared = Grams{std::llround(device.full_kg) * 1'000};
    trip->locks = {lock};
    for (const Interval& during : inspected)
        trip->granted.push_back({.lock = {}, .during = during});
    return trip;
}

Journey Scene::told() {
    Journey journey;
    journey.family = family;
    journey.course = course.name;
    journey.step = device.step;
    journey.other_datum = length_of(device.datum) > 0;
    const LockId lock{"L" + std::to_string(random.bits() % 1'000'000'000)};
    journey.arrivals = sensed(script, {cargo ? &*cargo : nullptr, cargo_until}, device, lock,
                              &world.recordings, Random(random.bits()));
    journey.ends = script.now() + std::chrono::minutes(5);
    for (const Arrival& one : journey.arrivals) {
        journey.ends = std::max(journey.ends, one.received + std::chrono::minutes(2));
    }
    const Instant end = arrived.value_or(script.now());
    journey.hours = seconds_between(*departed, end) / 3600;
    journey.tolerated = tolerated;
    if (end > due()) journey.tolerated = journey.tolerated | Kinds{Kind::trip_overdue};
    for (const Mark& mark : marks) {
        bool shown = false;
        const Label label = label_of(mark, journey.arrivals, shown);
        if (shown) journey.labels.push_back(label);
        journey.undecidable = journey.undecidable || !shown;
    }
    journey.trip = trip(lock);
    return journey;
}

Journey journey_of(const World& world, Family family, std::uint32_t number) {
    const auto seed = mixed(world.seed, static_cast<std::uint64_t>(family), number);
    Scene scene(world, family, Random(seed));
    row_of(family).play(scene);
    Journey journey = scene.told();
    journey.id = std::string(id_of(family)) + "-" + std::to_string(number);
    auto named = std::make_shared<geofence::Trip>(*journey.trip);
    named->id = {journey.id};
    journey.trip = std::move(named);
    return journey;
}

}  // namespace liuhen::score
