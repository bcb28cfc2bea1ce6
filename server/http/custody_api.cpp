// The chain of custody of a manifest.
#include "server/crypto.hpp"
#include "server/http/api.hpp"
#include "server/http/body.hpp"
#include "server/http/problem.hpp"
#include "server/store/custody.hpp"
#include "server/store/manifests.hpp"

#include <nlohmann/json.hpp>
#include <pqxx/pqxx>

namespace liuhen::server::http {

Reply show_custody(pqxx::work& db, const Call& call) {
    const std::string& id = call.place("id");
    const auto found = is_uuid(id) ? store::find_manifest(db, {id}) : std::nullopt;
    if (!found) return refuse(404, "NOT_FOUND");
    return json_reply({{"manifest", found->id.text},
                       {"no", found->no},
                       {"state", code(found->state)},
                       {"entries", store::custody(db, *found)}});
}

}  // namespace liuhen::server::http
