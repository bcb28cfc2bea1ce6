// A stored manifest read back.
#include "server/json/manifest_json.hpp"
#include "server/json/overlay_rows.hpp"

#include <nlohmann/json.hpp>

#include <stdexcept>

namespace liuhen::server {
namespace {

using nlohmann::json;
using namespace manifest;

std::string text(const json& o, const char* name) { return o.value(name, std::string{}); }

Instant time(const json& value) {
    const auto t = parse_iso(value.get_ref<const std::string&>());
    if (!t) throw std::runtime_error{"stored time is none: " + value.dump()};
    return *t;
}
std::optional<Instant> time(const json& o, const char* name) {
    return o.contains(name) ? std::optional{time(o.at(name))} : std::nullopt;
}
std::optional<Grams> grams(const json& o, const char* name) {
    if (!o.contains(name)) return std::nullopt;
    return Grams{o.at(name).get<std::int64_t>()};
}
std::optional<std::uint32_t> count(const json& o, const char* name) {
    if (!o.contains(name)) return std::nullopt;
    return o.at(name).get<std::uint32_t>();
}
std::vector<std::string> texts(const json& o, const char* name) {
    return o.value(name, std::vector<std::string>{});
}
template <class E>
std::optional<E> coded(const json& o, const char* name,
                       std::optional<E> (*find)(std::string_view)) {
    if (!o.contains(name)) return std::nullopt;
    const auto found = find(o.at(name).get_ref<const std::string&>());
    if (!found) throw std::runtime_error{std::string{"stored code is none: "} + name};
    return found;
}

std::optional<LatLon> point(const json& o, const char* name) {
    if (!o.contains(name)) return std::nullopt;
    return LatLon{o.at(name).at("lat").get<double>(), o.at(name).at("lon").get<double>()};
}
template <class Of>
std::vector<Id<Of>> ids(const json& o, const char* name) {
    std::vector<Id<Of>> found;
    for (auto& one : texts(o, name)) found.push_back({std::move(one)});
    return found;
}
template <class Record, class Read>
std::vector<Record> records(const json& o, const char* name, Read read) {
    std::vector<Record> found;
    if (!o.contains(name)) return found;
    for (const json& one : o.at(name)) found.push_back(read(one));
    return found;
}
template <class Read>
auto record(const json& o, const char* name, Read read) {
    return o.contains(name) ? std::optional{read(o.at(name))} : std::nullopt;
}

Party read_party(const json& o) {
    return {{text(o, "id")},
            text(o, "uscc"),
            text(o, "name"),
            text(o, "division"),
            text(o, "address"),
            text(o, "contact"),
            text(o, "phone"),
            text(o, "licence_no"),
            text(o, "transport_permit_no"),
            text(o, "emergency_phone"),
            text(o, "emergency_plan_no"),
            text(o, "unit_code"),
            text(o, "facility_code")};
}

WasteLine read_line(const json& o) {
    WasteLine l;
    l.line_no = o.at("line_no").get<std::uint8_t>();
    l.waste_name = text(o, "waste_name");
    l.category = text(o, "category");
    l.code = text(o, "code");
    l.hazards = texts(o, "hazards");
    l.form = coded(o, "form", form_from_code);
    l.components = text(o, "components");
    l.taboos = text(o, "taboos");
    l.package = coded(o, "package", package_from_code);
    l.package_note = text(o, "package_note");
    l.container_count = count(o, "container_count");
    l.un_no = text(o, "un_no");
    l.dg_class = text(o, "dg_class");
    l.packing_group = text(o, "packing_group");
    l.exempt_rule = text(o, "exempt_rule");
    l.exempt_condition = o.value("exempt_condition", false);
    l.list_name = text(o, "list_name");
    l.pieces = count(o, "pieces");
    l.volume_l = count(o, "volume_l");
    l.purpose = coded(o, "purpose", purpose_from_code);
    l.method_planned = text(o, "method_planned");
    l.method_done = text(o, "method_done");
    l.planned_g = grams(o, "planned_g");
    l.sent_g = grams(o, "sent_g");
    l.received_g = grams(o, "received_g");
    l.accepted_g = grams(o, "accepted_g");
    l.refused_g = grams(o, "refused_g");
    l.treated_g = grams(o, "treated_g");
    l.allocated = o.value("allocated", false);
    l.containers_received = count(o, "containers_received");
    for (const auto& kind : texts(o, "differences")) {
        l.differences.push_back(difference_kind_from_code(kind).value());
    }
    l.difference_text = text(o, "difference_text");
    l.ledger_batch_out = text(o, "ledger_batch_out");
    l.ledger_batch_in = text(o, "ledger_batch_in");
    l.note = text(o, "note");
    return l;
}

Container read_container(const json& o) {
    return {text(o, "code"),    o.at("line_no").get<std::uint8_t>(),
            text(o, "tag_id"),  grams(o, "gross_g"),
            grams(o, "tare_g"), text(o, "seal_no")};
}

Person read_person(const json& o, const char* name) {
    if (!o.contains(name)) return {};
    const json& p = o.at(name);
    return {text(p, "name"), text(p, "user"), text(p, "certificate_no"),
            text(p, "certificate_until"), text(p, "id_masked")};
}

Leg read_leg(const json& o) {
    Leg l;
    l.leg_no = o.at("leg_no").get<std::uint8_t>();
    l.carrier = read_party(o.at("carrier"));
    l.mode = coded(o, "mode", mode_from_code).value_or(Mode::road);
    l.start = text(o, "start");
    l.end = text(o, "end");
    l.via = texts(o, "via");
    l.handover_place = point(o, "handover_place");
    l.planned_handover_at = time(o, "planned_handover_at");
    l.returning = o.value("returning", false);
    l.vehicle = {text(o, "vehicle")};
    l.plate = text(o, "plate");
    l.plate_colour = o.value("plate_colour", std::uint8_t{0});
    l.trailer_plate = text(o, "trailer_plate");
    l.vehicle_permit_no = text(o, "vehicle_permit_no");
    l.driver = read_person(o, "driver");
    l.escort = read_person(o, "escort");
    l.terminal = {text(o, "terminal")};
    l.locks = ids<LockTag>(o, "locks");
    l.route = {text(o, "route")};
    l.waybill_no = text(o, "waybill_no");
    l.zone_pass_no = text(o, "zone_pass_no");
    l.seal_nos = texts(o, "seal_nos");
    l.assigned_at = time(o, "assigned_at");
    l.loaded_at = time(o, "loaded_at");
    l.depart_at = time(o, "depart_at");
    l.arrive_at = time(o, "arrive_at");
    l.handed_out_at = time(o, "handed_out_at");
    l.handed_out_point = point(o, "handed_out_point");
    l.handed_out_g = grams(o, "handed_out_g");
    l.handed_out_files = texts(o, "handed_out_files");
    l.end_cause = text(o, "end_cause");
    return l;
}

Signature read_signature(const json& o) {
    return {text(o, "event"),   coded(o, "role", role_from_code).value(),
            {text(o, "party")}, text(o, "user"),
            time(o.at("at")),   o.at("version").get<std::uint32_t>()};
}

std::optional<Weighing> read_weighing(const json& o, const char* name) {
    if (!o.contains(name)) return std::nullopt;
    const json& w = o.at(name);
    return Weighing{{w.at("gross_g").get<std::int64_t>()},
                    {w.at("tare_g").get<std::int64_t>()},
                    time(w.at("at")),
                    text(w, "scale"),
                    text(w, "user"),
                    text(w, "manual_reason"),
                    {w.at("floor_g").get<std::int64_t>()},
                    text(w, "plate_read"),
                    coded(w, "source", weighing_source_from_code),
                    texts(w, "photos")};
}

Link read_link(const json& o) {
    return {{text(o, "id")}, text(o, "no"), coded(o, "relation", relation_from_code).value()};
}

Reason read_reason(const json& o) { return {text(o, "code"), text(o, "text")}; }

Hold read_hold(const json& o) {
    return {text(o, "order_no"),
            text(o, "reason"),
            time(o.at("since")),
            time(o.at("until")),
            coded(o, "role", role_from_code).value(),
            text(o, "division"),
            text(o, "user")};
}

Discrepancy read_discrepancy(const json& o) {
    return {o.at("version").get<std::uint32_t>(),
            time(o.at("at")),
            o.value("wants_part", false),
            text(o, "reason"),
            text(o, "disputed"),
            texts(o, "dispute_files"),
            text(o, "ruling")};
}

FieldChange read_change(const json& o) {
    return {text(o, "pointer"), text(o, "before"), text(o, "after")};
}

Revision read_revision(const json& o) {
    return {coded(o, "author", role_from_code).value(),
            {text(o, "party")},
            text(o, "user"),
            time(o.at("at")),
            text(o, "reason"),
            time(o, "due"),
            records<FieldChange>(o, "changes", read_change),
            ids<PartyTag>(o, "awaited")};
}

Backfill read_backfill(const json& o) {
    return {o.at("version").get<std::uint32_t>(),
            text(o, "paper_scan"),
            time(o.at("departed_at")),
            time(o.at("arrived_at")),
            ids<PartyTag>(o, "confirmed_by"),
            text(o, "returned")};
}

Treatment read_treatment(const json& o) {
    return {o.at("line_no").get<std::uint8_t>(),
            {o.at("treated_g").get<std::int64_t>()},
            text(o, "method"),
            time(o.at("at")),
            text(o, "ledger_batch"),
            text(o, "user")};
}

Overlays read_overlays(const json& o) {
    Overlays overlays;
    overlays.sync = coded(o, "sync", sync_from_code).value_or(Sync::not_needed);
    for (const OverlayRow& row : overlay_rows) {
        if (!o.contains(row.name)) continue;
        const json& mark = o.at(row.name);
        overlays.*row.mark = Mark{time(mark.at("since")), text(mark, "cause")};
    }
    return overlays;
}

void read_head(const json& o, Manifest& m) {
    m.id = {text(o, "id")};
    m.no = text(o, "no");
    m.provincial_no = text(o, "provincial_no");
    m.kind = coded(o, "kind", kind_from_code).value();
    m.flow = coded(o, "flow", flow_from_code);
    m.origin_mode = coded(o, "origin_mode", origin_mode_from_code).value_or(OriginMode::normal);
    m.paper_no = text(o, "paper_no");
    m.directory_version = text(o, "directory_version");
    m.plan_id = text(o, "plan_id");
    m.approval_id = text(o, "approval_id");
    m.state = coded(o, "state", state_from_code).value();
    m.version = o.at("version").get<std::uint32_t>();
    m.consignor = {text(o, "consignor")};
    m.origin = {text(o, "origin_site")};
    m.destination = {text(o, "destination_site")};
    m.contract_no = text(o, "contract_no");
    m.carriage_contract_no = text(o, "carriage_contract_no");
    m.planned_depart_at = time(o, "planned_depart_at");
    m.planned_arrive_at = time(o, "planned_arrive_at");
    m.submitted_at = time(o, "submitted_at");
    m.accepted_at = time(o, "accepted_at");
    m.closed_at = time(o, "closed_at");
    m.discarded_at = time(o, "discarded_at");
    m.kept = coded(o, "kept", kept_from_code);
    m.case_no = text(o, "case_no");
}

void read_aftermath(const json& o, Manifest& m) {
    m.parent = record(o, "parent", read_link);
    m.children = records<Link>(o, "children", read_link);
    m.weigh_out = read_weighing(o, "weigh_out");
    m.weigh_in = read_weighing(o, "weigh_in");
    m.weigh_return = read_weighing(o, "weigh_return");
    m.void_reason = record(o, "void_reason", read_reason);
    m.carrier_refusal = record(o, "carrier_refusal", read_reason);
    m.rejection = record(o, "rejection", read_reason);
    m.discrepancy = record(o, "discrepancy", read_discrepancy);
    m.hold = record(o, "hold", read_hold);
    m.revision = record(o, "revision", read_revision);
    m.backfill = record(o, "backfill", read_backfill);
    m.treatments = records<Treatment>(o, "treatments", read_treatment);
}

}  // namespace

Manifest manifest_from_json(const json& o) {
    Manifest m;
    read_head(o, m);
    m.producer = read_party(o.at("producer"));
    m.receiver = read_party(o.at("receiver"));
    m.overlays = read_overlays(o.at("overlays"));
    m.lines = records<WasteLine>(o, "lines", read_line);
    m.containers = records<Container>(o, "containers", read_container);
    m.legs = records<Leg>(o, "legs", read_leg);
    m.signatures = records<Signature>(o, "signatures", read_signature);
    read_aftermath(o, m);
    return m;
}

}  // namespace liuhen::server
