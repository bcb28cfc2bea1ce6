#include "server/journal.hpp"

#include <boost/asio/post.hpp>

#include <algorithm>
#include <utility>

namespace liuhen::server {
Journal::Journal(const std::string& conninfo, Metrics& metrics, Health& health,
                 std::function<void()> alerts_stored)
    : writer_(conninfo),
      metrics_(metrics),
      storing_(
          [this](auto entries, auto way, auto end) { return writer_.write(entries, way, end); },
          [this](auto time) { return pause(time); }, metrics, health),
      alerts_stored_(std::move(alerts_stored)),
      thread_([this] { work(); }) {}

Journal::~Journal() { stop(std::chrono::milliseconds{0}); }

awaitable<Stored> Journal::append(store::Entry entry) {
    auto initiate = [](auto handler, Journal* journal, store::Entry appended) {
        auto resumed_on = asio::get_associated_executor(handler);
        journal->submit({std::move(appended), Handler{std::move(handler)}, std::move(resumed_on)});
    };
    return asio::async_initiate<const asio::use_awaitable_t<>, void(std::exception_ptr, Stored)>(
        std::move(initiate), asio::use_awaitable, this, std::move(entry));
}

void Journal::submit(Waiting one) {
    if (one.entry.empty()) return finish({&one, 1}, nullptr);
    {
        const std::lock_guard lock{mutex_};
        if (!stopping_) {
            metrics_.journal_waiting(1);
            gathering_.push_back(std::move(one));
            wake_.notify_one();
            return;
        }
    }
    finish({&one, 1}, std::make_exception_ptr(NotStored{"the journal stops"}));
}

void Journal::stop(std::chrono::milliseconds patience) {
    {
        const std::lock_guard lock{mutex_};
        if (!stopping_) give_up_at_ = monotonic() + patience;
        stopping_ = true;
    }
    wake_.notify_one();
    if (thread_.joinable()) thread_.join();
}

void Journal::work() {
    for (;;) {
        auto batch = next_batch();
        if (batch.empty()) return;
        store_all(batch);
        metrics_.journal_waiting(-static_cast<std::int64_t>(batch.size()));
    }
}

// Waits for something to do; empty: stopping, and nothing is left.
Journal::Batch Journal::next_batch() {
    std::unique_lock lock{mutex_};
    wake_.wait(lock, [this] { return stopping_ || !gathering_.empty(); });
    return take_batch(gathering_);
}

void Journal::store_all(Batch& batch) {
    std::vector<store::Entry*> entries;
    entries.reserve(batch.size());
    for (auto& one : batch) entries.push_back(&one.entry);
    auto begun = monotonic();
    storing_.store_all(entries,
                       [&](auto first, auto count, const store::Written& written, Stored how) {
                           const auto part = std::span{batch}.subspan(first, count);
                           if (written.verdict == store::Written::Verdict::done) {
                               committed(written, part, begun);
                               finish(part, nullptr, how);
                           } else {
                               finish(part, std::make_exception_ptr(NotStored{written.detail}));
                           }
                           begun = monotonic();
                       });
}

// Sleeps, but no longer than it takes to give up; false: that time has come.
bool Journal::pause(std::chrono::milliseconds time) {
    std::unique_lock lock{mutex_};
    const auto has_come = [&] { return stopping_ && monotonic() >= give_up_at_; };
    const auto until = monotonic() + time;
    wake_.wait_until(lock, std::min(until, give_up_at_), has_come);
    return !has_come();
}

void Journal::committed(const store::Written& written, std::span<Waiting> batch, Monotonic begun) {
    const std::chrono::duration<double> took = monotonic() - begun;
    metrics_.committed(took.count());
    metrics_.observations_stored(written.fixes, written.observations);
    const bool alerts = std::any_of(batch.begin(), batch.end(),
                                    [](const Waiting& one) { return !one.entry.alerts.empty(); });
    // Announced first: whoever waits for the commit may look for the announcement at once.
    if (alerts && alerts_stored_) alerts_stored_();
}

// One message for many, in their order. Entries end where they were made: memory that another
// thread gives back is slow to be had again.
void Journal::finish(std::span<Waiting> batch, const std::exception_ptr& fault, Stored how) {
    while (!batch.empty()) {
        auto executor = batch.front().executor;
        Batch together;
        while (together.size() < std::min(batch.size(), resumed_together) &&
               batch[together.size()].executor == executor) {
            together.push_back(std::move(batch[together.size()]));
        }
        batch = batch.subspan(together.size());
        asio::post(executor, [together = std::move(together), fault, how]() mutable {
            for (Waiting& one : together) std::move(one.done)(fault, how);
        });
    }
}

}  // namespace liuhen::server
