// Commits and observations a second of one journal: closed loops of devices that send a chunk, wait
// for its commit, and send the next. Not part of `liuhen test`. Usage: journal_bench CONNINFO, a
// migrated database; DEVICES and ROWS a chunk may follow.
#include "server/database.hpp"
#include "server/journal.hpp"
#include "tests/bench/bench.hpp"

#include <boost/asio/io_context.hpp>

#include <algorithm>
#include <atomic>
#include <cstdio>
#include <cstdlib>
#include <vector>

namespace {

using namespace liuhen;
using namespace liuhen::server;

constexpr std::chrono::seconds measured{10};

struct Loops {
    Journal& journal;
    Monotonic until;
    int rows;
    std::size_t stored = 0;
    std::vector<double> waits_ms;
};

store::Entry chunk_of(int device, int number, int rows) {
    store::Entry entry;
    const Instant begun = *parse_iso("2026-03-01T00:00:00Z");
    for (int i = 0; i < rows; ++i) {
        Sighting seen;
        Fix fix;
        fix.at = begun + std::chrono::seconds{number * rows + i};
        fix.where = {.lat = 28 + 1e-6 * number, .lon = 119 + 1e-6 * device};
        fix.speed = {16};
        seen.what = fix;
        seen.message = 0x0200;
        seen.raw.resize(11);
        entry.observations.push_back(store::to_row(seen, {device, device, begun}));
    }
    entry.frames.push_back({device, begun, std::vector<std::byte>(60)});
    return entry;
}

awaitable<void> drive(Loops& loops, int device) {
    for (int number = 0; monotonic() < loops.until; ++number) {
        const auto begun = monotonic();
        auto storing = loops.journal.append(chunk_of(device, number, loops.rows));
        co_await std::move(storing);
        const std::chrono::duration<double, std::milli> took = monotonic() - begun;
        loops.waits_ms.push_back(took.count());
        loops.stored += static_cast<std::size_t>(loops.rows);
    }
}

}  // namespace

int main(int count, char** words) {
    if (count < 2) return 2;
    const int devices = count > 2 ? std::atoi(words[2]) : 1'000;
    const int rows = count > 3 ? std::atoi(words[3]) : 1;
    Metrics metrics;
    Health health;
    Journal journal{conninfo_as(words[1], "liuhen_core"), metrics, health, nullptr};
    asio::io_context io;
    const auto begun = monotonic();
    Loops loops{journal, begun + measured, rows, 0, {}};
    for (int device = 1; device <= devices; ++device) {
        spawn("device", io.get_executor(), drive(loops, device));
    }
    io.run();
    const std::chrono::duration<double> took = monotonic() - begun;
    std::sort(loops.waits_ms.begin(), loops.waits_ms.end());
    const auto at = [&](double share) {
        return loops.waits_ms[static_cast<std::size_t>(
            share * static_cast<double>(loops.waits_ms.size() - 1))];
    };
    std::printf("%d devices, %d rows a chunk, for %ld s\n", devices, rows,
                static_cast<long>(measured.count()));
    {
        bench::Results results{"journal", 1};
        results.add("observations stored", "1/s", static_cast<double>(loops.stored) / took.count());
        results.add("commit, half within", "ms", metrics.pulse().commit_ms_p50);
        results.add("chunk sent to acknowledged, half", "ms", at(0.5));
        results.add("chunk sent to acknowledged, 99 %", "ms", at(0.99));
    }
    journal.stop(std::chrono::seconds{5});
    return 0;
}
