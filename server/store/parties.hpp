// SQL of the registers: parties, places, fleet, tokens as their JSON, page by page.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <pqxx/transaction_base>

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace liuhen::server::store {

/// One register: its table and the SQL expression that shows a row. Secrets are not in it.
struct Register {
    std::string_view table;
    std::string_view shown;  ///< an SQL expression of type json over the row
};
extern const Register parties, sites, routes, vehicles, terminals, locks, bindings, tokens;

/// One row as shown; nullopt when there is none or the caller may not see it.
std::optional<nlohmann::json> find_row(pqxx::transaction_base& db, const Register& from,
                                       const std::string& id);

/// Rows by id (which is by time of making) after `after`, at most `limit`; `next` is the cursor of
/// the following page, empty at the end.
struct RowPage {
    std::vector<nlohmann::json> items;
    std::string next;
};
RowPage list_rows(pqxx::transaction_base& db, const Register& from, const std::string& after,
                  int limit);

/// True when the party exists and has the role.
bool party_has_role(pqxx::transaction_base& db, const std::string& party, const std::string& role);

/// The party's unified social credit code; empty where it has none or is unknown.
std::string credit_code_of(pqxx::transaction_base& db, const std::string& party);

}  // namespace liuhen::server::store
