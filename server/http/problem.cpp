#include "server/http/problem.hpp"

#include "manifest/lifecycle.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <iterator>

namespace liuhen::server::http {
namespace {

using nlohmann::json;

struct Title {
    unsigned status;
    std::string_view en, zh;
};
constexpr Title titles[] = {
    {400, "The request cannot be read", "请求无法读取"},
    {401, "A valid token is needed", "需要有效令牌"},
    {403, "Not allowed", "无权操作"},
    {404, "Not found", "未找到"},
    {405, "No such method here", "不支持该方法"},
    {409, "In conflict with what stands", "与现状冲突"},
    {412, "The version named is not the current one", "版本已变更"},
    {413, "The body is too large", "请求体过大"},
    {414, "The address is too long", "请求地址过长"},
    {415, "The body has the wrong type", "请求体类型不符"},
    {422, "The content is refused", "内容未通过校验"},
    {423, "The manifest is held", "联单已被冻结"},
    {428, "If-Match is needed", "须提供 If-Match"},
    {429, "Too many requests", "请求过于频繁"},
    {431, "The header is too large", "请求头过大"},
    {500, "The server failed", "服务器内部错误"},
    {501, "Not offered yet", "尚未提供"},
    {503, "Not available now", "服务暂不可用"},
};

const Title& title_of(unsigned status) {
    const auto* const row = std::find_if(std::begin(titles), std::end(titles),
                                         [status](const Title& t) { return t.status == status; });
    return row == std::end(titles) ? titles[15] : *row;
}

json entry(const Fault& fault) {
    json one{{"pointer", fault.pointer},
             {"code", fault.code},
             {"message", fault.message},
             {"message_zh", fault.message_zh}};
    if (!fault.value.empty()) one["value"] = fault.value;
    return one;
}

// Fields whose name in the form differs from the record's.
struct NameRow {
    std::string_view record, form;
};
constexpr NameRow names[] = {{"/origin", "/origin_site"}, {"/destination", "/destination_site"}};

std::string form_pointer(const std::string& pointer) {
    const auto* const row =
        std::find_if(std::begin(names), std::end(names),
                     [&pointer](const NameRow& n) { return n.record == pointer; });
    return row == std::end(names) ? pointer : std::string{row->form};
}

struct KindRow {
    manifest::RefusalKind kind;
    unsigned status;
};
// The gravest first: it gives the answer its status.
constexpr KindRow kinds[] = {
    {manifest::RefusalKind::forbidden, 403},   {manifest::RefusalKind::illegal_state, 409},
    {manifest::RefusalKind::held, 423},        {manifest::RefusalKind::stale, 412},
    {manifest::RefusalKind::unavailable, 503}, {manifest::RefusalKind::unprocessable, 422},
};

}  // namespace

Reply to_reply(const Problem& problem) {
    const Title& title = title_of(problem.status);
    json body{{"type", "urn:liuhen:problem:" + problem.code},
              {"title", title.en},
              {"title_zh", title.zh},
              {"status", problem.status},
              {"code", problem.code},
              {"detail", problem.detail.empty() ? std::string{title.en} + "." : problem.detail},
              {"errors", json::array()}};
    for (const Fault& fault : problem.errors) body["errors"].push_back(entry(fault));
    if (!problem.state.empty()) {
        body["state"] = problem.state;
        body["allowed_events"] = problem.allowed_events;
    }
    Reply reply;
    reply.status = problem.status;
    reply.content_type = "application/problem+json";
    reply.headers = problem.headers;
    reply.body = body.dump(-1, ' ', false, json::error_handler_t::replace);
    return reply;
}

Reply refuse(unsigned status, std::string_view code, std::string detail) {
    return to_reply({status, std::string{code}, std::move(detail), {}, {}, {}, {}});
}

Reply unprocessable(Faults faults) {
    const std::string code = faults.size() == 1 ? faults.front().code : "INVALID";
    const std::string detail = std::to_string(faults.size()) +
                               (faults.size() == 1 ? " fault was found." : " faults were found.");
    return to_reply({422, code, detail, std::move(faults), {}, {}, {}});
}

Reply refuse(const manifest::Refusals& refusals) {
    Problem problem{422, "INVALID", {}, {}, {}, {}, {}};
    for (const auto& refusal : refusals) {
        problem.errors.push_back({std::string{refusal.code}, form_pointer(refusal.pointer),
                                  std::string{refusal.message_en}, std::string{refusal.message_zh},
                                  cut_value(refusal.value)});
        if (!refusal.state) continue;
        problem.state = code(*refusal.state);
        for (const auto event : refusal.allowed_events)
            problem.allowed_events.emplace_back(code(event));
    }
    for (const KindRow& row : kinds) {
        const auto found = std::find_if(refusals.begin(), refusals.end(),
                                        [&row](const auto& r) { return r.kind == row.kind; });
        if (found == refusals.end()) continue;
        problem.status = row.status;
        if (refusals.size() == 1 || row.status != 422) problem.code = found->code;
        problem.detail = found->message_en;
        break;
    }
    if (problem.status == 503) problem.headers.emplace_back("Retry-After", "3600");
    return to_reply(problem);
}

Reply unavailable(std::string_view code, std::string detail) {
    return to_reply(
        {503, std::string{code}, std::move(detail), {}, {}, {}, {{"Retry-After", "2"}}});
}

}  // namespace liuhen::server::http
