// Who is connected: limits for peers, and one line for each terminal. Lives on one executor; a
// session on another thread comes here with `on()`.
#pragma once

#include "base/ids.hpp"
#include "server/config.hpp"
#include "server/line.hpp"
#include "server/metrics.hpp"

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <unordered_map>

namespace liuhen::server {

class Exchange {
public:
    Exchange(asio::any_io_executor executor, const DeviceLimits& limits, Metrics& metrics)
        : executor_(std::move(executor)), limits_(limits), metrics_(metrics) {}

    [[nodiscard]] asio::any_io_executor executor() const { return executor_; }
    /// Counts a connection of a peer; false when there are too many. On the exchange's executor.
    [[nodiscard]] bool admit(const std::string& peer);
    void dismiss(const std::string& peer);

    /// The terminal speaks through `line` from now on; a former line of it is ended.
    awaitable<void> claim(std::string terminal, std::shared_ptr<Line> line);
    /// Whether `line` is the one through which the terminal speaks.
    awaitable<bool> holds(std::string terminal, std::shared_ptr<Line> line) const;
    /// The line is over.
    awaitable<void> release(std::string terminal, std::shared_ptr<Line> line);
    /// There are orders for the terminal: its session, if there is one, asks for them. From any
    /// thread.
    void nudge(TerminalId terminal);

private:
    void count(Protocol protocol, std::int64_t change);

    asio::any_io_executor executor_;
    const DeviceLimits& limits_;
    Metrics& metrics_;
    std::size_t connections_ = 0;
    std::unordered_map<std::string, std::size_t> peers_;
    std::unordered_map<std::string, std::shared_ptr<Line>> speakers_;  ///< by terminal
};

}  // namespace liuhen::server
