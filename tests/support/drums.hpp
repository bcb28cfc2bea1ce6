// A trade whose waste goes in drums that the register knows.
#pragma once

#include "tests/support/registered.hpp"
#include "tests/support/trade.hpp"

#include <algorithm>
#include <map>
#include <string>
#include <vector>

namespace liuhen::test {

/// Drums of plating bath, 200 kg each, with the labels that they bear.
class Drums : public Trade {
public:
    using Json = nlohmann::json;

    static std::string tag(const std::string& serial, const std::string& waste = "33605417") {
        return "91331100MA2E0AAA0L" + waste + "20260228" + serial;
    }
    /// One POST that must succeed; its answer.
    Json enter(const std::string& role, const std::string& path, const Json& body) const {
        const auto reply = as(role).post(path, body);
        INFO(path << ": " << reply.body);
        REQUIRE(reply.status == 201);
        return reply.json();
    }
    /// One POST that must be refused; the code of its problem.
    std::string denied(const std::string& role, const std::string& path, const Json& body,
                       int status) const {
        const auto reply = as(role).post(path, body);
        INFO(path << ": " << reply.body);
        REQUIRE(reply.status == status);
        return reply.json()["code"];
    }
    std::string drum(const std::string& code, int kg = 200, const std::string& role = "producer",
                     const std::string& waste = "336-054-17") const {
        Json body{{"code", code}, {"waste_code", waste}, {"package", "DRUM"}, {"tare_kg", 18}};
        if (kg > 0) body["net_kg"] = kg;
        return enter(role, "/v1/containers", body)["id"];
    }
    Json moved(const std::string& role, const std::string& which, const Json& body) const {
        return enter(role, "/v1/containers/" + which + "/movements", body);
    }
    Json poured(const std::string& role, const std::string& into,
                const std::vector<std::pair<std::string, int>>& sources) const {
        Json body{{"kind", "REGROUPED_FROM"}, {"sources", Json::array()}};
        for (const auto& [from, kg] : sources)
            body["sources"].push_back({{"container", from}, {"amount_kg", kg}});
        return moved(role, into, body);
    }
    Json read(const std::string& role, const std::string& path) const {
        const auto reply = as(role).get(path);
        INFO(path << ": " << reply.body);
        REQUIRE(reply.status == 200);
        return reply.json();
    }
    Json shown(const std::string& role, const std::string& which) const {
        return read(role, "/v1/containers/" + which);
    }

    /// A filing that names these drums by code.
    Json filing_of(const std::vector<std::string>& codes) const {
        Json body = filing();
        body["lines"][0]["container_count"] = codes.size();
        body["containers"] = Json::array();
        for (const auto& code : codes)
            body["containers"].push_back({{"code", code}, {"line_no", 1}});
        return body;
    }
    Json scan(const std::string& role, const std::string& purpose,
              const std::vector<std::string>& tags) const {
        Json body{{"scans", Json::array()}};
        for (const auto& one : tags)
            body["scans"].push_back({{"tag", one}, {"purpose", purpose}, {"device", "gate"}});
        return enter(role, scans(), body);
    }
    [[nodiscard]] std::string scans() const { return "/v1/manifests/" + id + "/scans"; }
    /// Kind and container of every difference of one purpose.
    static std::vector<std::string> differences(const Json& answer, const std::string& purpose) {
        std::vector<std::string> all;
        for (const auto& stage : answer["stages"]) {
            if (stage["purpose"] != purpose) continue;
            for (const auto& one : stage["differences"])
                all.push_back(one["kind"].get<std::string>() + " " +
                              one["container"].get<std::string>());
            for (const auto& one : stage["outstanding"])
                all.push_back("outstanding " + one.get<std::string>());
        }
        return all;
    }

    /// Events of the unread messages of one's inbox about the manifest, oldest first.
    std::vector<std::string> told(const std::string& role) const {
        std::vector<std::string> events;
        const auto page = read(role, "/v1/inbox?unread=1&limit=200");
        for (const auto& one : page["items"])
            if (one.value("manifest", "") == id) events.push_back(one["event"]);
        return events;
    }
    bool is_told(const std::string& role, const std::string& event) const {
        const auto events = told(role);
        return std::find(events.begin(), events.end(), event) != events.end();
    }
    void read_all(const std::string& role) const {
        const auto page = read(role, "/v1/inbox?unread=1&limit=200");
        for (const auto& one : page["items"])
            REQUIRE(
                as(role).post("/v1/inbox/" + one["id"].dump() + "/read", Json::object()).status ==
                204);
    }

    /// What a book holds in all, in grams.
    std::int64_t holds(const std::string& who) const {
        return read("operator", "/v1/ledger/stock?party=" + party.at(who))["net_g"];
    }
    /// The net weight of a truck in kilograms, signed by both.
    void load_drums(int net_kg) {
        lock_says(house.now() - std::chrono::minutes{2}, 0);
        fix(house.now() - std::chrono::minutes{1}, 28.1001, 119.6001);
        step("producer", "load_sign", {{"gross_kg", 12000 + net_kg}, {"tare_kg", 12000}});
        step("driver", "load_sign");
    }
    void assigned(const std::vector<std::string>& codes) {
        file(filing_of(codes));
        step("carrier", "carrier_accept", acceptance());
    }
    /// Filed in two legs, the first carrier's truck assigned.
    void assigned_in_two_legs(const std::vector<std::string>& codes) {
        auto legs = two_legs(*this, party.at("carrier2"));
        const auto named = filing_of(codes);
        legs["containers"] = named.at("containers");
        legs["lines"][0]["container_count"] = codes.size();
        file(legs);
        step("carrier", "carrier_accept", acceptance());
    }
    /// The load goes over to the second carrier's truck; the answer to its driver.
    Json handed_over() {
        step("driver", "handover_out", {{"reason", "the bridge is closed today"}});
        auto body = vehicle_body(other_truck);
        body.update(
            {{"producer_checked", true}, {"carrier_checked", true}, {"waste_checked", true}});
        return step("driver2", "handover_in", body);
    }
    void arrived(int net_kg) {
        step("driver", "depart");
        gate(net_kg);
    }
    void gate(int net_kg) {
        step("receiver", "arrive");
        step("receiver", "weigh_in", {{"gross_kg", 12000 + net_kg}, {"tare_kg", 12000}});
    }
};

}  // namespace liuhen::test
