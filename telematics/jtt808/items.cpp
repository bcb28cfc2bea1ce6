#include "telematics/jtt808/items.hpp"

#include "telematics/jtt808/lock_items.hpp"
#include "telematics/jtt808/safety_items.hpp"
#include "telematics/jtt808/sensor_items.hpp"
#include "telematics/text.hpp"

#include <algorithm>
#include <array>
#include <limits>
#include <tuple>
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

std::uint32_t unsigned_number(ByteView bytes) {
    std::uint32_t value = 0;
    for (const std::byte b : bytes) value = value << 8U | std::to_integer<unsigned>(b);
    return value;
}

double in_sign_and_magnitude(std::uint32_t raw, std::size_t width) {
    const std::uint32_t sign = 1U << (width * 8U - 1U);
    const double magnitude = raw & ~sign;
    return (raw & sign) != 0 ? -magnitude : magnitude;
}

double in_twos_complement(std::uint32_t raw, std::size_t width) {
    if (width == 2) return static_cast<std::int16_t>(raw);
    return static_cast<std::int32_t>(raw);
}

std::vector<double> octets_of(ByteView bytes) {
    std::vector<double> list;
    for (const std::byte b : bytes) list.push_back(std::to_integer<int>(b));
    return list;
}

std::vector<double> words_of(ByteView bytes, double divisor) {
    constexpr std::uint16_t unused = 0xFFFF;
    std::vector<double> list;
    Reader r{bytes};
    while (r.remaining() >= 2) {
        const std::uint16_t raw = r.u16();
        list.push_back(raw == unused ? std::numeric_limits<double>::quiet_NaN()
                                     : in_sign_and_magnitude(raw, 2) / divisor);
    }
    return list;
}

ItemValues standard_values(const Item& item) {
    ItemValues values;
    for (const ItemField& field : item_fields(item)) {
        const ByteView bytes = ByteView{item.value}.subspan(field.at, field.width);
        values.push_back(read_field(field.name, field.form, field.divisor, bytes));
    }
    return values.empty() ? read_safety_item(item) : values;
}

ItemValues ruled_values(const Item& item, const ItemRule& rule) {
    ItemValues values;
    for (const FieldRule& field : rule.fields) {
        const std::size_t width = field.width == 0 ? item.value.size() - field.at : field.width;
        const ByteView bytes = ByteView{item.value}.subspan(field.at, width);
        values.push_back(read_field(field.name, field.form, field.divisor, bytes));
    }
    return values;
}

ItemValues event_values(const Item& item, Reading reading, const Dialect& dialect) {
    const auto event = read_lock_event(item, reading, dialect);
    if (!event) return {};
    const int bytes = reading == Reading::lock_event ? 1 : 2;
    ItemValues values{{"event", Flags{event->number, bytes}}};
    if (event->rule == nullptr) return values;
    values.push_back({"event_name", event->rule->name});
    if (!event->lock.empty()) values.push_back({"lock", event->lock});
    if (!event->actor.empty()) values.push_back({"actor", event->actor});
    if (event->refused) values.push_back({"refused", 1.0});
    if (event->fence) values.push_back({"fence", static_cast<double>(*event->fence)});
    return values;
}

// Of a password's item another length than the known one is no reason to keep it.
bool is_secret(const Dialect& dialect, std::uint8_t id) {
    return std::ranges::any_of(dialect.items, [id](const ItemRule& rule) {
        return rule.id == id &&
               (rule.reading == Reading::secret || rule.reading == Reading::one_time_password);
    });
}

// Where a password stands in an event's item, and how long it is; also in one that was cut off.
std::pair<std::size_t, std::size_t> secret_in(const Item& item, Reading reading,
                                              const Dialect& dialect) {
    constexpr std::size_t type_bytes = 1, password_bytes = 6, number_bytes = 2;
    const std::size_t size = item.value.size();
    Reader r{item.value};
    const std::uint16_t number = reading == Reading::lock_event ? r.u8() : r.u16();
    const EventRule* const rule = r.ok() ? dialect.event(number) : nullptr;
    if (rule == nullptr) return {size, 0};
    if (rule->data == EventData::secret) return {number_bytes, size - number_bytes};
    const bool has = rule->data == EventData::password || rule->data == EventData::password_result;
    if (!has) return {size, 0};
    return {type_bytes, std::min(password_bytes, size - type_bytes)};
}

ItemValues listed_lock_values(const ListedLock& one, const Dialect& dialect) {
    ItemValues values{{"lock", one.lock}};
    const auto put = [&values](std::string_view name, const auto& measured) {
        if (measured) values.push_back({std::string{name}, static_cast<double>(*measured)});
    };
    if (!one.card.empty()) values.push_back({"card", one.card});
    put("battery_percent", one.battery_percent);
    put("battery_v", one.battery_v);
    if (one.status) {
        values.push_back({"status", Flags{*one.status, 2}});
        for (const std::string_view name : set_bits(dialect, Word::listed, *one.status))
            values.push_back({std::string{name}, 1.0});
    }
    put("sealed", one.sealed);
    put("rod_closed", one.rod_closed);
    put("signal", one.signal);
    return values;
}

ItemValues listed_values(const Item& item, Reading reading, const Dialect& dialect) {
    std::vector<ItemValues> locks;
    for (const ListedLock& one : read_listed_locks(item, reading))
        locks.push_back(listed_lock_values(one, dialect));
    if (locks.empty()) return {};
    return {{"locks", std::move(locks)}};
}

}  // namespace

std::span<const ItemField> item_fields(const Item& item) {
    if (item.value.size() > 255) return {};
    const std::pair wanted{item.id, static_cast<std::uint8_t>(item.value.size())};
    const auto* const first = std::ranges::lower_bound(fields, wanted, {}, key);
    const auto* const last = std::ranges::upper_bound(fields, wanted, {}, key);
    return {first, last};
}

std::uint32_t raw_number(const ItemField& field, const Item& item) {
    return unsigned_number(ByteView{item.value}.subspan(field.at, field.width));
}

double measure(const ItemField& field, const Item& item) {
    const std::uint32_t raw = raw_number(field, item);
    if (field.form != signed_magnitude) return raw / field.divisor;
    return in_sign_and_magnitude(raw, field.width) / field.divisor;
}

ItemValue read_field(std::string_view name, FieldForm form, double divisor, ByteView bytes) {
    const auto value = [&]() -> decltype(ItemValue::value) {
        switch (form) {
            case number:
                return unsigned_number(bytes) / divisor;
            case signed_magnitude:
                return in_sign_and_magnitude(unsigned_number(bytes), bytes.size()) / divisor;
            case signed_number:
                return in_twos_complement(unsigned_number(bytes), bytes.size()) / divisor;
            case bits:
                return Flags{unsigned_number(bytes), static_cast<int>(bytes.size())};
            case octets:
                return octets_of(bytes);
            case words:
                return words_of(bytes, divisor);
            case text:
                return utf8_from_gbk(bytes);
            case digits:
                break;
        }
        return to_hex(bytes);
    };
    return {std::string{name}, value()};
}

ItemValues read_item(const Item& item, const Dialect* dialect) {
    const ItemRule* const rule =
        dialect == nullptr ? nullptr : dialect->item(item.id, item.value.size());
    if (rule == nullptr) return standard_values(item);
    switch (rule->reading) {
        case Reading::fields:
            return ruled_values(item, *rule);
        case Reading::lock_event:
        case Reading::event:
            return event_values(item, rule->reading, *dialect);
        case Reading::lock_list:
        case Reading::slave_locks:
            return listed_values(item, rule->reading, *dialect);
        case Reading::sensors:
            return read_sensors(item.value);
        case Reading::container:
            return read_container(item.value);
        case Reading::lock_text:
            return read_lock_text(item.value);
        case Reading::raw:
        case Reading::secret:
        case Reading::one_time_password:
            break;
    }
    return {};
}

std::vector<std::string_view> set_bits(const Dialect& dialect, Word word, std::uint32_t value) {
    std::vector<std::string_view> names;
    for (const BitRule& rule : dialect.bits) {
        if (rule.word == word && (value >> rule.bit & 1U) != 0) names.emplace_back(rule.name);
    }
    return names;
}

Item without_secrets(Item item, const Dialect* dialect) {
    if (dialect == nullptr) return item;
    const ItemRule* const rule = dialect->item(item.id, item.value.size());
    std::size_t from = 0;
    std::size_t count = is_secret(*dialect, item.id) ? item.value.size() : 0;
    const bool is_event = rule != nullptr &&
                          (rule->reading == Reading::lock_event || rule->reading == Reading::event);
    if (is_event) std::tie(from, count) = secret_in(item, rule->reading, *dialect);
    std::fill_n(item.value.begin() + static_cast<std::ptrdiff_t>(from), count, std::byte{'*'});
    return item;
}

}  // namespace liuhen::telematics::jtt808
