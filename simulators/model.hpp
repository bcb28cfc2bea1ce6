// How the models of terminals that fleets run differ in what they send: the rows of
// telematics/profiles.rows seen from the device's side.
#pragma once

#include "base/observation.hpp"
#include "simulators/latch.hpp"
#include "simulators/motion.hpp"
#include "telematics/jtt808/frame.hpp"
#include "telematics/jtt808/position.hpp"
#include "telematics/profile.hpp"
#include "telematics/turn.hpp"

#include <chrono>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

namespace liuhen::simulators {

enum class Cover : std::uint8_t { shut, open };
enum class Body : std::uint8_t { down, lifted };

/// What the sensors and the lock of a truck have to tell at one moment, beyond where it is.
struct Condition {
    Load load = Load::unknown;
    Cover cover = Cover::shut;
    Body body = Body::down;
    LockState lock = LockState::shut;
    std::uint16_t cuts = 0;  ///< times that the rope was cut, as the lock counts them
    friend bool operator==(const Condition&, const Condition&) = default;
};

/// What holds the lock, as it is to be told.
struct Bolt {
    Motor motor = Motor::holds;
    Opener opener = Opener::card;
    std::string word{};  ///< password or user
};

/// What a report is made from.
struct Scene {
    std::string_view number;  ///< of the terminal
    Condition now;
    Condition before;  ///< at the report before
    Bolt bolt{};
    Motor held_before = Motor::holds;
};

enum class Sum : std::uint8_t { right, wrong };

/// One model of terminal.
struct Model {
    std::string_view name;  ///< as in telematics/profiles.rows
    std::chrono::minutes zone = china_standard_time;
    telematics::Datum datum = telematics::Datum::wgs84;
    Sum checksum = Sum::right;
    telematics::OrderForm words = telematics::OrderForm::none;  ///< of orders to its lock
    /// Adds what this model tells of the scene to its words and items.
    void (*dress)(telematics::jtt808::Position& position, const Scene& scene) = nullptr;
};

/// All models, `standard` first.
std::span<const Model> models();
/// Null when there is no such model.
const Model* find_model(std::string_view name);

/// A position as the model would send it at `fix.at`: 1e-6 degree, 0.1 km/h, whole degrees, its
/// own zone and grid.
telematics::jtt808::Position position_of(const Fix& fix, const Model& model, const Scene& scene);

/// Frames as the model puts them on the wire; a wrong checksum where it computes one.
telematics::Bytes on_wire(telematics::Bytes frames, const Model& model);

}  // namespace liuhen::simulators
