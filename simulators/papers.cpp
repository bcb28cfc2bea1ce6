#include "simulators/papers.hpp"

#include <fmt/format.h>

#include <array>
#include <string_view>
#include <utility>

namespace liuhen::simulators {
namespace {

using namespace std::chrono_literals;

constexpr Duration depart_ahead = 30min, trip_allowance = 4h;

json line_of(const WastePlan& waste) {
    return {{"line_no", 1},
            {"name", waste.name},
            {"category", "HW" + waste.code.substr(waste.code.size() - 2)},
            {"code", waste.code},
            {"hazards", waste.hazards},
            {"form", waste.form},
            {"package", waste.package},
            {"container_count", 16},
            {"un_no", waste.un_no},
            {"dg_class", waste.dg_class},
            {"packing_group", "III"},
            {"taboos", "防泄漏、防火 keep from leaking and from fire"},
            {"purpose", "DISPOSE"},
            {"method", "D10"},
            {"planned_kg", waste.planned_kg}};
}

json form_of(const Fleet& fleet, const TruckPlan& truck, Instant now) {
    return {{"kind", "HW"},
            {"receiver", fleet.parties.at(truck.receiver)},
            {"carrier", fleet.parties.at(truck.carrier)},
            {"origin_site", fleet.sites.at(truck.origin)},
            {"destination_site", fleet.sites.at(truck.destination)},
            {"planned_depart_at", to_iso(now + depart_ahead)},
            {"planned_arrive_at", to_iso(now + depart_ahead + trip_allowance)},
            {"lines", json::array({line_of(truck.waste)})}};
}

json acceptance_of(const Fleet& fleet, const TruckPlan& truck, const std::string& id) {
    json body{{"vehicle", fleet.trucks.at(truck.key).vehicle},
              {"driver", truck.driver},
              {"terminal", truck.terminal},
              {"route", fleet.routes.at(truck.route)},
              {"waybill_no", "WB-" + id.substr(0, 13)}};
    if (!truck.lock.empty()) body["locks"] = json::array({truck.lock});
    return body;
}

json weights(std::int64_t net_kg) {
    return {{"gross_g", (truck_tare_kg + net_kg) * 1000}, {"tare_g", truck_tare_kg * 1000}};
}

awaitable<json> act(Api by, std::string id, std::string event, json body) {
    const std::string target = "/v1/manifests/" + id + "/" + event;
    co_return co_await by.post(target, std::move(body), fresh_key());
}

json loading_of(const TruckPlan& truck, std::int64_t net_kg) {
    json body = weights(net_kg);
    if (truck.lock.empty()) body["seal_nos"] = json::array({"SEAL-" + truck.terminal});
    return body;
}

/// What is still to be done in each state, in order.
struct Step {
    std::string_view state;
    std::string_view event;
};
constexpr std::array leftover_steps = {Step{"CARRIER_ASSIGNED", "load_sign"},
                                       Step{"LOADED", "depart"}, Step{"IN_TRANSIT", "arrive"},
                                       Step{"ARRIVED", "weigh_in"}, Step{"ACCEPTED", "close"}};

awaitable<std::string> take_step(const Fleet& fleet, const TruckPlan& truck, std::string id,
                                 std::string state) {
    const Api& producer = fleet.desks.at(truck.producer);
    const Api& receiver = fleet.desks.at(truck.receiver);
    const Api& driver = fleet.drivers.at(truck.key);
    const std::int64_t net = truck.waste.planned_kg;
    json body = json::object();
    if (state == "CARRIER_ASSIGNED") {
        body = weights(net);
        body["seal_nos"] = json::array({"SEAL-" + truck.terminal});
        body["manual_reason"] = "an earlier simulation was broken off";
        try {
            co_await act(producer, id, "load_sign", body);
        } catch (const Refusal& signed_already) {
            if (signed_already.status() >= 500) throw;
        }
        body.erase("gross_g");
        body.erase("tare_g");
        co_await act(driver, id, "load_sign", std::move(body));
    } else if (state == "LOADED") {
        co_await act(driver, id, "depart", std::move(body));
    } else if (state == "IN_TRANSIT") {
        co_await act(receiver, id, "arrive", std::move(body));
    } else if (state == "ARRIVED") {
        json weighed = weights(net);
        weighed["scale"] = "demo-scale";
        co_await act(receiver, id, "weigh_in", std::move(weighed));
        co_await act(receiver, id, "accept", std::move(body));
    } else {
        co_await act(producer, id, "close", std::move(body));
    }
    co_return co_await state_of(fleet, truck, id);
}

bool is_open(const std::string& state) {
    for (const Step& step : leftover_steps) {
        if (step.state == state) return true;
    }
    return false;
}

bool is_of(const json& manifest, const std::string& vehicle) {
    for (const json& leg : manifest.value("legs", json::array())) {
        if (leg.value("vehicle", "") == vehicle) return true;
    }
    return manifest.value("vehicle", "") == vehicle;
}

}  // namespace

awaitable<Consignment> file_manifest(const Fleet& fleet, const TruckPlan& truck, Instant now) {
    const Api& producer = fleet.desks.at(truck.producer);
    const json draft =
        co_await producer.post("/v1/manifests", form_of(fleet, truck, now), fresh_key());
    Consignment consignment;
    consignment.id = draft.at("id").get<std::string>();
    consignment.net_kg = truck.waste.planned_kg;
    const json submitted = co_await act(producer, consignment.id, "submit", json::object());
    consignment.no = submitted.value("no", "");
    co_await act(fleet.desks.at(truck.carrier), consignment.id, "carrier_accept",
                 acceptance_of(fleet, truck, consignment.id));
    co_return consignment;
}

awaitable<void> sign_load(const Fleet& fleet, const TruckPlan& truck, Consignment consignment) {
    co_await act(fleet.desks.at(truck.producer), consignment.id, "load_sign",
                 loading_of(truck, consignment.net_kg));
    co_await act(fleet.drivers.at(truck.key), consignment.id, "load_sign", json::object());
}

awaitable<std::string> state_of(const Fleet& fleet, const TruckPlan& truck, std::string id) {
    const json manifest = co_await fleet.desks.at(truck.producer).get("/v1/manifests/" + id);
    co_return manifest.value("state", "");
}

awaitable<void> receive_load(const Fleet& fleet, const TruckPlan& truck, Consignment consignment) {
    const Api& receiver = fleet.desks.at(truck.receiver);
    json weighed = weights(consignment.net_kg);
    weighed["scale"] = "demo-scale";
    co_await act(receiver, consignment.id, "weigh_in", std::move(weighed));
    co_await act(receiver, consignment.id, "accept", json::object());
    co_await act(fleet.desks.at(truck.producer), consignment.id, "close", json::object());
}

awaitable<std::size_t> finish_leftovers(const Fleet& fleet, const TruckPlan& truck) {
    const auto manifests = co_await fleet.desks.at(truck.producer).list("/v1/manifests");
    std::size_t finished = 0;
    for (const json& manifest : manifests) {
        std::string state = manifest.value("state", "");
        if (!is_open(state) || !is_of(manifest, fleet.trucks.at(truck.key).vehicle)) continue;
        const std::string id = manifest.at("id").get<std::string>();
        for (std::size_t i = 0; i < leftover_steps.size() && is_open(state); ++i) {
            state = co_await take_step(fleet, truck, id, state);
        }
        ++finished;
    }
    co_return finished;
}

}  // namespace liuhen::simulators
