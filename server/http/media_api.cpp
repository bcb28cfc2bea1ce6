// Pictures, sound and film: by vehicle, by manifest, and their bytes.
#include "server/crypto.hpp"
#include "server/http/api.hpp"
#include "server/http/body.hpp"
#include "server/http/pages.hpp"
#include "server/http/problem.hpp"
#include "server/json/medium_json.hpp"
#include "server/store/manifests.hpp"
#include "server/store/media_read.hpp"
#include "server/store/tracks.hpp"

#include <nlohmann/json.hpp>
#include <pqxx/pqxx>

namespace liuhen::server::http {
namespace {

std::optional<store::SeenMedium> medium_of(pqxx::work& db, const Call& call) {
    const std::string& id = call.place("id");
    return is_uuid(id) ? store::find_medium(db, id) : std::nullopt;
}

// What a browser may do with bytes that a device sent: show them, and no more.
void guard(Reply& reply, const store::SeenMedium& medium, const ServedAs& served) {
    const std::string name = medium.id + '.' + std::string{served.ending};
    reply.headers.emplace_back("ETag", '"' + medium.sha256 + '"');
    reply.headers.emplace_back("Cache-Control", "private, no-cache");
    reply.headers.emplace_back(
        "Content-Disposition",
        std::string{served.verified ? "inline" : "attachment"} + "; filename=\"" + name + '"');
    reply.headers.emplace_back("Content-Security-Policy", "default-src 'none'; sandbox");
}

}  // namespace

Reply vehicle_media(pqxx::work& db, const Call& call) {
    Query query{call.request};
    const auto page = read_page(query, day_before(call.now));
    if (Faults faults = query.finish(); !faults.empty()) return unprocessable(std::move(faults));
    const std::string& id = call.place("id");
    const auto vehicle = is_uuid(id) ? store::find_vehicle(db, {id}) : std::nullopt;
    if (!vehicle) return refuse(404, "NOT_FOUND");
    return page_reply(store::media_of_vehicle(db, vehicle->id, page), page,
                      [](const auto& medium) { return to_json(medium); });
}

Reply manifest_media(pqxx::work& db, const Call& call) {
    Query query{call.request};
    const auto page = read_page(query, {});
    if (Faults faults = query.finish(); !faults.empty()) return unprocessable(std::move(faults));
    const std::string& id = call.place("id");
    const auto found = is_uuid(id) ? store::find_manifest(db, {id}) : std::nullopt;
    if (!found) return refuse(404, "NOT_FOUND");
    return page_reply(store::media_of_manifest(db, found->id, page), page,
                      [](const auto& medium) { return to_json(medium); });
}

Reply show_medium(pqxx::work& db, const Call& call) {
    const auto medium = medium_of(db, call);
    return medium ? json_reply(to_json(*medium)) : refuse(404, "NOT_FOUND");
}

Reply medium_content(pqxx::work& db, const Call& call) {
    const auto medium = medium_of(db, call);
    if (!medium) return refuse(404, "NOT_FOUND");
    const auto served = served_as(*medium);
    Reply reply;
    guard(reply, *medium, served);
    reply.content_type = served.type;
    const std::string known = call.request.header("if-none-match");
    if (known.find('"' + medium->sha256 + '"') != std::string::npos)
        reply.status = 304;
    else
        reply.body = store::medium_bytes(db, medium->id);
    return reply;
}

}  // namespace liuhen::server::http
