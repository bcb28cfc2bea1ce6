// Where reports to the national system go, as the operator says.
#pragma once

#include <chrono>
#include <string>

namespace liuhen::server::national {

/// Off without a URL.
struct Settings {
    std::string url{};
    std::string credentials{};         ///< file; empty: none
    std::chrono::seconds timeout{15};  ///< for an answer, the connection included
};

}  // namespace liuhen::server::national
