// For how long what devices told is kept, and in which form.
#pragma once

namespace liuhen::server {

/// In days of the device's time.
struct Keeping {
    int hot = 7;           ///< rows as rows; then they are packed
    int manifest = 3'653;  ///< what lies in a trip of a manifest; fewer are not obeyed
    int rest = 1'096;      ///< all other positions
    int frames = 3'653;    ///< frames as received
};

}  // namespace liuhen::server
