#include "telematics/jtt808/media.hpp"

#include "telematics/jtt808/location.hpp"

namespace liuhen::telematics::jtt808 {

bool Media::plausible() const {
    // The form of 2011 fits any bytes, so it must count its packets rightly.
    if (layout == Layout::v2011) return packet >= 1 && packet <= packets && packets <= 0xFFFF;
    return has_no_time(position) || time_of(position, china_standard_time).has_value();
}

}  // namespace liuhen::telematics::jtt808
