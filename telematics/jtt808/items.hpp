// What is inside the additional items of a position: a table of fields by item id and length.
#pragma once

#include "telematics/jtt808/messages.hpp"

#include <span>
#include <string_view>

namespace liuhen::telematics::jtt808 {

namespace item_id {
inline constexpr std::uint8_t odometer = 0x01;
inline constexpr std::uint8_t satellites = 0x31;
}  // namespace item_id

/// How a field's bytes are to be read.
enum class FieldForm : std::uint8_t {
    number,            ///< unsigned, divided by `divisor`
    signed_magnitude,  ///< top bit is the sign
    bits,              ///< a word of flags
    octets,            ///< a list of single bytes, FF unused
};

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

}  // namespace liuhen::telematics::jtt808
