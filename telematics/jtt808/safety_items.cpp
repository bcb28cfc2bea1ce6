#include "telematics/jtt808/safety_items.hpp"

#include "telematics/text.hpp"

#include <algorithm>
#include <array>

namespace liuhen::telematics::jtt808 {
namespace {

struct Field {
    std::string_view name;
    std::uint8_t at;
    std::uint8_t width;
    FieldForm form = FieldForm::number;
    double divisor = 1;
};

// Every alarm begins with its number and state, goes on with fields of its own, and says where and
// when it was.
constexpr std::array head_fields{Field{"alarm_id", 0, 4}, Field{"alarm_state", 4, 1}};
constexpr std::array forward_fields{
    Field{"alarm_type", 5, 1},        Field{"alarm_level", 6, 1},    Field{"front_speed_kmh", 7, 1},
    Field{"front_distance_ds", 8, 1}, Field{"deviation_type", 9, 1}, Field{"road_sign_type", 10, 1},
    Field{"road_sign_value", 11, 1}};
constexpr std::array driver_fields{Field{"alarm_type", 5, 1}, Field{"alarm_level", 6, 1},
                                   Field{"fatigue_degree", 7, 1}};
constexpr std::array blind_spot_fields{Field{"alarm_type", 5, 1}};
constexpr std::array place_fields{Field{"speed_kmh", 0, 1},
                                  Field{"altitude_m", 1, 2},
                                  Field{"lat", 3, 4, FieldForm::number, 1e6},
                                  Field{"lon", 7, 4, FieldForm::number, 1e6},
                                  Field{"alarm_time", 11, 6, FieldForm::digits},
                                  Field{"vehicle_state", 17, 2, FieldForm::bits}};
constexpr std::uint8_t place_bytes = 19;

struct Kind {
    std::uint8_t id;
    std::uint8_t place_at;
    std::span<const Field> own;
    [[nodiscard]] std::size_t label_at() const { return place_at + place_bytes; }
};
constexpr std::array kinds{Kind{0x64, 12, forward_fields}, Kind{0x65, 12, driver_fields},
                           Kind{0x66, 5, {}}, Kind{0x67, 6, blind_spot_fields}};
constexpr std::uint8_t tyre_item = 0x66;

struct Label {
    std::uint8_t terminal_bytes;  ///< id of the terminal
    std::uint8_t reserved_bytes;
    std::uint8_t position_bytes;  ///< of a tyre's place
    [[nodiscard]] std::size_t size() const { return terminal_bytes + 8U + reserved_bytes; }
};
constexpr std::array labels{Label{7, 1, 1}, Label{30, 2, 2}};

constexpr std::size_t tyre_measure_bytes = 8;

void put(ItemValues& values, std::span<const Field> fields, ByteView bytes) {
    for (const Field& field : fields) {
        const ByteView part = bytes.subspan(field.at, field.width);
        values.push_back(read_field(field.name, field.form, field.divisor, part));
    }
}

// True when the label makes the item's length right; for tyres also the number of them.
bool fits(const Label& label, const Kind& kind, ByteView bytes) {
    const std::size_t head = kind.label_at() + label.size();
    if (kind.id != tyre_item) return bytes.size() == head;
    if (bytes.size() < head + 1) return false;
    const std::size_t each = label.position_bytes + tyre_measure_bytes;
    const std::size_t count = std::to_integer<std::size_t>(bytes[head]);
    // A few terminals announce tyres and send none.
    return bytes.size() == head + 1 || bytes.size() == head + 1 + count * each;
}

void put_label(ItemValues& values, const Label& label, ByteView bytes) {
    Reader r{bytes};
    values.push_back({"label_terminal", utf8_from_gbk(r.take(label.terminal_bytes))});
    values.push_back({"label_time", to_hex(r.take(6))});
    values.push_back({"label_serial", static_cast<double>(r.u8())});
    values.push_back({"attachments", static_cast<double>(r.u8())});
}

void put_tyres(ItemValues& values, const Label& label, ByteView bytes) {
    Reader r{bytes};
    values.push_back({"tyre_count", static_cast<double>(r.u8())});
    std::vector<ItemValues> tyres;
    while (r.remaining() > 0) {
        const double position = label.position_bytes == 1 ? r.u8() : r.u16();
        ItemValues tyre{{"position", position}};
        tyre.push_back({"alarm_type", Flags{r.u16(), 2}});
        tyre.push_back({"pressure_kpa", static_cast<double>(r.u16())});
        tyre.push_back({"temperature_c", static_cast<double>(r.i16())});
        tyre.push_back({"battery_percent", static_cast<double>(r.u16())});
        tyres.push_back(std::move(tyre));
    }
    if (!tyres.empty()) values.push_back({"tyres", std::move(tyres)});
}

}  // namespace

ItemValues read_safety_item(const Item& item) {
    const auto* const kind = std::ranges::find(kinds, item.id, &Kind::id);
    if (kind == kinds.end()) return {};
    const ByteView bytes{item.value};
    const auto* const label =
        std::ranges::find_if(labels, [&](const Label& one) { return fits(one, *kind, bytes); });
    if (label == labels.end()) return {};
    ItemValues values;
    put(values, head_fields, bytes);
    put(values, kind->own, bytes);
    put(values, place_fields, bytes.subspan(kind->place_at));
    put_label(values, *label, bytes.subspan(kind->label_at(), label->size()));
    if (kind->id == tyre_item)
        put_tyres(values, *label, bytes.subspan(kind->label_at() + label->size()));
    return values;
}

}  // namespace liuhen::telematics::jtt808
