// Management plans: drafted and filed by their producers, amended with every version kept.
#include "server/crypto.hpp"
#include "server/http/api.hpp"
#include "server/http/body.hpp"
#include "server/http/if_match.hpp"
#include "server/http/papers.hpp"
#include "server/http/problem.hpp"
#include "server/http/query.hpp"
#include "server/json/quota_forms.hpp"

#include <nlohmann/json.hpp>
#include <pqxx/pqxx>

#include <array>

namespace liuhen::server::http {
namespace {

using nlohmann::json;
constexpr auto of = manifest::Register::plan;

/// What may happen to a plan: in which status, and which it has afterwards.
struct PlanStep {
    std::string_view event, from, to;
    bool has_rows;
};
constexpr PlanStep steps[] = {{"edit", "DRAFT", "DRAFT", true},
                              {"file", "DRAFT", "FILED", false},
                              {"amend", "FILED", "FILED", true}};

// HJ 1259: the plan of a year is filed by the 31st of March.
json warnings_of(const json& plan) {
    json warnings = json::array();
    if (!plan.contains("filed_at")) return warnings;
    const auto filed = parse_iso(plan.at("filed_at").get<std::string>());
    const auto day = std::chrono::floor<std::chrono::days>(*filed + china_standard_time);
    const auto last = std::chrono::year{plan.at("year").get<int>()} / std::chrono::March / 31;
    if (day > std::chrono::sys_days{last}) {
        warnings.push_back({{"code", "PLAN_LATE"},
                            {"pointer", "/filed_at"},
                            {"message", "filed after the 31st of March of its year"},
                            {"message_zh", "备案时间晚于当年三月三十一日"}});
    }
    return warnings;
}

Reply shown(pqxx::work& db, const std::string& id, unsigned status) {
    const auto plan = store::find_row(db, store::plans, id);
    if (!plan) return refuse(404, "NOT_FOUND");
    json body = *plan;
    body["warnings"] = warnings_of(body);
    return paper_reply(std::move(body), status);
}

std::optional<PlanStep> step_named(const std::string& event) {
    for (const PlanStep& step : steps) {
        if (step.event == event) return step;
    }
    return std::nullopt;
}

}  // namespace

Reply list_plans(pqxx::work& db, const Call& call) {
    return list_papers(db, call, store::plans, std::array{"producer", "year", "status"});
}

Reply show_plan(pqxx::work& db, const Call& call) {
    if (!is_uuid(call.place("id"))) return refuse(404, "NOT_FOUND");
    return shown(db, call.place("id"), 200);
}

Reply add_plan(pqxx::work& db, const Call& call) {
    const auto body = read_body(call.request);
    if (!body) return body.error();
    Faults faults;
    const PlanForm form = read_plan(*body, PlanPart::whole, faults);
    check_receivers(db, form.rows, faults);
    if (!faults.empty()) return unprocessable(std::move(faults));
    const std::string id = uuid_v7(call.now);
    db.exec_params0(
        "INSERT INTO plans (id, producer_id, year, status, version, updated_at)"
        " VALUES ($1::uuid, $2::uuid, $3::int, 'DRAFT', 1, $4::timestamptz)",
        id, call.caller.party.text, std::to_string(form.year), to_iso(call.now));
    store::set_limits(db, of, id, form.rows);
    note(db, call, store::plans, id, "create");
    return shown(db, id, 201);
}

Reply act_on_plan(pqxx::work& db, const Call& call) {
    const auto step = step_named(call.place("event"));
    if (!step) return refuse(404, "UNKNOWN_EVENT", "There is no such event.");
    const std::string& id = call.place("id");
    const auto found = lock_paper(db, store::plans, id);
    if (!found) return refuse(404, "NOT_FOUND");
    if (auto refusal = refuse_unless_current(call.request, found->version,
                                             step->has_rows ? MustName::yes : MustName::no))
        return *std::move(refusal);
    if (found->state != step->from)
        return refuse(409, "ILLEGAL_STATE", "The plan is " + found->state + ".");
    const auto body = read_body(call.request);
    if (!body) return body.error();
    if (step->has_rows) {
        Faults faults;
        const PlanForm form = read_plan(*body, PlanPart::rows, faults);
        check_receivers(db, form.rows, faults);
        if (!faults.empty()) return unprocessable(std::move(faults));
        store::set_limits(db, of, id, form.rows);
    }
    db.exec_params0(
        "UPDATE plans SET status = $2, version = version + 1, updated_at = $3::timestamptz,"
        " filed_at = CASE WHEN $2 = 'FILED' THEN coalesce(filed_at, $3::timestamptz) END"
        " WHERE id = $1::uuid",
        id, std::string{step->to}, to_iso(call.now));
    note(db, call, store::plans, id, step->event);
    return shown(db, id, 200);
}

}  // namespace liuhen::server::http
