// What scans of labels show is kept and told to those concerned, as it stands after each scan and
// each event that ends a stage.
#pragma once

#include "manifest/custody/scans.hpp"

#include <pqxx/transaction_base>

#include <vector>

namespace liuhen::server {

/// The manifest with the labels that the producer's book has of containers named by code alone.
manifest::Manifest labelled(pqxx::transaction_base& db, manifest::Manifest manifest);

/// Every stage of the manifest that has scans, as it stands now.
std::vector<manifest::custody::StageJudgement> judge_stages(pqxx::transaction_base& db,
                                                            const manifest::Manifest& manifest);

/// Keeps the differences that stand now, tells the others of the new ones (`CONTAINERS_DIFFER` in
/// the inbox) and notes which are none any more. Of two at a time the second waits. The stages.
std::vector<manifest::custody::StageJudgement> raise_differences(pqxx::transaction_base& db,
                                                                 const manifest::Manifest& manifest,
                                                                 Instant now);

/// A load whose containers are named left without one scan: the receiver is told to count
/// (`CONTAINERS_UNSCANNED`).
void tell_of_unscanned(pqxx::transaction_base& db, const manifest::Manifest& manifest, Instant now);

}  // namespace liuhen::server
