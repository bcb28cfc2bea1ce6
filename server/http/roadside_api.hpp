// The code on a printed manifest, and what it opens to somebody without an account.
#pragma once

#include "server/http/front.hpp"

#include <pqxx/pqxx>

namespace liuhen::server::http {

// Open to everybody.
/// GET /r/{code}: opens a page and sends the browser there.
awaitable<Reply> open_roadside_page(Front& front, Call call);
/// GET /r/page/{page}: what was opened, as long as it lives.
awaitable<Reply> show_roadside_page(Front& front, Call call);
/// GET /r/page/{page}/print: the same as PDF.
awaitable<Reply> print_roadside_page(Front& front, Call call);

// For those who see the manifest.
/// GET /v1/manifests/{id}/roadside-code: what a driver's screen shows, of the newest version.
awaitable<Reply> show_roadside_code(Front& front, Call call);
/// DELETE /v1/manifests/{id}/roadside-code: every code made up to now, and what it opened.
Reply revoke_roadside_codes(pqxx::work& db, const Call& call);
/// GET /v1/manifests/{id}/roadside-openings: the log.
Reply list_roadside_openings(pqxx::work& db, const Call& call);

}  // namespace liuhen::server::http
