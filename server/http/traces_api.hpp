// Which trucks were near a place or a river at a time.
#pragma once

#include "server/http/front.hpp"

namespace liuhen::server::http {

/// GET /v1/trace
Reply trace_place(pqxx::work& db, const Call& call);
/// POST /v1/trace/upstream
Reply trace_river(pqxx::work& db, const Call& call);

}  // namespace liuhen::server::http
