// Active-safety alarms, items 64 to 67: forward camera, driver camera, tyres, blind spot. Two
// provinces' layouts differ in the width of the alarm label, which the length tells apart
// (T/JSATL 12-2017 with 16 bytes, T/GDRTA 002-2020 with 40).
#pragma once

#include "telematics/jtt808/items.hpp"

namespace liuhen::telematics::jtt808 {

/// The fields of an active-safety item; empty when id and length are none.
ItemValues read_safety_item(const Item& item);

}  // namespace liuhen::telematics::jtt808
