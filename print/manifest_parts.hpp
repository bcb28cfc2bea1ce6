// The parts of the printed manifest, each added to the flow of its rows.
#pragma once

#include "manifest/manifest.hpp"

#include "print/flow.hpp"

namespace liuhen::print {

/// Number, state and what else concerns the whole.
void add_head(Flow& flow, const manifest::Manifest& manifest);
/// Who sends, and every kind of waste with what was planned and sent.
void add_sender(Flow& flow, const manifest::Manifest& manifest);
/// Each leg with its carrier, vehicle, crew and times.
void add_carriage(Flow& flow, const manifest::Manifest& manifest);
/// Who receives, what arrived and what was decided of it.
void add_receipt(Flow& flow, const manifest::Manifest& manifest);
/// Every signature in its order.
void add_signatures(Flow& flow, const manifest::Manifest& manifest);

}  // namespace liuhen::print
