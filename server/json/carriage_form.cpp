// What carriers and drivers say: vehicle and crew, loading, the way, handovers.
#include "server/json/event_parts.hpp"
#include "server/json/event_readers.hpp"
#include "server/json/person_form.hpp"

namespace liuhen::server::events {
namespace {

using namespace manifest;

Acceptance read_vehicle(Fields& f) {
    Acceptance a;
    a.vehicle = {f.uuid("vehicle")};  // a train, a ship or a pipe has none
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

}  // namespace

Body read_acceptance(Fields& f) { return read_vehicle(f); }

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

Body read_handover_out(Fields& f) {
    return HandoverOut{point(f, "point"), f.weight("weight"), f.text("reason", {0, 500}),
                       f.texts("files", max_files, {1, 64})};
}

Body read_handover_in(Fields& f) {
    return HandoverIn{read_vehicle(f), f.flag("producer_checked", false),
                      f.flag("carrier_checked", false), f.flag("waste_checked", false)};
}

Body read_breakdown(Fields& f) {
    return BreakdownSwap{read_vehicle(f), f.text("reason", {0, 500}), point(f, "point")};
}

Body read_return(Fields& f) {
    return ReturnStart{{f.uuid("route")}, f.instant("planned_arrive_at")};
}

}  // namespace liuhen::server::events
