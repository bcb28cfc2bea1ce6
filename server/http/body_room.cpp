#include "server/http/body_room.hpp"

#include "server/file_type.hpp"
#include "server/http/admission.hpp"
#include "server/http/answer.hpp"
#include "server/http/content.hpp"
#include "server/http/problem.hpp"
#include "server/http/routes.hpp"

namespace liuhen::server::http {
namespace {

bool takes_file(const Request& header) {
    const Match match = find_route(routes(), header.verb, header.path);
    return match.route != nullptr && match.route->traits.has(Trait::file);
}

Reply all_taken(Front& front, const Request& header) {
    Reply reply = unavailable("BUSY", "Too many files are on their way in.");
    front.metrics.request_answered(header.path, static_cast<int>(reply.status));
    return reply;
}

}  // namespace

awaitable<BodyRoom> room_for_body(Front& front, const Request& header,
                                  std::optional<std::uint64_t> announced) {
    BodyRoom room;
    if (carries_body(header) && is_packed(header)) {
        auto refusing = answer(front, header);  // 415 unless something graver comes before it
        room.refusal = co_await std::move(refusing);
        co_return room;
    }
    if ((announced && *announced <= max_body_bytes) || !takes_file(header)) co_return room;
    std::optional<Caller> caller;
    try {
        auto finding = find_caller(front, bearer_token(header));
        caller = co_await std::move(finding);
    } catch (const std::exception&) {
        // Whatever it was, the answer below meets it too and says so.
    }
    if (!caller || is_stolen(*caller, header.certificate)) {
        auto answering = answer(front, header);
        room.refusal = co_await std::move(answering);
        co_return room;
    }
    room.place = front.access.large_bodies.take(caller->party.text);
    if (!room.place) {
        room.refusal = all_taken(front, header);
        co_return room;
    }
    room.bytes = max_file_bytes;
    room.time = file_time;
    co_return room;
}

}  // namespace liuhen::server::http
