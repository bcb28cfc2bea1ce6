// Reports to the national system, for those who watch over them.
#pragma once

#include "server/http/message.hpp"

#include <pqxx/pqxx>

namespace liuhen::server::http {

// reports_api.cpp
Reply list_national_reports(pqxx::work& db, const Call& call);
Reply resend_national_report(pqxx::work& db, const Call& call);
Reply set_aside_national_report(pqxx::work& db, const Call& call);

}  // namespace liuhen::server::http
