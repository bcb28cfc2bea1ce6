#include "geofence/fault.hpp"

namespace liuhen::geofence {

std::string_view code(GeoFaultCode fault) {
    switch (fault) {
        case GeoFaultCode::too_few_points:
            return "too_few_points";
        case GeoFaultCode::too_many_points:
            return "too_many_points";
        case GeoFaultCode::too_long:
            return "too_long";
        case GeoFaultCode::off_earth:
            return "off_earth";
        case GeoFaultCode::antimeridian:
            return "antimeridian";
        case GeoFaultCode::self_crossing:
            return "self_crossing";
        case GeoFaultCode::hole_outside:
            return "hole_outside";
        case GeoFaultCode::bad_width:
            return "bad_width";
        case GeoFaultCode::bad_tunnel:
            return "bad_tunnel";
        case GeoFaultCode::bad_radius:
            return "bad_radius";
        case GeoFaultCode::bad_hysteresis:
            return "bad_hysteresis";
        case GeoFaultCode::duplicate_id:
            return "duplicate_id";
        case GeoFaultCode::too_many_sites:
            return "too_many_sites";
    }
    return "unknown";
}

}  // namespace liuhen::geofence
