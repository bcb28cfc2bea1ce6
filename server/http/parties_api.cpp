// Parties: who may be named on a manifest, and what a manifest says of them (Order 23 arts. 9-11).
// Name, credit code, roles and division are the operator's; the rest a party keeps up itself.
#include "server/http/parties_api.hpp"

#include "manifest/codes.hpp"
#include "server/area.hpp"
#include "server/crypto.hpp"
#include "server/http/api.hpp"
#include "server/http/body.hpp"
#include "server/http/if_match.hpp"
#include "server/http/papers.hpp"
#include "server/http/problem.hpp"
#include "server/http/registers.hpp"
#include "server/json/fields.hpp"

#include <nlohmann/json.hpp>
#include <pqxx/pqxx>

#include <algorithm>

namespace liuhen::server::http {
namespace {

using nlohmann::json;

constexpr std::string_view party_roles[] = {"producer", "carrier", "receiver"};

std::vector<std::string> read_roles(Fields& form) {
    const auto is_role = [](const std::string& text) {
        return std::ranges::find(party_roles, text) != std::end(party_roles);
    };
    auto roles = form.codes("roles", 3, {1, 20}, is_role, Need::required);
    if (form.has("roles") && roles.empty() && form.faults().empty()) form.add("TOO_SHORT", "roles");
    return roles;
}

// Some real codes fail their check: an authority's leave, with its reason, lets one stand.
void check_uscc(Fields& form, const std::string& uscc, const std::string& exception) {
    const bool sound = uscc.empty() || manifest::is_uscc(uscc);
    if (!sound && (exception.empty() || uscc.size() != 18)) form.add("BAD_USCC", "uscc", uscc);
    if (sound && !exception.empty()) form.add("EXCLUSIVE", "uscc_exception");
}

std::string read_phone(Fields& form, std::string_view key) {
    std::string phone = form.text(key, {0, 30});
    if (!phone.empty() && !manifest::is_phone(phone)) form.add("BAD_PHONE", key, phone);
    return phone;
}

// How it is reached and found, and under which numbers authorities know it; empty: not said.
struct Particulars {
    std::string address, contact, phone, emergency_phone;
    std::string emergency_plan_no, unit_code, facility_code;
};
Particulars read_particulars(Fields& form) {
    Particulars said;
    said.address = form.text("address", {5, 200});
    said.contact = form.text("contact", {0, 60});
    said.phone = read_phone(form, "phone");
    said.emergency_phone = read_phone(form, "emergency_phone");
    said.emergency_plan_no = form.text("emergency_plan_no", {1, 60});
    said.unit_code = form.text("unit_code", {1, 22});
    said.facility_code = form.text("facility_code", {1, 30});
    if (!said.unit_code.empty() && !manifest::is_unit_code(said.unit_code))
        form.add("BAD_UNIT_CODE", "unit_code", said.unit_code);
    return said;
}

}  // namespace

Reply list_parties(pqxx::work& db, const Call& call) {
    return list_register(db, call, store::parties);
}

Reply add_party(pqxx::work& db, const Call& call) {
    const auto body = read_body(call.request);
    if (!body) return body.error();
    Faults faults;
    Fields form{*body, "", faults};
    const std::string name = form.text("name", {2, 120}, Need::required);
    const std::string uscc = form.text("uscc", {1, 18});
    const auto roles = read_roles(form);
    const std::string division = form.text("division", {1, 6});
    const Particulars said = read_particulars(form);
    const std::string exception = form.text("uscc_exception", {5, 500});
    check_uscc(form, uscc, exception);
    if (!division.empty() && !is_county(division)) form.add("NOT_A_DIVISION", "division", division);
    form.finish();
    if (!faults.empty()) return unprocessable(std::move(faults));
    const std::string id = uuid_v7(call.now);
    db.exec_params0(
        "INSERT INTO parties (id, name, uscc, roles, division, contact, phone, uscc_exception,"
        " address, emergency_phone, emergency_plan_no, unit_code, facility_code)"
        " VALUES ($1::uuid, $2, NULLIF($3, ''), ARRAY(SELECT json_array_elements_text($4::json)),"
        " NULLIF($5, ''), NULLIF($6, ''), NULLIF($7, ''), NULLIF($8, ''), NULLIF($9, ''),"
        " NULLIF($10, ''), NULLIF($11, ''), NULLIF($12, ''), NULLIF($13, ''))",
        id, name, uscc, json(roles).dump(), division, said.contact, said.phone, exception,
        said.address, said.emergency_phone, said.emergency_plan_no, said.unit_code,
        said.facility_code);
    note(db, call, store::parties, id, "create");
    return created(db, store::parties, id);
}

Reply show_party(pqxx::work& db, const Call& call) {
    const std::string& id = call.place("id");
    const auto party = is_uuid(id) ? store::find_row(db, store::parties, id) : std::nullopt;
    if (!party) return refuse(404, "NOT_FOUND");
    return paper_reply(*party, 200);
}

Reply change_party(pqxx::work& db, const Call& call) {
    const std::string& id = call.place("id");
    if (call.caller.role != manifest::Role::operator_ && call.caller.party.text != id)
        return refuse(403, "NOT_YOURS", "Another organisation keeps this.");
    const auto found = lock_paper(db, store::parties, id);
    if (!found) return refuse(404, "NOT_FOUND");
    if (auto refusal = refuse_unless_current(call.request, found->version, MustName::yes))
        return *std::move(refusal);
    const auto body = read_body(call.request);
    if (!body) return body.error();
    Faults faults;
    Fields form{*body, "", faults};
    const Particulars said = read_particulars(form);
    form.finish();
    if (!faults.empty()) return unprocessable(std::move(faults));
    db.exec_params0(
        "UPDATE parties SET version = version + 1, address = NULLIF($2, ''),"
        " contact = NULLIF($3, ''), phone = NULLIF($4, ''), emergency_phone = NULLIF($5, ''),"
        " emergency_plan_no = NULLIF($6, ''), unit_code = NULLIF($7, ''),"
        " facility_code = NULLIF($8, '') WHERE id = $1::uuid",
        id, said.address, said.contact, said.phone, said.emergency_phone, said.emergency_plan_no,
        said.unit_code, said.facility_code);
    note(db, call, store::parties, id, "change");
    return show_party(db, call);
}

Reply party_history(pqxx::work& db, const Call& call) {
    return history_of(db, call, store::parties);
}

}  // namespace liuhen::server::http
