// Receivers' licences: what they may take, how treated, how much a year, until when.
#include "manifest/quotas.hpp"
#include "server/crypto.hpp"
#include "server/http/api.hpp"
#include "server/http/body.hpp"
#include "server/http/if_match.hpp"
#include "server/http/papers.hpp"
#include "server/http/problem.hpp"
#include "server/json/fields.hpp"
#include "server/json/quota_forms.hpp"

#include <nlohmann/json.hpp>
#include <pqxx/pqxx>

#include <array>

namespace liuhen::server::http {
namespace {

constexpr auto of = manifest::Register::licence;

Reply shown(pqxx::work& db, const std::string& id, unsigned status) {
    const auto licence = store::find_row(db, store::licences, id);
    return licence ? paper_reply(*licence, status) : refuse(404, "NOT_FOUND");
}

Reply amend(pqxx::work& db, const Call& call, const std::string& id, const nlohmann::json& body) {
    Faults faults;
    const LicenceForm form = read_licence(body, LicencePart::scope, faults);
    if (!faults.empty()) return unprocessable(std::move(faults));
    store::set_limits(db, of, id, form.rows, form.years());
    db.exec_params0(
        "UPDATE licences SET kind = $2, valid_from = $3::date, valid_to = $4::date,"
        " version = version + 1, updated_at = $5::timestamptz WHERE id = $1::uuid",
        id, form.kind, date_text(form.from), date_text(form.to), to_iso(call.now));
    note(db, call, store::licences, id, "amend");
    return shown(db, id, 200);
}

// Withdrawn, given back or replaced: the last day comes earlier. Open manifests may be finished.
Reply end(pqxx::work& db, const Call& call, const std::string& id, const nlohmann::json& body) {
    Faults faults;
    Fields form{body, "", faults};
    const auto last = read_date(form, "valid_to");
    form.text("reason", {5, 500}, Need::required);
    form.finish();
    if (!faults.empty()) return unprocessable(std::move(faults));
    const auto done = db.exec_params(
        "UPDATE licences SET valid_to = greatest($2::date, valid_from), version = version + 1,"
        " updated_at = $3::timestamptz WHERE id = $1::uuid AND valid_to > $2::date",
        id, date_text(last), to_iso(call.now));
    if (done.affected_rows() == 0)
        return unprocessable({fault("TIME_ORDER", "/valid_to", date_text(last))});
    note(db, call, store::licences, id, "end");
    return shown(db, id, 200);
}

}  // namespace

Reply list_licences(pqxx::work& db, const Call& call) {
    return list_papers(db, call, store::licences, std::array{"receiver", "licence_no", "kind"});
}

Reply show_licence(pqxx::work& db, const Call& call) {
    if (!is_uuid(call.place("id"))) return refuse(404, "NOT_FOUND");
    return shown(db, call.place("id"), 200);
}

Reply add_licence(pqxx::work& db, const Call& call) {
    const auto body = read_body(call.request);
    if (!body) return body.error();
    Faults faults;
    const LicenceForm form = read_licence(*body, LicencePart::whole, faults);
    if (faults.empty() && !store::party_has_role(db, form.receiver, "receiver"))
        faults.push_back(fault("UNKNOWN_REFERENCE", "/receiver", form.receiver));
    if (!faults.empty()) return unprocessable(std::move(faults));
    const std::string id = uuid_v7(call.now);
    db.exec_params0(
        "INSERT INTO licences (id, receiver_id, licence_no, kind, valid_from, valid_to, version,"
        " updated_at) VALUES ($1::uuid, $2::uuid, $3, $4, $5::date, $6::date, 1,"
        " $7::timestamptz)",
        id, form.receiver, form.licence_no, form.kind, date_text(form.from), date_text(form.to),
        to_iso(call.now));
    store::set_limits(db, of, id, form.rows, form.years());
    note(db, call, store::licences, id, "create");
    return shown(db, id, 201);
}

Reply act_on_licence(pqxx::work& db, const Call& call) {
    const std::string& event = call.place("event");
    if (event != "amend" && event != "end")
        return refuse(404, "UNKNOWN_EVENT", "There is no such event.");
    const std::string& id = call.place("id");
    const auto found = lock_paper(db, store::licences, id);
    if (!found) return refuse(404, "NOT_FOUND");
    if (auto refusal = refuse_unless_current(call.request, found->version, MustName::yes))
        return *std::move(refusal);
    const auto body = read_body(call.request);
    if (!body) return body.error();
    return event == "amend" ? amend(db, call, id, *body) : end(db, call, id, *body);
}

}  // namespace liuhen::server::http
