// What a position says of the terminal and of the truck beside its place.
#pragma once

#include "base/observation.hpp"
#include "telematics/jtt808/messages.hpp"
#include "telematics/profile.hpp"

#include <optional>

namespace liuhen::telematics::jtt808 {

/// The words and the items of one position.
struct Told {
    std::uint32_t alarm{};
    std::uint32_t status{};
    ByteView items;
};

/// Alarm bits 4 to 8 (GNSS fault, antenna cut, antenna short, power low, power cut) and status bit
/// 0 (ignition), unless the model gives those bits another meaning; and what its own bits, signal
/// rows and container item say. Whatever stands in the bytes has an answer.
Signals signals_of(const Told& told, const Dialect* dialect);

/// Alarm bits 4 to 8 of a terminal that says these signals (device side).
std::uint32_t alarm_bits(Signals signals);

/// The weight of the load where the model's rows say it is, or by its load sensors. Nullopt: the
/// model sends none, or not with this position.
std::optional<Grams> mass_of(ByteView items, const Dialect* dialect);

}  // namespace liuhen::telematics::jtt808
