// What each model of terminal tells of its truck and lock: a function a model, in model.cpp's
// table.
#pragma once

#include "simulators/model.hpp"

namespace liuhen::simulators {

/// Status bits 8-9 of JT/T 808-2013 and -2019: 00 empty, 01 half, 11 full.
void tell_load(telematics::jtt808::Position& position, const Scene& scene);

/// E-EYE: dump report E3 once a lift, alarm E4 while it lasts, container F0.
void tell_as_eeye(telematics::jtt808::Position& position, const Scene& scene);
/// TRWY: cover, load, seal and lift as status bits.
void tell_as_trwy(telematics::jtt808::Position& position, const Scene& scene);
/// Zoomwell: a load sensor inside F3.
void tell_as_zoomwell(telematics::jtt808::Position& position, const Scene& scene);
/// GPS51: temperatures, drum, battery, main voltage.
void tell_as_gps51(telematics::jtt808::Position& position, const Scene& scene);

/// Jointech JT709: rope and motor as status bits, events 0B, cut count DA.
void tell_as_jointech(telematics::jtt808::Position& position, const Scene& scene);
/// Huabao A1L: the list D5 of its Bluetooth locks; here one, of the terminal's own number.
void tell_as_huabao(telematics::jtt808::Position& position, const Scene& scene);
/// HHD: sealed and rod as status bits, event 60.
void tell_as_hhd(telematics::jtt808::Position& position, const Scene& scene);
/// A lock that tells its voltage in the text 33.
void tell_as_text_lock(telematics::jtt808::Position& position, const Scene& scene);

}  // namespace liuhen::simulators
