// A police reader of the alert feed: reads by cursor with long polls, and notices what a feed must
// never do.
#pragma once

#include "base/time.hpp"
#include "simulators/api.hpp"
#include "simulators/line.hpp"

#include <cstddef>
#include <map>
#include <set>
#include <string>
#include <utility>
#include <vector>

namespace liuhen::simulators {

/// The newest word on one alert.
struct AlertSeen {
    std::string kind;
    std::string plate;
    std::string type;  ///< "raised", "amended", "withdrawn"
    Instant detected_at;
    std::int64_t revision{};
};

/// Everything that was read, and every fault in how it was told.
class AlertLog {
public:
    /// Takes one CloudEvent.
    void take(const json& event);

    [[nodiscard]] const std::map<std::string, AlertSeen>& alerts() const { return alerts_; }
    [[nodiscard]] const std::vector<std::string>& faults() const { return faults_; }
    [[nodiscard]] std::size_t events() const { return events_; }

private:
    void fault(const std::string& text);
    std::map<std::string, AlertSeen> alerts_;  ///< by alert
    std::set<std::pair<std::string, std::int64_t>> seen_;
    std::vector<std::string> faults_;
    std::size_t events_{};
};

/// Reads from the beginning of the feed until the curtain has fallen and nothing more comes.
awaitable<void> read_alerts(Api police, AlertLog& log, const Curtain& curtain);

}  // namespace liuhen::simulators
