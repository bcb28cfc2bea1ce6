// What cameras saw of trucks, and places where many trucks stood.
#pragma once

#include "server/http/front.hpp"

namespace liuhen::server::http {

/// POST /v1/camera-passages
Reply add_passages(pqxx::work& db, const Call& call);

/// GET /v1/suspect-places, GET /v1/suspect-places/{id}, POST /v1/suspect-places/{id}/review
Reply list_suspect_places(pqxx::work& db, const Call& call);
Reply show_suspect_place(pqxx::work& db, const Call& call);
Reply review_suspect_place(pqxx::work& db, const Call& call);

}  // namespace liuhen::server::http
