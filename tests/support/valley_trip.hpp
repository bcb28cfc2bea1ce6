// Steps of an honest transfer in the valley, up to a named one.
#pragma once

#include "tests/support/http_house.hpp"

#include <catch2/catch.hpp>

#include <string>
#include <vector>

namespace liuhen::test {

/// One event with its body, and the answer that it must get: 200.
inline nlohmann::json step(const Valley& place, const std::string& role, const std::string& id,
                           const std::string& event,
                           const nlohmann::json& body = nlohmann::json::object()) {
    const auto reply = place.act(role, id, event, body);
    INFO(event << ": " << reply.body);
    REQUIRE(reply.status == 200);
    return reply.json();
}

/// A submitted manifest of the form, with what submit answered.
inline nlohmann::json submitted(const Valley& place, const nlohmann::json& filing) {
    const auto made = place.as("producer").post("/v1/manifests", filing);
    INFO(made.body);
    REQUIRE(made.status == 201);
    return step(place, "producer", made.json()["id"], "submit");
}

/// The truck stands at the works, its lock shut.
inline void truck_ready(const Valley& place) {
    place.lock_says(place.house.now() - std::chrono::minutes{2}, 0);
    place.fix(place.house.now() - std::chrono::minutes{1}, 28.1001, 119.6001);
}

/// A manifest that has arrived with 8 t; its id. `truck_ready` comes before it.
inline std::string arrived(const Valley& place, int gross_kg = 20000) {
    const std::string id = submitted(place, place.filing())["id"];
    step(place, "carrier", id, "carrier_accept", place.acceptance());
    step(place, "producer", id, "load_sign", {{"gross_kg", gross_kg}, {"tare_kg", 12000}});
    step(place, "driver", id, "load_sign");
    step(place, "driver", id, "depart");
    step(place, "receiver", id, "arrive");
    return id;
}

/// Codes of the warnings of an answer.
inline std::vector<std::string> warning_codes(const nlohmann::json& answer) {
    std::vector<std::string> codes;
    for (const auto& one : answer.at("warnings")) codes.push_back(one.at("code"));
    return codes;
}
/// "CODE pointer" of the errors of a refusal.
inline std::vector<std::string> faults_of(const WebReply& reply) {
    std::vector<std::string> codes;
    const auto body = reply.json();
    for (const auto& one : body.at("errors"))
        codes.push_back(one.at("code").get<std::string>() + " " +
                        one.at("pointer").get<std::string>());
    return codes;
}

/// A licence of a further receiver, and a place for it in the producer's plan.
inline void admit_receiver(Valley& place, const std::string& receiver,
                           const std::string& licence_no) {
    const int year = year_in_china(place.house.now() + std::chrono::hours{1});
    const nlohmann::json one{{"code", "336-054-17"}, {"method", "D9"}, {"yearly_kg", 1'000'000}};
    enter_licence(place.as("operator"), receiver, licence_no, year, nlohmann::json::array({one}));
    const auto plan = place.as("producer").get("/v1/plans").json().at("items").at(0);
    auto rows = nlohmann::json::array({one, one});
    rows[0]["receiver"] = place.party["receiver"];
    rows[1]["receiver"] = receiver;
    const std::string path = "/v1/plans/" + plan.at("id").get<std::string>() + "/amend";
    expect(place.as("producer").post(path, {{"rows", rows}}, naming(plan)), 200);
}

}  // namespace liuhen::test
