// The manifest desk: looks up the facts, asks the lifecycle, stores what it decided. One call is
// one event of one manifest, inside the caller's transaction.
#pragma once

#include "base/result.hpp"
#include "manifest/lifecycle.hpp"

#include <pqxx/transaction_base>

#include <string>
#include <variant>
#include <vector>

namespace liuhen::server {

/// Whose signature an event carries, beyond `manifest::Actor`.
struct Signer {
    std::string token_id;  ///< empty: the service itself
    std::string person;    ///< who holds the token
    std::string origin;    ///< address that the request came from
    std::string delegate;  ///< who acts for the organisation under a delegation; empty: itself
};

/// What an event came to.
struct Acted {
    manifest::Manifest manifest;              ///< as stored
    std::optional<manifest::Manifest> child;  ///< a manifest that the event made beside it
    std::vector<manifest::Effect> effects;
    std::vector<manifest::Warning> warnings;
    std::string row;  ///< "T10"
};

/// No such manifest, or none that this caller may see: the two are told apart by nobody.
struct UnknownManifest {};
using Denial = std::variant<UnknownManifest, manifest::Refusals>;

/// Lets `request` happen to the manifest: locks its row, gathers facts, decides, and writes the
/// manifest, its event, and its trip (armed by the driver's loading signature; departed and arrived
/// when a person says so; ended in a final state). `stated` is the request's body as JSON text.
/// After a denial the caller rolls the transaction back: a manifest number may have been drawn.
/// Runs as liuhen_http for people and as liuhen_core for the service (Role::system).
Result<Acted, Denial> act(pqxx::transaction_base& db, const ManifestId& id,
                          manifest::Request request, const Signer& signer,
                          const std::string& stated, Instant now);

/// The first event of all: makes the draft under the id given (a uuid v7).
Result<Acted, Denial> create(pqxx::transaction_base& db, const ManifestId& id,
                             const manifest::Request& request, const Signer& signer,
                             const std::string& stated, Instant now);

}  // namespace liuhen::server
