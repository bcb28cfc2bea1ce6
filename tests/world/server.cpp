#include "tests/world/server.hpp"

#include "telematics/jtt808/dialogue.hpp"

#include <algorithm>

namespace liuhen::world {
namespace {

using geofence::Outcome;
using geofence::Watch;
using telematics::jtt808::Dialogue;

constexpr Duration tenancy_every{2'000};
constexpr Duration tenancy_pause{300};
constexpr int tenancy_attempts = 10;
constexpr Duration look_again{5'000};
constexpr Duration tick_every{60'000};
constexpr Duration pause{500};

telematics::Enrolment enrolment_of(Stage& stage) {
    return [&stage](std::string_view number) -> std::optional<telematics::Enrolled> {
        const auto known = std::ranges::find(stage.trucks, number, &Known::number);
        if (known == stage.trucks.end()) return std::nullopt;
        telematics::Enrolled enrolled{.terminal = {known->number},
                                      .plate = known->plate,
                                      .auth_code = "code-" + known->number,
                                      .profile = {}};
        const auto said = stage.database.tables.registered.find(known->number);
        if (said != stage.database.tables.registered.end()) enrolled.registered = said->second;
        return enrolled;
    };
}

int truck_of(const Stage& stage, const TerminalId& terminal) {
    const auto known = std::ranges::find(stage.trucks, terminal.text, &Known::number);
    return static_cast<int>(known - stage.trucks.begin());
}

std::vector<geofence::Alert> newest_revisions(const Tables& tables, const std::string& trip) {
    std::map<std::string, const store::AlertRow*> newest;
    for (const auto& [key, row] : tables.alerts) {
        if (row.trip_id == trip) newest[key.alert] = &row;
    }
    std::vector<geofence::Alert> alerts;
    for (const auto& [key, row] : newest) alerts.push_back(store::to_alert(*row));
    return alerts;
}

}  // namespace

/// Held while a report of a vehicle is judged and stored: nobody else may hold one.
class Server::Hand {
public:
    Hand(Stage& stage, int truck, int server) : stage_(stage), truck_(truck), server_(server) {
        auto& hands = stage_.hands[truck_];
        if (!hands.empty())
            stage_.account.complain("two writers on truck " + std::to_string(truck_));
        hands.push_back(server_);
    }
    ~Hand() { std::erase(stage_.hands[truck_], server_); }
    Hand(const Hand&) = delete;
    Hand& operator=(const Hand&) = delete;

private:
    Stage& stage_;
    int truck_, server_;
};

Server::Server(Stage& stage, int id)
    : stage_(stage), id_(id), stored_(std::make_shared<Bell>(stage.schedule)) {
    stage_.schedule.add(context_);
    for (int shard = 0; shard < shards; ++shard) {
        const auto stored = [this](const store::Entry& entry) {
            if (entry.alerts.empty()) return;
            for (const auto& row : entry.alerts) in_memory_.push_back({row.alert, row.revision});
            stored_->ring();
        };
        journals_.push_back(std::make_shared<Journal>(stage_, alive_, stored));
    }
}

Server::~Server() { stage_.schedule.remove(context_); }

void Server::spawn(awaitable<void> job) {
    asio::co_spawn(context_, std::move(job), [this](const std::exception_ptr& escaped) {
        if (!escaped) return;
        try {
            std::rethrow_exception(escaped);
        } catch (const std::exception& fault) {
            stage_.account.complain(std::string{"a job of the server failed: "} + fault.what());
        }
    });
    stage_.schedule.wake();
}

void Server::start() { spawn(keep_tenancy()); }

void Server::crash() {
    *alive_ = false;
    stage_.schedule.remove(context_);
    for (auto& [truck, servers] : stage_.hands) std::erase(servers, id_);
    stage_.schedule.after(stage_.some(Duration{500}), [this] { stage_.database.end_tenancy(id_); });
}

awaitable<void> Server::keep_tenancy() {
    auto& database = stage_.database;
    const bool asks = stage_.bug != Bug::no_tenancy;
    for (int i = 0; asks && !database.try_tenancy(id_); ++i) {
        if (i == tenancy_attempts) {
            crash();
            co_return;
        }
        auto sleeping = sleep_for(stage_.schedule, tenancy_pause);
        co_await std::move(sleeping);
    }
    serves_ = true;
    spawn(number_alerts());
    for (int shard = 0; shard < shards; ++shard) spawn(tick_on(shard));
    for (;;) {
        auto sleeping = sleep_for(stage_.schedule, tenancy_every);
        co_await std::move(sleeping);
        if (asks && database.is_up() && !database.try_tenancy(id_)) crash();
    }
}

// ---- devices ----

void Server::accept(std::shared_ptr<Line> line) { spawn(talk(std::move(line))); }

// The newest line of a terminal wins; the former one ends.
void Server::claim(int truck, const std::shared_ptr<Line>& line) {
    auto& newest = lines_[truck];
    if (newest && newest != line && !newest->over) newest->end();
    newest = line;
}

awaitable<void> Server::talk(std::shared_ptr<Line> line) {
    Dialogue dialogue{enrolment_of(stage_)};
    std::optional<TerminalId> speaker;
    while (!line->over) {
        if (line->inbox.empty()) {
            co_await line->bell->wait();
            continue;
        }
        const auto chunk = std::exchange(line->inbox, {});
        auto turn = dialogue.hear(chunk, stage_.server_time());
        if (!speaker && dialogue.speaker()) {
            speaker = dialogue.speaker();
            claim(truck_of(stage_, *speaker), line);
        }
        const bool hangs_up = turn.hang_up;
        auto settling = settle(line, speaker, std::move(turn));
        co_await std::move(settling);
        if (hangs_up) line->over = true;
    }
}

// Stored first, answered afterwards.
awaitable<void> Server::settle(std::shared_ptr<Line> line, std::optional<TerminalId> speaker,
                               telematics::Turn turn) {
    if (stage_.bug == Bug::ack_at_once) line->send(std::exchange(turn.reply, {}));
    if (speaker && !turn.seen.empty()) {
        const int truck = truck_of(stage_, *speaker);
        auto recording = record(vehicle_of(truck), report_of(truck, turn));
        co_await std::move(recording);
    }
    for (auto& one : turn.registered) {
        for (bool kept = false; !kept;) {
            try {
                auto work = [one](Tables& tables) {
                    return tables.registered.insert_or_assign(one.terminal.text, one.said).second;
                };
                auto keeping = stage_.database.transact(std::move(work));
                co_await std::move(keeping);
                kept = true;
            } catch (const DatabaseDown&) {
            }
            if (kept) continue;
            auto sleeping = sleep_for(stage_.schedule, pause);
            co_await std::move(sleeping);
        }
    }
    if (!turn.reply.empty()) line->send(std::move(turn.reply));
}

Server::Report Server::report_of(int truck, telematics::Turn& turn) {
    Report report;
    report.received = stage_.server_time();
    const store::Arrival arrival{
        .terminal_key = truck + 1, .vehicle_key = truck + 1, .received = report.received};
    for (const auto& one : turn.seen) {
        auto row = store::to_row(one, arrival);
        report.seen.push_back(store::to_sighting(row));
        report.entry.observations.push_back(std::move(row));
    }
    for (auto& frame : turn.frames)
        report.entry.frames.push_back({truck + 1, report.received, std::move(frame)});
    return report;
}

// ---- vehicles ----

std::shared_ptr<Server::Vehicle> Server::vehicle_of(int truck) {
    auto& vehicle = vehicles_[truck];
    if (!vehicle) vehicle = std::make_shared<Vehicle>(truck);
    return vehicle;
}

void Server::add_alerts(store::Entry& entry, const Outcome& outcome) {
    for (const auto& change : outcome.changes)
        entry.alerts.push_back(store::to_row(change, "", "", stage_.server_time()));
}

awaitable<std::vector<Sighting>> Server::history(int truck) {
    auto work = [truck](Tables& tables) {
        std::vector<Sighting> seen;
        for (const auto& [key, rows] : tables.observations) {
            if (key.terminal == truck + 1) seen.push_back(store::to_sighting(rows.front()));
        }
        return seen;
    };
    auto reading = stage_.database.transact(std::move(work));
    co_return co_await std::move(reading);
}

// The watch as it would be had it seen everything stored, with what was told of it.
awaitable<void> Server::load(std::shared_ptr<Vehicle> vehicle, store::Entry& entry) {
    const auto trip = stage_.trucks[static_cast<std::size_t>(vehicle->truck)].trip;
    while (!vehicle->watch) {
        try {
            auto work = [id = trip->id.text](Tables& tables) {
                return newest_revisions(tables, id);
            };
            auto asking = stage_.database.transact(std::move(work));
            auto told = co_await std::move(asking);
            auto reading = history(vehicle->truck);
            const auto seen = co_await std::move(reading);
            Watch watch{trip};
            if (stage_.bug != Bug::restart_without_past) watch.remember(std::move(told));
            add_alerts(entry, watch.refold(seen, stage_.server_time()));
            ++stage_.account.refolds;
            vehicle->watch = std::move(watch);
            co_return;
        } catch (const DatabaseDown&) {
        }
        auto sleeping = sleep_for(stage_.schedule, pause);
        co_await std::move(sleeping);
    }
}

awaitable<Outcome> Server::observe(std::shared_ptr<Vehicle> vehicle, Report& report) {
    if (stage_.bug == Bug::late_is_dropped) {
        std::erase_if(report.seen, [&](const Sighting& one) {
            const auto at = time_of(one.what);
            const bool late = at < vehicle->newest;
            vehicle->newest = std::max(vehicle->newest, at);
            return late;
        });
    }
    auto outcome = vehicle->watch->observe(report.seen, report.received);
    while (outcome.needs_history) {
        try {
            auto reading = history(vehicle->truck);
            auto seen = co_await std::move(reading);
            seen.insert(seen.end(), report.seen.begin(), report.seen.end());
            outcome = vehicle->watch->refold(seen, report.received);
            ++stage_.account.refolds;
            co_return outcome;
        } catch (const DatabaseDown&) {
        }
        auto sleeping = sleep_for(stage_.schedule, pause);
        co_await std::move(sleeping);
    }
    co_return outcome;
}

awaitable<void> Server::record(std::shared_ptr<Vehicle> vehicle, Report report) {
    server::Turnstile::Pass pass;
    if (stage_.bug != Bug::no_turnstile) {
        auto entering = vehicle->turnstile.enter();
        pass = co_await std::move(entering);
    }
    const Hand hand{stage_, vehicle->truck, id_};
    auto loading = load(vehicle, report.entry);
    co_await std::move(loading);
    auto observing = observe(vehicle, report);
    add_alerts(report.entry, co_await std::move(observing));
    auto storing = journal_of(vehicle->truck).append(std::move(report.entry));
    const auto how = co_await std::move(storing);
    if (how == server::Stored::whole || stage_.bug == Bug::refused_is_believed) co_return;
    vehicle->watch.reset();  // what was refused was judged all the same
    store::Entry amended;
    auto again = load(vehicle, amended);
    co_await std::move(again);
    auto amending = journal_of(vehicle->truck).append(std::move(amended));
    co_await std::move(amending);
}

awaitable<void> Server::tick(std::shared_ptr<Vehicle> vehicle, Instant now) {
    auto entering = vehicle->turnstile.enter();
    const auto pass = co_await std::move(entering);
    const Hand hand{stage_, vehicle->truck, id_};
    store::Entry entry;
    auto loading = load(vehicle, entry);
    co_await std::move(loading);
    add_alerts(entry, vehicle->watch->tick(now));
    auto storing = journal_of(vehicle->truck).append(std::move(entry));
    co_await std::move(storing);
}

// Each shard its own vehicles, one after the other.
awaitable<void> Server::tick_shard(int shard, Instant now, std::function<void()> over) {
    for (int truck = shard; truck < static_cast<int>(stage_.trucks.size()); truck += shards) {
        auto ticking = tick(vehicle_of(truck), now);
        co_await std::move(ticking);
    }
    over();
}

void Server::tick_all(Instant now, const std::function<void()>& over) {
    for (int shard = 0; shard < shards; ++shard) spawn(tick_shard(shard, now, over));
}

awaitable<void> Server::tick_on(int shard) {
    for (;;) {
        auto sleeping = sleep_for(stage_.schedule, tick_every);
        co_await std::move(sleeping);
        auto ticking = tick_shard(shard, stage_.server_time(), [] {});
        co_await std::move(ticking);
    }
}

// ---- feed and desk ----

awaitable<void> Server::number_alerts() {
    auto asked = std::make_shared<bool>(false);
    for (;;) {
        try {
            auto known = std::exchange(in_memory_, {});
            auto work = [known, in_memory = stage_.bug == Bug::feed_in_memory](Tables& tables) {
                if (in_memory) tables.feed_pending = known;
                tables.number_new_alerts();
                return true;
            };
            auto numbering = stage_.database.transact(std::move(work));
            co_await std::move(numbering);
        } catch (const DatabaseDown&) {
        }
        if (!std::exchange(*asked, true)) {
            stage_.schedule.after(look_again, [asked, bell = stored_] {
                *asked = false;
                bell->ring();
            });
        }
        co_await stored_->wait();
    }
}

void Server::act(Asked asked, std::function<void(Answer)> answered) {
    spawn(answer(std::move(asked), std::move(answered)));
}

awaitable<void> Server::answer(Asked asked, std::function<void(Answer)> answered) {
    Answer answer;
    try {
        auto acting = liuhen::world::act(stage_, std::move(asked), answered);
        answer = co_await std::move(acting);
    } catch (const DatabaseDown&) {
        answer.outcome = Answer::Outcome::unknown;
    }
    answered(std::move(answer));
}

}  // namespace liuhen::world
