// How a batch comes to be stored, whatever the database answers: what the journal decides, without
// its thread, its clock and its connection.
#pragma once

#include "server/health.hpp"
#include "server/metrics.hpp"
#include "server/store/batch.hpp"

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <span>
#include <utility>
#include <vector>

namespace liuhen::server {

/// Rows of one transaction, unless a single entry has more.
inline constexpr std::size_t max_rows_per_batch = 5'000;
/// Bytes of frames, media and documents of one transaction, unless a single entry has more.
inline constexpr std::size_t max_bytes_per_batch = 8 * 1024 * 1024;

/// What of the gathered entries goes into the next transaction, in their order.
template <class Waiting>
std::vector<Waiting> take_batch(std::deque<Waiting>& gathering) {
    std::vector<Waiting> batch;
    std::size_t rows = 0;
    std::size_t bytes = 0;
    while (!gathering.empty()) {  // moved by construction: Asio 1.26 cannot assign handlers
        rows += gathering.front().entry.rows();
        bytes += gathering.front().entry.bytes();
        const bool full = rows > max_rows_per_batch || bytes > max_bytes_per_batch;
        if (!batch.empty() && full) break;
        batch.push_back(std::move(gathering.front()));
        gathering.pop_front();
    }
    return batch;
}

/// How an entry came to be stored.
enum class Stored : std::uint8_t {
    whole,
    parted,  ///< without rows that no table takes: those lie in quarantine
};

/// Tries until the outcome is known, and parts good rows from bad ones. Blocks as `write` and
/// `pause` do.
class Storing {
public:
    /// One transaction, as BatchWriter::write.
    using Write = std::function<store::Written(std::span<const store::Entry* const> entries,
                                               store::Way way, store::End end)>;
    /// Waits before another try; false: it is time to give up.
    using Pause = std::function<bool(std::chrono::milliseconds time)>;
    /// The end of `count` entries from `first` on: committed, in which way, when the verdict is
    /// `done`, else not stored for good.
    using Told = std::function<void(std::size_t first, std::size_t count,
                                    const store::Written& written, Stored how)>;

    Storing(Write write, Pause pause, Metrics& metrics, Health& health)
        : write_(std::move(write)), pause_(std::move(pause)), metrics_(metrics), health_(health) {}

    /// Stores all entries, or what can be stored of them, and tells the end of each once and in
    /// order. Rows that are refused go from their entry to its quarantine.
    void store_all(std::span<store::Entry* const> entries, const Told& told);

    static constexpr std::chrono::milliseconds first_pause{50};
    static constexpr std::chrono::milliseconds longest_pause{2'000};

private:
    void store_from(std::size_t first, std::span<store::Entry* const> entries, const Told& told);
    void store_piecewise(std::size_t first, store::Entry& entry, const Told& told);
    store::Written insist(std::span<const store::Entry* const> entries, store::Way way,
                          store::End end);
    store::Entry sieve(const store::Entry& entry);

    Write write_;
    Pause pause_;
    Metrics& metrics_;
    Health& health_;
};

}  // namespace liuhen::server
