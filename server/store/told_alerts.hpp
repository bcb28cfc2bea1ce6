// What was told of many trips, for watches that are read together.
#pragma once

#include "server/store/alerts.hpp"

#include <string>
#include <vector>

namespace liuhen::server::store {

/// The newest revision of each alert of these trips, by one statement; those of a trip lie
/// together, in the order of their keys.
std::vector<AlertRow> newest_revisions(pqxx::transaction_base& transaction,
                                       const std::vector<std::string>& trips);

}  // namespace liuhen::server::store
