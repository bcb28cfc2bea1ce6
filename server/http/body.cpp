#include "server/http/body.hpp"

#include "server/http/problem.hpp"
#include "server/json/parse.hpp"

#include <nlohmann/json.hpp>

namespace liuhen::server::http {

Result<nlohmann::json, Reply> read_body(const Request& request) {
    if (request.body.empty()) return nlohmann::json::object();
    auto document = parse_json(request.body);
    if (!document) return fail(refuse(400, document.error().code, document.error().detail));
    return *std::move(document);
}

Reply json_reply(const nlohmann::json& document, unsigned status) {
    Reply reply;
    reply.status = status;
    reply.body = document.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
    return reply;
}

}  // namespace liuhen::server::http
