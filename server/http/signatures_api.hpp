// Handlers of signatures: codes by which others' devices sign, and many manifests signed at once.
#pragma once

#include "server/http/front.hpp"

#include <pqxx/pqxx>

namespace liuhen::server::http {

// signature_codes_api.cpp: given out, listed, withdrawn; wrong tries and how they are forgiven
Reply add_signature_code(pqxx::work& db, const Call& call);
Reply add_signature_sheet(pqxx::work& db, const Call& call);
Reply list_signature_codes(pqxx::work& db, const Call& call);
Reply revoke_signature_code(pqxx::work& db, const Call& call);
Reply list_signature_locks(pqxx::work& db, const Call& call);
Reply lift_signature_locks(pqxx::work& db, const Call& call);

// code_signatures_api.cpp: the signature itself
Reply sign_by_code(pqxx::work& db, const Call& call);

// batch_api.cpp
awaitable<Reply> sign_batch(Front& front, Call call);

}  // namespace liuhen::server::http
