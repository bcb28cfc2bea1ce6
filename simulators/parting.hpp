// Sentences of the platform parted from the JT/T 808 frames between which they stand.
#pragma once

#include "telematics/bytes.hpp"

#include <cstdint>
#include <string>
#include <vector>

namespace liuhen::simulators {

/// What a slice of the stream brought.
struct Parted {
    telematics::Bytes frames;            ///< everything that is no sentence
    std::vector<std::string> sentences;  ///< `(P43,888888`: without the closing bracket
};

/// Parts a stream however it was cut into slices. A sentence begins with `(` outside a frame.
class Parting {
public:
    Parted feed(telematics::ByteView bytes);

private:
    enum class Inside : std::uint8_t { nothing, frame, sentence } inside_ = Inside::nothing;
    std::string sentence_;  ///< has not ended yet
};

}  // namespace liuhen::simulators
