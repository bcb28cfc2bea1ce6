// A batch of manifests to be signed: what the request says, and which manifests it means.
#pragma once

#include "base/result.hpp"
#include "manifest/lifecycle.hpp"
#include "server/http/message.hpp"
#include "server/json/fault.hpp"

#include <nlohmann/json.hpp>
#include <pqxx/pqxx>

#include <string>
#include <vector>

namespace liuhen::server::http {

/// One row of the request.
struct BatchItem {
    std::string no;  ///< or `id`: of a draft, which has no number yet
    std::string id;
    std::string state;  ///< as it was found
    std::string if_match;
    nlohmann::json form = nlohmann::json::object();
    Faults faults;  ///< not tried
    bool unknown = false;
};
struct Batch {
    manifest::Event event{};
    std::vector<BatchItem> items;
};

/// The other side is the refusal of the whole: no event of the pile, no rows, too many.
Result<Batch, Reply> read_batch(const Request& request);

/// Which manifests they are, of those that the caller sees. One that is named twice is signed where
/// it stands first; the other gets a fault.
std::vector<BatchItem> find_items(pqxx::work& db, std::vector<BatchItem> items);

}  // namespace liuhen::server::http
