#include "server/storing.hpp"

#include "server/log.hpp"

#include <algorithm>

namespace liuhen::server {
namespace {

using store::End;
using store::Entry;
using store::Way;
using store::Written;
using Verdict = Written::Verdict;

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

void Storing::store_all(std::span<Entry* const> entries, const Told& told) {
    store_from(0, entries, told);
}

// Bad data: halves, until the culprit stands alone.
void Storing::store_from(std::size_t first, std::span<Entry* const> entries, const Told& told) {
    const auto written = insist(std::span<const Entry* const>{entries.data(), entries.size()},
                                Way::first, End::commit);
    if (written.verdict != Verdict::bad_data)
        return told(first, entries.size(), written, Stored::whole);
    if (entries.size() == 1) return store_piecewise(first, *entries.front(), told);
    const auto half = entries.size() / 2;
    store_from(first, entries.first(half), told);
    store_from(first + half, entries.subspan(half), told);
}

// Stores what can be stored of one entry and the remains of the rest, in one transaction.
void Storing::store_piecewise(std::size_t first, Entry& entry, const Told& told) {
    const auto refused_before = entry.quarantine.size();
    entry = sieve(entry);
    const bool parted = entry.quarantine.size() > refused_before;
    const Entry* const sieved = &entry;
    const auto written = insist({&sieved, 1}, Way::again, End::commit);
    if (written.verdict != Verdict::done)
        log::error("journal.poisoned", {{"detail", written.detail}});
    told(first, 1, written, parted ? Stored::parted : Stored::whole);
}

// Rows are tried together, then in halves, until each culprit stands alone.
Entry Storing::sieve(const Entry& entry) {
    Entry kept;
    kept.frames = entry.frames;
    kept.quarantine = entry.quarantine;
    const auto received = received_at(entry);
    const auto sift = [&](const auto& self, auto rows, auto part, const char* fault) -> void {
        if (part.empty()) return;
        Entry alone;
        (alone.*rows).assign(part.begin(), part.end());
        const Entry* const pointer = &alone;
        const auto tried = insist({&pointer, 1}, Way::over, End::roll_back);
        if (tried.verdict != Verdict::bad_data) {
            (kept.*rows).insert((kept.*rows).end(), part.begin(), part.end());
            return;
        }
        if (part.size() > 1) {
            self(self, rows, part.first(part.size() / 2), fault);
            return self(self, rows, part.subspan(part.size() / 2), fault);
        }
        log::warn("journal.quarantine", {{"fault", fault}, {"detail", tried.detail}});
        metrics_.quarantined(fault);
        kept.quarantine.push_back({"", "", received, fault, remains(part.front())});
    };
    const auto sift_all = [&](auto rows, const char* fault) {
        sift(sift, rows, std::span{entry.*rows}, fault);
    };
    sift_all(&Entry::observations, "observation_refused");
    sift_all(&Entry::alerts, "alert_refused");
    sift_all(&Entry::media, "medium_refused");
    sift_all(&Entry::documents, "document_refused");
    return kept;
}

// Tries until the outcome is known: done, or bad data. A connection lost half-way leaves it
// unknown, and rows stored already are passed over from then on.
Written Storing::insist(std::span<const Entry* const> entries, Way way, End end) {
    auto time = first_pause;
    for (;;) {
        auto written = write_(entries, way, end);
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
        if (!pause_(time)) return written;
        time = std::min(time * 2, longest_pause);
    }
}

}  // namespace liuhen::server
