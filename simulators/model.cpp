#include "simulators/model.hpp"

#include "simulators/model_items.hpp"
#include "telematics/datum.hpp"

#include <algorithm>
#include <array>
#include <cmath>

namespace liuhen::simulators {
namespace {

using namespace telematics::jtt808;
using namespace std::chrono_literals;
using telematics::Bytes;
using telematics::Datum;
using telematics::OrderForm;

constexpr std::uint32_t acc_on = 1U << 0U, positioned = 1U << 1U, south = 1U << 2U, west = 1U << 3U;

std::byte bcd(int number) { return static_cast<std::byte>(number / 10 % 10 * 16 + number % 10); }

std::array<std::byte, 6> bcd_time(Instant at, std::chrono::minutes zone) {
    using namespace std::chrono;
    const auto local = at + zone;
    const auto day = floor<days>(local);
    const year_month_day date{day};
    const hh_mm_ss time{floor<seconds>(local - day)};
    return {bcd(static_cast<int>(date.year()) % 100),
            bcd(static_cast<int>(static_cast<unsigned>(date.month()))),
            bcd(static_cast<int>(static_cast<unsigned>(date.day()))),
            bcd(static_cast<int>(time.hours().count())),
            bcd(static_cast<int>(time.minutes().count())),
            bcd(static_cast<int>(time.seconds().count()))};
}

std::uint32_t microdegrees(double degrees) {
    return static_cast<std::uint32_t>(std::llround(std::abs(degrees) * 1e6));
}

constexpr std::array all_models{
    Model{.name = "standard", .dress = tell_load},
    Model{.name = "tracker-utc", .zone = 0min},
    Model{.name = "tracker-gcj02", .datum = Datum::gcj02},
    Model{.name = "bad-checksum", .checksum = Sum::wrong},
    Model{.name = "waste-eeye", .dress = tell_as_eeye},
    Model{.name = "waste-trwy", .dress = tell_as_trwy},
    Model{.name = "sensors-zoomwell", .dress = tell_as_zoomwell},
    Model{.name = "tracker-gps51", .dress = tell_as_gps51},
    Model{.name = "lock-jointech",
          .zone = 0min,
          .words = OrderForm::sentences,
          .dress = tell_as_jointech},
    Model{.name = "lock-huabao", .dress = tell_as_huabao},
    Model{.name = "lock-hhd", .words = OrderForm::hhd, .dress = tell_as_hhd},
    Model{.name = "lock-text", .dress = tell_as_text_lock},
};

}  // namespace

std::span<const Model> models() { return all_models; }

const Model* find_model(std::string_view name) {
    const auto* const found = std::ranges::find(all_models, name, &Model::name);
    return found == all_models.end() ? nullptr : found;
}

Position position_of(const Fix& fix, const Model& model, const Scene& scene) {
    const LatLon where =
        model.datum == Datum::gcj02 ? telematics::gcj02_from_wgs84(fix.where) : fix.where;
    Position position;
    position.status = acc_on | (fix.source == FixSource::satellite ? positioned : 0U) |
                      (where.lat < 0 ? south : 0U) | (where.lon < 0 ? west : 0U);
    position.latitude = microdegrees(where.lat);
    position.longitude = microdegrees(where.lon);
    position.speed = static_cast<std::uint16_t>(std::llround(to_kmh(fix.speed) * 10));
    position.direction = static_cast<std::uint16_t>(std::lround(fix.heading.value) % 360);
    position.time = bcd_time(fix.at, model.zone);
    if (fix.satellites) position.items.push_back({0x31, {static_cast<std::byte>(*fix.satellites)}});
    if (model.dress != nullptr) model.dress(position, scene);
    return position;
}

// One bit of each checksum is turned, and none becomes a byte that would have to be escaped.
Bytes on_wire(Bytes frames, const Model& model) {
    if (model.checksum == Sum::right) return frames;
    const auto special = [](std::byte b) { return b == std::byte{0x7D} || b == delimiter; };
    for (std::size_t i = 3; i < frames.size(); ++i) {
        const bool closes = frames[i] == delimiter && !special(frames[i - 1]);
        if (!closes || frames[i - 2] == std::byte{0x7D}) continue;
        const std::byte turned = frames[i - 1] ^ std::byte{1};
        frames[i - 1] = special(turned) ? frames[i - 1] ^ std::byte{4} : turned;
    }
    return frames;
}

}  // namespace liuhen::simulators
