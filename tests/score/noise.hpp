// Errors of a receiver, calibrated on real drives (docs/detection.md), or taken from them.
#pragma once

#include "tests/score/recordings.hpp"

namespace liuhen::score {

struct NoiseSettings {
    double factor = 1;  ///< of every error
    double bursts_an_hour = 1.5;
    double parked_p95 = 5;    ///< metres of slow walk while parked
    bool from_tapes = false;  ///< blocks of real errors instead of the model
};

/// The error of each place that is asked for, in rising time.
class Noise {
public:
    Noise(NoiseSettings settings, const Recordings* recordings, Random random);
    /// `along` is metres driven, for what is fixed to a stretch of road. 8 m/s north-east of the
    /// truth would be an error of the road, not of the receiver.
    Offset at(double seconds, double odometer, double speed, double heading);

private:
    struct Block {
        const ErrorTape* tape = nullptr;
        double from = 0, begins = -1;  ///< in the tape, and on the asker's clock
    };
    double from_block(Block& block, double seconds);
    Offset burst(double seconds, double step, bool moving);

    NoiseSettings settings_;
    const Recordings* recordings_;
    Random random_;
    double last_ = -1;
    double stretch_ = -1;
    double parked_s_ = 0;
    Offset fixed_, wander_, parked_;
    Block cross_, along_;
    double burst_from_ = -1, burst_for_ = 0, burst_peak_ = 0, burst_angle_ = 0;
};

}  // namespace liuhen::score
