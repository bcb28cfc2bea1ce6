#include "server/json/manifest_json.hpp"

#include <nlohmann/json.hpp>

#include <stdexcept>

namespace liuhen::server {
namespace {

using nlohmann::json;
using namespace manifest;

// ---- writing: a member is left out when it says nothing ----

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
    put(o, "container_count", l.container_count);
    put(o, "un_no", l.un_no);
    put(o, "dg_class", l.dg_class);
    put(o, "packing_group", l.packing_group);
    put(o, "exempt_rule", l.exempt_rule);
    put_code(o, "purpose", l.purpose);
    put(o, "method_planned", l.method_planned);
    put(o, "method_done", l.method_done);
    put(o, "planned_g", l.planned_g);
    put(o, "sent_g", l.sent_g);
    put(o, "received_g", l.received_g);
    put(o, "accepted_g", l.accepted_g);
    if (l.allocated) o["allocated"] = true;
    put(o, "containers_received", l.containers_received);
    put(o, "note", l.note);
    return o;
}

json write(const Person& p) {
    json o = json::object();
    put(o, "name", p.name);
    put(o, "user", p.user);
    put(o, "certificate_no", p.certificate_no);
    return o;
}

json write(const Leg& l) {
    json o{{"leg_no", l.leg_no}, {"carrier", write(l.carrier)}};
    put(o, "vehicle", l.vehicle);
    put(o, "plate", l.plate);
    if (l.plate_colour != 0) o["plate_colour"] = l.plate_colour;
    if (l.driver != Person{}) o["driver"] = write(l.driver);
    if (l.escort != Person{}) o["escort"] = write(l.escort);
    put(o, "terminal", l.terminal);
    for (const LockId& lock : l.locks) o["locks"].push_back(lock.text);
    put(o, "route", l.route);
    put(o, "waybill_no", l.waybill_no);
    put(o, "zone_pass_no", l.zone_pass_no);
    put(o, "seal_nos", l.seal_nos);
    put(o, "assigned_at", l.assigned_at);
    put(o, "loaded_at", l.loaded_at);
    put(o, "depart_at", l.depart_at);
    put(o, "arrive_at", l.arrive_at);
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
    return o;
}

struct OverlayRow {
    const char* name;
    std::optional<Mark> Overlays::*mark;
};
constexpr OverlayRow overlay_rows[] = {
    {"held", &Overlays::held},
    {"receipt_overdue", &Overlays::receipt_overdue},
    {"difference", &Overlays::difference},
    {"revision_pending", &Overlays::revision_pending},
    {"late_backfill", &Overlays::late_backfill},
};

json write(const Overlays& overlays) {
    json o{{"sync", code(overlays.sync)}};
    for (const OverlayRow& row : overlay_rows) {
        const auto& mark = overlays.*row.mark;
        if (mark) o[row.name] = {{"since", to_iso(mark->since)}, {"cause", mark->cause}};
    }
    return o;
}

// ---- reading what was written ----

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

Party read_party(const json& o) {
    return {{text(o, "id")},     text(o, "uscc"),       text(o, "name"),
            text(o, "division"), text(o, "address"),    text(o, "contact"),
            text(o, "phone"),    text(o, "licence_no"), text(o, "transport_permit_no")};
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
    l.container_count = count(o, "container_count");
    l.un_no = text(o, "un_no");
    l.dg_class = text(o, "dg_class");
    l.packing_group = text(o, "packing_group");
    l.exempt_rule = text(o, "exempt_rule");
    l.purpose = coded(o, "purpose", purpose_from_code);
    l.method_planned = text(o, "method_planned");
    l.method_done = text(o, "method_done");
    l.planned_g = grams(o, "planned_g");
    l.sent_g = grams(o, "sent_g");
    l.received_g = grams(o, "received_g");
    l.accepted_g = grams(o, "accepted_g");
    l.allocated = o.value("allocated", false);
    l.containers_received = count(o, "containers_received");
    l.note = text(o, "note");
    return l;
}

Person read_person(const json& o, const char* name) {
    if (!o.contains(name)) return {};
    const json& p = o.at(name);
    return {text(p, "name"), text(p, "user"), text(p, "certificate_no")};
}

Leg read_leg(const json& o) {
    Leg l;
    l.leg_no = o.at("leg_no").get<std::uint8_t>();
    l.carrier = read_party(o.at("carrier"));
    l.vehicle = {text(o, "vehicle")};
    l.plate = text(o, "plate");
    l.plate_colour = o.value("plate_colour", std::uint8_t{0});
    l.driver = read_person(o, "driver");
    l.escort = read_person(o, "escort");
    l.terminal = {text(o, "terminal")};
    for (const auto& lock : texts(o, "locks")) l.locks.push_back({lock});
    l.route = {text(o, "route")};
    l.waybill_no = text(o, "waybill_no");
    l.zone_pass_no = text(o, "zone_pass_no");
    l.seal_nos = texts(o, "seal_nos");
    l.assigned_at = time(o, "assigned_at");
    l.loaded_at = time(o, "loaded_at");
    l.depart_at = time(o, "depart_at");
    l.arrive_at = time(o, "arrive_at");
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
                    {w.at("floor_g").get<std::int64_t>()}};
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

void read_parts(const json& o, Manifest& m) {
    for (const json& line : o.at("lines")) m.lines.push_back(read_line(line));
    for (const json& leg : o.at("legs")) m.legs.push_back(read_leg(leg));
    for (const json& one : o.at("signatures")) m.signatures.push_back(read_signature(one));
}

}  // namespace

json to_json(const Manifest& m) {
    json o{{"id", m.id.text},
           {"kind", code(m.kind)},
           {"state", code(m.state)},
           {"version", m.version},
           {"producer", write(m.producer)},
           {"receiver", write(m.receiver)},
           {"overlays", write(m.overlays)}};
    put(o, "no", m.no);
    put(o, "consignor", m.consignor);
    put(o, "origin_site", m.origin);
    put(o, "destination_site", m.destination);
    put(o, "contract_no", m.contract_no);
    put(o, "planned_depart_at", m.planned_depart_at);
    put(o, "planned_arrive_at", m.planned_arrive_at);
    put(o, "submitted_at", m.submitted_at);
    put(o, "accepted_at", m.accepted_at);
    put(o, "closed_at", m.closed_at);
    if (m.weigh_out) o["weigh_out"] = write(*m.weigh_out);
    if (m.weigh_in) o["weigh_in"] = write(*m.weigh_in);
    o["lines"] = o["legs"] = o["signatures"] = json::array();
    for (const WasteLine& line : m.lines) o["lines"].push_back(write(line));
    for (const Leg& leg : m.legs) o["legs"].push_back(write(leg));
    for (const Signature& one : m.signatures) o["signatures"].push_back(write(one));
    return o;
}

Manifest manifest_from_json(const json& o) {
    Manifest m;
    m.id = {text(o, "id")};
    m.no = text(o, "no");
    m.kind = coded(o, "kind", kind_from_code).value();
    m.state = coded(o, "state", state_from_code).value();
    m.version = o.at("version").get<std::uint32_t>();
    m.producer = read_party(o.at("producer"));
    m.receiver = read_party(o.at("receiver"));
    m.consignor = {text(o, "consignor")};
    m.origin = {text(o, "origin_site")};
    m.destination = {text(o, "destination_site")};
    m.contract_no = text(o, "contract_no");
    m.planned_depart_at = time(o, "planned_depart_at");
    m.planned_arrive_at = time(o, "planned_arrive_at");
    m.submitted_at = time(o, "submitted_at");
    m.accepted_at = time(o, "accepted_at");
    m.closed_at = time(o, "closed_at");
    m.weigh_out = read_weighing(o, "weigh_out");
    m.weigh_in = read_weighing(o, "weigh_in");
    m.overlays = read_overlays(o.at("overlays"));
    read_parts(o, m);
    return m;
}

}  // namespace liuhen::server
