// What a producer files, beforehand or from a paper.
#include "server/json/event_parts.hpp"
#include "server/json/event_readers.hpp"
#include "server/json/person_form.hpp"

namespace liuhen::server::events {
namespace {

using nlohmann::json;
using namespace manifest;

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

}  // namespace

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

}  // namespace liuhen::server::events
