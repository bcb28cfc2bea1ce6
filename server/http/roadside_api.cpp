#include "server/http/roadside_api.hpp"

#include "server/crypto.hpp"
#include "server/http/admission.hpp"
#include "server/http/body.hpp"
#include "server/http/origin.hpp"
#include "server/http/problem.hpp"
#include "server/http/query.hpp"
#include "server/http/roadside_door.hpp"
#include "server/http/roadside_links.hpp"
#include "server/http/roadside_page.hpp"
#include "server/http/secrets.hpp"
#include "server/json/manifest_json.hpp"
#include "server/print_shop.hpp"
#include "server/store/manifests.hpp"

#include <nlohmann/json.hpp>

#include <memory>
#include <optional>

#include "print/manifest_form.hpp"

namespace liuhen::server::http {
namespace {

using nlohmann::json;
using store::OpeningOutcome;

store::Onlooker onlooker(const Request& request) {
    return {coarse_network(request.peer), kept_agent(request.header("user-agent"))};
}

// What somebody is told whose code or page is none, or no longer one.
Reply turned_away(RoadsideDoor& door, const std::string& peer) {
    const auto wait = door.unknown.take(peer, monotonic());
    return wait.count() > 0 ? roadside_busy(wait) : roadside_dead();
}

RoadsideView view_of(store::RoadsideSight sight, const std::string& page, Instant now) {
    return {manifest_from_json(json::parse(sight.document)),
            sight.paper_version,
            sight.recorded_at,
            std::move(sight.sha256),
            std::move(sight.routes),
            std::move(sight.scans),
            now,
            sight.until,
            page + "/print"};
}

// The copy of what a page shows. Its code leads to the version, which wants a token: a copy opens
// nothing by itself.
struct Copy {
    manifest::Manifest manifest;
    VersionRecord record;
};
struct CopyFound {
    std::shared_ptr<const Copy> copy;
    bool too_often = false;
};
CopyFound find_copy(pqxx::work& db, const std::string& page_digest, Instant now,
                    const store::Onlooker& by) {
    const auto sight = store::roadside_sight(db, page_digest, now);
    if (!sight) return {};
    if (!store::note_print(db, sight->code_id, uuid_v7(now), now, openings_a_day, by))
        return {nullptr, true};
    return {std::make_shared<const Copy>(Copy{manifest_from_json(json::parse(sight->document)),
                                              {sight->recorded_at, sight->sha256}}),
            false};
}

Reply pdf_reply(std::string file, const manifest::Manifest& m) {
    Reply reply;
    reply.content_type = "application/pdf";
    reply.headers = {{"Cache-Control", "no-store"},
                     {"Referrer-Policy", "no-referrer"},
                     {"X-Robots-Tag", "noindex, nofollow"},
                     {"Content-Disposition", "inline; filename=\"" + m.no + ".pdf\""}};
    reply.body = std::move(file);
    return reply;
}

// The newest version's code, made now if it has none that is good; nullopt: there is nothing to
// see.
struct CodeFound {
    std::uint32_t version{};
    std::optional<PrintedCode> code;
};
std::optional<CodeFound> find_code(pqxx::work& db, const Call& call) {
    const ManifestId id{call.place("id")};
    const auto m = is_uuid(id.text) ? store::find_manifest(db, id) : std::nullopt;
    if (!m) return std::nullopt;
    CodeFound found{m->version, {}};
    if (has_roadside_code(*m, call.now))
        found.code = roadside_code(db, *call.vault, *m, call.now,
                                   {call.caller.token_id, call.caller.person});
    return found;
}

}  // namespace

awaitable<Reply> open_roadside_page(Front& front, Call call) {
    auto& door = RoadsideDoor::of(co_await asio::this_coro::executor);
    const std::string& code = call.place("code");
    if (!is_roadside_form(code)) co_return turned_away(door, call.request.peer);
    if (const auto wait = door.openings.wait(call.request.peer, monotonic()); wait.count() > 0)
        co_return roadside_busy(wait);
    const std::string page = base64url(random_bytes(32));
    const store::OpeningWish wish{
        sha256_hex(code),      sha256_hex(page), uuid_v7(call.now),     call.now,
        call.now + page_lives, openings_a_day,   onlooker(call.request)};
    auto open = [wish](pqxx::work& db) { return store::open_roadside(db, wish); };
    auto opening = front.database.transact_as(Identity{}, std::move(open));
    const auto outcome = co_await std::move(opening);
    if (outcome == OpeningOutcome::too_often) co_return roadside_busy(std::chrono::hours{1});
    if (outcome != OpeningOutcome::opened) co_return turned_away(door, call.request.peer);
    door.openings.take(call.request.peer, monotonic());
    Reply reply = roadside_reply({});
    reply.status = 303;
    reply.headers.emplace_back("Location", "page/" + page);  // beside the code's own address
    co_return reply;
}

awaitable<Reply> show_roadside_page(Front& front, Call call) {
    auto& door = RoadsideDoor::of(co_await asio::this_coro::executor);
    const std::string page = call.place("page");
    if (!is_roadside_form(page)) co_return turned_away(door, call.request.peer);
    auto show = [page, now = call.now](pqxx::work& db) -> std::optional<std::string> {
        auto sight = store::roadside_sight(db, sha256_hex(page), now);
        if (!sight) return std::nullopt;
        return roadside_page(view_of(*std::move(sight), page, now));
    };
    auto showing = front.database.transact_as(Identity{}, std::move(show));
    auto shown = co_await std::move(showing);
    if (!shown) co_return turned_away(door, call.request.peer);
    co_return roadside_reply(*std::move(shown));
}

awaitable<Reply> print_roadside_page(Front& front, Call call) {
    const auto executor = co_await asio::this_coro::executor;
    auto& door = RoadsideDoor::of(executor);
    const std::string page = call.place("page");
    if (!is_roadside_form(page)) co_return turned_away(door, call.request.peer);
    if (const auto wait = door.openings.wait(call.request.peer, monotonic()); wait.count() > 0)
        co_return roadside_busy(wait);
    auto find = [digest = sha256_hex(page), now = call.now, by = onlooker(call.request)](
                    pqxx::work& db) { return find_copy(db, digest, now, by); };
    auto finding = front.database.transact_as(Identity{}, std::move(find));
    const CopyFound found = co_await std::move(finding);
    if (found.too_often) co_return roadside_busy(std::chrono::hours{1});
    if (!found.copy) co_return turned_away(door, call.request.peer);
    door.openings.take(call.request.peer, monotonic());
    const Copy& copy = *found.copy;
    const print::Imprint imprint{version_url(origin_of(front, call.request), copy.manifest) +
                                     checked_by(copy.manifest, copy.record),
                                 copy.record.recorded_at,
                                 {}};
    if (imprint.url.size() > print::longest_manifest_qr) co_return refuse(400, "HOST_TOO_LONG");
    auto make = [copy = found.copy, imprint](const print::Typeface& typeface) {
        return print::manifest_pdf(typeface, copy->manifest, imprint).value();
    };
    try {
        auto making = PrintShop::of(executor).print(call.request.peer, make);
        std::string file = co_await std::move(making);
        co_return pdf_reply(std::move(file), copy.manifest);
    } catch (const PrintsBusy&) {
        co_return roadside_busy(std::chrono::seconds{2});
    }
}

awaitable<Reply> show_roadside_code(Front& front, Call call) {
    Query query{call.request};
    if (Faults faults = query.finish(); !faults.empty()) co_return unprocessable(std::move(faults));
    if (!has_secret_key(call)) co_return no_secret_key();
    const Identity identity = identity_of(call.caller);
    const std::string origin = origin_of(front, call.request);
    auto find = [call = std::move(call)](pqxx::work& db) { return find_code(db, call); };
    auto finding = front.database.transact_as(identity, std::move(find));
    const auto found = co_await std::move(finding);
    if (!found) co_return refuse(404, "NOT_FOUND");
    if (!found->code)
        co_return refuse(409, "NO_ROADSIDE_CODE", "A draft has none, nor what ended a week ago.");
    Reply reply = json_reply({{"url", roadside_url(origin, found->code->text)},
                              {"version", found->version},
                              {"expires_at", to_iso(found->code->expires_at)},
                              {"page_lives_s", std::chrono::seconds{page_lives}.count()}});
    reply.headers.emplace_back("Cache-Control", "no-store");
    co_return reply;
}

Reply revoke_roadside_codes(pqxx::work& db, const Call& call) {
    const ManifestId id{call.place("id")};
    if (!is_uuid(id.text) || !store::find_manifest(db, id)) return refuse(404, "NOT_FOUND");
    const auto revoked = store::revoke_codes(db, id, call.now, call.caller.person);
    return json_reply({{"revoked", revoked}});
}

Reply list_roadside_openings(pqxx::work& db, const Call& call) {
    Query query{call.request};
    const std::string after = query.uuid("after");
    const auto limit = static_cast<int>(query.integer("limit", 1, 200, 50));
    if (Faults faults = query.finish(); !faults.empty()) return unprocessable(std::move(faults));
    const ManifestId id{call.place("id")};
    if (!is_uuid(id.text) || !store::find_manifest(db, id)) return refuse(404, "NOT_FOUND");
    auto rows = store::openings_of(db, id, after, limit + 1);
    json body{{"items", json::array()}, {"next", nullptr}};
    if (rows.size() > static_cast<std::size_t>(limit)) {
        rows.pop_back();
        body["next"] = rows.back().id;
    }
    for (const auto& one : rows) {
        json item{{"id", one.id},
                  {"at", to_iso(one.at)},
                  {"outcome", one.outcome},
                  {"code", one.code_id},
                  {"version", one.version},
                  {"issue", one.issue},
                  {"network", one.by.network},
                  {"agent", one.by.agent}};
        if (one.until) item["until"] = to_iso(*one.until);
        body["items"].push_back(std::move(item));
    }
    return json_reply(body);
}

}  // namespace liuhen::server::http
