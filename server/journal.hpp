// Where observations and alerts become durable. Whoever appends is resumed after the commit that
// holds its entry, never before.
#pragma once

#include "server/clock.hpp"
#include "server/health.hpp"
#include "server/metrics.hpp"
#include "server/spawn.hpp"
#include "server/storing.hpp"

#include <boost/asio/any_completion_handler.hpp>
#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/associated_executor.hpp>

#include <atomic>
#include <condition_variable>
#include <deque>
#include <exception>
#include <functional>
#include <mutex>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

namespace liuhen::server {

/// The entry was not stored and will not be: the journal stops, or the entry cannot be stored even
/// row by row. No reply may leave for it.
struct NotStored : std::runtime_error {
    using std::runtime_error::runtime_error;
};

/// Group commit without linger: while one transaction runs the next gathers. One thread, one
/// connection; the order of entries is kept.
class Journal {
public:
    /// `alerts_stored` is called on the journal's thread after each commit that holds alerts.
    Journal(const std::string& conninfo, Metrics& metrics, Health& health,
            std::function<void()> alerts_stored);
    ~Journal();
    Journal(const Journal&) = delete;
    Journal& operator=(const Journal&) = delete;

    /// Returns once the entry is committed, on the caller's executor. For as long as the database
    /// is away it waits; the caller must not send more meanwhile. Throws NotStored. An entry with
    /// nothing in it returns at once.
    awaitable<Stored> append(store::Entry entry);

    /// Writes what is waiting, for at most `patience`, then refuses the rest. Idempotent.
    void stop(std::chrono::milliseconds patience);

    /// Entries whose waiting ends with one message to their executor.
    static constexpr std::size_t resumed_together = 128;

private:
    using Handler = asio::any_completion_handler<void(std::exception_ptr, Stored)>;
    struct Waiting {
        store::Entry entry;
        Handler done;
        asio::any_io_executor executor;  ///< where the one who appended goes on
    };
    using Batch = std::vector<Waiting>;

    void submit(Waiting one);
    void work();
    Batch next_batch();
    void store_all(Batch& batch);
    bool pause(std::chrono::milliseconds time);
    void committed(const store::Written& written, std::span<Waiting> batch, Monotonic begun);
    static void finish(std::span<Waiting> batch, const std::exception_ptr& fault,
                       Stored how = Stored::whole);

    store::BatchWriter writer_;
    Metrics& metrics_;
    Storing storing_;
    std::function<void()> alerts_stored_;

    std::mutex mutex_;
    std::condition_variable wake_;
    std::deque<Waiting> gathering_;
    bool stopping_ = false;
    Monotonic give_up_at_ = Monotonic::max();
    std::thread thread_;
};

}  // namespace liuhen::server
