// Items that hold items: the sensor list F3 and the container F0 of waste trucks, and the lock
// text 33.
#pragma once

#include "base/observation.hpp"
#include "telematics/jtt808/items.hpp"

#include <optional>

namespace liuhen::telematics::jtt808 {

/// F3: count BYTE, {sensor id, length, value}. Load sensors 70 and 71 of 24 bytes are read, with
/// the weight in kilograms; other sensors are `raw`. Empty when a length runs past the end.
ItemValues read_sensors(ByteView value);

/// The load by the load sensors of such a list, of several the fullest: empty (1), full (2),
/// overload (3) and heavy (7) as they say; loading (4), unloading (5) and light (6) are half.
Load load_in_sensors(ByteView value);

/// The weight by the first load sensor of such a list. The list is refused as a whole as above.
std::optional<Grams> mass_in_sensors(ByteView value);

/// What the custom status E1 of a container says: bit 9 cover open, bit 10 body lifted.
Signals signals_in_container(ByteView value);

/// F0: nested {id, length, value} and one sum byte. Custom status E1 and weight E2 are read, the
/// unit of the weight is not published. Empty when a length runs past the end.
ItemValues read_container(ByteView value);

/// 33: `*M00,45,ttVVVtt...`; only the battery's voltage VVV, in hundredths, is known.
ItemValues read_lock_text(ByteView value);

}  // namespace liuhen::telematics::jtt808
