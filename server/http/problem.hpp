// Refusals as RFC 9457 problem details, in English and Chinese.
#pragma once

#include "manifest/refusal.hpp"
#include "server/http/message.hpp"
#include "server/json/fault.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace liuhen::server::http {

/// One refusal. `errors` lists every fault; `allowed_events` and `state` belong to ILLEGAL_STATE.
struct Problem {
    unsigned status{};
    std::string code;    ///< "NOT_FOUND"
    std::string detail;  ///< an English sentence for this very case; may be empty
    Faults errors;
    std::string state;
    std::vector<std::string> allowed_events;
    std::vector<std::pair<std::string, std::string>> headers;
};

/// application/problem+json: {type, title, title_zh, status, code, detail, errors, …}.
Reply to_reply(const Problem& problem);

/// A problem with one code and nothing more to say.
Reply refuse(unsigned status, std::string_view code, std::string detail = {});
/// 422 with its faults.
Reply unprocessable(Faults faults);
/// The lifecycle's refusals: the gravest kind gives the status, all are listed.
Reply refuse(const manifest::Refusals& refusals);
/// 503 with Retry-After.
Reply unavailable(std::string_view code, std::string detail);

}  // namespace liuhen::server::http
