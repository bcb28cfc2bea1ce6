// A fleet of thousands of terminals on one thread, for measurements: open or closed loop.
#pragma once

#include "simulators/load/latencies.hpp"
#include "simulators/load/load_terminal.hpp"

#include <cstdint>
#include <functional>
#include <memory>
#include <string>

namespace liuhen::simulators {

struct LoadPlan {
    bool tls = false;      ///< no certificate is asked for
    std::uint16_t port{};  ///< of the platform, on 127.0.0.1
    std::size_t terminals = 10'000;
    std::uint64_t first_number{};  ///< terminals are numbered from here on
    LoadShape shape;
    /// Messages a second of all terminals together, sent by the clock whatever the platform does
    /// (open loop); a latency counts from when its message was due, not from when it could be
    /// written. 0: closed loop, each terminal keeps `window` messages unanswered.
    double rate = 0;
    std::size_t window = 1;           ///< closed loop: messages a terminal has unanswered
    std::chrono::seconds warm_up{5};  ///< not measured
    std::chrono::seconds measured{30};
    std::chrono::seconds patience{60};  ///< for connecting all, and for the last answers
    bool redials = false;               ///< dials again when a line breaks, and tells again
};

struct LoadOutcome {
    std::size_t connected{};
    double connecting_s{};            ///< until the last terminal was authenticated
    std::uint64_t accepted{};         ///< positions answered with success, in the measured time
    std::uint64_t accepted_in_all{};  ///< the same from the first to the last
    std::uint64_t refused{};          ///< positions answered with failure, in all
    std::uint64_t unanswered{};       ///< messages still without an answer at the end
    std::uint64_t lost_lines{};       ///< connections that ended, not by the load
    double measured_s{};
    double drained_s{};   ///< from the end of the measured time until nothing waited any more
    double behind_ms{};   ///< open loop: how late the latest message was written
    Latencies latencies;  ///< of the answers in the measured time
};

/// Connects, authenticates, sends, and waits for the last answers.
class LoadFleet {
public:
    /// `say` hears of progress, several times a second.
    LoadFleet(const LoadPlan& plan, std::function<void(const std::string&)> say);
    ~LoadFleet();
    LoadFleet(const LoadFleet&) = delete;
    LoadFleet& operator=(const LoadFleet&) = delete;

    /// Lets every terminal in, or as many as `patience` allows. Throws std::runtime_error when
    /// there was none, or on a lack of descriptors.
    void connect();
    /// Sends for `warm_up` and `measured`, then waits for the last answers.
    void drive();
    /// One message of each terminal, and its answer.
    void report_once();
    /// Keeps the lines open and sends nothing.
    void idle(std::chrono::milliseconds time);
    /// Leaves without a word: each line is reset. While the network is down nobody hears of it, and
    /// the platform keeps lines that have no other end.
    void vanish();
    [[nodiscard]] const LoadOutcome& outcome() const;
    /// Every terminal, with what was acknowledged to it.
    void for_each_terminal(const std::function<void(const LoadTerminal&)>& look) const;

private:
    class Engine;
    std::unique_ptr<Engine> engine_;
};

}  // namespace liuhen::simulators
