// A simulated server: the real conversation, journal, watch and lifecycle, glued together as
// device sessions, shards and feed glue them, and all of its memory gone when it crashes.
#pragma once

#include "geofence/watch.hpp"
#include "server/turnstile.hpp"
#include "tests/world/books.hpp"
#include "tests/world/journal.hpp"
#include "tests/world/stage.hpp"

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace liuhen::world {

class Server : public std::enable_shared_from_this<Server> {
public:
    Server(Stage& stage, int id);
    ~Server();
    Server(const Server&) = delete;
    Server& operator=(const Server&) = delete;

    /// Asks for the tenancy for three seconds; serves when it has it, ends otherwise.
    void start();
    /// The process is gone; nothing of it runs again.
    void crash();
    [[nodiscard]] bool is_alive() const { return *alive_; }
    [[nodiscard]] bool serves() const { return *alive_ && serves_; }

    /// A device has connected.
    void accept(std::shared_ptr<Line> line);
    /// One act; `answered` is called with what it came to, or never.
    void act(Asked asked, std::function<void(Answer)> answered);
    /// Judges silence until `now` on every trip; `over` once for each shard, when it is stored.
    void tick_all(Instant now, const std::function<void()>& over);

    static constexpr int shards = 2;

private:
    struct Vehicle {
        explicit Vehicle(int of) : truck(of) {}
        int truck;
        server::Turnstile turnstile;
        std::optional<geofence::Watch> watch;
        Instant newest{};  ///< see Bug::late_is_dropped
    };
    struct Report {
        store::Entry entry;
        std::vector<Sighting> seen;
        Instant received;
    };
    class Hand;

    awaitable<void> keep_tenancy();
    awaitable<void> number_alerts();
    awaitable<void> tick_on(int shard);
    awaitable<void> talk(std::shared_ptr<Line> line);
    awaitable<void> settle(std::shared_ptr<Line> line, std::optional<TerminalId> speaker,
                           telematics::Turn turn);
    awaitable<void> record(std::shared_ptr<Vehicle> vehicle, Report report);
    awaitable<void> tick(std::shared_ptr<Vehicle> vehicle, Instant now);
    awaitable<void> load(std::shared_ptr<Vehicle> vehicle, store::Entry& entry);
    awaitable<geofence::Outcome> observe(std::shared_ptr<Vehicle> vehicle, Report& report);
    awaitable<std::vector<Sighting>> history(int truck);
    awaitable<void> answer(Asked asked, std::function<void(Answer)> answered);
    awaitable<void> tick_shard(int shard, Instant now, std::function<void()> over);
    void claim(int truck, const std::shared_ptr<Line>& line);
    void add_alerts(store::Entry& entry, const geofence::Outcome& outcome);
    Report report_of(int truck, telematics::Turn& turn);
    std::shared_ptr<Vehicle> vehicle_of(int truck);
    Journal& journal_of(int truck) { return *journals_[static_cast<std::size_t>(truck % shards)]; }
    void spawn(awaitable<void> job);

    Stage& stage_;
    int id_;
    std::shared_ptr<bool> alive_ = std::make_shared<bool>(true);
    bool serves_ = false;
    asio::io_context context_{1};
    std::vector<std::shared_ptr<Journal>> journals_;  ///< one a shard
    std::map<int, std::shared_ptr<Vehicle>> vehicles_;
    std::map<int, std::shared_ptr<Line>> lines_;  ///< newest line of each terminal
    std::vector<AlertKey> in_memory_;             ///< see Bug::feed_in_memory
    std::shared_ptr<Bell> stored_;                ///< alerts were
};

}  // namespace liuhen::world
