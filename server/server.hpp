// One running server: its parts, and the order in which they start and stop.
#pragma once

#include "server/app.hpp"
#include "server/approval_clock.hpp"
#include "server/camera_watch.hpp"
#include "server/device_ports.hpp"
#include "server/dispatch.hpp"
#include "server/due_times.hpp"
#include "server/exchange.hpp"
#include "server/feed.hpp"
#include "server/history/anchors.hpp"
#include "server/http_ports.hpp"
#include "server/jobs/worker.hpp"
#include "server/last_resort.hpp"
#include "server/lock_safe.hpp"
#include "server/national/sender.hpp"
#include "server/orders.hpp"
#include "server/packing.hpp"
#include "server/place_memory.hpp"
#include "server/rounds.hpp"
#include "server/shard.hpp"
#include "server/storage_clock.hpp"
#include "server/tenancy.hpp"
#include "server/webhooks.hpp"
#include "server/windows.hpp"

#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/signal_set.hpp>
#include <boost/asio/thread_pool.hpp>

#include <atomic>
#include <memory>
#include <optional>
#include <vector>

namespace liuhen::server {

class Server {
public:
    explicit Server(const Config& config);

    /// Takes the ports and the database's one tenancy. Throws std::runtime_error with a plain
    /// sentence when a port is taken or another server has the database; a database that cannot be
    /// reached is waited for later.
    void open();
    /// Serves until SIGTERM or SIGINT; the exit code. SIGHUP has the TLS certificate read anew.
    int run();

private:
    void start_parts();
    void write_addresses() const;
    awaitable<void> await_signal();
    awaitable<void> upkeep();
    void begin_rounds();
    template <class Work>
    void begin(Round<Work> round);
    awaitable<void> prepare();
    awaitable<void> guard_tenancy();
    awaitable<void> doubt_database();
    awaitable<void> refresh();
    awaitable<void> make_partitions();
    awaitable<void> anchor();
    awaitable<void> begin_devices();
    awaitable<void> stop_devices();
    std::vector<std::unique_ptr<Shard>> make_shards();

    LastResort last_resort_;  ///< also of what is destroyed before it
    Config config_;
    Clock clock_;
    Metrics metrics_;
    Health health_;
    Database database_;
    DirectoryBoard board_;
    asio::io_context front_{1};
    Feed feed_;
    std::vector<std::unique_ptr<DeviceFloor>> floors_;  ///< gone only after the shards' sessions
    ShardSet shards_;
    Dispatch dispatch_;
    Exchange exchange_;
    DevicePorts ports_;
    LockSafe safe_;
    Orders orders_;
    Windows windows_;
    ApprovalClock approvals_;
    CameraWatch cameras_;
    PlaceMemory memory_;
    DueTimes due_times_;
    national::Sender sender_;
    StorageClock storage_;
    Packing packing_;
    Registrations registrations_;
    DayBudget budget_;
    Webhooks webhooks_;
    App app_;

    asio::thread_pool anchor_thread_{1};
    std::unique_ptr<history::AnchorKeeper> anchors_;  ///< null: no folder was given
    jobs::Worker jobs_;
    asio::thread_pool jobs_thread_{1};
    asio::thread_pool tenant_thread_{1};
    Tenancy tenancy_;
    std::optional<Monotonic> tenancy_asked_at_;  ///< while its answer is waited for
    std::atomic<bool> ended_by_fault_ = false;
    bool devices_begun_ = false;
    HttpPorts http_{config_, front_};
};

}  // namespace liuhen::server
