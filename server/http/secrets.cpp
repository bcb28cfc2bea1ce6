#include "server/http/secrets.hpp"

#include "server/http/problem.hpp"
#include "server/vault.hpp"

namespace liuhen::server::http {

bool has_secret_key(const Call& call) { return call.vault && !call.vault->is_closed(); }

Reply no_secret_key() {
    return unavailable("SECRET_KEY_MISSING", "The server was given no key for secrets.");
}

}  // namespace liuhen::server::http
