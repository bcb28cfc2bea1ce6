// Containers, scans of their labels, and the ledger of their movements.
#pragma once

#include "manifest/custody/tag.hpp"
#include "server/http/front.hpp"
#include "server/store/containers.hpp"

#include <nlohmann/json_fwd.hpp>
#include <pqxx/pqxx>

#include <optional>

namespace liuhen::server::http {

// containers_api.cpp
/// The container as the caller sees it, with its standing and its entries; `cut` when not all.
nlohmann::json shown_container(pqxx::work& db, const store::StoredContainer& container,
                               Instant now);
/// What is said beside success of a label that a firm enters: TAG_FORMAT_UNKNOWN where it is of no
/// known form (`parts` empty), TAG_OTHER_FIRM where its credit code is not the caller's.
void add_tag_warnings(pqxx::work& db, const Call& call,
                      const std::optional<manifest::custody::TagParts>& parts,
                      nlohmann::json& warnings);
Reply list_containers(pqxx::work& db, const Call& call);
Reply add_container(pqxx::work& db, const Call& call);
Reply show_container(pqxx::work& db, const Call& call);
Reply trace_container(pqxx::work& db, const Call& call);

// labels_api.cpp
/// GET /v1/containers/{id}/label
awaitable<Reply> print_label(Front& front, Call call);
/// POST /v1/container-labels: of up to 200 containers in one file
awaitable<Reply> print_labels(Front& front, Call call);

// movements_api.cpp
Reply add_movement(pqxx::work& db, const Call& call);

// closed_loads_api.cpp
/// POST /v1/manifests/{id}/closed-load: where a load went that an authority closed.
Reply settle_closed_load(pqxx::work& db, const Call& call);

// scans_api.cpp
Reply list_scans(pqxx::work& db, const Call& call);
Reply add_scans(pqxx::work& db, const Call& call);

// tag_patterns_api.cpp
Reply list_tag_patterns(pqxx::work& db, const Call& call);
Reply put_tag_patterns(pqxx::work& db, const Call& call);

// ledger_api.cpp
Reply ledger_stock(pqxx::work& db, const Call& call);
Reply ledger_balance(pqxx::work& db, const Call& call);
Reply ledger_mass_balance(pqxx::work& db, const Call& call);
Reply ledger_batches(pqxx::work& db, const Call& call);

}  // namespace liuhen::server::http
