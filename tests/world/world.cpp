#include "tests/world/world.hpp"

#include "tests/world/audit.hpp"
#include "tests/world/clerk.hpp"
#include "tests/world/story.hpp"

#include <algorithm>

namespace liuhen::world {
namespace {

using namespace std::chrono_literals;

constexpr Duration patience_at_the_end{30min};
constexpr Roads usual_roads{.slowest = 300ms, .cut = 0.005, .half_open = 0.3};
constexpr Duration longest_reading_pause{5s};

class World {
public:
    World(std::uint64_t seed, Bug bug) : stage_(seed, bug, morning) {
        stage_.schedule.add(context_);
        const auto find = [this] { return find_server(); };
        simulators::Chance chance{seed, "world"};
        const int trucks = 1 + static_cast<int>(chance.below(4));
        std::vector<Journey> journeys;
        const bool convoy = chance.below(2) == 0;
        for (int i = 0; i < trucks; ++i) {
            journeys.push_back(journey_of(seed, i, convoy ? 0 : i));
            stage_.trucks.push_back(journeys.back().known);
        }
        for (int i = 0; i < trucks; ++i) {
            auto& told = journeys[static_cast<std::size_t>(i)].told;
            trucks_.push_back(
                std::make_shared<Truck>(stage_, i, std::move(told), radio_of(seed, i), find));
        }
        for (int i = 0; i < 4; ++i) clerks_.push_back(std::make_shared<Clerk>(stage_, i, find));
        stage_.database.tables.quotas = quota_rows(Grams{25'000'000});
        if (chance.below(4) == 0) usual_weather_.slowest = 200ms;
        stage_.database.weather = usual_weather_;
        if (chance.below(3) == 0) stage_.database.poison_one_of = 30 + chance.below(100);
        stage_.roads = usual_roads;
    }
    ~World() { stage_.schedule.close(); }
    World(const World&) = delete;
    World& operator=(const World&) = delete;

    Account play() {
        start_server();
        supervise();
        for (const auto& truck : trucks_) truck->start();
        for (const auto& clerk : clerks_) spawn(clerk->work(morning + story_length));
        for (auto& reader : readers_) spawn(read(reader));
        for (const auto& mishap : mishaps_of(stage_.seed))
            stage_.schedule.after(mishap.at, [this, mishap] { befall(mishap); });
        stage_.schedule.run_until(morning + story_length);
        end_well();
        audit();
        return std::move(stage_.account);
    }

private:
    void spawn(awaitable<void> job) {
        asio::co_spawn(context_, std::move(job), [this](const std::exception_ptr& escaped) {
            if (escaped) stage_.account.complain("a job of the world failed");
        });
        stage_.schedule.wake();
    }

    // ---- servers ----

    std::shared_ptr<Server> find_server() {
        std::vector<std::shared_ptr<Server>> serving;
        for (const auto& one : servers_) {
            if (one->serves()) serving.push_back(one);
        }
        if (serving.empty()) return nullptr;
        return serving[serving.size() == 1 ? 0 : stage_.chance.below(serving.size())];
    }
    void start_server() {
        servers_.push_back(std::make_shared<Server>(stage_, static_cast<int>(servers_.size()) + 1));
        servers_.back()->start();
    }
    // As the system does with a service that ended; devices notice sooner or later.
    void supervise() {
        for (; buried_ < servers_.size() && !servers_[buried_]->is_alive(); ++buried_) {
            const auto most = stage_.chance.below(4) == 0 ? Duration{30s} : Duration{1s};
            for (const auto& truck : trucks_) truck->server_is_gone(*servers_[buried_], most);
        }
        const bool lives =
            std::ranges::any_of(servers_, [](const auto& server) { return server->is_alive(); });
        if (!lives && stage_.chance.below(5) == 0) start_server();
        stage_.schedule.after(1s, [this] { supervise(); });
    }
    void crash_servers() {
        for (const auto& server : servers_) {
            if (!server->is_alive()) continue;
            server->crash();
            ++stage_.account.crashes;
        }
    }
    void crash_database(Duration down) {
        auto& database = stage_.database;
        if (!database.is_up()) return;
        database.crash();
        ++stage_.account.database_crashes;
        stage_.schedule.after(down, [&database] { database.start(); });
    }

    // ---- what goes wrong ----

    void befall(const Mishap& mishap) {
        using What = Mishap::What;
        auto& weather = stage_.database.weather;
        const auto again = [&](auto restore) { stage_.schedule.after(mishap.lasts, restore); };
        stage_.account.note("mishap");
        switch (mishap.what) {
            case What::server_crash:
                return crash_servers();
            case What::database_crash:
                return crash_database(mishap.lasts);
            case What::both_crash:
                crash_servers();
                return crash_database(mishap.lasts);
            case What::slow_commits:
                weather.slowest = 5s;
                return again([this] { stage_.database.weather.slowest = usual_weather_.slowest; });
            case What::disk_full:
                weather.full = true;
                return again([&weather] { weather.full = false; });
            case What::lines_cut_in_commit:
                weather.cut = 0.3;
                return again([this] { stage_.database.weather.cut = usual_weather_.cut; });
            case What::roads_cut:
                stage_.roads.cut = 0.2;
                return again([this] { stage_.roads.cut = usual_roads.cut; });
            case What::roads_slow:
                stage_.roads.slowest = 8s;
                return again([this] { stage_.roads.slowest = usual_roads.slowest; });
            case What::clock_steps:
                return step_clock(stage_.schedule.now() + mishap.lasts);
            case What::second_server:
                return start_server();
            case What::count_:
                return;
        }
    }

    // Back and forth, and at the end it stands wrong.
    void step_clock(Instant until) {
        stage_.clock_error = stage_.some(20s) - 10s;
        if (stage_.schedule.now() >= until) return;
        stage_.schedule.after(stage_.some(4s), [this, until] { step_clock(until); });
    }

    // ---- readers of the feed ----

    awaitable<void> read(Reader& reader) {
        for (;;) {
            auto sleeping = sleep_for(stage_.schedule, stage_.some(longest_reading_pause));
            co_await std::move(sleeping);
            try {
                auto work = [no = reader.cursor()](Tables& tables) {
                    std::vector<Reader::Line> page;
                    for (auto at = tables.feed.upper_bound(no);
                         at != tables.feed.end() && page.size() < 20; ++at)
                        page.push_back({at->first, at->second});
                    return page;
                };
                auto reading = stage_.database.transact(std::move(work));
                const auto page = co_await std::move(reading);
                reader.lines.insert(reader.lines.end(), page.begin(), page.end());
            } catch (const DatabaseDown&) {
            }
        }
    }

    // ---- the end ----

    bool wait_for(const std::function<bool()>& is_so) {
        const auto until = stage_.schedule.now() + patience_at_the_end;
        while (!is_so() && stage_.schedule.now() < until) stage_.schedule.run_for(1s);
        return is_so();
    }

    // Once nothing goes wrong any more, everything comes to rest.
    void end_well() {
        stage_.schedule.run_for(1min);
        stage_.database.weather = {.slowest = 20ms, .cut = 0, .full = false};
        stage_.database.start();
        stage_.roads.cut = 0;
        const auto settled = [this] {
            const auto is_settled = [](const auto& truck) { return truck->settled(); };
            const auto is_over = [](const auto& clerk) { return clerk->is_over(); };
            return std::ranges::all_of(trucks_, is_settled) &&
                   std::ranges::all_of(clerks_, is_over) && find_server() != nullptr;
        };
        if (!wait_for(settled)) return stage_.account.complain("the world never came to rest");
        stage_.schedule.run_for(1min);
        int ticked = 0;
        end_ = stage_.schedule.now() + 1min;
        find_server()->tick_all(end_, [&ticked] { ++ticked; });
        if (!wait_for([&] { return ticked == Server::shards; }))
            return stage_.account.complain("the last tick was never stored");
        const auto read = [this] {
            return std::ranges::all_of(readers_, [this](const Reader& reader) {
                const auto& feed = stage_.database.tables.feed;
                return stage_.database.tables.feed_pending.empty() &&
                       (feed.empty() || reader.cursor() == feed.rbegin()->first);
            });
        };
        if (!wait_for(read)) stage_.account.complain("the feed was never read to its end");
        stage_.schedule.run_for(10s);
    }

    void audit() {
        for (const auto& truck : trucks_) {
            audit_observations(stage_, *truck);
            audit_alerts(stage_, truck->no(), end_);
        }
        for (const auto& reader : readers_) audit_reader(stage_, reader);
        audit_quarantine(stage_);
        audit_books(stage_);
        for (const auto& clerk : clerks_) clerk->audit();
        sum_up(stage_);
    }

    Stage stage_;
    asio::io_context context_{1};
    std::vector<std::shared_ptr<Server>> servers_;  ///< dead ones too
    std::size_t buried_ = 0;
    Weather usual_weather_{.slowest = 20ms, .cut = 0.01, .full = false};
    std::vector<std::shared_ptr<Truck>> trucks_;
    std::vector<std::shared_ptr<Clerk>> clerks_;
    std::array<Reader, 2> readers_;
    Instant end_;
};

}  // namespace

Account play(std::uint64_t seed, Bug bug) { return World{seed, bug}.play(); }

}  // namespace liuhen::world
