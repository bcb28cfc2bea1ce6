#include "server/journal.hpp"

#include "server/log.hpp"

#include <boost/asio/post.hpp>

#include <algorithm>
#include <utility>

namespace liuhen::server {
namespace {

using store::End;
using store::Entry;
using store::Way;
using store::Written;
using Verdict = Written::Verdict;

template <class Waitings>
std::vector<const Entry*> entries_of(const Waitings& batch) {
    std::vector<const Entry*> entries;
    entries.reserve(batch.size());
    for (const auto& one : batch) entries.push_back(&one.entry);
    return entries;
}

// When the chunk came that an entry was made of; the epoch for one that nothing came with.
Instant received_at(const Entry& entry) {
    if (!entry.observations.empty()) return entry.observations.front().received_at;
    if (!entry.media.empty()) return entry.media.front().moment.received_at;
    if (!entry.documents.empty()) return entry.documents.front().moment.received_at;
    return {};
}

// What is kept of a row that no table takes: its bytes as they would have been copied.
template <class Row>
std::vector<std::byte> remains(const Row& row) {
    store::CopyBuffer buffer;
    put(buffer, row);
    const auto text = buffer.finish();
    const auto* first = reinterpret_cast<const std::byte*>(text.data());
    return {first, first + std::min(text.size(), store::max_quarantine_bytes)};
}

std::vector<std::byte> remains(const store::AlertRow& row) {
    const auto text = store::to_records({row});
    const auto* first = reinterpret_cast<const std::byte*>(text.data());
    return {first, first + std::min(text.size(), store::max_quarantine_bytes)};
}

}  // namespace

Journal::Journal(const std::string& conninfo, Metrics& metrics, Health& health,
                 std::function<void()> alerts_stored)
    : writer_(conninfo),
      metrics_(metrics),
      health_(health),
      alerts_stored_(std::move(alerts_stored)),
      thread_([this] { work(); }) {}

Journal::~Journal() { stop(std::chrono::milliseconds{0}); }

awaitable<void> Journal::append(store::Entry entry) {
    auto initiate = [](auto handler, Journal* journal, store::Entry appended) {
        auto resumed_on = asio::get_associated_executor(handler);
        journal->submit({std::move(appended), Handler{std::move(handler)}, std::move(resumed_on)});
    };
    return asio::async_initiate<const asio::use_awaitable_t<>, void(std::exception_ptr)>(
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
    Batch batch;
    std::size_t rows = 0;
    std::size_t bytes = 0;
    while (!gathering_.empty()) {  // moved by construction: Asio 1.26 cannot assign handlers
        rows += gathering_.front().entry.rows();
        bytes += gathering_.front().entry.bytes();
        const bool full = rows > max_rows_per_batch || bytes > max_bytes_per_batch;
        if (!batch.empty() && full) break;
        batch.push_back(std::move(gathering_.front()));
        gathering_.pop_front();
    }
    return batch;
}

// Bad data: halves, until the culprit stands alone.
void Journal::store_all(std::span<Waiting> batch) {
    const auto begun = monotonic();
    const auto entries = entries_of(batch);
    const auto written = insist(entries, Way::first, End::commit);
    switch (written.verdict) {
        case Verdict::done:
            return committed(written, batch, begun);
        case Verdict::bad_data:
            break;
        case Verdict::repeated:
        case Verdict::refused:
        case Verdict::lost:
            return refuse(batch, written.detail);
    }
    if (batch.size() == 1) return store_piecewise(batch.front());
    const auto half = batch.size() / 2;
    store_all(batch.first(half));
    store_all(batch.subspan(half));
}

// Stores what can be stored of one entry and the remains of the rest, in one transaction.
void Journal::store_piecewise(Waiting& one) {
    const auto begun = monotonic();
    one.entry = sieve(one.entry);
    const Entry* entry = &one.entry;
    const auto written = insist({&entry, 1}, Way::again, End::commit);
    if (written.verdict == Verdict::done) return committed(written, {&one, 1}, begun);
    log::error("journal.poisoned", {{"detail", written.detail}});
    refuse({&one, 1}, written.detail);
}

// Rows are tried one by one, each as if it were alone.
store::Entry Journal::sieve(const store::Entry& entry) {
    Entry kept;
    kept.frames = entry.frames;
    kept.quarantine = entry.quarantine;
    const auto received = received_at(entry);
    const auto sift = [&](auto rows, const char* fault) {
        for (const auto& row : entry.*rows) {
            Entry alone;
            (alone.*rows).push_back(row);
            const Entry* pointer = &alone;
            const auto tried = insist({&pointer, 1}, Way::over, End::roll_back);
            if (tried.verdict != Verdict::bad_data) {
                (kept.*rows).push_back(row);
                continue;
            }
            log::warn("journal.quarantine", {{"fault", fault}, {"detail", tried.detail}});
            metrics_.quarantined(fault);
            kept.quarantine.push_back({"", "", received, fault, remains(row)});
        }
    };
    sift(&Entry::observations, "observation_refused");
    sift(&Entry::alerts, "alert_refused");
    sift(&Entry::media, "medium_refused");
    sift(&Entry::documents, "document_refused");
    return kept;
}

// Tries until the outcome is known: done, or bad data. A connection lost half-way leaves it
// unknown, and rows stored already are passed over from then on.
store::Written Journal::insist(std::span<const store::Entry* const> entries, store::Way way,
                               store::End end) {
    auto time = first_pause;
    for (;;) {
        auto written = writer_.write(entries, way, end);
        switch (written.verdict) {
            case Verdict::done:
                health_.journal = true;
                return written;
            case Verdict::bad_data:
                return written;
            case Verdict::repeated:
                way = Way::over;
                continue;
            case Verdict::lost:
                way = Way::again;
                break;
            case Verdict::refused:
                break;
        }
        health_.journal = false;
        log::warn("journal.retry", {{"detail", written.detail}, {"pause_ms", time.count()}});
        pause(time);
        time = std::min(time * 2, longest_pause);
        const std::lock_guard lock{mutex_};
        if (stopping_ && monotonic() >= give_up_at_) return written;
    }
}

// Sleeps, but no longer than it takes to give up.
void Journal::pause(std::chrono::milliseconds time) {
    std::unique_lock lock{mutex_};
    const auto until = monotonic() + time;
    wake_.wait_until(lock, std::min(until, give_up_at_),
                     [&] { return stopping_ && monotonic() >= give_up_at_; });
}

void Journal::committed(const store::Written& written, std::span<Waiting> batch, Monotonic begun) {
    const std::chrono::duration<double> took = monotonic() - begun;
    metrics_.committed(took.count());
    metrics_.observations_stored(written.fixes, written.observations);
    const bool alerts = std::any_of(batch.begin(), batch.end(),
                                    [](const Waiting& one) { return !one.entry.alerts.empty(); });
    // Announced first: whoever waits for the commit may look for the announcement at once.
    if (alerts && alerts_stored_) alerts_stored_();
    finish(batch, nullptr);
}

void Journal::refuse(std::span<Waiting> batch, const std::string& why) {
    finish(batch, std::make_exception_ptr(NotStored{why}));
}

// One message for many, in their order. Entries end where they were made: memory that another
// thread gives back is slow to be had again.
void Journal::finish(std::span<Waiting> batch, const std::exception_ptr& fault) {
    while (!batch.empty()) {
        auto executor = batch.front().executor;
        Batch together;
        while (together.size() < std::min(batch.size(), resumed_together) &&
               batch[together.size()].executor == executor) {
            together.push_back(std::move(batch[together.size()]));
        }
        batch = batch.subspan(together.size());
        asio::post(executor, [together = std::move(together), fault]() mutable {
            for (Waiting& one : together) std::move(one.done)(fault);
        });
    }
}

}  // namespace liuhen::server
