#include "geofence/detect/load.hpp"

#include "tests/support/drive.hpp"

#include <catch2/catch.hpp>

#include <random>

using namespace liuhen;
using namespace liuhen::geofence;
using namespace liuhen::test;

namespace {

constexpr double full_kg = 20'000;

/// A truck whose scale is read every `step` seconds, with the noise of real ones.
class Scale {
public:
    explicit Scale(unsigned seed, int step = 10) : random_(seed), step_(step) {}

    Scale& stand(double seconds) { return pass(seconds, Gait::stopped, 0); }
    Scale& drive(double seconds) { return pass(seconds, Gait::moving, 0); }
    /// The load goes evenly.
    Scale& pour(double seconds, double kg) { return pass(seconds, Gait::stopped, kg); }
    Scale& spill(double seconds, double kg) { return pass(seconds, Gait::creeping, kg); }
    Scale& add(double kg) {
        kg_ += kg;
        return *this;
    }
    /// What a slope or the sensor's own drift makes of it.
    Scale& factor(double factor) {
        factor_ = factor;
        return *this;
    }
    Scale& noise(double share) {
        noise_ = share;
        return *this;
    }
    Scale& loading() {
        under_way_ = false;
        return *this;
    }
    Scale& leaves() {
        under_way_ = true;
        return *this;
    }
    Scale& signals(std::initializer_list<Signal> all) {
        signals_ = {};
        for (const Signal one : all) signals_.set(one);
        return *this;
    }
    /// What the manifests say is load; the rest on the scale is the truck.
    Scale& declared(double kg) {
        trip_.declared = Grams{std::llround(kg * 1'000)};
        return *this;
    }
    Scale& state(Load load) {
        load_ = load;
        return *this;
    }
    Scale& blind() {
        has_scale_ = false;
        return *this;
    }
    /// The greatest amount told of a sign; 0: it was not.
    [[nodiscard]] double told(Sign sign) const {
        double most = 0;
        for (const Finding& one : found_) {
            if (one.sign == sign) most = std::max(most, one.amount);
        }
        return most;
    }
    /// Seconds from the last `mark` to when it was first told.
    Scale& mark() {
        marked_ = at_;
        return *this;
    }
    [[nodiscard]] double delay(Sign sign) const {
        for (const Finding& one : found_) {
            if (one.sign == sign && one.at >= marked_) return seconds_between(marked_, one.at);
        }
        return -1;
    }

private:
    Scale& pass(double seconds, Gait gait, double loses_kg) {
        std::normal_distribution<double> normal(0, 1);
        const int steps = static_cast<int>(seconds / step_);
        for (int i = 0; i < steps; ++i) {
            at_ += std::chrono::seconds{step_};
            kg_ -= loses_kg / steps;
            const double bump = gait == Gait::stopped ? 1 : 2.5;
            const double read =
                std::max(0.0, kg_ * factor_ + full_kg * noise_ * bump * normal(random_));
            Moment moment;
            moment.fix.at = at_;
            moment.fix.speed = {gait == Gait::stopped ? 0.0 : gait == Gait::creeping ? 3.0 : 15.0};
            moment.fix.signals = signals_;
            moment.fix.load = load_;
            if (has_scale_) moment.fix.mass = Grams{std::llround(read * 1000)};
            moment.gait = gait;
            moment.step_s = step_;
            moment.under_way = under_way_;
            watch_.see(moment, trip_, found_);
        }
        return *this;
    }

    std::mt19937 random_;
    int step_;
    Instant at_ = afternoon, marked_ = afternoon;
    double kg_ = full_kg, factor_ = 1, noise_ = 0.01;
    bool under_way_ = true, has_scale_ = true;
    Signals signals_;
    Load load_ = Load::unknown;
    Trip trip_ = empty_trip({});
    LoadWatch watch_;
    Findings found_;
};

}  // namespace

TEST_CASE("a fifth of the load that goes while the truck stands is told within three minutes") {
    for (unsigned seed = 1; seed <= 20; ++seed) {
        for (const int step : {5, 10, 30}) {
            Scale scale(seed, step);
            scale.loading().stand(300).leaves().drive(900).stand(60).mark();
            scale.pour(120, full_kg / 5).stand(120);
            INFO("seed " << seed << ", step " << step);
            CHECK(scale.told(Sign::load_fell) == Approx(0.2).margin(0.05));
            CHECK(scale.delay(Sign::load_fell) <= 180);
            CHECK(scale.delay(Sign::load_fell) > 0);
        }
    }
}

TEST_CASE("of a truck that is weighed with its load, the share is of what the manifests declare") {
    const auto told = [](double declared, Sign sign) {
        Scale scale(11);
        scale.noise(0.003).loading().declared(declared).stand(300).leaves().drive(900);
        if (sign == Sign::load_fell) scale.stand(60).pour(120, 2'000).stand(120);
        if (sign == Sign::load_leaks) scale.spill(1'800, 2'000).drive(600);
        return scale.told(sign);
    };
    CHECK(told(0, Sign::load_fell) == Approx(0.1).margin(0.02));
    CHECK(told(8'000, Sign::load_fell) == Approx(0.25).margin(0.03));
    CHECK(told(1'000, Sign::load_fell) == 1);  // more than it should be able to lose
    CHECK(told(30'000, Sign::load_fell) == told(0, Sign::load_fell));  // the scale knows better
    CHECK(told(8'000, Sign::load_leaks) == Approx(2.5 * told(0, Sign::load_leaks)).epsilon(0.01));
}

TEST_CASE("five of a hundred that go in a short stop are told, by a scale that scatters little") {
    Scale scale(3);
    scale.noise(0.003).loading().stand(300).leaves().drive(900).stand(60);
    scale.pour(60, full_kg / 20).stand(120).drive(300);
    CHECK(scale.told(Sign::load_fell) == Approx(0.05).margin(0.02));
}

TEST_CASE("a load dumped at once as the truck stops is told against the way before") {
    Scale scale(4);
    scale.loading().stand(300).leaves().drive(900).add(-full_kg / 2).stand(90);
    CHECK(scale.told(Sign::load_fell) == Approx(0.5).margin(0.05));
}

TEST_CASE("an honest scale says nothing in a day: noise, drift, bumps, slopes and refuelling") {
    for (unsigned seed = 1; seed <= 40; ++seed) {
        std::mt19937 random(seed);
        const auto any = [&](double from, double to) {
            return std::uniform_real_distribution<double>(from, to)(random);
        };
        Scale scale(seed, seed % 3 == 0 ? 30 : 10);
        const double drift = any(-0.005, 0.005);  // an hour
        double hours = 0;
        scale.noise(any(0.003, 0.02)).loading().stand(600).leaves();
        for (int leg = 0; leg < 12; ++leg) {
            const double going = any(600, 2'400), standing = any(30, 1'200);
            scale.factor(1 + drift * hours).drive(going);
            scale.factor(1 + drift * hours + any(-0.04, 0.01)).stand(standing);
            if (leg == 5) scale.add(250);
            hours += (going + standing) / 3600;
        }
        INFO("seed " << seed);
        CHECK(scale.told(Sign::load_fell) == 0);
        CHECK(scale.told(Sign::load_leaks) == 0);
    }
}

TEST_CASE("a slope makes a truck lighter for as long as it stands there, and no longer") {
    Scale slope(5);
    slope.loading().stand(300).leaves().drive(900).factor(0.94).stand(600).factor(1).drive(900);
    CHECK(slope.told(Sign::load_fell) == 0);
    Scale dumped(5);
    dumped.loading().stand(300).leaves().drive(900).add(-0.06 * full_kg).stand(600).drive(900);
    CHECK(dumped.told(Sign::load_fell) > 0.04);
}

TEST_CASE("a load that leaks away while the truck creeps is told") {
    for (unsigned seed = 1; seed <= 10; ++seed) {
        Scale scale(seed);
        scale.loading().stand(300).leaves().drive(900).mark().spill(600, 0.3 * full_kg);
        INFO("seed " << seed);
        CHECK(scale.told(Sign::load_leaks) > 0.05);
        CHECK(scale.delay(Sign::load_leaks) > 0);
        CHECK(scale.told(Sign::load_fell) == 0);
    }
}

TEST_CASE("a scale that is stuck, or none, has no signs") {
    Scale stuck(6);
    stuck.noise(0).loading().stand(300).leaves().drive(900).stand(600).drive(900);
    CHECK(stuck.told(Sign::load_fell) == 0);
    CHECK(stuck.told(Sign::load_leaks) == 0);
    Scale none(6);
    none.blind().drive(900).pour(300, full_kg).drive(900);
    CHECK(none.told(Sign::load_fell) == 0);
}

TEST_CASE("loading is no fall, and what was loaded last counts") {
    Scale scale(7);
    scale.loading().stand(300).add(-full_kg).stand(300).add(0.5 * full_kg).stand(300);
    scale.leaves().drive(600).stand(300);
    CHECK(scale.told(Sign::load_fell) == 0);
    scale.pour(120, 0.25 * full_kg).stand(120);
    CHECK(scale.told(Sign::load_fell) == Approx(0.5).margin(0.08));
}

TEST_CASE("a body that is tipped, a cover that opens, a reported dump are told while slow") {
    for (const Signal one : {Signal::lifted, Signal::cover_open, Signal::dump_reported}) {
        Scale scale(8);
        scale.blind().drive(300).signals({one}).stand(120);
        CHECK(scale.told(Sign::body_lifted) >= 100);
    }
    Scale fast(8);
    fast.blind().drive(60).signals({Signal::lifted}).drive(120);
    CHECK(fast.told(Sign::body_lifted) == 0);
    Scale unwired(8);  // set from the first report on
    unwired.blind().signals({Signal::lifted, Signal::cover_open}).drive(300).stand(600);
    CHECK(unwired.told(Sign::body_lifted) == 0);
}

TEST_CASE("a terminal that says full and then empty tells that the load went") {
    Scale scale(9);
    scale.blind().state(Load::full).drive(300).state(Load::unknown).drive(30);
    scale.state(Load::empty).stand(20);
    CHECK(scale.told(Sign::load_fell) == 0);  // two reports are not enough
    scale.stand(30);
    CHECK(scale.told(Sign::load_fell) == 1);
    Scale empty(9);
    empty.blind().state(Load::empty).drive(900);
    CHECK(empty.told(Sign::load_fell) == 0);
}
