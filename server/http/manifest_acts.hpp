// One event of one manifest over HTTP, from whichever address it is asked for.
#pragma once

#include "manifest/lifecycle.hpp"
#include "server/http/message.hpp"

#include <nlohmann/json.hpp>
#include <pqxx/pqxx>

namespace liuhen::server::http {

struct Performance {
    manifest::Event event{};
    ManifestId id;
    nlohmann::json form;  ///< the event's own body
    /// In whose name it is done; `call.caller` is whose device asked, and who is answered.
    const Caller& signer;
    /// What history keeps of a signature by code; null where the signer's own token signs.
    nlohmann::json by_code;
};
/// Reads the form, lets the event happen and answers as the device's caller sees it; `call` gives
/// If-Match, address and time. Row-level security must know the signer by then.
Reply perform(pqxx::work& db, const Call& call, Performance what);

}  // namespace liuhen::server::http
