#include "simulators/server_clock.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <stdexcept>

namespace liuhen::simulators {

using namespace std::chrono;

void ServerClock::said(Instant at, double rate, Monotonic when) {
    at_ = at;
    rate_ = rate;
    when_ = when;
}

Instant ServerClock::now(Monotonic when) const {
    const duration<double> elapsed = when - when_;
    newest_ = std::max(newest_, at_ + duration_cast<Duration>(elapsed * rate_));
    return newest_;
}

milliseconds ServerClock::until(Instant at, Monotonic when) const {
    const duration<double> ahead = at - now(when);
    return std::max(milliseconds{0}, ceil<milliseconds>(ahead / rate_));
}

void follow(ServerClock& clock, std::string_view readyz, Monotonic when) {
    const auto body = nlohmann::json::parse(readyz, nullptr, false);
    const auto* said = body.is_object() && body.contains("clock") ? &body["clock"] : nullptr;
    const auto now =
        said != nullptr && said->is_object() && said->contains("now") && (*said)["now"].is_string()
            ? parse_iso((*said)["now"].get<std::string>())
            : std::nullopt;
    if (!now) throw std::runtime_error{"/readyz shows no clock"};
    const double rate = said->value("rate", 1.0);
    clock.said(*now, rate > 0 ? rate : 1.0, when);
}

}  // namespace liuhen::simulators
