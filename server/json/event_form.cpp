// The forms of manifest events: one reader each, in one table.
#include "manifest/codes.hpp"
#include "server/json/fields.hpp"
#include "server/json/manifest_json.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <array>

namespace liuhen::server {
namespace {

using nlohmann::json;
using namespace manifest;

template <class E>
std::optional<E> coded(Fields& f, std::string_view name, std::optional<E> (*find)(std::string_view),
                       Need need = Need::optional) {
    const std::size_t before = f.faults().size();
    const std::string text = f.text(name, {1, 32}, need);
    if (text.empty() || f.faults().size() != before) return std::nullopt;
    const auto found = find(text);
    if (!found) f.add("UNKNOWN_VALUE", name, text);
    return found;
}

std::optional<std::uint32_t> number_of(Fields& f, std::string_view name, std::int64_t most) {
    const auto n = f.integer(name, 0, most);
    return n ? std::optional{static_cast<std::uint32_t>(*n)} : std::nullopt;
}
std::optional<std::uint32_t> count(Fields& f, std::string_view name) {
    return number_of(f, name, 9999);
}

std::optional<LatLon> point(Fields& f, std::string_view name) {
    const json* value = f.any(name);
    if (value == nullptr) return std::nullopt;
    Fields p{*value, f.pointer(name), f.faults()};
    const auto lat = p.number("lat", -90, 90, Need::required);
    const auto lon = p.number("lon", -180, 180, Need::required);
    p.finish();
    if (!lat || !lon) return std::nullopt;
    return LatLon{*lat, *lon};
}

/// Each object of the list `name`, read by `read`.
template <class Record, class Read>
std::vector<Record> each(Fields& f, std::string_view name, std::size_t most, Read read,
                         Need need = Need::optional) {
    std::vector<Record> found;
    const json* list = f.array(name, most, need);
    for (std::size_t i = 0; list != nullptr && i < list->size(); ++i) {
        Fields one{list->at(i), pointer_to(f.pointer(name), i), f.faults()};
        found.push_back(read(one));
        one.finish();
    }
    return found;
}

std::uint8_t line_no(Fields& f, Need need) {
    return static_cast<std::uint8_t>(
        f.integer("line_no", 1, static_cast<std::int64_t>(max_lines), need).value_or(0));
}

// Two spellings of one field; the first is the one that is shown.
std::string either(Fields& f, std::string_view name, std::string_view other, TextSize size) {
    std::string first = f.text(name, size);
    std::string second = f.text(other, size);
    if (!first.empty() && !second.empty()) f.add("EXCLUSIVE", other);
    return first.empty() ? second : first;
}

WasteLine read_line(const json& value, const std::string& pointer, Faults& faults) {
    Fields f{value, pointer, faults};
    WasteLine l;
    l.line_no = line_no(f, Need::optional);
    l.waste_name = either(f, "waste_name", "name", {1, 100});
    l.category = f.text("category", {1, 20});
    l.code = f.text("code", {1, 40});
    l.hazards = f.texts("hazards", 5, {1, 2});
    l.form = coded(f, "form", form_from_code);
    l.components = f.text("components", {0, 200});
    l.taboos = f.text("taboos", {1, 500});
    l.package = coded(f, "package", package_from_code);
    l.package_note = f.text("package_note", {1, 100});
    l.container_count = count(f, "container_count");
    l.un_no = f.text("un_no", {1, 10});
    l.dg_class = f.text("dg_class", {1, 10});
    l.packing_group = f.text("packing_group", {1, 3});
    l.exempt_rule = f.text("exempt_rule", {1, 40});
    l.exempt_condition = f.flag("exempt_condition", false);
    l.pieces = number_of(f, "pieces", 1'000'000);
    l.volume_l = number_of(f, "volume_l", 1'000'000);
    l.ledger_batch_out = f.text("ledger_batch_out", {1, 40});
    l.purpose = coded(f, "purpose", purpose_from_code);
    l.method_planned = either(f, "method_planned", "method", {1, 20});
    l.planned_g = f.weight("planned");
    l.note = f.text("note", {0, 500});
    f.finish();
    return l;
}

FiledLeg read_leg(Fields& f) {
    FiledLeg leg;
    leg.carrier = {f.uuid("carrier", Need::required)};
    leg.mode = coded(f, "mode", mode_from_code).value_or(Mode::road);
    leg.start = f.text("start", {1, 100});
    leg.end = f.text("end", {1, 100});
    leg.via = f.texts("via", 20, {1, 100});
    leg.handover_place = point(f, "handover_place");
    leg.planned_handover_at = f.instant("planned_handover_at");
    return leg;
}

Container read_container(Fields& f) {
    return {f.text("code", {1, 64}, Need::required),
            line_no(f, Need::required),
            f.text("tag_id", {1, 128}),
            f.weight("gross"),
            f.weight("tare"),
            f.text("seal_no", {1, 32})};
}

// A whole way in `legs`, or one carrier in `carrier`.
std::vector<FiledLeg> read_legs(Fields& f) {
    auto legs = each<FiledLeg>(f, "legs", max_legs, read_leg);
    const PartyId carrier{f.uuid("carrier")};
    if (carrier.empty()) return legs;
    if (!legs.empty()) f.add("EXCLUSIVE", "carrier");
    FiledLeg only;
    only.carrier = carrier;
    legs.insert(legs.begin(), std::move(only));
    return legs;
}
Body read_filing(Fields& f) {
    Filing filing;
    filing.kind = coded(f, "kind", kind_from_code).value_or(Kind::hazardous);
    filing.producer = {f.uuid("producer")};
    filing.legs = read_legs(f);
    filing.receiver = {f.uuid("receiver")};
    filing.consignor = {f.uuid("consignor")};
    filing.origin = {f.uuid("origin_site")};
    filing.destination = {f.uuid("destination_site")};
    filing.contract_no = f.text("contract_no", {1, 60});
    filing.carriage_contract_no = f.text("carriage_contract_no", {1, 60});
    filing.provincial_no = f.text("provincial_no", {1, 32});
    filing.plan_id = f.uuid("plan_id");
    filing.approval_id = f.uuid("approval_id");
    filing.parent_no = f.text("parent_no", {14, 14});
    filing.relation = coded(f, "relation", relation_from_code);
    filing.planned_depart_at = f.instant("planned_depart_at");
    filing.planned_arrive_at = f.instant("planned_arrive_at");
    const json* lines = f.array("lines", max_lines);
    for (std::size_t i = 0; lines != nullptr && i < lines->size(); ++i) {
        filing.lines.push_back(
            read_line(lines->at(i), pointer_to(f.pointer("lines"), i), f.faults()));
    }
    filing.containers = each<Container>(f, "containers", max_containers, read_container);
    return filing;
}

std::string read_day(Fields& f, std::string_view name) {
    const std::string day = f.text(name, {10, 10});
    const auto at = day.size() == 10 ? parse_iso(day + "T00:00:00Z") : std::nullopt;
    if (!day.empty() && !at) f.add("FIELD_FORMAT", name, day);
    return at ? day : std::string{};
}

// Kept with its middle hidden: a manifest is read by many.
std::string read_person_number(Fields& f, std::string_view name) {
    std::string number = f.text(name, {18, 18});
    if (number.empty()) return {};
    if (!is_person_number(number,
                          Instant{std::chrono::sys_days{std::chrono::year{2999} / 1 / 1}})) {
        f.add("FIELD_FORMAT", name);
        return {};
    }
    return number.replace(4, 10, 10, '*');
}

// A person is an object, or just a name.
Person read_person(Fields& f, std::string_view name) {
    const json* value = f.any(name);
    if (value == nullptr) return {};
    if (value->is_string())
        return {.name = sound_text(*value, {2, 30}, f.pointer(name), f.faults()).value_or(""),
                .user = {},
                .certificate_no = {},
                .certificate_until = {},
                .id_masked = {}};
    Fields p{*value, f.pointer(name), f.faults()};
    Person person;
    person.name = p.text("name", {2, 30}, Need::required);
    person.user = p.text("user", {1, 64});
    person.certificate_no = p.text("certificate_no", {1, 40});
    person.certificate_until = read_day(p, "certificate_until");
    person.id_masked = read_person_number(p, "id_no");
    p.finish();
    return person;
}

Acceptance read_vehicle(Fields& f) {
    Acceptance a;
    a.vehicle = {f.uuid("vehicle", Need::required)};
    a.plate = f.text("plate", {2, 20});
    a.trailer_plate = f.text("trailer_plate", {2, 20});
    a.vehicle_permit_no = f.text("vehicle_permit_no", {6, 20});
    a.driver = read_person(f, "driver");
    a.escort = read_person(f, "escort");
    a.terminal = {f.text("terminal", {1, 36})};
    for (const auto& lock : f.texts("locks", max_locks, {1, 36})) a.locks.push_back({lock});
    a.route = {f.uuid("route")};
    a.waybill_no = f.text("waybill_no", {0, 40});
    return a;
}

std::vector<LineWeight> read_weights(Fields& f, std::string_view stem, std::string_view counted) {
    std::vector<LineWeight> weights;
    const json* lines = f.array("lines", max_lines);
    for (std::size_t i = 0; lines != nullptr && i < lines->size(); ++i) {
        Fields l{lines->at(i), pointer_to(f.pointer("lines"), i), f.faults()};
        LineWeight one;
        one.line_no = line_no(l, Need::required);
        one.weight = l.weight(stem, Need::required).value_or(Grams{});
        one.containers = count(l, counted);
        l.finish();
        weights.push_back(one);
    }
    return weights;
}
Body read_loading(Fields& f) {
    Loading l;
    l.gross_g = f.weight("gross");
    l.tare_g = f.weight("tare");
    l.net_g = f.weight("net");
    l.lines = read_weights(f, "sent", "containers");
    l.seal_nos = f.texts("seal_nos", 20, {1, 40});
    l.scale = f.text("scale", {1, 40});
    l.manual_reason = f.text("manual_reason", {1, 500});
    return l;
}
Body read_departure(Fields& f) {
    return Departure{{f.uuid("route")}, f.text("zone_pass_no", {1, 40})};
}
Body read_weigh_in(Fields& f) {
    WeighIn w;
    w.gross_g = f.weight("gross");
    w.tare_g = f.weight("tare");
    w.net_g = f.weight("net");
    w.share_g = f.weight("share");
    w.lines = read_weights(f, "received", "containers_received");
    w.scale = f.text("scale", {1, 40});
    w.scale_floor_g = f.weight("scale_floor");
    w.plate_read = f.text("plate_read", {2, 20});
    return w;
}
Body read_verdict(Fields& f) {
    Verdict v;
    v.lines = read_weights(f, "accepted", "containers_received");
    v.method_done = either(f, "method_done", "method", {1, 20});
    return v;
}

LineSplit read_split(Fields& f) {
    LineSplit one;
    one.line_no = line_no(f, Need::required);
    one.accepted_g = f.weight("accepted");
    one.refused_g = f.weight("refused");
    const auto kinds = f.texts("kinds", 6, {1, 20});
    for (std::size_t i = 0; i < kinds.size(); ++i) {
        const auto kind = difference_kind_from_code(kinds[i]);
        if (kind) one.kinds.push_back(*kind);
        if (!kind) f.add("UNKNOWN_VALUE", "kinds", kinds[i]);
    }
    one.text = f.text("text", {1, 1000});
    return one;
}
std::vector<LineSplit> read_splits(Fields& f) {
    return each<LineSplit>(f, "lines", max_lines, read_split);
}

// A reason is an object of code and text, or just the text. Its length is the lifecycle's to judge.
Reason read_reason(Fields& f) {
    const json* value = f.any("reason");
    if (value == nullptr) return {};
    if (value->is_string()) {
        return {{}, sound_text(*value, {0, 500}, f.pointer("reason"), f.faults()).value_or("")};
    }
    Fields r{*value, f.pointer("reason"), f.faults()};
    Reason reason{r.text("code", {1, 40}), r.text("text", {0, 500})};
    r.finish();
    return reason;
}
Body read_handover_out(Fields& f) {
    return HandoverOut{point(f, "point"), f.weight("weight"), f.text("reason", {0, 500}),
                       f.texts("files", 20, {1, 64})};
}
Body read_handover_in(Fields& f) {
    return HandoverIn{read_vehicle(f), f.flag("producer_checked", false),
                      f.flag("carrier_checked", false), f.flag("waste_checked", false)};
}
Body read_breakdown(Fields& f) {
    return BreakdownSwap{read_vehicle(f), f.text("reason", {0, 500}), point(f, "point")};
}
Body read_difference(Fields& f) {
    return DifferenceDeclared{read_splits(f), f.flag("wants_part", false),
                              f.text("reason", {0, 500})};
}
Body read_part(Fields& f) {
    return PartVerdict{read_splits(f), f.text("reason", {0, 500}),
                       either(f, "method_done", "method", {1, 20})};
}
Body read_rejection(Fields& f) {
    Rejection r;
    r.reason = read_reason(f);
    r.kept = coded(f, "kept", kept_from_code).value_or(Kept::relocked);
    r.lines = read_splits(f);
    return r;
}
Body read_confirmation(Fields& f) { return Confirmation{number_of(f, "version", 2'000'000'000)}; }
Body read_dispute(Fields& f) {
    return Dispute{f.text("reason", {0, 500}), f.texts("files", 20, {1, 64})};
}
Body read_ruling(Fields& f) {
    Ruling r;
    r.finding = f.text("finding", {0, 2000});
    r.outcome = coded(f, "outcome", state_from_code, Need::required).value_or(State::draft);
    r.lines = read_splits(f);
    r.case_no = f.text("case_no", {1, 60});
    return r;
}
Body read_return(Fields& f) {
    return ReturnStart{{f.uuid("route")}, f.instant("planned_arrive_at")};
}
Body read_redirection(Fields& f) {
    Redirection r;
    r.receiver = {f.uuid("receiver", Need::required)};
    r.destination = {f.uuid("destination_site", Need::required)};
    r.contract_no = f.text("contract_no", {1, 60});
    r.plan_id = f.uuid("plan_id");
    r.approval_id = f.uuid("approval_id");
    r.route = {f.uuid("route")};
    r.planned_arrive_at = f.instant("planned_arrive_at");
    r.methods = each<std::pair<std::uint8_t, std::string>>(f, "lines", max_lines, [](Fields& l) {
        return std::pair{line_no(l, Need::required), l.text("method_planned", {1, 20})};
    });
    return r;
}
Body read_backfill(Fields& f) {
    BackfillForm b;
    b.origin_mode =
        coded(f, "origin_mode", origin_mode_from_code, Need::required).value_or(OriginMode::normal);
    b.paper_no = f.text("paper_no", {1, 40});
    b.paper_scan = f.text("paper_scan", {1, 64});
    b.departed_at = f.instant("departed_at");
    b.arrived_at = f.instant("arrived_at");
    b.plate = f.text("plate", {2, 20});
    b.driver = read_person(f, "driver");
    struct Line {
        LineSplit split;
        std::optional<Grams> sent;
    };
    for (auto& line : each<Line>(f, "lines", max_lines, [](Fields& l) {
             return Line{read_split(l), l.weight("sent")};
         })) {
        if (line.sent) b.sent.push_back({line.split.line_no, *line.sent, std::nullopt});
        b.lines.push_back(std::move(line.split));
    }
    return b;
}
Body read_hold(Fields& f) {
    return HoldOrder{f.text("order_no", {0, 60}), f.text("reason", {0, 500}), f.instant("until")};
}

// A value as the text that fields are compared and written in.
std::string change_text(Fields& f) {
    const json* value = f.any("value");
    if (value == nullptr || value->is_null()) return {};
    if (value->is_string()) {
        return sound_text(*value, {0, 1000}, f.pointer("value"), f.faults()).value_or("");
    }
    if (value->is_number_integer() || value->is_boolean()) return value->dump();
    if (value->is_array()) {
        std::string joined;
        for (const auto& one : f.texts("value", 20, {1, 100})) {
            joined += (joined.empty() ? "" : ",") + one;
        }
        return joined;
    }
    f.add("WRONG_TYPE", "value");
    return {};
}

Body read_revision(Fields& f) {
    RevisionRequest r;
    r.reason = f.text("reason", {0, 500});
    r.changes = each<FieldChange>(f, "changes", 101, [](Fields& c) {
        return FieldChange{c.text("pointer", {2, 100}, Need::required), {}, change_text(c)};
    });
    return r;
}

Body read_treatment(Fields& f) {
    TreatmentReport r;
    r.lines = each<Treatment>(f, "lines", max_lines, [](Fields& l) {
        return Treatment{.line_no = line_no(l, Need::required),
                         .weight = l.weight("treated", Need::required).value_or(Grams{}),
                         .method = l.text("method", {1, 20}),
                         .at = l.instant("at").value_or(Instant{}),
                         .ledger_batch = l.text("ledger_batch", {1, 40}),
                         .user = {}};
    });
    return r;
}

struct FormRow {
    Event event;
    Body (*read)(Fields&);
};
Body read_acceptance(Fields& f) { return read_vehicle(f); }
Body read_explanation(Fields& f) { return Explanation{read_reason(f)}; }
Body read_nothing(Fields&) { return Closing{}; }

constexpr FormRow forms[] = {
    {Event::create, read_filing},
    {Event::edit, read_filing},
    {Event::discard, read_nothing},
    {Event::submit, [](Fields&) -> Body { return Submission{}; }},
    {Event::amend, read_filing},
    {Event::carrier_accept, read_acceptance},
    {Event::carrier_refuse, read_explanation},
    {Event::unassign, read_nothing},
    {Event::swap_vehicle, read_acceptance},
    {Event::load_sign, read_loading},
    {Event::unload, [](Fields&) -> Body { return Unloading{}; }},
    {Event::depart, read_departure},
    {Event::handover_out, read_handover_out},
    {Event::handover_in, read_handover_in},
    {Event::handover_refuse, read_explanation},
    {Event::breakdown_swap, read_breakdown},
    {Event::arrive, [](Fields&) -> Body { return Arrival{}; }},
    {Event::weigh_in, read_weigh_in},
    {Event::accept, read_verdict},
    {Event::accept_with_difference, read_difference},
    {Event::accept_part, read_part},
    {Event::reject, read_rejection},
    {Event::confirm_difference, read_confirmation},
    {Event::dispute, read_dispute},
    {Event::rule, read_ruling},
    {Event::start_return, read_return},
    {Event::confirm_return, read_weigh_in},
    {Event::redirect, read_redirection},
    {Event::settle_remainder,
     [](Fields& f) -> Body {
         return Settlement{f.texts("children", 20, {14, 14})};
     }},
    {Event::close, read_nothing},
    {Event::void_, read_explanation},
    {Event::submit_backfill, read_backfill},
    {Event::confirm_backfill, read_confirmation},
    {Event::return_backfill, read_explanation},
    {Event::hold, read_hold},
    {Event::release,
     [](Fields& f) -> Body {
         return Release{f.text("reason", {0, 500})};
     }},
    {Event::close_by_authority,
     [](Fields& f) -> Body {
         return Seizure{f.text("case_no", {0, 60}), f.text("reason", {0, 500})};
     }},
    {Event::request_revision, read_revision},
    {Event::approve_revision, read_nothing},
    {Event::refuse_revision, read_nothing},
    {Event::cancel_revision, read_nothing},
    {Event::report_treatment, read_treatment},
};

}  // namespace

Result<EventForm, Faults> read_event(Event event, const json& body) {
    const auto* const row = std::find_if(std::begin(forms), std::end(forms),
                                         [event](const FormRow& r) { return r.event == event; });
    if (row == std::end(forms)) return EventForm{};
    Faults faults;
    Fields fields{body, "", faults};
    EventForm form;
    form.at = fields.instant("at");
    form.body = row->read(fields);
    fields.finish();
    if (!faults.empty()) return fail(std::move(faults));
    return form;
}

}  // namespace liuhen::server
