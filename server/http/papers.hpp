// What the handlers of plans, licences and approvals share.
#pragma once

#include "server/http/message.hpp"
#include "server/json/fault.hpp"
#include "server/store/limits.hpp"

#include <nlohmann/json_fwd.hpp>
#include <pqxx/pqxx>

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace liuhen::server::http {

/// A page of a register; each of `filters` is a query parameter and a member of what is shown.
Reply list_papers(pqxx::work& db, const Call& call, const store::Register& from,
                  std::span<const char* const> filters);

/// The paper with its version as ETag.
Reply paper_reply(nlohmann::json paper, unsigned status);

/// A paper held against other changes until the transaction ends; nullopt when the caller sees
/// none. `state` is empty for licences, which have none.
struct LockedPaper {
    std::uint32_t version{};
    std::string state;
};
std::optional<LockedPaper> lock_paper(pqxx::work& db, const store::Register& in,
                                      const std::string& id);

/// Writes the paper as it now stands into its history.
void note(pqxx::work& db, const Call& call, const store::Register& in, const std::string& id,
          std::string_view event);

/// UNKNOWN_REFERENCE for rows whose receiver is none.
void check_receivers(pqxx::work& db, const std::vector<store::Limit>& rows, Faults& faults);

/// {items} of the history of the paper named in the address.
Reply history_of(pqxx::work& db, const Call& call, const store::Register& in);

}  // namespace liuhen::server::http
