// Media as shown, their codes in words.
#pragma once

#include "server/store/media_read.hpp"

#include <nlohmann/json_fwd.hpp>

namespace liuhen::server {

/// {id, sha256, size, number, kind, format, found, verified, content_type, event, channel, at, …};
/// see docs/http.md. The bytes are at `content`.
nlohmann::json to_json(const store::SeenMedium& medium);
nlohmann::json to_json(const std::vector<store::SeenMedium>& media);

/// As which type its bytes are handed out: that of the format when they are what was declared,
/// else bytes without a meaning.
struct ServedAs {
    std::string_view type;    ///< "image/jpeg"
    std::string_view ending;  ///< "jpg"
    bool verified = false;
};
ServedAs served_as(const store::SeenMedium& medium);

}  // namespace liuhen::server
