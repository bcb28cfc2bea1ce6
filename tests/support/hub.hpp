// A collector: one firm that takes drums in and sends them on.
#pragma once

#include "tests/support/drums.hpp"

namespace liuhen::test {

/// The trade of drums with a depot that is receiver of the first manifest and producer of the next.
struct Hub : Drums {
    Hub() {
        const Web desk = as("operator");
        party["hub"] = made(desk, "parties",
                            {{"name", "Guxi Depot"},
                             {"uscc", "91331100MA2E0GGG08"},
                             {"roles", {"producer", "receiver"}},
                             {"division", "331102"}});
        tokens["hub"] = token("receiver", party["hub"]);
        tokens["hub out"] = token("producer", party["hub"]);
        site["hub"] = made(desk, "sites",
                           {{"name", "depot"},
                            {"kind", "receiver"},
                            {"party", party["hub"]},
                            {"geometry", {{"type", "Point"}, {"coordinates", {119.60, 28.10}}}},
                            {"radius_m", 200}});
        admit_receiver(*this, party["hub"], "3311000003");
        const int year = year_in_china(house.now() + std::chrono::hours{1});
        file_plan(as("hub out"), year,
                  Json::array({{{"code", "336-054-17"},
                                {"method", "D9"},
                                {"yearly_kg", 100'000},
                                {"receiver", party["receiver"]}}}));
    }
    /// The drum of the producer, in the depot's book.
    void comes_in(const std::string& code) {
        auto in = filing_of({code});
        in["receiver"] = party["hub"];
        in["destination_site"] = site["hub"];
        file(in);
        step("carrier", "carrier_accept", acceptance());
        scan("driver", "LOAD", {code});
        load_drums(200);
        step("driver", "depart");
        ends_at("hub", code);
    }
    /// The same drum onwards, named by its own code.
    void goes_on(const std::string& code) {
        auto out = filing_of({code});
        out["origin_site"] = site["hub"];
        id = made(as("hub out"), "manifests", out);
        step("hub out", "submit");
        auto body = acceptance();
        body["waybill_no"] = "WB-2026-0077";
        step("carrier", "carrier_accept", body);
        scan("driver", "LOAD", {code});
        step("hub out", "load_sign", {{"gross_kg", 12200}, {"tare_kg", 12000}});
        step("driver", "load_sign");
        step("driver", "depart");
    }
    void ends_at(const std::string& who, const std::string& code) {
        step(who, "arrive");
        step(who, "weigh_in", {{"gross_kg", 12200}, {"tare_kg", 12000}});
        scan(who, "ARRIVE", {code});
        step(who, "accept");
    }
};

}  // namespace liuhen::test
