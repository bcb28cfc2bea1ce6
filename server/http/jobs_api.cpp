// Jobs: asked for, watched, wished away; and the links to what they made.
#include "server/http/jobs_api.hpp"

#include "server/crypto.hpp"
#include "server/http/body.hpp"
#include "server/http/pages.hpp"
#include "server/http/problem.hpp"
#include "server/http/rates.hpp"
#include "server/jobs/register_form.hpp"
#include "server/jobs/worker.hpp"
#include "server/store/declarations.hpp"
#include "server/store/jobs.hpp"

#include <nlohmann/json.hpp>

namespace liuhen::server::http {
namespace {

using nlohmann::json;

constexpr std::chrono::hours day{24};

Reply too_many(int count) {
    const std::string detail = count == open_jobs
                                   ? "Your organisation has three such jobs that are not over."
                                   : "Your organisation has asked for a hundred within a day.";
    return slow_down("TOO_MANY_JOBS", detail, std::chrono::seconds{count == open_jobs ? 10 : 3600});
}

bool declares(manifest::Role role) {
    return role != manifest::Role::carrier && role != manifest::Role::driver;
}

// Reads pieces of a linked file until there are no more.
struct Pieces {
    Front& front;
    std::string digest;
    std::shared_ptr<HeldPlaces::Place> held;  // as long as somebody reads
    int place = 0;

    awaitable<std::string> operator()() {
        auto read = [digest = digest, at = place++, now = front.clock.now()](pqxx::work& db) {
            return store::piece_of_link(db, digest, at, now);
        };
        auto reading = front.database.transact_as(Identity{}, std::move(read));
        co_return co_await std::move(reading);
    }
};

}  // namespace

Reply take_on(pqxx::work& db, const Call& call, const Wish& wish) {
    const auto count = store::count_jobs(db, call.now - day);
    if (count.open >= open_jobs) return too_many(open_jobs);
    if (count.since >= jobs_a_day) return too_many(jobs_a_day);
    const std::string id = uuid_v7(call.now);
    store::insert_job(db,
                      {id, wish.kind, wish.subject, wish.asked, call.caller.token_id,
                       call.caller.person, call.now},
                      wish.input);
    Reply reply = json_reply(json::parse(store::show_job(db, id).value()), 202);
    reply.headers.emplace_back("Location", "/v1/jobs/" + id);
    return reply;
}

Reply add_register(pqxx::work& db, const Call& call) {
    const std::string& subject = call.place("what");
    const bool declaration = subject == "declaration";
    if (!declaration && jobs::register_spec(subject) == nullptr)
        return refuse(404, "NOT_FOUND", "There is no such register.");
    if (declaration && !declares(call.caller.role))
        return refuse(403, "ROLE", "Carriers declare nothing.");
    const auto body = read_body(call.request);
    if (!body) return body.error();
    Faults faults;
    Fields form{*body, "", faults};
    const auto asked = jobs::read_register_form(form, subject, call.caller.party.text);
    if (!faults.empty()) return unprocessable(std::move(faults));
    if (declaration && !store::reads_book(db, {asked.party})) return refuse(404, "NOT_FOUND");
    return take_on(db, call, {"REGISTER", subject, jobs::to_json(asked).dump(), std::nullopt});
}

Reply list_jobs(pqxx::work& db, const Call& call) {
    Query query{call.request};
    const std::string after = query.uuid("after");
    const auto limit = static_cast<int>(query.integer("limit", 1, largest_page, usual_page));
    if (Faults faults = query.finish(); !faults.empty()) return unprocessable(std::move(faults));
    auto found = store::list_jobs(db, after, limit + 1);
    json body{{"items", json::array()}, {"next", nullptr}};
    const bool more = found.size() > static_cast<std::size_t>(limit);
    if (more) found.pop_back();
    for (const auto& one : found) body["items"].push_back(json::parse(one));
    if (more) body["next"] = body["items"].back()["id"];
    return json_reply(body);
}

Reply show_job(pqxx::work& db, const Call& call) {
    const std::string& id = call.place("id");
    const auto found = is_uuid(id) ? store::show_job(db, id) : std::nullopt;
    return found ? json_reply(json::parse(*found)) : refuse(404, "NOT_FOUND");
}

Reply cancel_job(pqxx::work& db, const Call& call) {
    const std::string& id = call.place("id");
    if (!is_uuid(id) || !store::show_job(db, id)) return refuse(404, "NOT_FOUND");
    if (!store::cancel_job(db, id)) return refuse(409, "JOB_OVER", "The job is over.");
    return json_reply(json::parse(store::show_job(db, id).value()), 202);
}

Reply add_job_link(pqxx::work& db, const Call& call) {
    const auto body = read_body(call.request);
    if (!body) return body.error();
    Faults faults;
    Fields form{*body, "", faults};
    const auto kept = jobs::files_kept.count();
    const auto hours = form.integer("hours", 1, kept).value_or(kept);
    form.finish();
    if (!faults.empty()) return unprocessable(std::move(faults));
    const std::string& id = call.place("id");
    if (!is_uuid(id) || !store::show_job(db, id)) return refuse(404, "NOT_FOUND");
    const std::string token = new_token();
    const std::string digest = sha256_hex(token);
    const auto until =
        store::insert_link(db, id, digest, call.now, call.now + std::chrono::hours{hours});
    if (!until) return refuse(409, "NO_FILE", "The job has made no file that is still kept.");
    // An administrator asks for another's, who is gone since: his links open nothing.
    if (!store::open_link(db, digest, call.now))
        return refuse(409, "NO_FILE", "Whoever asked for the job may not see its file any more.");
    json link{{"expires_at", to_iso(*until)}};
    std::string without_secret = link.dump();
    link["path"] = "/v1/downloads/" + token;
    Reply reply = json_reply(link, 201);
    reply.body_for_replay = std::move(without_secret);
    return reply;
}

awaitable<Reply> download(Front& front, Call call) {
    const std::string token = call.place("token");
    std::optional<store::LinkedFile> file;
    const std::string digest = sha256_hex(token);
    if (is_token_form(token)) {
        auto open = [digest, now = front.clock.now()](pqxx::work& db) {
            return store::open_link(db, digest, now);
        };
        auto opening = front.database.transact_as(Identity{}, std::move(open));
        file = co_await std::move(opening);
    }
    if (!file) co_return refuse(404, "NOT_FOUND", "The link is unknown or has expired.");
    std::shared_ptr<HeldPlaces::Place> held = front.access.downloads.take(file->job);
    if (!held)
        co_return slow_down("TOO_MANY_STREAMS", "Too many read this file at once.",
                            std::chrono::seconds{5});
    Reply reply;
    reply.content_type = file->content_type;
    reply.headers = {{"Content-Length", std::to_string(file->size)},
                     {"Content-Disposition", "attachment; filename=\"" + file->name + '"'},
                     {"ETag", '"' + file->sha256 + '"'},
                     {"Cache-Control", "private, no-store"},
                     {"Referrer-Policy", "no-referrer"}};
    reply.stream = Pieces{front, digest, std::move(held)};
    co_return reply;
}

}  // namespace liuhen::server::http
