// Approvals to move waste out of a province: applied for, reviewed, asked about, decided.
#include "server/crypto.hpp"
#include "server/http/api.hpp"
#include "server/http/body.hpp"
#include "server/http/if_match.hpp"
#include "server/http/papers.hpp"
#include "server/http/problem.hpp"
#include "server/json/fields.hpp"
#include "server/json/quota_forms.hpp"
#include "server/store/approvals.hpp"

#include <nlohmann/json.hpp>
#include <pqxx/pqxx>

#include <array>

namespace liuhen::server::http {
namespace {

using namespace manifest;
using nlohmann::json;

constexpr Office offices[] = {Office::applicant, Office::origin, Office::receiving};

// A department of a province takes that province's steps; one of the whole country either's.
bool sits_in(const Caller& caller, Office office, const store::ApprovalRow& row) {
    if (office == Office::applicant)
        return caller.role == Role::producer && caller.party.text == row.producer;
    const std::string& province = office == Office::origin ? row.origin : row.receiving;
    return caller.role == Role::regulator &&
           (caller.division.empty() || caller.division == province);
}

Reply shown(pqxx::work& db, const Call& call, const std::string& id, unsigned status) {
    const auto paper = store::find_row(db, store::approvals, id);
    const auto row = store::find_approval(db, id);
    if (!paper || !row) return refuse(404, "NOT_FOUND");
    json body = *paper;
    body["allowed_steps"] = json::array();
    for (const Office office : offices) {
        if (!sits_in(call.caller, office, *row)) continue;
        for (const auto step : allowed_steps(row->approval, office))
            body["allowed_steps"].push_back(code(step));
    }
    body["warnings"] = json::array();
    if (body.value("calendar_missing", false)) {
        body["warnings"].push_back({{"code", "CALENDAR_MISSING"},
                                    {"pointer", "/due_at"},
                                    {"message", "no holiday calendar for the year: weekends only"},
                                    {"message_zh", "缺少该年度节假日日历，仅按周末计算"}});
    }
    return paper_reply(std::move(body), status);
}

struct FaultRow {
    std::string_view code;
    unsigned status;
};
constexpr FaultRow statuses[] = {{"ILLEGAL_STATE", 409}, {"NOT_YOUR_STEP", 403}};

Reply refused(const ApprovalFault& found, const store::ApprovalRow& row, const Caller& caller) {
    for (const FaultRow& one : statuses) {
        if (one.code != found.code) continue;
        Problem problem{one.status, std::string{one.code}, {}, {}, {}, {}, {}};
        problem.state = code(row.approval.state);
        for (const Office office : offices) {
            if (!sits_in(caller, office, row)) continue;
            for (const auto step : allowed_steps(row.approval, office))
                problem.allowed_events.emplace_back(code(step));
        }
        return to_reply(problem);
    }
    return unprocessable({fault(found.code, std::string{found.pointer})});
}

// The office that the caller acts as: the one whose step it is, when the caller sits there.
Office acting_office(const Caller& caller, ApprovalEvent event, const store::ApprovalRow& row) {
    for (const ApprovalStep& step : approval_steps()) {
        if (step.event == event && step.by != Office::clock && sits_in(caller, step.by, row))
            return step.by;
    }
    return caller.role == Role::producer ? Office::applicant : Office::clock;
}

std::string division_of(pqxx::work& db, const std::string& party, const char* role) {
    const auto rows = db.exec_params(
        "SELECT coalesce(division, '') FROM parties WHERE id = $1::uuid AND $2 = ANY (roles)",
        party, role);
    return rows.empty() ? std::string{} : rows[0][0].as<std::string>();
}

}  // namespace

Reply list_approvals(pqxx::work& db, const Call& call) {
    return list_papers(db, call, store::approvals,
                       std::array{"producer", "receiver", "state", "kind"});
}

Reply show_approval(pqxx::work& db, const Call& call) {
    if (!is_uuid(call.place("id"))) return refuse(404, "NOT_FOUND");
    return shown(db, call, call.place("id"), 200);
}

Reply add_approval(pqxx::work& db, const Call& call) {
    const auto body = read_body(call.request);
    if (!body) return body.error();
    Faults faults;
    const ApplicationForm form = read_application(*body, faults);
    store::ApprovalRow row;
    row.id = uuid_v7(call.now);
    row.kind = form.kind;
    row.producer = call.caller.party.text;
    row.receiver = form.receiver;
    row.origin = division_of(db, row.producer, "producer").substr(0, 2);
    if (!form.receiver.empty())
        row.receiving = division_of(db, form.receiver, "receiver").substr(0, 2);
    if (!form.receiver.empty() && row.receiving.empty())
        faults.push_back(fault("UNKNOWN_REFERENCE", "/receiver", form.receiver));
    else if (row.origin == row.receiving)
        faults.push_back(fault("SAME_PROVINCE", "/receiver", form.receiver));
    if (!faults.empty()) return unprocessable(std::move(faults));
    row.approval.wanted_from = form.from;
    row.approval.wanted_to = form.to;
    const auto event = form.kind == "filing" ? ApprovalEvent::file : ApprovalEvent::apply;
    const auto calendar = store::working_calendar(db);
    const auto next = proceed(row.approval, {event, Office::applicant, {}, {}},
                              {call.now, calendar, std::nullopt});
    if (!next) return refused(next.error(), row, call.caller);
    row.approval = *next;
    store::insert_approval(db, row, call.now);
    store::set_limits(db, Register::approval, row.id, form.rows);
    note(db, call, store::approvals, row.id, code(event));
    return shown(db, call, row.id, 201);
}

Reply act_on_approval(pqxx::work& db, const Call& call) {
    const auto event = approval_event_from_code(call.place("step"));
    if (!event) return refuse(404, "UNKNOWN_EVENT", "There is no such step.");
    const std::string& id = call.place("id");
    auto row = is_uuid(id) ? store::lock_approval(db, id) : std::nullopt;
    if (!row) return refuse(404, "NOT_FOUND");
    if (auto refusal = refuse_unless_current(call.request, row->approval.version, MustName::no))
        return *std::move(refusal);
    const auto body = read_body(call.request);
    if (!body) return body.error();
    Faults faults;
    Fields form{*body, "", faults};
    ApprovalRequest request{*event, acting_office(call.caller, *event, *row), {}, {}};
    request.text = form.text("text", {0, 2'000});
    request.no = form.text("no", {1, 60});
    form.finish();
    if (!faults.empty()) return unprocessable(std::move(faults));
    const auto today = std::chrono::floor<std::chrono::days>(call.now + china_standard_time);
    const auto licence_to =
        store::licence_end(db, *row, std::max(today, row->approval.wanted_from));
    const auto calendar = store::working_calendar(db);
    const auto next = proceed(row->approval, request, {call.now, calendar, licence_to});
    if (!next) return refused(next.error(), *row, call.caller);
    const auto& deadline = row->approval.deadline;
    if (deadline && deadline->due.until <= call.now)
        store::raise_task(db, *row, call.now, call.now);
    row->approval = *next;
    store::update_approval(db, *row, call.now);
    note(db, call, store::approvals, id, code(*event));
    return shown(db, call, id, 200);
}

}  // namespace liuhen::server::http
