#include "server/http/terminal_form.hpp"

#include "telematics/profile.hpp"

#include <algorithm>

namespace liuhen::server::http {
namespace {

constexpr std::string_view datums[] = {"wgs84", "gcj02"};

// "+08:00" or "-03:30" as minutes east of Greenwich.
std::optional<std::chrono::minutes> read_zone(Fields& form) {
    constexpr int least = -720, most = 840;
    const std::string zone = form.text("time_zone", {1, 6});
    if (zone.empty()) return std::nullopt;
    const auto probe = parse_iso("2000-01-01T12:00:00" + zone);
    const auto noon = parse_iso("2000-01-01T12:00:00Z");
    if (probe && zone != "Z") {
        const auto minutes = std::chrono::duration_cast<std::chrono::minutes>(*noon - *probe);
        if (minutes.count() >= least && minutes.count() <= most) return minutes;
    }
    form.add("UNKNOWN_VALUE", "time_zone", zone);
    return std::nullopt;
}

void add_unknown_profile(Fields& form, std::string_view given) {
    Fault unknown = fault("UNKNOWN_PROFILE", form.pointer("profile"), given);
    std::string names;
    for (const auto& profile : telematics::known_profiles())
        names += (names.empty() ? " " : ", ") + profile.name;
    unknown.message += names;
    unknown.message_zh += names;
    form.faults().push_back(std::move(unknown));
}

}  // namespace

TerminalForm read_terminal_form(Fields& form) {
    TerminalForm read;
    read.profile = form.text("profile", {1, 60});
    if (!read.profile.empty() && telematics::find_profile(read.profile) == nullptr)
        add_unknown_profile(form, read.profile);
    read.time_zone = read_zone(form);
    read.datum = form.one_of("datum", datums);
    return read;
}

}  // namespace liuhen::server::http
