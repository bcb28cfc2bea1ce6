#include "simulators/truck.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace liuhen::simulators {
namespace {

using namespace std::chrono_literals;

constexpr Duration settle_time = 30s;    // a lock's word must reach the server before signing
constexpr Duration paper_patience = 2h;  // for papers, in the server's time
constexpr Duration arrival_patience = 40min;
constexpr Duration look_every = 30s;           // at a manifest that should arrive by itself
constexpr std::chrono::milliseconds nap{100};  // longest sleep, so that the curtain is seen
constexpr std::chrono::milliseconds shortest_look{50};
constexpr std::size_t max_broken = 200;

awaitable<void> sleep(std::chrono::milliseconds time) {
    asio::steady_timer timer{co_await asio::this_coro::executor, time};
    co_await timer.async_wait(asio::use_awaitable);
}

Road road_of(const Scenario& scenario, const TruckPlan& plan) {
    const RoutePlan* route = find_route(scenario, plan.route);
    if (route != nullptr && plan.recording.empty()) return Road{route->line};
    Path path;
    for (const Fix& fix : plan.recording) path.push_back(fix.where);
    return Road{std::move(path)};
}

}  // namespace

void Stage::complain(std::string promise) {
    if (broken.size() < max_broken) broken.push_back(std::move(promise));
}

Truck::Truck(Stage& stage, const TruckPlan& plan)
    : stage_{stage},
      plan_{plan},
      road_{road_of(stage.scenario, plan)},
      terminal_{std::make_shared<Terminal>(plan.terminal, plan.edition, plan.plate,
                                           stage.scenario.network, stage.scenario.report_every,
                                           chance("terminal"), *find_model(plan.model))},
      receiver_{stage.scenario.receiver_error, chance("receiver")} {
    if (plan.lock.empty() || plan.lock == plan.terminal) return;
    lock_ = std::make_shared<Lock>(plan.lock, stage.scenario.network, stage.scenario.report_every,
                                   chance("lock"));
}

Chance Truck::chance(std::string_view what) const {
    return {stage_.scenario.seed, fmt::format("{}/{}/{}", plan_.key, what, laps_done_)};
}

bool Truck::settled() const { return terminal_->settled() && (!lock_ || lock_->settled()); }

void Truck::connect() {
    const auto run = [this](std::shared_ptr<Device> device, const HostPort& server) {
        asio::co_spawn(*stage_.io,
                       keep_connected(std::move(device), server, stage_.clock, stage_.lights),
                       asio::detached);
    };
    run(terminal_, stage_.endpoints.jt808);
    if (lock_) run(lock_, stage_.endpoints.lock);
}

awaitable<void> Truck::work() {
    const Instant start = stage_.clock.now() + plan_.starts_after;
    while (stage_.clock.now() < start && !stage_.curtain.down) {
        co_await sleep(std::min(nap, stage_.clock.until(start, std::chrono::steady_clock::now())));
    }
    next_ = std::chrono::ceil<std::chrono::seconds>(stage_.clock.now());
    connect();
    while (!stage_.curtain.down && !papers_failed_ &&
           (plan_.laps == 0 || laps_done_ < plan_.laps)) {
        co_await lap();
    }
}

awaitable<void> Truck::lap() {
    co_await load();
    if (stage_.curtain.down || papers_failed_) co_return;
    if (plan_.recording.empty()) {
        DrivePlan plan{.road = road_, .cruise = plan_.cruise};
        plan.halts = plan_.halts;
        plan.blind = plan_.blind;
        plan.detours = plan_.detours;
        co_await drive(std::move(plan), "out");
    } else {
        co_await replay();
    }
    if (stage_.curtain.down) co_return;
    co_await deliver();
    if (stage_.curtain.down) co_return;
    ++laps_done_;
    if (plan_.laps != 0 && laps_done_ >= plan_.laps) co_return;
    DrivePlan back{.road = road_.reversed(), .cruise = plan_.cruise};
    co_await drive(std::move(back), "back");
}

awaitable<Truck::Story> Truck::next_report(Duration step) {
    next_ += step;
    for (;;) {
        if (stage_.curtain.down) co_return Story::over;
        const auto left = stage_.clock.until(next_, std::chrono::steady_clock::now());
        if (left.count() == 0) co_return Story::goes_on;
        co_await sleep(std::min(nap, left));
    }
}

void Truck::report(const Doing& doing, Duration since_last) {
    const Fix fix{.at = next_,
                  .where = receiver_.see(doing.where, since_last),
                  .speed = doing.speed,
                  .heading = doing.heading,
                  .satellites = std::uint8_t{11},
                  .odometer = {}};
    terminal_->set_radio(doing.radio);
    terminal_->record(fix, {.load = cargo_,
                            .cover = doing.lock == LockState::open ? Cover::open : Cover::shut,
                            .lock = doing.lock});
    if (!lock_) return;
    lock_->set_radio(doing.radio);
    lock_->record(fix, doing.lock);
}

awaitable<void> Truck::stand(LatLon where, Duration at_least, LockState lock, Done done) {
    const Instant since = next_;
    const Duration step = stage_.scenario.report_every;
    for (bool over = false; !over;) {
        const Story story = co_await next_report(step);
        if (story == Story::over) co_return;
        // Asked before this report is made: what it adds is never settled yet.
        over = next_ - since >= at_least && done();
        over = over || next_ - since > at_least + paper_patience;
        Doing doing;
        doing.where = where;
        doing.lock = lock;
        report(doing, step);
    }
}

awaitable<void> Truck::drive(DrivePlan plan, std::string way) {
    Drive drive{std::move(plan), chance(way)};
    const Duration step = stage_.scenario.report_every;
    while (drive.phase() != Drive::Phase::finished) {
        const Story story = co_await next_report(step);
        if (story == Story::over) co_return;
        drive.advance(step);
        report(drive.doing(), step);
    }
}

awaitable<void> Truck::replay() {
    const auto first = std::chrono::floor<std::chrono::seconds>(plan_.recording.front().at);
    const Instant base = next_ + 1s;
    track_offset_ = base - first;
    for (const Fix& recorded : plan_.recording) {
        // A JT/T 808 time has whole seconds.
        const Instant at = std::chrono::floor<std::chrono::seconds>(recorded.at) + *track_offset_;
        if (at <= next_) continue;
        const Story story = co_await next_report(at - next_);
        if (story == Story::over) co_return;
        Fix fix = recorded;
        fix.at = at;
        terminal_->record(fix);
        if (lock_) lock_->record(fix, LockState::shut);
    }
}

Truck::JobPtr Truck::begin(awaitable<void> work, std::string about) {
    auto job = std::make_shared<Job>();
    // The exception ends here: a refusal is a broken promise, told at the end.
    const auto ended = [this, job, about = std::move(about)](const std::exception_ptr& failure) {
        job->ended = true;
        if (!failure) return;
        job->failed = true;
        try {
            std::rethrow_exception(failure);
        } catch (const std::exception& fault) {
            papers_failed_ = true;
            stage_.complain(fmt::format("{} ({}): {}", about, plan_.key, fault.what()));
        }
    };
    asio::co_spawn(*stage_.io, std::move(work), ended);
    return job;
}

awaitable<void> Truck::load() {
    const LatLon here = road_.at({0}).where;
    const Done at_once = [] { return true; };
    if (!has_papers()) {
        co_await stand(here, settle_time, LockState::shut, at_once);
        co_return;
    }
    const JobPtr filed = begin(file(), "a manifest cannot be filed");
    const Done is_filed = [filed] { return filed->ended; };
    co_await stand(here, plan_.loading, LockState::open, is_filed);
    cargo_ = Load::full;
    const Done is_settled = [this] { return !lock_ || lock_->settled(); };
    co_await stand(here, settle_time, LockState::shut, is_settled);
    if (papers_failed_ || stage_.curtain.down) co_return;
    const JobPtr signed_off = begin(sign(), "a load cannot be signed");
    const Done is_signed = [signed_off] { return signed_off->ended; };
    co_await stand(here, stage_.scenario.report_every, LockState::shut, is_signed);
}

awaitable<void> Truck::deliver() {
    const LatLon here = road_.at(road_.length()).where;
    const Done at_once = [] { return true; };
    if (!has_papers()) {
        co_await stand(here, plan_.unloading, LockState::shut, at_once);
        co_return;
    }
    const JobPtr arrived = begin(await_arrival(), "a manifest does not arrive");
    const Done has_arrived = [arrived] { return arrived->ended; };
    co_await stand(here, look_every, LockState::shut, has_arrived);
    if (papers_failed_ || stage_.curtain.down) co_return;
    const JobPtr received = begin(receive(), "a load cannot be received");
    const Done is_received = [received] { return received->ended; };
    co_await stand(here, plan_.unloading, LockState::open, is_received);
    cargo_ = Load::empty;
    co_await stand(here, settle_time, LockState::shut, at_once);
}

awaitable<void> Truck::file() {
    consignment_ = co_await file_manifest(stage_.fleet, plan_, stage_.clock.now());
    ++stage_.manifests_filed;
}

awaitable<void> Truck::sign() { co_await sign_load(stage_.fleet, plan_, consignment_); }

awaitable<void> Truck::await_arrival() {
    const Instant since = next_;
    for (;;) {
        const auto state = co_await state_of(stage_.fleet, plan_, consignment_.id);
        if (state == "ARRIVED" || stage_.curtain.down) co_return;
        if (next_ - since > arrival_patience) {
            throw std::runtime_error{fmt::format("{} is {} after {} min inside the fence",
                                                 consignment_.no, state, arrival_patience / 1min)};
        }
        const auto rest = stage_.clock.until(next_ + look_every, std::chrono::steady_clock::now());
        const auto pause = std::clamp(rest, shortest_look, 5 * nap);
        co_await sleep(pause);
    }
}

awaitable<void> Truck::receive() {
    co_await receive_load(stage_.fleet, plan_, consignment_);
    ++stage_.manifests_completed;
}

}  // namespace liuhen::simulators
