// A tracker that left its truck: all wires fall silent at a stop, and the positions go on.
#pragma once

#include "geofence/finding.hpp"
#include "geofence/moment.hpp"

#include <optional>

namespace liuhen::geofence {

/// Sign: unplugged. A tracker that told with nearly every report what only the truck's own wires
/// know (the recorder's speed, the load's weight) tells none of it any more, since a stop away from
/// the places where trucks may stand, and drives on. A cable that breaks does so anywhere; to carry
/// a tracker over to another vehicle takes a stop. Wires that speak again take it back.
class Wiring {
public:
    void see(const Moment& moment, double stood_s, Findings& found);

private:
    int wired_ = 0;         ///< fixes in a row that told of the wires, at most `sure_fixes`
    int silent_ = 0;        ///< fixes in a row that told nothing
    bool at_stop_ = false;  ///< the last wired fix, or the first silent one, was of a stop
    std::optional<LatLon> last_;
    double driven_ = 0;  ///< metres since they fell silent
};

}  // namespace liuhen::geofence
