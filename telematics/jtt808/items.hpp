// What is inside the additional items of a position: the standard's fields by item id and length,
// and above them what a model's dialect says (docs/wire-items.md).
#pragma once

#include "telematics/jtt808/messages.hpp"
#include "telematics/profile.hpp"

#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace liuhen::telematics::jtt808 {

namespace item_id {
inline constexpr std::uint8_t odometer = 0x01;
inline constexpr std::uint8_t recorder_speed = 0x03;
inline constexpr std::uint8_t satellites = 0x31;
}  // namespace item_id

/// One field of one item. The length belongs to the key: the same id with another length is
/// another vendor's item and stays raw.
struct ItemField {
    std::uint8_t item;
    std::uint8_t length;  ///< of the whole item
    std::uint8_t at;      ///< offset of the field in it
    std::uint8_t width;
    std::string_view name;  ///< with its unit, as `liuhen decode` prints it
    FieldForm form = FieldForm::number;
    double divisor = 1;
};

/// The fields of an item; empty when id and length are not in the standard's tables.
std::span<const ItemField> item_fields(const Item& item);

/// The field as an unsigned number of at most four bytes, before sign and divisor.
std::uint32_t raw_number(const ItemField& field, const Item& item);
/// The field in the unit of its name.
double measure(const ItemField& field, const Item& item);

/// A word of flags of one to four bytes.
struct Flags {
    std::uint32_t word{};
    int bytes{};
    friend bool operator==(const Flags&, const Flags&) = default;
};
/// One thing that an item says: a measure, flags, a text, a list of measures (NaN where the device
/// has none), or a list of groups, such as one for each lock of a list.
struct ItemValue {
    std::string name;
    std::variant<double, Flags, std::string, std::vector<double>,
                 std::vector<std::vector<ItemValue>>>
        value;
};
using ItemValues = std::vector<ItemValue>;

/// One field's bytes by its form. The divisor counts for measures.
ItemValue read_field(std::string_view name, FieldForm form, double divisor, ByteView bytes);

/// Everything that an item says in a dialect; nullptr is the standard, with the active-safety items
/// 64 to 67 in both layouts. Empty when nobody explains the item: then it is raw. A password is
/// never among the values.
ItemValues read_item(const Item& item, const Dialect* dialect = nullptr);

/// The names of the set bits that the dialect gives a meaning.
std::vector<std::string_view> set_bits(const Dialect& dialect, Word word, std::uint32_t value);

/// The item with passwords overwritten by `*`, as it may be kept.
Item without_secrets(Item item, const Dialect* dialect);

}  // namespace liuhen::telematics::jtt808
