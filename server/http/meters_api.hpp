// Daily entries of the meters at both ends of a pipe.
#pragma once

#include "server/http/message.hpp"

#include <pqxx/pqxx>

namespace liuhen::server::http {

Reply add_meter_entry(pqxx::work& db, const Call& call);
Reply list_meter_entries(pqxx::work& db, const Call& call);

}  // namespace liuhen::server::http
