// What a device has seen and the server has not acknowledged. A real one keeps it in flash; this
// list is what the audit at the end is built on.
#pragma once

#include "base/time.hpp"
#include "telematics/bytes.hpp"

#include <chrono>
#include <cstdint>
#include <deque>
#include <map>
#include <optional>
#include <vector>

namespace liuhen::simulators {

using Monotonic = std::chrono::steady_clock::time_point;

/// One thing a device has to tell.
struct Entry {
    enum class Kind : std::uint8_t { position, lock_report, lock_event } kind{};
    enum class Origin : std::uint8_t { live, kept } origin = Origin::live;
    Instant at;          ///< device time
    Instant not_before;  ///< leaves no earlier, in the server's time
    telematics::Bytes body;
    std::optional<std::uint16_t> serial{};  ///< given at birth, as locks do; else at each leaving
};

/// Entries wait, fly under a serial, and are forgotten when the server acknowledged them. What is
/// not acknowledged in time, or when the connection breaks, waits again.
class Outbox {
public:
    void add(Entry entry);

    /// Entries that may leave now, oldest first, at most `limit`; they are in flight under
    /// `serial`, or the first one's own, from here on. All of one kind and origin. Empty when there
    /// is none.
    std::vector<Entry> take(Instant now, std::size_t limit, std::uint16_t serial, Monotonic when);
    /// Forgets what flew under `serial` and returns it; empty for a serial that is unknown or
    /// was given up.
    std::vector<Entry> acknowledged(std::uint16_t serial);
    /// Whatever took off before `before` waits again, as kept data.
    void give_up(Monotonic before);
    /// The connection is gone: everything in flight waits again, as kept data.
    void connection_lost();

    [[nodiscard]] std::size_t waiting() const { return waiting_.size(); }
    [[nodiscard]] std::size_t flights() const { return flights_.size(); }
    [[nodiscard]] bool empty() const { return waiting_.empty() && flights_.empty(); }

private:
    struct Flight {
        std::vector<Entry> entries;
        Monotonic since;
    };
    void wait_again(std::vector<Entry> entries);

    std::deque<Entry> waiting_;
    std::map<std::uint16_t, Flight> flights_;
};

}  // namespace liuhen::simulators
