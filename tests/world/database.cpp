#include "tests/world/database.hpp"

#include <algorithm>
#include <set>
#include <tuple>

namespace liuhen::world {
namespace {

using store::End;
using store::Entry;
using store::Way;
using store::Written;

template <class Row>
std::vector<const Row*> rows_of(std::span<const Entry* const> entries,
                                std::vector<Row> Entry::*rows) {
    std::vector<const Row*> all;
    for (const Entry* entry : entries) {
        for (const Row& row : entry->*rows) all.push_back(&row);
    }
    return all;
}

bool same(const store::QuarantineRow& a, const store::QuarantineRow& b) {
    return std::tie(a.number, a.received_at, a.fault, a.bytes) ==
           std::tie(b.number, b.received_at, b.fault, b.bytes);
}

}  // namespace

ObservationKey key_of(const store::ObservationRow& row) {
    return {row.terminal_key, row.at, row.kind, row.hash};
}

void Tables::number_new_alerts() {
    std::ranges::sort(feed_pending, {}, [this](const AlertKey& key) {
        return std::tuple{alerts.at(key).recorded_at, key.alert, key.revision};
    });
    for (const AlertKey& key : std::exchange(feed_pending, {})) {
        const auto no = feed.empty() ? 1 : feed.rbegin()->first + 1;
        feed.emplace(no, key);
    }
}

Duration Database::take() {
    const auto most = static_cast<std::uint64_t>(weather.slowest.count());
    return Duration{static_cast<std::int64_t>(chance_.below(most + 1))};
}

bool Database::is_cut() { return chance_.uniform() < weather.cut; }

bool Database::is_poison(const store::ObservationRow& row) const {
    return poison_one_of != 0 && static_cast<std::uint64_t>(row.hash) % poison_one_of == 0;
}

bool Database::try_tenancy(int server) {
    if (!up_) return false;
    if (!tenant_) tenant_ = server;
    return *tenant_ == server;
}

void Database::end_tenancy(int server) {
    if (tenant_ == server) tenant_.reset();
}

void Database::crash() {
    up_ = false;
    ++life_;
    tenant_.reset();
}

// Which of two faults PostgreSQL finds first is its own affair.
Written Database::judge(const std::vector<const store::ObservationRow*>& rows,
                        const std::vector<const store::AlertRow*>& alerts, Way way) {
    bool repeated = false;
    std::set<ObservationKey> here;
    for (const auto* row : rows) {
        const auto key = key_of(*row);
        repeated = repeated || tables.observations.contains(key) || !here.insert(key).second;
    }
    const bool bad = std::ranges::any_of(rows, [this](const auto* row) { return is_poison(*row); });
    const bool taken = std::ranges::any_of(alerts, [this](const auto* row) {
        return tables.alerts.contains({row->alert, row->revision});
    });
    const bool refuses = (way == Way::first && repeated) || (way != Way::again && taken);
    if (bad && (!refuses || chance_.below(2) == 0)) return {Verdict::bad_data, "22003", 0, 0};
    if (!refuses) return {};
    return {way == Way::first ? Verdict::repeated : Verdict::bad_data, "23505", 0, 0};
}

void Database::apply(std::span<const Entry* const> entries, Way way, Written& written,
                     std::int64_t early_no) {
    for (const auto* row : rows_of(entries, &Entry::observations)) {
        auto& stored = tables.observations[key_of(*row)];
        if (!stored.empty() && !(bug_ == Bug::again_without_key && way == Way::again)) continue;
        stored.push_back(*row);
        ++written.observations;
        if (row->kind == 1) ++written.fixes;
    }
    for (const auto* row : rows_of(entries, &Entry::quarantine)) {
        const bool known = way == Way::again &&
                           std::ranges::any_of(tables.quarantine,
                                               [&](const auto& one) { return same(one, *row); });
        if (!known) tables.quarantine.push_back(*row);
    }
    for (const auto* row : rows_of(entries, &Entry::alerts)) {
        AlertKey key{row->alert, row->revision};
        if (!tables.alerts.emplace(key, *row).second) continue;
        if (bug_ == Bug::number_early) {
            tables.feed.emplace(early_no++, std::move(key));
        } else if (bug_ != Bug::feed_in_memory) {
            tables.feed_pending.push_back(std::move(key));
        }
    }
}

Written Database::write(Link& link, const bool& alive, std::span<const Entry* const> entries,
                        Way way, End end) {
    const auto wait = [&] {
        schedule_.run_for(take());
        if (!alive) throw Crashed{};
    };
    if (!link.life) {
        wait();
        if (!up_) return {Verdict::refused, "cannot be reached", 0, 0};
        link.life = life_;
    }
    const auto alerts = rows_of(entries, &Entry::alerts);
    const auto early_no = next_early_no_;
    next_early_no_ += static_cast<std::int64_t>(alerts.size());
    const auto lose = [&](std::size_t& count) -> Written {
        link.life.reset();
        ++count;
        if (bug_ == Bug::dead_line_is_done) return {};
        return {Verdict::lost, "connection lost", 0, 0};
    };
    if (bug_ == Bug::number_early && !alerts.empty())
        schedule_.run_for(Duration{static_cast<std::int64_t>(chance_.below(20'000))});
    wait();
    if (link.life != life_ || is_cut()) return lose(lost_before_commit);
    if (weather.full) return {Verdict::refused, "53100", 0, 0};
    auto written = judge(rows_of(entries, &Entry::observations), alerts, way);
    if (bug_ == Bug::poison_takes_others && end == End::roll_back)
        return {Verdict::bad_data, "22003", 0, 0};
    const bool commits = written.verdict == Verdict::done && end == End::commit;
    if (commits) apply(entries, way, written, early_no);
    wait();
    if (link.life != life_ || is_cut())
        return lose(commits ? lost_after_commit : lost_before_commit);
    return written;
}

}  // namespace liuhen::world
