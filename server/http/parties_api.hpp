// What a party says of itself, with its versions.
#pragma once

#include "server/http/message.hpp"

#include <pqxx/pqxx>

namespace liuhen::server::http {

Reply show_party(pqxx::work& db, const Call& call);
Reply change_party(pqxx::work& db, const Call& call);
Reply party_history(pqxx::work& db, const Call& call);

}  // namespace liuhen::server::http
