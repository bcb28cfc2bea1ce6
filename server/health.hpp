// Whether the parts are up, for /readyz.
#pragma once

#include <atomic>
#include <string>
#include <vector>

namespace liuhen::server {

/// One line of /readyz.
struct Check {
    std::string name;
    bool ok = false;
    std::string detail;
};

/// Whether the parts are up; written by them, read by /readyz. Safe from any thread.
struct Health {
    std::atomic<bool> database = false;   ///< answered lately
    std::atomic<bool> directory = false;  ///< fleet and places are loaded
    std::atomic<bool> journal = false;    ///< commits, or has nothing to commit
    std::atomic<bool> watches = false;    ///< open trips are folded again after the start
    std::atomic<bool> stopping = false;

    [[nodiscard]] std::vector<Check> checks() const;
    [[nodiscard]] bool ready() const;
};

}  // namespace liuhen::server
