#include "telematics/jtt808/items.hpp"

#include <algorithm>
#include <array>
#include <utility>

namespace liuhen::telematics::jtt808 {
namespace {

using enum FieldForm;

// Additional items of JT/T 808-2013 and 2019; 14 to 18 are those of JT/T 1078-2016.
constexpr std::array fields{
    ItemField{0x01, 4, 0, 4, "odometer_km", number, 10},
    ItemField{0x02, 2, 0, 2, "fuel_l", number, 10},
    ItemField{0x03, 2, 0, 2, "recorder_speed_kmh", number, 10},
    ItemField{0x04, 2, 0, 2, "alarm_event"},
    ItemField{0x05, 30, 0, 30, "tyre_pressure", octets},
    ItemField{0x06, 2, 0, 2, "compartment_temperature_c", signed_magnitude},
    ItemField{0x11, 1, 0, 1, "area_type"},
    ItemField{0x11, 5, 0, 1, "area_type"},
    ItemField{0x11, 5, 1, 4, "area_id"},
    ItemField{0x12, 6, 0, 1, "area_type"},
    ItemField{0x12, 6, 1, 4, "area_id"},
    ItemField{0x12, 6, 5, 1, "leaving"},
    ItemField{0x13, 7, 0, 4, "segment_id"},
    ItemField{0x13, 7, 4, 2, "travel_s"},
    ItemField{0x13, 7, 6, 1, "too_long"},
    ItemField{0x14, 4, 0, 4, "video_alarm", bits},
    ItemField{0x15, 4, 0, 4, "video_loss_channels", bits},
    ItemField{0x16, 4, 0, 4, "video_masked_channels", bits},
    ItemField{0x17, 2, 0, 2, "storage_faults", bits},
    ItemField{0x18, 2, 0, 2, "abnormal_driving", bits},
    ItemField{0x18, 3, 0, 2, "abnormal_driving", bits},
    ItemField{0x18, 3, 2, 1, "fatigue_degree"},
    ItemField{0x25, 4, 0, 4, "vehicle_signals", bits},
    ItemField{0x2A, 2, 0, 2, "io_state", bits},
    ItemField{0x2B, 4, 2, 2, "analog_0"},
    ItemField{0x2B, 4, 0, 2, "analog_1"},
    ItemField{0x30, 1, 0, 1, "signal_strength"},
    ItemField{0x31, 1, 0, 1, "satellites"},
    ItemField{0xE0, 1, 0, 1, "custom_bytes"},
};
constexpr auto key = [](const ItemField& field) { return std::pair{field.item, field.length}; };
static_assert(std::ranges::is_sorted(fields, {}, key));
static_assert(std::ranges::all_of(fields, [](const ItemField& field) {
    return field.at + field.width <= field.length && (field.width <= 4 || field.form == octets);
}));

}  // namespace

std::span<const ItemField> item_fields(const Item& item) {
    if (item.value.size() > 255) return {};
    const std::pair wanted{item.id, static_cast<std::uint8_t>(item.value.size())};
    const auto* const first = std::ranges::lower_bound(fields, wanted, {}, key);
    const auto* const last = std::ranges::upper_bound(fields, wanted, {}, key);
    return {first, last};
}

std::uint32_t raw_number(const ItemField& field, const Item& item) {
    std::uint32_t value = 0;
    for (const std::byte b : ByteView{item.value}.subspan(field.at, field.width)) {
        value = value << 8U | std::to_integer<unsigned>(b);
    }
    return value;
}

double measure(const ItemField& field, const Item& item) {
    const std::uint32_t raw = raw_number(field, item);
    if (field.form != signed_magnitude) return raw / field.divisor;
    const std::uint32_t sign = 1U << (field.width * 8U - 1U);
    const double magnitude = (raw & ~sign) / field.divisor;
    return (raw & sign) != 0 ? -magnitude : magnitude;
}

}  // namespace liuhen::telematics::jtt808
