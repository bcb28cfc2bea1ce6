#include "server/shard.hpp"

#include "server/log.hpp"
#include "server/rounds.hpp"

#include <boost/asio/redirect_error.hpp>
#include <boost/asio/steady_timer.hpp>

#include <algorithm>
#include <exception>

namespace liuhen::server {
namespace {

constexpr std::chrono::milliseconds first_pause{100};
constexpr std::chrono::milliseconds longest_pause{2'000};
constexpr int rest_factor = 9;  // of the time that a fold from storage took: a tenth of it all
constexpr std::chrono::milliseconds longest_rest{5'000};

}  // namespace

Shard::Shard(ShardWorld world, const std::string& conninfo, std::size_t vehicles_kept)
    : world_(std::move(world)),
      vehicles_kept_(vehicles_kept),
      lives_(
          world_.database, lives_together,
          [](pqxx::work& db, const std::vector<LifeAsked>& asked) { return lives_of(db, asked); }),
      journal_(conninfo_as(conninfo, "liuhen_core"), world_.metrics, world_.health,
               world_.alerts_stored) {}

Shard::~Shard() { stop(std::chrono::milliseconds{0}); }

void Shard::start() {
    thread_ = std::thread{[this] { context_.run(); }};
}

void Shard::stop(std::chrono::milliseconds patience) {
    journal_.stop(patience);
    busy_.reset();
    context_.stop();
    if (thread_.joinable()) thread_.join();
}

Shard::Watches Shard::watches_of(const VehicleId& vehicle) {
    auto& watches = vehicles_[vehicle];
    if (!watches) {
        watches = std::make_shared<VehicleWatches>(vehicle, world_.database, lives_, world_.board);
        watches->used = monotonic();
        if (vehicles_.size() > vehicles_kept_) make_room();
        return vehicles_[vehicle] ? vehicles_[vehicle] : watches_of(vehicle);
    }
    watches->used = monotonic();
    return watches;
}

// Lets go of a tenth of the vehicles that were longest unheard of; storage has all of it.
void Shard::make_room() {
    std::vector<std::pair<Monotonic, VehicleId>> idle;
    for (const auto& [vehicle, watches] : vehicles_) {
        const bool in_use = watches.use_count() > 1 || watches->open_trips() > 0;
        if (!in_use) idle.emplace_back(watches->used, vehicle);
    }
    const auto leaving = std::min(idle.size(), vehicles_kept_ / 10 + 1);
    const auto middle = idle.begin() + static_cast<std::ptrdiff_t>(leaving);
    std::partial_sort(idle.begin(), middle, idle.end());
    std::for_each(idle.begin(), middle, [this](const auto& one) { vehicles_.erase(one.second); });
}

void Shard::count_trips(std::size_t before, std::size_t after) const {
    world_.metrics.open_trips(static_cast<std::int64_t>(after) - static_cast<std::int64_t>(before));
}

void Shard::add_alerts(store::Entry& entry, const Judgement& judgement) const {
    if (judgement.changes.empty()) return;
    const auto directory = world_.board.read();
    for (const auto& change : judgement.changes) {
        const auto* known = directory->vehicle(change.alert.vehicle);
        const std::string plate = known == nullptr ? "" : known->plate;
        const std::string carrier = known == nullptr ? "" : known->carrier_id;
        entry.alerts.push_back(store::to_row(change, carrier, plate, world_.clock.now()));
    }
}

// The device waits for its reply meanwhile, and so does nobody else.
awaitable<void> Shard::load_patiently(Watches watches, store::Entry& entry) {
    for (auto pause = first_pause; !watches->is_loaded();
         pause = std::min(pause * 2, longest_pause)) {
        try {
            auto loading = watches->load(world_.clock.now());
            auto judgement = co_await std::move(loading);
            count_trips(0, watches->open_trips());
            add_alerts(entry, judgement);
            watches->untold = std::move(judgement.milestones);
            co_return;
        } catch (const DatabaseDown& fault) {
            log::warn("shard.waits", {{"fault", fault.what()}});
        }
        if (world_.health.stopping) throw NotStored{"the server stops"};
        auto sleeping = sleep_for(pause);
        co_await std::move(sleeping);
    }
}

// What storage refused was judged all the same; what stands is to rest on what is stored alone.
awaitable<void> Shard::fold_again(Watches watches) {
    count_trips(watches->open_trips(), 0);
    watches->unload();
    store::Entry amended;
    auto loading = load_patiently(watches, amended);
    co_await std::move(loading);
    auto storing = journal_.append(std::move(amended));
    co_await std::move(storing);
}

// Stores what the watches came to. When that fails the watches have run ahead of storage and are
// forgotten; the next call folds them again.
awaitable<void> Shard::settle(Watches watches, Judgement judgement, store::Entry entry) {
    add_alerts(entry, judgement);
    try {
        auto storing = journal_.append(std::move(entry));
        const auto how = co_await std::move(storing);
        if (how == Stored::parted) {
            auto folding = fold_again(watches);
            co_await std::move(folding);
        }
    } catch (...) {
        count_trips(watches->open_trips(), 0);
        watches->unload();
        throw;
    }
    std::move(judgement.milestones.begin(), judgement.milestones.end(),
              std::back_inserter(watches->untold));
}

// Outside the turnstile: the desk's answer may retask this very vehicle.
awaitable<void> Shard::tell_milestones(Watches watches) {
    auto untold = std::exchange(watches->untold, {});
    for (auto& milestone : untold) {
        auto telling = world_.reached(std::move(milestone));
        co_await std::move(telling);
    }
}

// A vehicle whose reports made the past be folded again waits before the next one is judged, its
// own device unacknowledged meanwhile: others keep the greater part of the thread.
awaitable<void> Shard::rest(Watches watches) {
    while (!world_.health.stopping) {
        const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(
            watches->rests_until - monotonic());
        if (left.count() <= 0) co_return;
        auto sleeping = sleep_for(std::min(left, first_pause));
        co_await std::move(sleeping);
    }
}

// Late data is looked up, and perhaps the past folded again, for as long as the database takes.
awaitable<Judgement> Shard::judge_with_storage(Watches watches, Report& report) {
    Judgement judgement;
    for (auto pause = first_pause;; pause = std::min(pause * 2, longest_pause)) {
        try {
            auto observing = watches->observe(report.seen, report.received);
            judgement = co_await std::move(observing);
            break;
        } catch (const DatabaseDown& fault) {  // history was wanted and could not be read
            log::warn("shard.waits", {{"fault", fault.what()}});
            count_trips(watches->open_trips(), 0);
            watches->unload();
        }
        auto sleeping = sleep_for(pause);
        co_await std::move(sleeping);
        auto again = load_patiently(watches, report.entry);
        co_await std::move(again);
    }
    const auto spent =
        std::chrono::duration_cast<std::chrono::milliseconds>(watches->take_refold_time());
    watches->rests_until = monotonic() + std::min(spent * rest_factor, longest_rest);
    co_return judgement;
}

// What comes in order, of a vehicle that is watched already, is judged without a wait: only its
// commit is waited for.
awaitable<void> Shard::record(Report report) {
    auto watches = watches_of(report.vehicle);
    if (watches->rests_until > watches->used) {
        auto resting = rest(watches);
        co_await std::move(resting);
    }
    {
        Turnstile::Pass pass;
        if (watches->turnstile.is_free()) {
            pass = watches->turnstile.enter_free();
        } else {
            auto entering = watches->turnstile.enter();
            pass = co_await std::move(entering);
        }
        if (!watches->is_loaded()) {
            auto loading = load_patiently(watches, report.entry);
            co_await std::move(loading);
        }
        Judgement judgement;
        if (watches->asks_storage(report.seen)) {
            auto judging = judge_with_storage(watches, report);
            judgement = co_await std::move(judging);
        } else {
            judgement = watches->observe_newest(std::move(report.seen), report.received);
        }
        auto settling = settle(watches, std::move(judgement), std::move(report.entry));
        co_await std::move(settling);
    }
    if (watches->untold.empty()) co_return;
    auto telling = tell_milestones(watches);
    co_await std::move(telling);
}

awaitable<void> Shard::keep(store::Entry entry) {
    auto storing = journal_.append(std::move(entry));
    co_await std::move(storing);
}

// Legs as they are now, in every watch. Half of it done is none of it done.
awaitable<Judgement> Shard::retask(Watches watches) {
    const auto before = watches->open_trips();
    try {
        auto judging = watches->is_loaded() ? watches->retask(world_.clock.now())
                                            : watches->load(world_.clock.now());
        auto judgement = co_await std::move(judging);
        count_trips(before, watches->open_trips());
        co_return judgement;
    } catch (...) {
        count_trips(before, 0);
        watches->unload();
        throw;
    }
}

awaitable<void> Shard::arm(VehicleId vehicle) {
    auto watches = watches_of(vehicle);
    {
        auto entering = watches->turnstile.enter();
        const auto pass = co_await std::move(entering);
        auto judging = retask(watches);
        auto judgement = co_await std::move(judging);
        auto settling = settle(watches, std::move(judgement), store::Entry{});
        co_await std::move(settling);
    }
    auto telling = tell_milestones(watches);
    co_await std::move(telling);
}

struct Shard::Arming {
    explicit Arming(const asio::any_io_executor& executor)
        : over(executor, asio::steady_timer::time_point::max()) {}
    std::vector<VehicleId> vehicles;
    std::size_t next = 0;
    std::size_t at_work = 0;
    std::exception_ptr fault;
    asio::steady_timer over;  ///< cancelled by who ends last
};

awaitable<void> Shard::arm_next(std::shared_ptr<Arming> all) {
    while (all->next < all->vehicles.size() && !all->fault && !world_.health.stopping) {
        try {
            auto arming = arm(std::move(all->vehicles[all->next++]));
            co_await std::move(arming);
        } catch (...) {
            all->fault = std::current_exception();
        }
    }
    if (--all->at_work == 0) all->over.cancel();
}

awaitable<void> Shard::arm_each(std::vector<VehicleId> vehicles) {
    auto executor = co_await asio::this_coro::executor;
    auto all = std::make_shared<Arming>(executor);
    all->vehicles = std::move(vehicles);
    all->at_work = std::min(all->vehicles.size(), most_arming);
    const auto begun = all->at_work;
    for (std::size_t i = 0; i < begun; ++i) spawn("arm", executor, arm_next(all));
    if (all->at_work > 0) {
        boost::system::error_code woken;
        auto patience = asio::redirect_error(asio::use_awaitable, woken);
        co_await all->over.async_wait(patience);
    }
    if (all->fault) std::rethrow_exception(all->fault);
}

awaitable<void> Shard::arm_all() {
    std::vector<VehicleId> loaded;
    for (const auto& [vehicle, watches] : vehicles_) {
        if (watches->is_loaded()) loaded.push_back(vehicle);
    }
    auto arming = arm_each(std::move(loaded));
    co_await std::move(arming);
}

awaitable<void> Shard::tick() {
    std::vector<Watches> under_way;
    for (const auto& [vehicle, watches] : vehicles_) {
        if (watches->open_trips() > 0 || !watches->untold.empty()) under_way.push_back(watches);
    }
    for (auto& watches : under_way) {
        if (world_.health.stopping) co_return;
        if (!watches->turnstile.is_free()) continue;  // it is heard just now
        {
            auto entering = watches->turnstile.enter();
            const auto pass = co_await std::move(entering);
            auto judgement = watches->tick(world_.clock.now());
            auto settling = settle(watches, std::move(judgement), store::Entry{});
            co_await std::move(settling);
        }
        auto telling = tell_milestones(watches);
        co_await std::move(telling);
    }
}

}  // namespace liuhen::server
