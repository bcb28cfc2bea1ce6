#include "server/json/medium_json.hpp"

#include "server/media.hpp"

#include <nlohmann/json.hpp>

namespace liuhen::server {
namespace {

using nlohmann::json;

json format_or_null(std::optional<MediaFormat> format) {
    return format ? json(code(*format)) : json(nullptr);
}

}  // namespace

ServedAs served_as(const store::SeenMedium& medium) {
    const auto found = media_format_from_code(medium.found);
    if (!is_as_declared(static_cast<std::uint8_t>(medium.format), found))
        return {"application/octet-stream", "bin", false};
    return {content_type(*found), file_ending(*found), true};
}

json to_json(const store::SeenMedium& medium) {
    const auto event = media_event(static_cast<std::uint8_t>(medium.event));
    const auto served = served_as(medium);
    json shown{
        {"id", medium.id},
        {"sha256", medium.sha256},
        {"size", medium.size},
        {"number", medium.number},
        {"kind", media_kind(static_cast<std::uint8_t>(medium.kind)).code},
        {"format", format_or_null(declared_format(static_cast<std::uint8_t>(medium.format)))},
        {"found", format_or_null(media_format_from_code(medium.found))},
        {"verified", served.verified},
        {"content_type", served.type},
        {"event", event.code},
        {"event_code", medium.event},
        {"event_text", event.en},
        {"event_text_zh", event.zh},
        {"channel", medium.channel},
        {"at", to_iso(medium.moment.at)},
        {"device_at", nullptr},
        {"received_at", to_iso(medium.moment.received_at)},
        {"where", nullptr},
        {"terminal", medium.terminal},
        {"vehicle", nullptr},
        {"manifests", json::parse(medium.manifests)},
        {"content", "/v1/media/" + medium.id + "/content"}};
    if (medium.moment.device_at) shown["device_at"] = to_iso(*medium.moment.device_at);
    if (medium.where) shown["where"] = {{"lat", medium.where->lat}, {"lon", medium.where->lon}};
    if (!medium.vehicle.empty()) shown["vehicle"] = medium.vehicle;
    return shown;
}

json to_json(const std::vector<store::SeenMedium>& media) {
    json list = json::array();
    for (const auto& one : media) list.push_back(to_json(one));
    return list;
}

}  // namespace liuhen::server
