// A valley with more trade in it, and one manifest after the other driven through its life.
#pragma once

#include "tests/support/valley_trip.hpp"

#include <set>
#include <string>

namespace liuhen::test {

inline constexpr const char* first_truck =
    " FROM terminals t, vehicles v WHERE v.plate = '浙K12345' AND t.number = '13900000001'"
    " ON CONFLICT DO NOTHING";

inline nlohmann::json because(const std::string& text) {
    return {{"reason", {{"code", "OTHER"}, {"text", text}}}};
}

/// A valley with a second carrier, a second truck of each, and a second receiver.
class Trade : public Valley {
public:
    Trade() {
        const Web desk = house.web(operator_token);
        party["carrier2"] = made(
            desk, "parties",
            {{"name", "Ou River Lines"}, {"uscc", "91331100MA2E0EEE0C"}, {"roles", {"carrier"}}});
        party["receiver2"] = made(desk, "parties",
                                  {{"name", "Xishan Furnace"},
                                   {"uscc", "91331100MA2E0FFF0A"},
                                   {"division", "331102"},
                                   {"roles", {"receiver"}}});
        tokens["carrier2"] = token("carrier", party["carrier2"]);
        tokens["driver2"] = token("driver", party["carrier2"]);
        tokens["receiver2"] = token("receiver", party["receiver2"]);
        site["receiver2"] = made(desk, "sites",
                                 {{"name", "furnace"},
                                  {"kind", "receiver"},
                                  {"party", party["receiver2"]},
                                  {"geometry", {{"type", "Point"}, {"coordinates", {119.8, 28.1}}}},
                                  {"radius_m", 200}});
        admit_receiver(*this, party["receiver2"], "3311000002");
        spare = truck(desk, "浙K00002", "carrier", "013900000002");
        other_truck = truck(desk, "浙K00003", "carrier2", "013900000003");
    }

    std::string truck(const Web& desk, const std::string& plate, const std::string& of,
                      const std::string& number) {
        const auto made_id = made(desk, "vehicles", {{"plate", plate}, {"carrier", party[of]}});
        const auto device = made(desk, "terminals", {{"number", number}, {"protocol", "jt808"}});
        made(desk, "bindings",
             {{"vehicle", made_id},
              {"terminal", device},
              {"from", to_iso(house.now() - std::chrono::hours{48})}});
        return made_id;
    }

    // The first truck's devices only: there are several here.
    void fix(Instant at, double lat, double lon) const {
        database.sql(
            "INSERT INTO observations (terminal_key, vehicle_key, at, kind, hash, received_at,"
            " message, lat, lon, speed, source) SELECT t.key, v.key, '" +
            to_iso(at) + "', 1, " + std::to_string(at.time_since_epoch().count()) + ", '" +
            to_iso(at) + "', 512, " + std::to_string(static_cast<long>(lat * 1e7)) + ", " +
            std::to_string(static_cast<long>(lon * 1e7)) + ", 0, 0" + first_truck);
    }
    void lock_says(Instant at, int action) const {
        database.sql(
            "INSERT INTO observations (terminal_key, vehicle_key, at, kind, hash, received_at,"
            " message, lock_number, action) SELECT t.key, v.key, '" +
            to_iso(at) + "', 2, 7, '" + to_iso(at) + "', 512, '7100001', " +
            std::to_string(action) + first_truck);
    }

    /// One event, which must succeed; the manifest as it is answered.
    nlohmann::json step(const std::string& role, const std::string& event,
                        const nlohmann::json& body = nlohmann::json::object()) {
        const auto reply = act(role, id, event, body);
        INFO(event << ": " << reply.body);
        REQUIRE((reply.status == 200 || reply.status == 202));
        return reply.json();
    }
    /// One event, which must be refused; the codes of its faults.
    std::set<std::string> refused(const std::string& role, const std::string& event,
                                  const nlohmann::json& body = nlohmann::json::object(),
                                  int status = 422) {
        const auto reply = act(role, id, event, body);
        INFO(event << ": " << reply.body);
        REQUIRE(reply.status == status);
        std::set<std::string> codes;
        const auto said = reply.json();
        if (said.contains("errors")) {
            for (const auto& one : said["errors"]) codes.insert(one["code"]);
        } else {
            codes.insert(said["code"]);
        }
        return codes;
    }
    nlohmann::json vehicle_body(const std::string& of) const {
        return {{"vehicle", of},
                {"driver", "Zhao Lei"},
                {"escort", "Qian Fu"},
                {"route", route},
                {"waybill_no", "WB-2026-0002"}};
    }
    void file(nlohmann::json filing) {
        id = made(as("producer"), "manifests", filing);
        step("producer", "submit");
    }
    /// The filing that takes what was refused of `part` back to its producer.
    nlohmann::json way_back(const nlohmann::json& part, int kg) const {
        auto back = filing();
        back.update({{"receiver", party.at("producer")},
                     {"origin_site", site.at("receiver")},
                     {"destination_site", site.at("producer")},
                     {"parent_no", part.at("no")},
                     {"relation", "RETURN"}});
        back["lines"][0]["planned_kg"] = kg;
        return back;
    }
    void load() {
        lock_says(house.now() - std::chrono::minutes{2}, 0);
        fix(house.now() - std::chrono::minutes{1}, 28.1001, 119.6001);
        step("producer", "load_sign", {{"gross_kg", 20000}, {"tare_kg", 12000}});
        step("driver", "load_sign");
    }
    void under_way() {
        file(filing());
        step("carrier", "carrier_accept", acceptance());
        load();
        step("driver", "depart");
    }
    void weighed_in(int gross_kg = 20000) {
        under_way();
        step("receiver", "arrive");
        step("receiver", "weigh_in", {{"gross_kg", gross_kg}, {"tare_kg", 12000}});
    }
    int count(const std::string& sql) const { return database.value<int>(sql); }

    std::string id, spare, other_truck;
};

}  // namespace liuhen::test
