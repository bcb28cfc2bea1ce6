// Who is connected: limits for peers, and one line for each terminal. Lives on one executor; a
// session on another thread comes here with `on()`.
#pragma once

#include "base/ids.hpp"
#include "server/config.hpp"
#include "server/line.hpp"
#include "server/metrics.hpp"
#include "server/strangers.hpp"

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <unordered_map>

namespace liuhen::server {

/// Refusals that an address may collect at once, and how many are forgiven each second.
inline constexpr int strangers_at_once = 60;
inline constexpr double strangers_per_second = 1;

/// Whether a connection is let in. `code()` is the kind under which the others are counted.
enum class Admission : std::uint8_t { admitted, too_many_connections, too_many_refusals };
std::string_view code(Admission admission);

class Exchange {
public:
    Exchange(asio::any_io_executor executor, const DeviceLimits& limits, Metrics& metrics)
        : executor_(std::move(executor)), limits_(limits), metrics_(metrics) {}

    [[nodiscard]] asio::any_io_executor executor() const { return executor_; }
    /// Counts a connection when it may come in; an empty `peer` is one whose address is to be
    /// learned yet. On the exchange's executor.
    [[nodiscard]] Admission admit(const std::string& peer);
    void dismiss(const std::string& peer);
    /// A connection of the peer, dismissed, was none of a known device.
    void turned_away(const std::string& peer);

    /// The terminal speaks through `line` from now on, and a former line of it is ended. False when
    /// the former one has `proved` whose it is and this one has not, or this one has not and is
    /// forgeable as the former one is not: then all stays as it was. A line that has the terminal
    /// may claim it once more when it has proved itself.
    awaitable<bool> claim(std::string terminal, std::shared_ptr<Line> line, bool proved);
    /// Whether `line` is the one through which the terminal speaks.
    awaitable<bool> holds(std::string terminal, std::shared_ptr<Line> line) const;
    /// The line is over.
    awaitable<void> release(std::string terminal, std::shared_ptr<Line> line);
    /// There are orders for the terminal: its session, if there is one, asks for them. From any
    /// thread.
    void nudge(TerminalId terminal);

private:
    struct Speaker {
        std::shared_ptr<Line> line;
        bool proved = false;
    };
    void count(Protocol protocol, std::int64_t change);

    asio::any_io_executor executor_;
    const DeviceLimits& limits_;
    Metrics& metrics_;
    std::size_t connections_ = 0;
    Strangers strangers_{strangers_at_once, strangers_per_second};
    std::unordered_map<std::string, std::size_t> peers_;
    std::unordered_map<std::string, Speaker> speakers_;  ///< by terminal
};

}  // namespace liuhen::server
