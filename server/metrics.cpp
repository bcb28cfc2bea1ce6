#include "server/metrics.hpp"

#include <prometheus/counter.h>
#include <prometheus/gauge.h>
#include <prometheus/histogram.h>
#include <prometheus/registry.h>
#include <prometheus/text_serializer.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <deque>
#include <map>
#include <mutex>
#include <vector>

namespace liuhen::server {
namespace {

constexpr std::size_t commits_remembered = 1'000;
constexpr std::chrono::seconds rate_window{10};

const prometheus::Histogram::BucketBoundaries commit_buckets{
    0.0005, 0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 30};

using Counters = prometheus::Family<prometheus::Counter>;
using Gauges = prometheus::Family<prometheus::Gauge>;

Counters& counters(prometheus::Registry& in, const char* name, const char* help) {
    return prometheus::BuildCounter().Name(name).Help(help).Register(in);
}
Gauges& gauges(prometheus::Registry& in, const char* name, const char* help) {
    return prometheus::BuildGauge().Name(name).Help(help).Register(in);
}
double number(std::size_t count) { return static_cast<double>(count); }

}  // namespace

struct Metrics::Families {
    prometheus::Registry registry;
    Counters& requests =
        counters(registry, "liuhen_http_requests_total", "Requests answered, by route and status");
    Counters& frames =
        counters(registry, "liuhen_frames_total", "Frames heard from devices, by protocol");
    prometheus::Counter& fixes =
        counters(registry, "liuhen_fixes_total", "Position fixes committed").Add({});
    prometheus::Counter& observations =
        counters(registry, "liuhen_observations_total", "Observations committed").Add({});
    Counters& refusals =
        counters(registry, "liuhen_device_refusals_total", "Pieces and devices refused, by kind");
    Counters& quarantine =
        counters(registry, "liuhen_quarantine_total", "Rows put into quarantine, by fault");
    prometheus::Counter& implausible =
        counters(registry, "liuhen_implausible_time_total",
                 "Observations whose device time cannot be, stored but not judged")
            .Add({});
    prometheus::Histogram& commits = prometheus::BuildHistogram()
                                         .Name("liuhen_commit_seconds")
                                         .Help("From the first row of a batch to its commit")
                                         .Register(registry)
                                         .Add({}, commit_buckets);
    prometheus::Gauge& waiting =
        gauges(registry, "liuhen_journal_queue", "Entries waiting for a commit").Add({});
    prometheus::Gauge& connections =
        gauges(registry, "liuhen_device_connections", "Device connections open").Add({});
    prometheus::Gauge& online =
        gauges(registry, "liuhen_trucks_online", "Known terminals of trucks connected").Add({});
    prometheus::Gauge& locks_online =
        gauges(registry, "liuhen_locks_online", "Known locks connected by themselves").Add({});
    prometheus::Gauge& trips =
        gauges(registry, "liuhen_open_trips", "Trips armed and not ended").Add({});
    Gauges& alerts = gauges(registry, "liuhen_open_alerts", "Alerts that last, by tier");
    prometheus::Gauge& newest =
        gauges(registry, "liuhen_feed_newest", "Number of the newest alert revision told").Add({});

    prometheus::Counter& packed_rows =
        counters(registry, "liuhen_packed_rows_total", "Observations packed into cold pieces")
            .Add({});
    prometheus::Counter& packed_bytes =
        counters(registry, "liuhen_packed_bytes_total", "Bytes of the pieces they became").Add({});
    prometheus::Gauge& days_ahead =
        gauges(registry, "liuhen_partition_days_ahead", "Daily partitions from today on, of eight")
            .Add({});
    prometheus::Gauge& rows_elsewhere =
        gauges(registry, "liuhen_default_partition_rows",
               "Observations in no partition of their day, counted to 100,000")
            .Add({});
    Gauges& stored = gauges(registry, "liuhen_storage_bytes", "Bytes on disk, by form");
    // Looked up by its label once: it counts every chunk of every device.
    prometheus::Counter& frames_of(std::string_view protocol) {
        auto& known = protocol == "jt808" ? frames_of_trucks : frames_of_locks;
        auto* counter = known.load();
        if (counter == nullptr) {
            counter = &frames.Add({{"protocol", std::string{protocol}}});
            known = counter;
        }
        return *counter;
    }
    std::atomic<prometheus::Counter*> frames_of_trucks = nullptr;
    std::atomic<prometheus::Counter*> frames_of_locks = nullptr;

    std::mutex mutex;  // guards what follows
    std::deque<double> recent_commits;
    std::deque<std::pair<Monotonic, std::size_t>> recent_fixes;
    std::array<std::int64_t, 3> open_by_tier{};
};

Metrics::Metrics() : families_(std::make_unique<Families>()) {}
Metrics::~Metrics() = default;

void Metrics::request_answered(std::string_view route, int status) {
    families_->requests.Add({{"route", std::string{route}}, {"status", std::to_string(status)}})
        .Increment();
}
void Metrics::frames_heard(std::string_view protocol, std::size_t count) {
    families_->frames_of(protocol).Increment(number(count));
}
void Metrics::observations_stored(std::size_t fixes, std::size_t all) {
    families_->fixes.Increment(number(fixes));
    families_->observations.Increment(number(all));
    const std::lock_guard lock{families_->mutex};
    auto& recent = families_->recent_fixes;
    const auto now = monotonic();
    recent.emplace_back(now, fixes);
    while (recent.front().first < now - rate_window) recent.pop_front();
}
void Metrics::committed(double seconds) {
    families_->commits.Observe(seconds);
    const std::lock_guard lock{families_->mutex};
    auto& recent = families_->recent_commits;
    recent.push_back(seconds);
    if (recent.size() > commits_remembered) recent.pop_front();
}
void Metrics::journal_waiting(std::int64_t change) {
    families_->waiting.Increment(static_cast<double>(change));
}
void Metrics::device_refused(std::string_view kind, std::size_t count) {
    families_->refusals.Add({{"kind", std::string{kind}}}).Increment(number(count));
}
void Metrics::quarantined(std::string_view fault, std::size_t count) {
    families_->quarantine.Add({{"fault", std::string{fault}}}).Increment(number(count));
}
void Metrics::observations_implausible(std::size_t count) {
    families_->implausible.Increment(number(count));
}
void Metrics::device_connected(std::int64_t change) {
    families_->connections.Increment(static_cast<double>(change));
}
void Metrics::truck_online(std::int64_t change) {
    families_->online.Increment(static_cast<double>(change));
}
void Metrics::lock_online(std::int64_t change) {
    families_->locks_online.Increment(static_cast<double>(change));
}
void Metrics::open_trips(std::int64_t change) {
    families_->trips.Increment(static_cast<double>(change));
}
void Metrics::open_alerts(char tier, std::int64_t now) {
    families_->alerts.Add({{"tier", std::string(1, tier)}}).Set(static_cast<double>(now));
    const std::lock_guard lock{families_->mutex};
    families_->open_by_tier.at(static_cast<std::size_t>(tier - 'A')) = now;
}
void Metrics::feed_newest(std::int64_t no) { families_->newest.Set(static_cast<double>(no)); }

void Metrics::rows_packed(std::size_t rows, std::size_t bytes) {
    families_->packed_rows.Increment(number(rows));
    families_->packed_bytes.Increment(number(bytes));
}
void Metrics::storage(const StorageGauges& now) {
    families_->days_ahead.Set(static_cast<double>(now.days_ahead));
    families_->rows_elsewhere.Set(static_cast<double>(now.rows_elsewhere));
    families_->stored.Add({{"form", "hot"}}).Set(static_cast<double>(now.hot_bytes));
    families_->stored.Add({{"form", "cold"}}).Set(static_cast<double>(now.cold_bytes));
    families_->stored.Add({{"form", "frames"}}).Set(static_cast<double>(now.frame_bytes));
}

std::string Metrics::text() const {
    return prometheus::TextSerializer{}.Serialize(families_->registry.Collect());
}

Pulse Metrics::pulse() const {
    Pulse pulse;
    pulse.trucks_online = static_cast<std::int64_t>(families_->online.Value());
    pulse.open_trips = static_cast<std::int64_t>(families_->trips.Value());
    const std::lock_guard lock{families_->mutex};
    for (const auto open : families_->open_by_tier) pulse.open_alerts += open;
    const auto from = monotonic() - rate_window;
    std::size_t fixes = 0;
    for (const auto& [at, count] : families_->recent_fixes) fixes += at >= from ? count : 0;
    pulse.fixes_per_s = number(fixes) / static_cast<double>(rate_window.count());
    std::vector<double> sorted(families_->recent_commits.begin(), families_->recent_commits.end());
    if (sorted.empty()) return pulse;
    std::sort(sorted.begin(), sorted.end());
    const auto at_share = [&](double share) {
        return 1e3 * sorted[static_cast<std::size_t>(share * number(sorted.size() - 1))];
    };
    pulse.commit_ms_p50 = at_share(0.5);
    pulse.commit_ms_p99 = at_share(0.99);
    return pulse;
}

}  // namespace liuhen::server
