// What the register handlers share.
#pragma once

#include "server/http/message.hpp"
#include "server/store/parties.hpp"

#include <pqxx/pqxx>

#include <string>
#include <vector>

namespace liuhen::server::http {

/// A page of the register, by `after` and `limit`.
Reply list_register(pqxx::work& db, const Call& call, const store::Register& from);

/// 201 with the row just made, and what the server must hear of.
Reply created(pqxx::work& db, const store::Register& in, const std::string& id,
              std::vector<FollowUp> follow_ups = {});

}  // namespace liuhen::server::http
