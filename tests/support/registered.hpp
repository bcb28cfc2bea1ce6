// Parties of which the register knows everything that a manifest says, and forms that lack nothing.
#pragma once

#include "tests/support/http_house.hpp"

namespace liuhen::test {

/// Enters a party with all its particulars; its id.
inline std::string enter_party(const Web& desk, const std::string& role, const std::string& name,
                               const std::string& uscc) {
    return Valley::made(desk, "parties",
                        {{"name", name},
                         {"uscc", uscc},
                         {"roles", {role}},
                         {"division", "331102"},
                         {"address", "8 Mill Road, Liandu"},
                         {"contact", "Lin Yue"},
                         {"phone", "0578-2100001"},
                         {"emergency_phone", "13805781234"},
                         {"emergency_plan_no", "331102-2026-017-M"},
                         {"unit_code", uscc + "001P"},
                         {"facility_code", "MF0001"}});
}

/// The valley with its producer, carrier and receiver entered so.
class RegisteredValley : public Valley {
public:
    RegisteredValley() {
        const Web desk = as("operator");
        party["producer"] = enter_party(desk, "producer", "Guishan Plating", "91331100MA2E0FFF0A");
        party["carrier"] = enter_party(desk, "carrier", "Oujiang Cartage", "91331100MA2E0EEE0C");
        party["receiver"] = enter_party(desk, "receiver", "Bihu Works", "91331100MA2E0GGG08");
        for (const char* role : {"producer", "receiver"}) {
            tokens[role] = token(role, party[role]);
            site[role] = made(desk, "sites",
                              {{"name", std::string{role} + "'s yard"},
                               {"kind", role},
                               {"party", party[role]},
                               {"geometry", {{"type", "Point"}, {"coordinates", {119.6, 28.1}}}},
                               {"radius_m", 200}});
        }
        const int year = year_in_china(house.now() + std::chrono::hours{1});
        nlohmann::json row{{"code", "336-054-17"}, {"method", "D9"}, {"yearly_kg", 1'000'000}};
        enter_licence(desk, party["receiver"], "3311000002", year, nlohmann::json::array({row}));
        row["receiver"] = party["receiver"];
        file_plan(as("producer"), year, nlohmann::json::array({row}));
    }
    /// A filing of which nothing is missing.
    [[nodiscard]] nlohmann::json whole_filing() const {
        nlohmann::json form = filing();
        form["contract_no"] = "HT-2026-118";
        form["carriage_contract_no"] = "YS-2026-031";
        return form;
    }
};

/// The valley's filing in two legs, the load going over half way to the next carrier.
inline nlohmann::json two_legs(const Valley& place, const std::string& next_carrier) {
    nlohmann::json form = place.filing();
    form.erase("carrier");
    form["legs"] = {{{"carrier", place.party.at("carrier")},
                     {"end", "Bihu depot"},
                     {"handover_place", {{"lat", 28.1}, {"lon", 119.65}}},
                     {"planned_handover_at", to_iso(place.house.now() + std::chrono::hours{2})}},
                    {{"carrier", next_carrier}, {"start", "Bihu depot"}}};
    return form;
}

}  // namespace liuhen::test
