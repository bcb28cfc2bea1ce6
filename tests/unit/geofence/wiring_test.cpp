// What the truck's own wires say: a tracker carried away, and weights told without a position.
#include "geofence/detect/wiring.hpp"

#include "geofence/watch.hpp"
#include "tests/support/sensed.hpp"

#include <catch2/catch.hpp>

using namespace liuhen;
using namespace liuhen::geofence;
using namespace liuhen::test;
using namespace std::chrono_literals;

namespace {

const auto at = sketch(R"(
    A---------B--------C---------D
)",
                       Metres{500});
const Path road{at.at('A'), at.at('B'), at.at('C'), at.at('D')};

/// A truck that reports each 10 s to a `Wiring`.
class Tracker {
public:
    Tracker& drive(int fixes, bool wired) { return tell(fixes, wired, 15, 0); }
    Tracker& stand(int fixes, bool wired) { return tell(fixes, wired, 0, 10); }
    Tracker& allowed(bool allowed) {
        allowed_ = allowed;
        return *this;
    }
    [[nodiscard]] double told() const { return told_; }

private:
    Tracker& tell(int fixes, bool wired, double speed, double stands_s) {
        double stood = 0;
        for (int i = 0; i < fixes; ++i) {
            where_ = shifted(where_, {speed * 10}, {0});
            stood += stands_s;
            Moment moment;
            moment.fix.at = afternoon + std::chrono::seconds{10 * ++number_};
            moment.fix.where = where_;
            moment.fix.speed = {speed};
            moment.stops_allowed = allowed_;
            if (wired) moment.fix.mass = Grams{20'000'000};
            Findings found;
            wiring_.see(moment, stood, found);
            told_ = found.empty() ? 0 : found.front().amount;
        }
        return *this;
    }
    Wiring wiring_;
    LatLon where_ = sketch_corner;
    bool allowed_ = false;
    int number_ = 0;
    double told_ = 0;
};

}  // namespace

TEST_CASE("a tracker whose wires fall silent at a stop and that drives on was carried away") {
    CHECK(Tracker().drive(40, true).stand(12, true).drive(20, false).told() ==
          Approx(3'000).margin(20));
    CHECK(Tracker().drive(40, true).stand(12, true).drive(20, false).drive(1, true).told() == 0);
    CHECK(Tracker().drive(40, true).drive(20, false).told() == 0);  // a cable that broke
    CHECK(Tracker().drive(5, true).stand(12, true).drive(20, false).told() == 0);  // hardly known
    CHECK(Tracker().drive(40, false).stand(12, false).drive(20, false).told() == 0);
    Tracker yard;
    yard.drive(40, true).allowed(true).stand(12, true).allowed(false).drive(20, false);
    CHECK(yard.told() == 0);
}

TEST_CASE("a load that goes while the satellites are jammed is dumping") {
    const auto alerts_of = [](double left) {
        Drive drive = Drive(afternoon, road[0]).wait(300).to(road[1]);
        drive.source(FixSource::none).wait(900).source(FixSource::satellite).to(road[2]);
        int dark = 0;
        const auto seen = sensed(drive.seen(), [&](Fix& fix, int n) {
            const bool blind = fix.source == FixSource::none;
            if (blind) fix.satellites = std::uint8_t{0};
            dark += blind ? 1 : 0;
            const double share = dark < 30 ? 1 : left;
            fix.mass = Grams{static_cast<std::int64_t>(share * 20'000'000) + n * 7'919 % 90'000};
        });
        Watch watch{std::make_shared<const Trip>(loaded_trip(road))};
        std::vector<Kind> raised;
        for (const Sighting& one : seen) {
            const Instant now = time_of(one.what) + 1s;
            for (const auto& change : watch.observe({&one, 1}, now).changes) {
                const bool blind = std::get<Fix>(one.what).source == FixSource::none;
                const bool is_new = change.what == AlertChange::What::raised;
                if (blind && is_new) raised.push_back(change.alert.kind);
            }
        }
        return raised;
    };
    const auto stolen = alerts_of(0.5);
    CHECK(std::ranges::count(stolen, Kind::suspected_dumping) == 1);  // while it is blind
    CHECK(std::ranges::count(alerts_of(1), Kind::suspected_dumping) == 0);
}
