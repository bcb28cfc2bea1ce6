#include "simulators/play.hpp"

#include "simulators/audit.hpp"
#include "simulators/police.hpp"
#include "simulators/truck.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <fmt/format.h>

#include <algorithm>
#include <exception>
#include <utility>

namespace liuhen::simulators {
namespace {

using namespace std::chrono_literals;

constexpr std::chrono::seconds ready_patience{30};
constexpr std::chrono::seconds settle_patience{30};  // for what devices still hold at the end
constexpr std::chrono::seconds clock_every{2};

awaitable<void> sleep(std::chrono::milliseconds time) {
    asio::steady_timer timer{co_await asio::this_coro::executor, time};
    co_await timer.async_wait(asio::use_awaitable);
}

/// One play from its first to its last line.
class Performance {
public:
    Performance(const Scenario& scenario, const Endpoints& endpoints, const PlayOptions& options)
        : options_{options}, stage_{.scenario = scenario, .endpoints = endpoints} {
        stage_.io = &io_;
        plans_ = scenario.trucks;
        if (options.keep_running) {
            for (TruckPlan& plan : plans_) plan.laps = 0;
        }
    }

    PlayReport run() {
        std::exception_ptr failure;
        asio::co_spawn(io_, perform(),
                       [&failure](std::exception_ptr thrown) { failure = std::move(thrown); });
        io_.run();
        if (failure) std::rethrow_exception(failure);
        return report();
    }

private:
    awaitable<void> perform();
    awaitable<void> ask_clock(std::chrono::seconds patience);
    awaitable<void> follow_clock();
    awaitable<void> tell_progress();
    awaitable<void> finish_old_papers();
    awaitable<void> set_up();
    awaitable<void> play_on();
    awaitable<void> settle();
    void raise_curtain();
    void begin(awaitable<void> job, std::string name);
    [[nodiscard]] PlayReport report() const;

    PlayOptions options_;
    asio::io_context io_{1};
    Stage stage_;
    std::vector<TruckPlan> plans_;
    std::vector<std::unique_ptr<Truck>> trucks_;
    AlertLog alerts_;
    Instant started_{};
    Monotonic began_ = std::chrono::steady_clock::now();
    std::size_t at_work_ = 0;
    bool reading_ = false;
};

awaitable<void> Performance::ask_clock(std::chrono::seconds patience) {
    HttpRequest request{.verb = "GET", .target = "/readyz"};
    const HttpAnswer answer = co_await ask(stage_.endpoints.http, std::move(request), patience);
    if (answer.status != 200) throw std::runtime_error{"the server is not ready: " + answer.body};
    follow(stage_.clock, answer.body, std::chrono::steady_clock::now());
}

awaitable<void> Performance::follow_clock() {
    for (auto last = std::chrono::steady_clock::now(); !stage_.lights.down; co_await sleep(100ms)) {
        if (std::chrono::steady_clock::now() - last < clock_every) continue;
        last = std::chrono::steady_clock::now();
        try {
            co_await ask_clock(1s);
        } catch (const std::exception&) {
            continue;  // down for a while: its clock goes on from what was last known
        }
    }
}

void Performance::begin(awaitable<void> job, std::string name) {
    asio::co_spawn(io_, std::move(job), [this, name = std::move(name)](std::exception_ptr thrown) {
        if (!thrown) return;
        try {
            std::rethrow_exception(thrown);
        } catch (const std::exception& fault) {
            stage_.complain(name + ": " + fault.what());
        }
    });
}

awaitable<void> Performance::finish_old_papers() {
    for (const TruckPlan& plan : plans_) {
        if (!plan.route.empty()) co_await finish_leftovers(stage_.fleet, plan);
    }
}

awaitable<void> Performance::set_up() {
    co_await ask_clock(ready_patience);
    if (options_.rate && std::abs(*options_.rate - stage_.clock.rate()) > 1e-6) {
        throw std::runtime_error{fmt::format("the server's clock runs at {}x, not at {}x",
                                             stage_.clock.rate(), *options_.rate)};
    }
    stage_.fleet = co_await enlist(stage_.scenario, stage_.endpoints, stage_.clock.now());
    co_await finish_old_papers();
    started_ = stage_.clock.now();
}

void Performance::raise_curtain() {
    for (const TruckPlan& plan : plans_) {
        trucks_.push_back(std::make_unique<Truck>(stage_, plan));
    }
    for (const auto& truck : trucks_) {
        ++at_work_;
        asio::co_spawn(io_, truck->work(), [this](std::exception_ptr thrown) {
            --at_work_;
            if (thrown) stage_.complain("a simulated truck broke down");
        });
    }
    reading_ = true;
    asio::co_spawn(io_, read_alerts(*stage_.fleet.police, alerts_, stage_.lights),
                   [this](std::exception_ptr thrown) {
                       reading_ = false;
                       if (!thrown) return;
                       stage_.complain("the alert feed could not be read to its end");
                   });
    begin(follow_clock(), "clock");
    if (options_.progress) begin(tell_progress(), "progress");
}

awaitable<void> Performance::play_on() {
    while (at_work_ > 0) {
        const bool late =
            options_.at_most && std::chrono::steady_clock::now() - began_ > *options_.at_most;
        if (late || (options_.stop != nullptr && options_.stop->load())) stage_.curtain.down = true;
        co_await sleep(50ms);
    }
    stage_.curtain.down = true;
}

awaitable<void> Performance::settle() {
    const auto is_settled = [](const auto& truck) { return truck->settled(); };
    const auto until = std::chrono::steady_clock::now() + settle_patience;
    while (!std::ranges::all_of(trucks_, is_settled)) {
        if (std::chrono::steady_clock::now() > until) {
            stage_.complain("the server has not acknowledged everything in time");
            break;
        }
        co_await sleep(50ms);
    }
    stage_.lights.down = true;
    while (reading_) co_await sleep(20ms);
}

awaitable<void> Performance::perform() {
    co_await set_up();
    raise_curtain();
    co_await play_on();
    co_await settle();
    try {
        const Instant until = stage_.clock.now();
        co_await audit_tracks(stage_, trucks_, started_, until);
        co_await revoke(stage_.fleet, stage_.endpoints);
    } catch (const std::exception& fault) {
        stage_.complain(std::string{"the audit broke off: "} + fault.what());
    }
    audit_alerts(stage_, trucks_, alerts_, started_);
}

awaitable<void> Performance::tell_progress() {
    while (!stage_.lights.down) {
        for (int i = 0; i < 10 && !stage_.lights.down; ++i) co_await sleep(100ms);
        const PlayReport so_far = report();
        options_.progress(fmt::format(
            "{}  trucks {}  sent {}  acked {}  alerts {}  manifests {}/{} completed",
            to_iso(std::chrono::floor<std::chrono::seconds>(stage_.clock.now())), at_work_,
            so_far.sent, so_far.acked, so_far.alerts, so_far.completed, so_far.manifests));
    }
}

PlayReport Performance::report() const {
    PlayReport report;
    std::map<std::string, std::string> key_of;
    for (const auto& truck : trucks_) {
        const Tally& tally = truck->terminal().tally();
        report.sent += tally.sent.size();
        report.acked += tally.acked.size();
        report.frames += tally.frames;
        if (truck->track_offset()) report.track_offset = truck->track_offset();
        key_of[truck->plan().plate] = truck->plan().key;
    }
    for (const auto& [alert, seen] : alerts_.alerts()) {
        const auto ours = key_of.find(seen.plate);
        if (ours == key_of.end() || seen.detected_at < started_) continue;
        ++report.alerts;
        if (seen.type == "withdrawn") {
            ++report.withdrawn;
        } else {
            ++report.kinds[ours->second][seen.kind];
        }
    }
    report.events = alerts_.events();
    report.manifests = stage_.manifests_filed;
    report.completed = stage_.manifests_completed;
    report.broken_promises = stage_.broken;
    return report;
}

}  // namespace

PlayReport play(const Scenario& scenario, const Endpoints& endpoints, const PlayOptions& options) {
    Performance performance{scenario, endpoints, options};
    return performance.run();
}

std::string PlayReport::to_line() const {
    json line{{"sent", sent},           {"acked", acked},
              {"frames", frames},       {"alerts", alerts},
              {"withdrawn", withdrawn}, {"events", events},
              {"manifests", manifests}, {"completed", completed},
              {"kinds", kinds},         {"broken_promises", broken_promises}};
    if (track_offset) line["track_offset_s"] = track_offset->count() / 1000;
    return line.dump();
}

}  // namespace liuhen::simulators
