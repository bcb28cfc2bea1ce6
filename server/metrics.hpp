// Counters, gauges and one histogram, in the Prometheus text form. Every member is safe from any
// thread.
#pragma once

#include "server/clock.hpp"

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

namespace liuhen::server {

/// Numbers of the live line: what `up` prints and /v1/status answers.
struct Pulse {
    std::int64_t trucks_online{};
    double fixes_per_s{};  ///< over the last ten seconds or so
    std::int64_t open_trips{};
    std::int64_t open_alerts{};
    double commit_ms_p50{};  ///< over the last 1,000 commits
    double commit_ms_p99{};
};

/// How the storage of positions stands; `rows_elsewhere` lie in no partition of their day.
struct StorageGauges {
    std::int64_t days_ahead{}, rows_elsewhere{}, hot_bytes{}, cold_bytes{}, frame_bytes{};
};

class Metrics {
public:
    Metrics();
    ~Metrics();
    Metrics(const Metrics&) = delete;
    Metrics& operator=(const Metrics&) = delete;

    void request_answered(std::string_view route, int status);
    void frames_heard(std::string_view protocol, std::size_t count);
    void observations_stored(std::size_t fixes, std::size_t all);
    void committed(double seconds);
    /// `change` of the number of entries that wait for a commit.
    void journal_waiting(std::int64_t change);
    void device_refused(std::string_view kind, std::size_t count = 1);
    void quarantined(std::string_view fault, std::size_t count = 1);
    void observations_implausible(std::size_t count);
    void device_connected(std::int64_t change);
    /// `change` of the number of terminals of trucks, and of locks on lines of their own.
    void truck_online(std::int64_t change);
    void lock_online(std::int64_t change);
    /// `change` of the number of trips under watch.
    void open_trips(std::int64_t change);
    /// `tier` 'A', 'B' or 'C'.
    void open_alerts(char tier, std::int64_t now);
    void feed_newest(std::int64_t no);
    void rows_packed(std::size_t rows, std::size_t bytes);
    void storage(const StorageGauges& now);

    /// The whole exposition, `text/plain; version=0.0.4`.
    [[nodiscard]] std::string text() const;
    [[nodiscard]] Pulse pulse() const;

private:
    struct Families;
    std::unique_ptr<Families> families_;
};

}  // namespace liuhen::server
