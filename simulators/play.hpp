// Plays a scenario against a running server and says what the server broke.
#pragma once

#include "simulators/api.hpp"
#include "simulators/scenario.hpp"

#include <atomic>
#include <cstddef>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace liuhen::simulators {

struct PlayOptions {
    std::optional<double> rate{};                   ///< the server's clock must run at this rate
    std::optional<std::chrono::seconds> at_most{};  ///< of our time, then the curtain falls
    bool keep_running = false;                      ///< laps have no end
    const std::atomic<bool>* stop = nullptr;        ///< falls the curtain from outside
    /// A line of progress, about once a second.
    std::function<void(const std::string&)> progress{};
};

struct PlayReport {
    std::size_t sent{};   ///< positions that left at least once
    std::size_t acked{};  ///< positions acknowledged
    std::size_t frames{};
    std::size_t alerts{};     ///< different alerts of this play's trucks
    std::size_t withdrawn{};  ///< of these
    std::size_t events{};     ///< revisions read from the feed, older ones too
    std::size_t manifests{};  ///< filed
    std::size_t completed{};  ///< of these
    std::map<std::string, std::map<std::string, std::size_t>> kinds;  ///< by truck, standing ones
    std::optional<Duration> track_offset;
    std::vector<std::string> broken_promises;
    /// The last line of `liuhen-simulate`: one JSON object.
    [[nodiscard]] std::string to_line() const;
};

/// Blocks until all is played and audited. Throws std::runtime_error when it cannot begin: no
/// server, wrong rate, set-up refused.
PlayReport play(const Scenario& scenario, const Endpoints& endpoints, const PlayOptions& options);

}  // namespace liuhen::simulators
