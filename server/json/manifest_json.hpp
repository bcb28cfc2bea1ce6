// Manifests to and from JSON, by hand: what is stored and shown, and the strict forms of events.
#pragma once

#include "base/result.hpp"
#include "manifest/lifecycle.hpp"
#include "server/json/fault.hpp"

#include <nlohmann/json_fwd.hpp>

#include <optional>
#include <string>

namespace liuhen::server {

/// The whole manifest: snake_case, weights in integer grams, times ISO 8601 UTC, empty members left
/// out. `manifest_from_json(to_json(m)) == m`.
nlohmann::json to_json(const manifest::Manifest& manifest);

/// A document that `to_json` wrote. Throws nlohmann::json::exception or std::runtime_error on any
/// other: a stored document that cannot be read is a broken world.
manifest::Manifest manifest_from_json(const nlohmann::json& document);

/// What an event's body came to: the request without its caller.
struct EventForm {
    std::optional<Instant> at;  ///< when it happened; empty: the caller did not say
    manifest::Body body;
};

/// The body of `event` read strictly. An event whose row comes later reads as monostate.
Result<EventForm, Faults> read_event(manifest::Event event, const nlohmann::json& body);

}  // namespace liuhen::server
