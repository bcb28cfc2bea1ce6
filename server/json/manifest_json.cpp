// The manifest as JSON: a member is left out when it says nothing.
#include "server/json/manifest_json.hpp"

#include "server/json/overlay_rows.hpp"

#include <nlohmann/json.hpp>

namespace liuhen::server {
namespace {

using nlohmann::json;
using namespace manifest;

void put(json& o, const char* name, const std::string& text) {
    if (!text.empty()) o[name] = text;
}
template <class Of>
void put(json& o, const char* name, const Id<Of>& id) {
    put(o, name, id.text);
}
void put(json& o, const char* name, const std::optional<Instant>& t) {
    if (t) o[name] = to_iso(*t);
}
void put(json& o, const char* name, const std::optional<Grams>& g) {
    if (g) o[name] = g->value;
}
void put(json& o, const char* name, const std::optional<std::uint32_t>& n) {
    if (n) o[name] = *n;
}
void put(json& o, const char* name, const std::vector<std::string>& many) {
    if (!many.empty()) o[name] = many;
}
void put(json& o, const char* name, const std::optional<LatLon>& p) {
    if (p) o[name] = {{"lat", p->lat}, {"lon", p->lon}};
}
template <class Of>
void put(json& o, const char* name, const std::vector<Id<Of>>& many) {
    for (const auto& id : many) o[name].push_back(id.text);
}
template <class E>
void put_code(json& o, const char* name, const std::optional<E>& e) {
    if (e) o[name] = code(*e);
}

json write(const Party& p) {
    json o = json::object();
    put(o, "id", p.id);
    put(o, "uscc", p.uscc);
    put(o, "name", p.name);
    put(o, "division", p.division);
    put(o, "address", p.address);
    put(o, "contact", p.contact);
    put(o, "phone", p.phone);
    put(o, "licence_no", p.licence_no);
    put(o, "transport_permit_no", p.transport_permit_no);
    put(o, "emergency_phone", p.emergency_phone);
    put(o, "emergency_plan_no", p.emergency_plan_no);
    put(o, "unit_code", p.unit_code);
    put(o, "facility_code", p.facility_code);
    return o;
}

json write(const WasteLine& l) {
    json o{{"line_no", l.line_no}};
    put(o, "waste_name", l.waste_name);
    put(o, "category", l.category);
    put(o, "code", l.code);
    put(o, "hazards", l.hazards);
    put_code(o, "form", l.form);
    put(o, "components", l.components);
    put(o, "taboos", l.taboos);
    put_code(o, "package", l.package);
    put(o, "package_note", l.package_note);
    put(o, "container_count", l.container_count);
    put(o, "un_no", l.un_no);
    put(o, "dg_class", l.dg_class);
    put(o, "packing_group", l.packing_group);
    put(o, "exempt_rule", l.exempt_rule);
    if (l.exempt_condition) o["exempt_condition"] = true;
    put(o, "list_name", l.list_name);
    put(o, "pieces", l.pieces);
    put(o, "volume_l", l.volume_l);
    put_code(o, "purpose", l.purpose);
    put(o, "method_planned", l.method_planned);
    put(o, "method_done", l.method_done);
    put(o, "planned_g", l.planned_g);
    put(o, "sent_g", l.sent_g);
    put(o, "received_g", l.received_g);
    put(o, "accepted_g", l.accepted_g);
    put(o, "refused_g", l.refused_g);
    put(o, "treated_g", l.treated_g);
    if (l.allocated) o["allocated"] = true;
    put(o, "containers_received", l.containers_received);
    for (const DifferenceKind kind : l.differences) o["differences"].push_back(code(kind));
    put(o, "difference_text", l.difference_text);
    put(o, "ledger_batch_out", l.ledger_batch_out);
    put(o, "ledger_batch_in", l.ledger_batch_in);
    put(o, "note", l.note);
    return o;
}

json write(const Container& c) {
    json o{{"code", c.code}, {"line_no", c.line_no}};
    put(o, "tag_id", c.tag_id);
    put(o, "gross_g", c.gross_g);
    put(o, "tare_g", c.tare_g);
    put(o, "seal_no", c.seal_no);
    return o;
}

json write(const Person& p) {
    json o = json::object();
    put(o, "name", p.name);
    put(o, "user", p.user);
    put(o, "certificate_no", p.certificate_no);
    put(o, "certificate_until", p.certificate_until);
    put(o, "id_masked", p.id_masked);
    return o;
}

json write(const Leg& l) {
    json o{{"leg_no", l.leg_no}, {"carrier", write(l.carrier)}, {"mode", code(l.mode)}};
    put(o, "start", l.start);
    put(o, "end", l.end);
    put(o, "via", l.via);
    put(o, "handover_place", l.handover_place);
    put(o, "planned_handover_at", l.planned_handover_at);
    if (l.returning) o["returning"] = true;
    put(o, "vehicle", l.vehicle);
    put(o, "plate", l.plate);
    if (l.plate_colour != 0) o["plate_colour"] = l.plate_colour;
    put(o, "trailer_plate", l.trailer_plate);
    put(o, "vehicle_permit_no", l.vehicle_permit_no);
    if (l.driver != Person{}) o["driver"] = write(l.driver);
    if (l.escort != Person{}) o["escort"] = write(l.escort);
    put(o, "terminal", l.terminal);
    put(o, "locks", l.locks);
    put(o, "route", l.route);
    put(o, "waybill_no", l.waybill_no);
    put(o, "zone_pass_no", l.zone_pass_no);
    put(o, "seal_nos", l.seal_nos);
    put(o, "assigned_at", l.assigned_at);
    put(o, "loaded_at", l.loaded_at);
    put(o, "depart_at", l.depart_at);
    put(o, "arrive_at", l.arrive_at);
    put(o, "handed_out_at", l.handed_out_at);
    put(o, "handed_out_point", l.handed_out_point);
    put(o, "handed_out_g", l.handed_out_g);
    put(o, "handed_out_files", l.handed_out_files);
    put(o, "end_cause", l.end_cause);
    return o;
}

json write(const Signature& s) {
    json o{
        {"event", s.event}, {"role", code(s.role)}, {"at", to_iso(s.at)}, {"version", s.version}};
    put(o, "party", s.party);
    put(o, "user", s.user);
    return o;
}

json write(const Weighing& w) {
    json o{{"gross_g", w.gross_g.value}, {"tare_g", w.tare_g.value}, {"at", to_iso(w.at)}};
    put(o, "scale", w.scale);
    put(o, "user", w.user);
    put(o, "manual_reason", w.manual_reason);
    o["floor_g"] = w.floor_g.value;
    put(o, "plate_read", w.plate_read);
    if (w.source) o["source"] = code(*w.source);
    put(o, "photos", w.photos);
    return o;
}

json write(const Link& link) {
    json o{{"id", link.id.text}, {"relation", code(link.relation)}};
    put(o, "no", link.no);
    return o;
}

json write(const Reason& reason) {
    json o = json::object();
    put(o, "code", reason.code);
    put(o, "text", reason.text);
    return o;
}

json write(const Hold& h) {
    json o{{"order_no", h.order_no},
           {"reason", h.reason},
           {"since", to_iso(h.since)},
           {"until", to_iso(h.until)},
           {"role", code(h.role)}};
    put(o, "division", h.division);
    put(o, "user", h.user);
    return o;
}

json write(const Discrepancy& d) {
    json o{{"version", d.version}, {"at", to_iso(d.at)}};
    if (d.wants_part) o["wants_part"] = true;
    put(o, "reason", d.reason);
    put(o, "disputed", d.disputed);
    put(o, "dispute_files", d.dispute_files);
    put(o, "ruling", d.ruling);
    return o;
}

json write(const Revision& r) {
    json o{{"author", code(r.author)},
           {"party", r.party.text},
           {"at", to_iso(r.at)},
           {"reason", r.reason},
           {"changes", json::array()}};
    put(o, "user", r.user);
    put(o, "due", r.due);
    put(o, "awaited", r.awaited);
    for (const FieldChange& one : r.changes) {
        o["changes"].push_back(
            {{"pointer", one.pointer}, {"before", one.before}, {"after", one.after}});
    }
    return o;
}

json write(const Backfill& b) {
    json o{{"version", b.version},
           {"paper_scan", b.paper_scan},
           {"departed_at", to_iso(b.departed_at)},
           {"arrived_at", to_iso(b.arrived_at)}};
    put(o, "confirmed_by", b.confirmed_by);
    put(o, "returned", b.returned);
    return o;
}

json write(const Treatment& t) {
    json o{{"line_no", t.line_no},
           {"treated_g", t.weight.value},
           {"method", t.method},
           {"at", to_iso(t.at)}};
    put(o, "ledger_batch", t.ledger_batch);
    put(o, "user", t.user);
    return o;
}

template <class Record>
void put(json& o, const char* name, const std::optional<Record>& record) {
    if (record) o[name] = write(*record);
}
template <class Record>
void put_list(json& o, const char* name, const std::vector<Record>& records) {
    for (const Record& one : records) o[name].push_back(write(one));
}

json write(const Overlays& overlays) {
    json o{{"sync", code(overlays.sync)}};
    for (const OverlayRow& row : overlay_rows) {
        const auto& mark = overlays.*row.mark;
        if (mark) o[row.name] = {{"since", to_iso(mark->since)}, {"cause", mark->cause}};
    }
    return o;
}

void write_head(json& o, const Manifest& m) {
    put(o, "no", m.no);
    put(o, "provincial_no", m.provincial_no);
    put_code(o, "flow", m.flow);
    if (m.origin_mode != OriginMode::normal) o["origin_mode"] = code(m.origin_mode);
    put(o, "paper_no", m.paper_no);
    put(o, "directory_version", m.directory_version);
    put(o, "plan_id", m.plan_id);
    put(o, "approval_id", m.approval_id);
    put(o, "consignor", m.consignor);
    put(o, "origin_site", m.origin);
    put(o, "destination_site", m.destination);
    put(o, "contract_no", m.contract_no);
    put(o, "carriage_contract_no", m.carriage_contract_no);
    put(o, "planned_depart_at", m.planned_depart_at);
    put(o, "planned_arrive_at", m.planned_arrive_at);
    put(o, "submitted_at", m.submitted_at);
    put(o, "accepted_at", m.accepted_at);
    put(o, "closed_at", m.closed_at);
    put(o, "discarded_at", m.discarded_at);
    put_code(o, "kept", m.kept);
    put(o, "case_no", m.case_no);
}

void write_aftermath(json& o, const Manifest& m) {
    put(o, "parent", m.parent);
    put_list(o, "children", m.children);
    put(o, "weigh_out", m.weigh_out);
    put(o, "weigh_in", m.weigh_in);
    put(o, "weigh_return", m.weigh_return);
    put(o, "void_reason", m.void_reason);
    put(o, "carrier_refusal", m.carrier_refusal);
    put(o, "rejection", m.rejection);
    put(o, "discrepancy", m.discrepancy);
    put(o, "hold", m.hold);
    put(o, "revision", m.revision);
    put(o, "backfill", m.backfill);
    put_list(o, "treatments", m.treatments);
}

}  // namespace

json to_json(const Manifest& m) {
    json o{{"kind", code(m.kind)},
           {"state", code(m.state)},
           {"id", m.id.text},
           {"version", m.version},
           {"producer", write(m.producer)},
           {"receiver", write(m.receiver)},
           {"overlays", write(m.overlays)}};
    write_head(o, m);
    o["lines"] = o["legs"] = o["signatures"] = json::array();
    put_list(o, "lines", m.lines);
    put_list(o, "containers", m.containers);
    put_list(o, "legs", m.legs);
    put_list(o, "signatures", m.signatures);
    write_aftermath(o, m);
    return o;
}

}  // namespace liuhen::server
