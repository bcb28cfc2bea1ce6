#include "server/json/report_json.hpp"

#include "manifest/reporting.hpp"

#include <nlohmann/json.hpp>

namespace liuhen::server {
namespace {

using nlohmann::json;
using namespace manifest;

void put(json& o, const char* name, const std::string& text) {
    if (!text.empty()) o[name] = text;
}
void put(json& o, const char* name, const std::optional<Instant>& t) {
    if (t) o[name] = to_iso(*t);
}
// Beside the tonnes of the exchange, which lose what is below 100 g, the grams.
void put(json& o, const char* name, const char* grams_name, const std::optional<Grams>& weight) {
    if (!weight) return;
    o[name] = exchanged_tonnes(*weight);
    o[grams_name] = weight->value;
}
template <class E>
void put_code(json& o, const char* name, const std::optional<E>& e) {
    if (e) o[name] = code(*e);
}

json written(const Party& p) {
    json o = json::object();
    put(o, "uscc", p.uscc);
    put(o, "name", p.name);
    put(o, "division", p.division);
    put(o, "address", p.address);
    put(o, "contact", p.contact);
    put(o, "phone", p.phone);
    put(o, "emergencyPhone", p.emergency_phone);
    put(o, "unitCode", p.unit_code);
    put(o, "facilityCode", p.facility_code);
    put(o, "licenceNo", p.licence_no);
    put(o, "transportPermitNo", p.transport_permit_no);
    return o;
}

json written(const Leg& leg) {
    json o{{"transferOrder", leg.leg_no},
           {"vehicleKind", vehicle_kind(leg.mode)},
           {"carrier", written(leg.carrier)}};
    put(o, "plate", leg.plate);
    put(o, "trailerPlate", leg.trailer_plate);
    put(o, "vehiclePermitNo", leg.vehicle_permit_no);
    put(o, "driver", leg.driver.name);
    put(o, "escort", leg.escort.name);
    put(o, "waybillNo", leg.waybill_no);
    put(o, "start", leg.start);
    put(o, "end", leg.end);
    if (!leg.via.empty()) o["via"] = leg.via;
    put(o, "departAt", leg.depart_at);
    put(o, "arriveAt", leg.arrive_at);
    if (leg.returning) o["returning"] = true;
    return o;
}

std::string joined(const std::vector<std::string>& hazards) {
    std::string all;
    for (const auto& one : hazards) all += (all.empty() ? "" : "/") + one;
    return all;
}

json written(const WasteLine& l) {
    json o{{"lineNo", l.line_no}, {"greatDifference", !l.differences.empty()}};
    put(o, "name", l.waste_name);
    put(o, "category", l.category);
    put(o, "code", l.code);
    put(o, "hazards", joined(l.hazards));
    put_code(o, "form", l.form);
    put(o, "components", l.components);
    put(o, "taboos", l.taboos);
    put_code(o, "package", l.package);
    if (l.container_count) o["count"] = *l.container_count;
    put(o, "unNo", l.un_no);
    put(o, "dgClass", l.dg_class);
    put(o, "exemptRule", l.exempt_rule);
    put_code(o, "purpose", l.purpose);
    put(o, "method", l.method_done.empty() ? l.method_planned : l.method_done);
    put(o, "planWeight", "planGrams", l.planned_g);
    put(o, "transferWeight", "transferGrams", l.sent_g);
    put(o, "confirmWeight", "confirmGrams", l.accepted_g);
    put(o, "refuseWeight", "refuseGrams", l.refused_g);
    put(o, "treatWeight", "treatGrams", l.treated_g);
    for (const DifferenceKind kind : l.differences) o["differences"].push_back(code(kind));
    put(o, "differenceText", l.difference_text);
    return o;
}

json written(const Reason& reason) {
    json o = json::object();
    put(o, "code", reason.code);
    put(o, "text", reason.text);
    return o;
}

void write_aftermath(json& o, const Manifest& m) {
    if (m.parent) o["parent"] = {{"govCode", m.parent->no}, {"relation", code(m.parent->relation)}};
    if (m.void_reason) o["voidReason"] = written(*m.void_reason);
    if (m.rejection) o["rejectReason"] = written(*m.rejection);
    if (m.carrier_refusal) o["carrierRefusal"] = written(*m.carrier_refusal);
    if (m.discrepancy) put(o, "ruling", m.discrepancy->ruling);
    put(o, "caseNo", m.case_no);
    put(o, "acceptedAt", m.accepted_at);
    put(o, "closedAt", m.closed_at);
}

}  // namespace

json report_json(const ReportHead& head, const Manifest& m) {
    json o{{"format", report_format},
           {"key", head.key},
           {"event", head.event},
           {"version", head.version},
           {"asOfVersion", m.version},
           {"at", to_iso(head.at)},
           {"govCode", m.no},
           {"billStatus", bill_status(m.state)},
           {"billType", bill_type(m)},
           {"state", code(m.state)},
           {"kind", code(m.kind)},
           {"producer", written(m.producer)},
           {"receiver", written(m.receiver)},
           {"transfers", json::array()},
           {"wastes", json::array()}};
    put(o, "billCode", m.provincial_no);
    put_code(o, "flow", m.flow);
    put(o, "directoryVersion", m.directory_version);
    put(o, "paperNo", m.paper_no);
    put(o, "contractNo", m.contract_no);
    put(o, "plannedDepartAt", m.planned_depart_at);
    put(o, "plannedArriveAt", m.planned_arrive_at);
    for (const Leg& leg : m.legs) o["transfers"].push_back(written(leg));
    for (const WasteLine& line : m.lines) o["wastes"].push_back(written(line));
    write_aftermath(o, m);
    return o;
}

}  // namespace liuhen::server
