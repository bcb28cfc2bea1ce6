// Walks every field of a manifest with its pointer. `M` is a manifest, constant or not; the
// visitor takes (std::string pointer, field&). Vectors of records are walked by index.
#pragma once

#include "manifest/manifest.hpp"

#include <string>
#include <utility>

namespace liuhen::manifest {

template <class M, class Visitor>
class FieldWalk {
public:
    FieldWalk(M& manifest, Visitor& visit) : m_(manifest), visit_(visit) {}

    void all() {
        head();
        link("/parent", m_.parent);
        records("/children", m_.children, &FieldWalk::template one_link<Const<Link>>);
        party("/producer", m_.producer);
        party("/receiver", m_.receiver);
        records("/lines", m_.lines, &FieldWalk::template line<Const<WasteLine>>);
        records("/containers", m_.containers, &FieldWalk::template container<Const<Container>>);
        records("/legs", m_.legs, &FieldWalk::template leg<Const<Leg>>);
        records("/signatures", m_.signatures, &FieldWalk::template signature<Const<Signature>>);
        weighing("/weigh_out", m_.weigh_out);
        weighing("/weigh_in", m_.weigh_in);
        weighing("/weigh_return", m_.weigh_return);
        aftermath();
        overlays();
    }

private:
    template <class T>
    using Const = std::conditional_t<std::is_const_v<M>, const T, T>;

    template <class F>
    void at(std::string pointer, F& field) {
        visit_(std::move(pointer), field);
    }
    template <class List, class Record>
    void records(const std::string& under, List& list,
                 void (FieldWalk::*walk)(std::string, Record&)) {
        for (std::size_t i = 0; i < list.size(); ++i) {
            (this->*walk)(under + "/" + std::to_string(i), list[i]);
        }
    }

    void head() {
        at("/id", m_.id);
        at("/no", m_.no);
        at("/provincial_no", m_.provincial_no);
        at("/kind", m_.kind);
        at("/flow", m_.flow);
        at("/origin_mode", m_.origin_mode);
        at("/paper_no", m_.paper_no);
        at("/directory_version", m_.directory_version);
        at("/plan_id", m_.plan_id);
        at("/approval_id", m_.approval_id);
        at("/state", m_.state);
        at("/version", m_.version);
        at("/consignor", m_.consignor);
        at("/origin_site", m_.origin);
        at("/destination_site", m_.destination);
        at("/contract_no", m_.contract_no);
        at("/carriage_contract_no", m_.carriage_contract_no);
        at("/planned_depart_at", m_.planned_depart_at);
        at("/planned_arrive_at", m_.planned_arrive_at);
        at("/submitted_at", m_.submitted_at);
        at("/accepted_at", m_.accepted_at);
        at("/closed_at", m_.closed_at);
        at("/discarded_at", m_.discarded_at);
        at("/kept", m_.kept);
        at("/case_no", m_.case_no);
    }
    template <class L>
    void one_link(std::string p, L& link) {
        at(p + "/id", link.id);
        at(p + "/no", link.no);
        at(p + "/relation", link.relation);
    }
    template <class L>
    void link(const std::string& p, L& link) {
        if (link) one_link<Const<Link>>(p, *link);
    }
    template <class P>
    void party(const std::string& p, P& party) {
        at(p + "/id", party.id);
        at(p + "/uscc", party.uscc);
        at(p + "/name", party.name);
        at(p + "/division", party.division);
        at(p + "/address", party.address);
        at(p + "/contact", party.contact);
        at(p + "/phone", party.phone);
        at(p + "/licence_no", party.licence_no);
        at(p + "/transport_permit_no", party.transport_permit_no);
        at(p + "/emergency_phone", party.emergency_phone);
        at(p + "/emergency_plan_no", party.emergency_plan_no);
        at(p + "/unit_code", party.unit_code);
        at(p + "/facility_code", party.facility_code);
    }
    template <class L>
    void line(std::string p, L& line) {
        at(p + "/line_no", line.line_no);
        at(p + "/waste_name", line.waste_name);
        at(p + "/category", line.category);
        at(p + "/code", line.code);
        at(p + "/hazards", line.hazards);
        at(p + "/form", line.form);
        at(p + "/components", line.components);
        at(p + "/taboos", line.taboos);
        at(p + "/package", line.package);
        at(p + "/package_note", line.package_note);
        at(p + "/container_count", line.container_count);
        at(p + "/un_no", line.un_no);
        at(p + "/dg_class", line.dg_class);
        at(p + "/packing_group", line.packing_group);
        at(p + "/exempt_rule", line.exempt_rule);
        at(p + "/exempt_condition", line.exempt_condition);
        at(p + "/list_name", line.list_name);
        at(p + "/pieces", line.pieces);
        at(p + "/volume_l", line.volume_l);
        at(p + "/purpose", line.purpose);
        at(p + "/method_planned", line.method_planned);
        at(p + "/method_done", line.method_done);
        weights_of(p, line);
        at(p + "/differences", line.differences);
        at(p + "/difference_text", line.difference_text);
        at(p + "/ledger_batch_out", line.ledger_batch_out);
        at(p + "/ledger_batch_in", line.ledger_batch_in);
        at(p + "/note", line.note);
    }
    template <class L>
    void weights_of(const std::string& p, L& line) {
        at(p + "/planned_g", line.planned_g);
        at(p + "/sent_g", line.sent_g);
        at(p + "/received_g", line.received_g);
        at(p + "/accepted_g", line.accepted_g);
        at(p + "/refused_g", line.refused_g);
        at(p + "/treated_g", line.treated_g);
        at(p + "/allocated", line.allocated);
        at(p + "/containers_received", line.containers_received);
    }
    template <class C>
    void container(std::string p, C& one) {
        at(p + "/code", one.code);
        at(p + "/line_no", one.line_no);
        at(p + "/tag_id", one.tag_id);
        at(p + "/gross_g", one.gross_g);
        at(p + "/tare_g", one.tare_g);
        at(p + "/seal_no", one.seal_no);
    }
    template <class P>
    void person(const std::string& p, P& person) {
        at(p + "/name", person.name);
        at(p + "/user", person.user);
        at(p + "/certificate_no", person.certificate_no);
        at(p + "/certificate_until", person.certificate_until);
        at(p + "/id_masked", person.id_masked);
    }
    template <class L>
    void leg(std::string p, L& leg) {
        at(p + "/leg_no", leg.leg_no);
        party(p + "/carrier", leg.carrier);
        at(p + "/mode", leg.mode);
        at(p + "/start", leg.start);
        at(p + "/end", leg.end);
        at(p + "/via", leg.via);
        at(p + "/handover_place", leg.handover_place);
        at(p + "/planned_handover_at", leg.planned_handover_at);
        at(p + "/returning", leg.returning);
        at(p + "/vehicle", leg.vehicle);
        at(p + "/plate", leg.plate);
        at(p + "/plate_colour", leg.plate_colour);
        at(p + "/trailer_plate", leg.trailer_plate);
        at(p + "/vehicle_permit_no", leg.vehicle_permit_no);
        person(p + "/driver", leg.driver);
        person(p + "/escort", leg.escort);
        at(p + "/terminal", leg.terminal);
        at(p + "/locks", leg.locks);
        at(p + "/route", leg.route);
        at(p + "/waybill_no", leg.waybill_no);
        at(p + "/zone_pass_no", leg.zone_pass_no);
        at(p + "/seal_nos", leg.seal_nos);
        times_of(p, leg);
    }
    template <class L>
    void times_of(const std::string& p, L& leg) {
        at(p + "/assigned_at", leg.assigned_at);
        at(p + "/loaded_at", leg.loaded_at);
        at(p + "/depart_at", leg.depart_at);
        at(p + "/arrive_at", leg.arrive_at);
        at(p + "/handed_out_at", leg.handed_out_at);
        at(p + "/handed_out_point", leg.handed_out_point);
        at(p + "/handed_out_g", leg.handed_out_g);
        at(p + "/handed_out_files", leg.handed_out_files);
        at(p + "/end_cause", leg.end_cause);
    }
    template <class S>
    void signature(std::string p, S& one) {
        at(p + "/event", one.event);
        at(p + "/role", one.role);
        at(p + "/party", one.party);
        at(p + "/user", one.user);
        at(p + "/at", one.at);
        at(p + "/version", one.version);
    }
    template <class W>
    void weighing(const std::string& p, W& weighing) {
        if (!weighing) return;
        at(p + "/gross_g", weighing->gross_g);
        at(p + "/tare_g", weighing->tare_g);
        at(p + "/at", weighing->at);
        at(p + "/scale", weighing->scale);
        at(p + "/user", weighing->user);
        at(p + "/manual_reason", weighing->manual_reason);
        at(p + "/floor_g", weighing->floor_g);
        at(p + "/plate_read", weighing->plate_read);
        at(p + "/source", weighing->source);
        at(p + "/photos", weighing->photos);
    }
    template <class R>
    void reason(const std::string& p, R& reason) {
        if (!reason) return;
        at(p + "/code", reason->code);
        at(p + "/text", reason->text);
    }
    template <class T>
    void treatment(std::string p, T& one) {
        at(p + "/line_no", one.line_no);
        at(p + "/treated_g", one.weight);
        at(p + "/method", one.method);
        at(p + "/at", one.at);
        at(p + "/ledger_batch", one.ledger_batch);
        at(p + "/user", one.user);
    }
    template <class C>
    void change(std::string p, C& one) {
        at(p + "/pointer", one.pointer);
        at(p + "/before", one.before);
        at(p + "/after", one.after);
    }
    void aftermath() {
        reason("/void_reason", m_.void_reason);
        reason("/carrier_refusal", m_.carrier_refusal);
        reason("/rejection", m_.rejection);
        if (m_.discrepancy) discrepancy(*m_.discrepancy);
        if (m_.hold) hold(*m_.hold);
        if (m_.revision) revision(*m_.revision);
        if (m_.backfill) backfill(*m_.backfill);
        records("/treatments", m_.treatments, &FieldWalk::template treatment<Const<Treatment>>);
    }
    template <class D>
    void discrepancy(D& one) {
        at("/discrepancy/version", one.version);
        at("/discrepancy/at", one.at);
        at("/discrepancy/wants_part", one.wants_part);
        at("/discrepancy/reason", one.reason);
        at("/discrepancy/disputed", one.disputed);
        at("/discrepancy/dispute_files", one.dispute_files);
        at("/discrepancy/ruling", one.ruling);
    }
    template <class H>
    void hold(H& one) {
        at("/hold/order_no", one.order_no);
        at("/hold/reason", one.reason);
        at("/hold/since", one.since);
        at("/hold/until", one.until);
        at("/hold/role", one.role);
        at("/hold/division", one.division);
        at("/hold/user", one.user);
    }
    template <class R>
    void revision(R& one) {
        at("/revision/author", one.author);
        at("/revision/party", one.party);
        at("/revision/user", one.user);
        at("/revision/at", one.at);
        at("/revision/reason", one.reason);
        at("/revision/due", one.due);
        records("/revision/changes", one.changes, &FieldWalk::template change<Const<FieldChange>>);
        at("/revision/awaited", one.awaited);
    }
    template <class B>
    void backfill(B& one) {
        at("/backfill/version", one.version);
        at("/backfill/paper_scan", one.paper_scan);
        at("/backfill/departed_at", one.departed_at);
        at("/backfill/arrived_at", one.arrived_at);
        at("/backfill/confirmed_by", one.confirmed_by);
        at("/backfill/returned", one.returned);
    }
    template <class K>
    void mark(const std::string& p, K& mark) {
        if (!mark) return;
        at(p + "/since", mark->since);
        at(p + "/cause", mark->cause);
    }
    void overlays() {
        mark("/overlays/held", m_.overlays.held);
        mark("/overlays/receipt_overdue", m_.overlays.receipt_overdue);
        mark("/overlays/difference", m_.overlays.difference);
        mark("/overlays/revision_pending", m_.overlays.revision_pending);
        mark("/overlays/late_backfill", m_.overlays.late_backfill);
        at("/overlays/sync", m_.overlays.sync);
    }

    M& m_;
    Visitor& visit_;
};

template <class M, class Visitor>
void visit_fields(M& manifest, Visitor visit) {
    FieldWalk<M, Visitor>{manifest, visit}.all();
}

}  // namespace liuhen::manifest
