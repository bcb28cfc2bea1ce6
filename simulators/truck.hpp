// A truck at work: loads, signs, drives, unloads, comes back, and again.
#pragma once

#include "simulators/fleet.hpp"
#include "simulators/line.hpp"
#include "simulators/lock.hpp"
#include "simulators/papers.hpp"
#include "simulators/terminal.hpp"

#include <boost/asio/io_context.hpp>

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace liuhen::simulators {

/// What all actors of a play share. Outlives them.
struct Stage {
    const Scenario& scenario;
    const Endpoints& endpoints;
    asio::io_context* io{};
    ServerClock clock{};
    Fleet fleet{};
    Curtain curtain{};  ///< the story ends: trucks stop, devices send what they still have
    Curtain lights{};   ///< all is told: connections are closed
    std::size_t manifests_filed{};
    std::size_t manifests_completed{};
    std::vector<std::string> broken{};  ///< promises the server broke

    void complain(std::string promise);
};

class Truck {
public:
    Truck(Stage& stage, const TruckPlan& plan);

    /// Connects the devices and works until its laps are done or the curtain falls.
    awaitable<void> work();

    [[nodiscard]] const TruckPlan& plan() const { return plan_; }
    [[nodiscard]] const Terminal& terminal() const { return *terminal_; }
    [[nodiscard]] const Lock* lock() const { return lock_.get(); }
    [[nodiscard]] bool settled() const;
    [[nodiscard]] std::uint32_t laps_done() const { return laps_done_; }
    [[nodiscard]] std::optional<Duration> track_offset() const { return track_offset_; }

private:
    enum class Story : std::uint8_t { goes_on, over };
    /// Work on papers beside the truck's own doing.
    struct Job {
        bool ended = false;
        bool failed = false;
    };
    using JobPtr = std::shared_ptr<const Job>;
    using Done = std::function<bool()>;

    void connect();
    awaitable<void> lap();
    awaitable<void> load();
    awaitable<void> deliver();
    awaitable<void> stand(LatLon where, Duration at_least, LockState lock, Done done);
    awaitable<void> drive(DrivePlan plan, std::string way);
    awaitable<void> replay();
    awaitable<Story> next_report(Duration step);
    void report(const Doing& doing, Duration since_last);

    JobPtr begin(awaitable<void> work, std::string about);
    awaitable<void> file();
    awaitable<void> sign();
    awaitable<void> await_arrival();
    awaitable<void> receive();
    [[nodiscard]] Chance chance(std::string_view what) const;
    [[nodiscard]] bool has_papers() const { return !plan_.route.empty(); }

    Stage& stage_;
    const TruckPlan& plan_;
    Road road_;
    std::shared_ptr<Terminal> terminal_;
    std::shared_ptr<Lock> lock_;
    Receiver receiver_;
    Load cargo_ = Load::empty;
    Instant next_{};
    Consignment consignment_;
    std::uint32_t laps_done_{};
    bool papers_failed_ = false;
    std::optional<Duration> track_offset_;
};

}  // namespace liuhen::simulators
