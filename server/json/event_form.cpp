// The forms of manifest events: one reader each, in one table.
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

std::optional<std::uint32_t> count(Fields& f, std::string_view name) {
    const auto n = f.integer(name, 0, 9999);
    return n ? std::optional{static_cast<std::uint32_t>(*n)} : std::nullopt;
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
    l.container_count = count(f, "container_count");
    l.un_no = f.text("un_no", {1, 10});
    l.dg_class = f.text("dg_class", {1, 10});
    l.packing_group = f.text("packing_group", {1, 3});
    l.exempt_rule = f.text("exempt_rule", {1, 40});
    l.purpose = coded(f, "purpose", purpose_from_code);
    l.method_planned = either(f, "method_planned", "method", {1, 20});
    l.planned_g = f.weight("planned");
    l.note = f.text("note", {0, 500});
    f.finish();
    return l;
}

Body read_filing(Fields& f) {
    Filing filing;
    filing.kind = coded(f, "kind", kind_from_code).value_or(Kind::hazardous);
    filing.producer = {f.uuid("producer")};
    filing.carrier = {f.uuid("carrier")};
    filing.receiver = {f.uuid("receiver")};
    filing.consignor = {f.uuid("consignor")};
    filing.origin = {f.uuid("origin_site")};
    filing.destination = {f.uuid("destination_site")};
    filing.contract_no = f.text("contract_no", {1, 60});
    filing.planned_depart_at = f.instant("planned_depart_at");
    filing.planned_arrive_at = f.instant("planned_arrive_at");
    const json* lines = f.array("lines", max_lines);
    for (std::size_t i = 0; lines != nullptr && i < lines->size(); ++i) {
        filing.lines.push_back(
            read_line(lines->at(i), pointer_to(f.pointer("lines"), i), f.faults()));
    }
    return filing;
}

// A person is an object, or just a name.
Person read_person(Fields& f, std::string_view name) {
    const json* value = f.any(name);
    if (value == nullptr) return {};
    if (value->is_string())
        return {sound_text(*value, {2, 30}, f.pointer(name), f.faults()).value_or(""), "", ""};
    Fields p{*value, f.pointer(name), f.faults()};
    Person person{p.text("name", {2, 30}, Need::required), p.text("user", {1, 64}),
                  p.text("certificate_no", {1, 40})};
    p.finish();
    return person;
}

Body read_acceptance(Fields& f) {
    Acceptance a;
    a.vehicle = {f.uuid("vehicle", Need::required)};
    a.plate = f.text("plate", {2, 20});
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
    return w;
}

Body read_verdict(Fields& f) {
    Verdict v;
    v.lines = read_weights(f, "accepted", "containers_received");
    v.method_done = either(f, "method_done", "method", {1, 20});
    return v;
}

struct FormRow {
    Event event;
    Body (*read)(Fields&);
};
constexpr FormRow forms[] = {
    {Event::create, read_filing},
    {Event::edit, read_filing},
    {Event::submit, [](Fields&) -> Body { return Submission{}; }},
    {Event::carrier_accept, read_acceptance},
    {Event::load_sign, read_loading},
    {Event::depart, read_departure},
    {Event::arrive, [](Fields&) -> Body { return Arrival{}; }},
    {Event::weigh_in, read_weigh_in},
    {Event::accept, read_verdict},
    {Event::close, [](Fields&) -> Body { return Closing{}; }},
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
