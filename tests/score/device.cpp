#include "tests/score/device.hpp"

#include <algorithm>
#include <cmath>

namespace liuhen::score {
namespace {

Duration of_seconds(double seconds) {
    return Duration{static_cast<std::int64_t>(std::lround(seconds * 1000))};
}
Instant whole_second(Instant at) { return std::chrono::floor<std::chrono::seconds>(at); }

/// What is sent, its way to the service: delays, losses, stores of blind areas, repeats.
class Link {
public:
    Link(const Script& truth, Random random) : truth_(truth), random_(random) {}

    void send(Observation what, Instant true_time, double delay_s) {
        Sighting one;
        one.what = std::move(what);
        one.hash = random_.bits();
        one.message = 0x0200;
        const Instant out = network_from(true_time);
        if (out > true_time) {
            one.backlog = true;
            one.message = 0x0704;
            delay_s = random_.between(1, 60);  // the store is emptied in any order
        }
        const Instant received = out + of_seconds(delay_s);
        if (random_.chance(0.01)) {
            arrivals_.push_back({one, received + of_seconds(random_.between(1, 90))});
        }
        arrivals_.push_back({std::move(one), received});
    }
    std::vector<Arrival> take() {
        std::ranges::stable_sort(arrivals_, {}, &Arrival::received);
        return std::move(arrivals_);
    }
    Random& random() { return random_; }

private:
    /// The first moment from `at` on with a network. A store that never gets out is out at the end.
    [[nodiscard]] Instant network_from(Instant at) const {
        const Instant end = truth_.now();
        while (at < end && truth_.tick(at).is(Fact::no_network)) at += std::chrono::seconds(1);
        return at;
    }
    const Script& truth_;
    Random random_;
    std::vector<Arrival> arrivals_;
};

/// Kilograms as the scale says them.
class Scale {
public:
    Scale(const Device& device, Random random) : device_(device), random_(random) {
        drift_ = device.scale.drift * random_.between(-1, 1);
        slope_ = random_.between(-1, 1) * device.scale.slope;
    }
    Grams read(const Tick& tick, double hours) {
        const auto& scale = device_.scale;
        if (!stuck_ || !scale.stuck) {
            const bool moving = tick.speed > 1;
            const double sigma = moving ? std::hypot(scale.sigma, scale.bumps) : scale.sigma;
            double share = tick.load + drift_ * hours + random_.normal(sigma);
            if (!moving) share += slope_;
            if (moving && random_.chance(0.01)) share += random_.normal(4 * scale.bumps);
            if (moving) slope_ = random_.between(-1, 1) * scale.slope;  // of the next place
            stuck_ = Grams{std::llround(std::max(0.0, share) * device_.full_kg / 20) * 20'000};
        }
        return *stuck_;
    }

private:
    const Device& device_;
    Random random_;
    double drift_ = 0, slope_ = 0;
    std::optional<Grams> stuck_;
};

class Tracker {
public:
    Tracker(const Script& truth, const Cargo& cargo, const Device& device,
            const Recordings* recordings, Random& random)
        : truth_(truth),
          cargo_(cargo),
          device_(device),
          noise_(device.noise, recordings, Random(random.bits())),
          scale_(device, Random(random.bits())),
          random_(random.bits()),
          satellites_(random_.whole(9, 14)) {}

    void run(Link& link) {
        double next = random_.between(0, device_.step);
        const auto seconds = static_cast<double>(truth_.ticks().size());
        for (double t = next; t < seconds; t = next) {
            const Instant at = whole_second(truth_.start() + of_seconds(t));
            const Tick& tick = truth_.tick(at);
            const bool asleep = device_.sleeps && !tick.is(Fact::ignition);
            next = t + (asleep ? 60 : device_.step) * random_.between(0.9, 1.1);
            next = std::max(next, t + 1);
            if (tick.is(Fact::unpowered)) {
                if (powered_ && device_.tells_power && random_.chance(0.7)) {
                    Fix last = fix(at, tick, t);
                    last.signals.set(Signal::power_cut);
                    link.send(last, at, random_.between(0.3, 2));
                }
                powered_ = false;
                continue;
            }
            powered_ = true;
            const Fix one = fix(at, tick, t);
            if (random_.chance(device_.lost)) continue;
            const bool slow = random_.chance(0.02);
            link.send(one, at, random_.between(0.3, 2) + (slow ? random_.exponential(20) : 0));
        }
    }

private:
    [[nodiscard]] const Tick& real(Instant at, const Tick& told) const {
        return cargo_.counts(at) ? cargo_.script->tick(at) : told;
    }
    [[nodiscard]] Instant told_time(Instant at) const {
        double ahead = device_.clock_s;
        if (device_.clock_jump_s != 0 && at >= device_.jump_from && at < device_.jump_until) {
            ahead += device_.clock_jump_s;
        }
        return at + of_seconds(ahead);
    }
    Fix fix(Instant at, const Tick& tick, double t) {
        const Tick& wheels = real(at, tick);
        const bool dark = tick.is(Fact::in_tunnel) || tick.is(Fact::jammed);
        const bool made_up = tick.is(Fact::spoofed);
        Fix fix;
        fix.at = told_time(at);
        if (dark) {
            fix.source = FixSource::none;
            fix.where = last_;
            fix.satellites = 0;
            if (tick.is(Fact::jammed) && device_.tells_jam) fix.signals.set(Signal::jammed);
        } else {
            const Offset error = noise_.at(t, tick.odometer, tick.speed, tick.heading);
            fix.where = moved(tick.where, made_up ? device_.datum : error + device_.datum);
            fix.where = {std::round(fix.where.lat * 1e6) / 1e6,
                         std::round(fix.where.lon * 1e6) / 1e6};
            const int seen = satellites_ + random_.whole(-2, 2);
            fix.satellites = static_cast<std::uint8_t>(made_up ? satellites_ : seen);
            const double error_v = made_up ? 0 : random_.normal(0.25);
            const double shown = std::max(0.0, tick.speed + error_v);
            fix.speed = {shown < 0.6 ? 0 : std::round(shown * 36) / 36};
        }
        fix.heading = {std::round(tick.heading)};
        last_ = fix.where;
        if (device_.wired) {
            fix.signals.set(Signal::ignition_told);
            fix.signals.set(Signal::ignition_on, tick.is(Fact::ignition));
        }
        if (device_.body_sensor && wheels.is(Fact::lifted)) fix.signals.set(Signal::lifted);
        if (!tick.is(Fact::unplugged)) tell_truck(fix, wheels, t);
        if (tick.is(Fact::unplugged) && device_.odometer) fix.odometer = unplugged_at_;
        if (fix.odometer) unplugged_at_ = *fix.odometer;
        return fix;
    }
    void tell_truck(Fix& fix, const Tick& wheels, double t) {
        if (device_.odometer) fix.odometer = {std::floor(wheels.odometer / 100) * 100};
        if (device_.recorder) {
            const bool carried = wheels.is(Fact::carried);
            fix.recorder_speed = {carried ? 0 : std::round(wheels.speed * 3.6) / 3.6};
        }
        if (device_.scale.present) fix.mass = scale_.read(wheels, t / 3600);
    }

    const Script& truth_;
    Cargo cargo_;
    const Device& device_;
    Noise noise_;
    Scale scale_;
    Random random_;
    int satellites_;
    LatLon last_;
    Metres unplugged_at_;
    bool powered_ = true;
};

class Lock {
public:
    Lock(const Script& truth, const Cargo& cargo, const Device& device, LockId name, Random& random)
        : truth_(truth),
          cargo_(cargo),
          device_(device),
          name_(std::move(name)),
          random_(random.bits()) {}

    void run(Link& link) {
        for (const Script* script : {&truth_, cargo_.script}) {
            if (!script) continue;
            for (const auto& one : script->lock_moments()) {
                const bool of_this = cargo_.counts(one.at) == (script == cargo_.script);
                if (of_this && !real(one.at).is(Fact::lock_mute)) tell(link, one);
            }
        }
        double t = random_.between(0, device_.lock.beat_s);
        const auto seconds = static_cast<double>(truth_.ticks().size());
        for (; t < seconds; t += device_.lock.beat_s * random_.between(0.97, 1.03)) {
            const Instant at = whole_second(truth_.start() + of_seconds(t));
            const Tick& tick = real(at);
            if (tick.is(Fact::lock_mute) || random_.chance(device_.lock.lost)) continue;
            LockEvent beat;
            beat.at = at;
            beat.lock = name_;
            beat.action = tick.is(Fact::lock_open) ? LockAction::unsealed : LockAction::sealed;
            if (device_.lock.battery_low && random_.chance(0.3))
                beat.action = LockAction::battery_low;
            place(beat, tick);
            link.send(beat, at, random_.between(0, 120));
        }
    }

private:
    [[nodiscard]] const Tick& real(Instant at) const {
        return cargo_.counts(at) ? cargo_.script->tick(at) : truth_.tick(at);
    }
    void place(LockEvent& event, const Tick& tick) {
        if (!device_.lock.has_place) return;
        event.where = moved(tick.where, {random_.normal(6), random_.normal(6)});
    }
    void tell(Link& link, const Script::LockMoment& one) {
        LockEvent event;
        event.at = one.at;
        event.lock = one.other ? LockId{name_.text + "9"} : name_;
        event.action = one.action;
        event.means = one.means;
        event.actor = one.actor;
        place(event, real(one.at));
        // Events are repeated until they are acknowledged: late, not lost.
        const bool late = random_.chance(0.2 + device_.lock.lost);
        link.send(event, one.at, late ? random_.between(3, 120) : random_.between(0.3, 3));
    }
    const Script& truth_;
    Cargo cargo_;
    const Device& device_;
    LockId name_;
    Random random_;
};

}  // namespace

Device some_device(const Variant& variant, Random& random) {
    Device device;
    const double kind = random.unit();
    device.step = kind < 0.05 ? 62 : kind < 0.25 ? 5 : kind < 0.75 ? 10 : 30;
    if (variant.step > 0) device.step = variant.step;
    device.sleeps = random.chance(0.3);
    if (random.chance(0.02)) device.clock_s = std::round(random.between(-90, 90));
    if (random.chance(0.01)) {
        const double far = random.between(300, 600);
        const double angle = random.between(0, 6.28);
        device.datum = {far * std::cos(angle), far * std::sin(angle)};
    }
    device.odometer = random.chance(0.7);
    device.recorder = random.chance(0.6);
    device.wired = random.chance(0.9);
    device.tells_jam = random.chance(0.3);
    device.tells_power = random.chance(0.6);
    device.body_sensor = variant.body && random.chance(0.15);
    device.noise.factor = variant.noise;
    device.noise.from_tapes = random.chance(0.5);
    device.noise.bursts_an_hour = random.between(0.8, 2.5);
    device.noise.parked_p95 = 0.5 * std::pow(46.0, random.unit());  // 0.5 .. 23 m
    device.scale.present = variant.load && random.chance(0.9);
    device.scale.stuck = random.chance(0.02);
    device.scale.sigma = random.between(0.01, 0.02);
    device.lock.present = variant.lock;
    device.lock.has_place = random.chance(0.7);
    device.lock.beat_s = random.between(300, 600);
    device.full_kg = random.between(4'000, 20'000);
    return device;
}

std::vector<Arrival> sensed(const Script& truth, const Cargo& cargo, const Device& device,
                            const LockId& lock, const Recordings* recordings, Random random) {
    Link link(truth, Random(random.bits()));
    Tracker(truth, cargo, device, recordings, random).run(link);
    if (device.lock.present) Lock(truth, cargo, device, lock, random).run(link);
    return link.take();
}

}  // namespace liuhen::score
