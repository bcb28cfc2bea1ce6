#include "server/json/file_json.hpp"

#include <nlohmann/json.hpp>

namespace liuhen::server {

using nlohmann::json;

json to_json(const store::StoredFile& file) {
    json shown{{"id", file.id},
               {"sha256", file.id},
               {"size", file.size},
               {"content_type", file.content_type},
               {"kind", nullptr},
               {"proves", file.words.proves},
               {"taken_at", nullptr},
               {"where", nullptr},
               {"party", file.party.text},
               {"person", file.person},
               {"received_at", to_iso(file.received_at)},
               {"content", "/v1/files/" + file.id}};
    if (!file.words.kind.empty()) shown["kind"] = file.words.kind;
    if (file.words.taken_at) shown["taken_at"] = to_iso(*file.words.taken_at);
    if (const auto& where = file.words.where)
        shown["where"] = {{"lat", where->lat}, {"lon", where->lon}};
    if (!file.events.empty()) shown["events"] = json::parse(file.events);
    return shown;
}

}  // namespace liuhen::server
