// A stored file as JSON.
#pragma once

#include "server/store/files.hpp"

#include <nlohmann/json_fwd.hpp>

namespace liuhen::server {

/// Without its content, whose address is in `content`; `events` where a manifest was asked about.
nlohmann::json to_json(const store::StoredFile& file);

}  // namespace liuhen::server
